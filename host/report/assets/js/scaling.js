// Size of each group over time with its limits, and the failures of its service below: did growing help?

function sizePoints(details) {
  const points = [];
  for (const event of details.events) {
    const time = millis(event.time);
    if (time === null) continue;
    const before = points.length ? points[points.length - 1].size : event.from;
    if (!points.length && event.from !== null) points.push({ time: time, size: event.from });
    const size = event.to !== null ? event.to : before;
    if (size !== null && size !== undefined) points.push({ time: time, size: size });
  }
  return points;
}

function sizeChart(details, first, last, width, height) {
  const points = sizePoints(details);
  const scale = timeScale(first, last, 34, width - 12);
  const [top, bottom] = [14, height - 20];
  const most = Math.max(1, details.maximum || 0, ...points.map((point) => point.size)) * 1.12;
  const y = (size) => bottom - size / most * (bottom - top);
  let path = "";
  points.forEach((point, i) => {
    const at = scale(point.time).toFixed(1);
    path += i ? " H" + at + " V" + y(point.size).toFixed(1) : "M" + scale.left + "," + y(point.size).toFixed(1) + " H" + at;
  });
  if (path) path += " H" + scale.right;
  const ticks = [...new Set([0, Math.round(most / 2), Math.floor(most)])];
  const limit = (size, word) => size === null ? null : [
    svg("line", { class: "limit", "data-limit": word, x1: scale.left, x2: scale.right, y1: y(size), y2: y(size) }),
    svg("text", { class: "limit-label", x: scale.left + 4, y: y(size) - 4 }, word + " " + size),
  ];
  return svg("svg", { width: width, height: height, role: "img", "aria-label": "Size of " + details.group + " over time" },
    ticks.map((size) => [
      svg("line", { class: "grid", x1: scale.left, x2: scale.right, y1: y(size), y2: y(size) }),
      svg("text", { class: "soft", x: scale.left - 4, y: y(size) + 4, "text-anchor": "end" }, String(size)),
    ]),
    timeAxis(scale, bottom, bottom), limit(details.maximum, "maximum"), limit(details.minimum, "minimum"),
    svg("path", { class: "size", d: path }), eventDots(details, points, scale, y));
}

function eventDots(details, points, scale, y) {
  return details.events.map((event) => {
    const time = millis(event.time);
    if (time === null) return null;
    const before = points.filter((point) => point.time <= time).pop();
    const size = event.to !== null ? event.to : before ? before.size : 0;
    const label = dateTime(time) + " UTC: " + event.action + (event.reason ? ": " + event.reason : "");
    return svg("circle", { class: "event", cx: scale(time), cy: y(size), r: 4.5, "data-succeeded": String(event.succeeded) }, svg("title", {}, label));
  });
}

function scalingGroup(scaling, draws) {
  const details = scaling.details;
  const who = [details.provider, details.service && details.service !== details.group ? "service " + details.service : null].filter(Boolean).join(", ");
  const tags = details.symptoms.map((symptom) => {
    const [text, tone] = SYMPTOMS[symptom] || [symptom, ""];
    return html("span", { class: "tag", "data-tone": tone || null, "data-symptom": symptom }, text);
  });
  const chart = html("div", {});
  const times = details.events.map((event) => millis(event.time)).filter((time) => time !== null);
  const series = seriesSpan([details.series]);
  const first = Math.min(...times, series ? series.first : Infinity);
  const last = Math.max(...times, series ? series.last : -Infinity);
  const margin = Math.max(30000, (last - first) * 0.05);
  draws.push(() => {
    if (!Number.isFinite(first)) return;
    const width = widthOf(chart, 800);
    const span = [first - (series ? 0 : margin), last + (series ? 0 : margin)];
    const parts = [];
    if (times.length) parts.push(sizeChart(details, span[0], span[1], width, 150));
    if (details.series.length) parts.push(rateChart(details.series, span[0], span[1], width, 100, null));
    const off = details.series.filter((point) => millis(point.time) < span[0] || millis(point.time) > span[1]).length;
    if (off) parts.push(html("p", { class: "soft" }, counted(off, "interval is", "intervals are") + " too far off in time to be drawn."));
    chart.replaceChildren(...parts);
  });
  return html("div", { class: "group", "data-group": details.group, "data-status": scaling.urgency === "critical" ? "primary" : scaling.urgency === "warning" ? "secondary" : "healthy" },
    html("p", {}, html("button", Object.assign(selectable("scaling", scaling.id, "Evidence for the scaling of " + details.group), { class: "link", type: "button" }), html("b", {}, details.group)),
      who ? html("span", { class: "soft" }, " (" + who + ") ") : " ", tags),
    html("div", { class: "curve", style: "border:0;padding:0;cursor:default" }, chart),
    scaling.explanation || scaling.title ? html("p", {}, scaling.explanation || scaling.title) : null,
    details.recommendation ? html("p", { class: "soft" }, details.recommendation) : null);
}

function renderScaling() {
  if (!report.scaling.length) return null;
  const draws = [];
  const { shown, left } = shorten(report.scaling, chosen.all ? Infinity : 12);
  const element = section("scaling", "Scaling", null, shown.map((scaling) => scalingGroup(scaling, draws)),
    left ? empty("and " + number(left) + " more in the JSON report") : null);
  element.addEventListener("placed", () => draws.forEach((draw) => draw()));
  return element;
}
