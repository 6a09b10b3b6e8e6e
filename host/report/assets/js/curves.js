// Share of failures over time, one small chart per service of the incident.

const CURVES_SHOWN = 9;

/** Chart of rows (bars) and share of failures (line) of a series. `at` is the time of the change held responsible. */
function rateChart(series, first, last, width, height, at) {
  const points = series.map((point) => ({ time: millis(point.time), rows: point.rows, rate: point.rows ? Math.min(1, point.errors / point.rows) : 0 })).filter((point) => point.time !== null && point.time >= first && point.time <= last);
  const scale = timeScale(first, last, 34, width - 6);
  const [top, bottom] = [8, height - 20];
  const interval = intervalOf(points.map((point) => point.time));
  const most = points.reduce((most, point) => Math.max(most, point.rows), 1);
  const y = (rate) => bottom - rate * (bottom - top);
  const middle = (point) => Math.min(scale.right, scale(point.time + interval / 2));
  // Where no rows are, nothing is known of how many fail.
  const told = points.filter((point) => point.rows);
  const line = told.map((point, i) => (i ? "L" : "M") + middle(point).toFixed(1) + "," + y(point.rate).toFixed(1)).join(" ");
  const area = told.length ? line + " L" + middle(told[told.length - 1]).toFixed(1) + "," + bottom + " L" + middle(told[0]).toFixed(1) + "," + bottom + " z" : "";
  return svg("svg", { width: width, height: height, "aria-hidden": "true" },
    [0, 0.5, 1].map((rate) => [
      svg("line", { class: "grid", x1: scale.left, x2: scale.right, y1: y(rate), y2: y(rate) }),
      svg("text", { class: "soft", x: scale.left - 4, y: y(rate) + 4, "text-anchor": "end" }, rate * 100 + "%"),
    ]),
    timeAxis(scale, bottom, bottom),
    points.map((point) => {
      const tall = point.rows / most * (bottom - top) * 0.45;
      return svg("rect", { class: "volume", x: scale(point.time), y: bottom - tall, width: Math.max(1, scale(point.time + interval) - scale(point.time) - 0.5), height: tall });
    }),
    svg("path", { class: "area", d: area }), svg("path", { class: "line", d: line }),
    at !== null && at >= scale.first && at <= scale.last ? svg("line", { class: "cause-line", x1: scale(at), x2: scale(at), y1: top - 4, y2: bottom }) : null);
}

/** Times in order, without single ones so far off that they would press all others into one line. */
function closeTimes(times) {
  const sorted = times.filter((time) => time !== null).sort((a, b) => a - b);
  let [low, high] = [0, sorted.length - 1];
  while (high - low >= 4) {
    if (sorted[high] - sorted[high - 1] > 5 * (sorted[high - 1] - sorted[low])) high--;
    else if (sorted[low + 1] - sorted[low] > 5 * (sorted[high] - sorted[low + 1])) low++;
    else break;
  }
  return sorted.slice(low, high + 1);
}

function seriesSpan(lists) {
  let [first, last] = [Infinity, -Infinity];
  for (const series of lists) {
    const times = closeTimes(series.map((point) => millis(point.time)));
    if (!times.length) continue;
    first = Math.min(first, times[0]);
    last = Math.max(last, times[times.length - 1] + intervalOf(times));
  }
  return Number.isFinite(first) ? { first: first, last: last } : null;
}

function renderCurves() {
  const incident = currentIncident();
  if (!incident) return null;
  const failures = failuresOf(incident).filter((failure) => failure.series.length);
  if (!failures.length) return null;
  const span = seriesSpan(failures.map((failure) => failure.series));
  const cause = causeOf(incident);
  const at = cause ? millis(cause.time) : null;
  const { shown, left } = shorten(failures, chosen.all ? Infinity : CURVES_SHOWN);
  const charts = [];
  const cards = shown.map((failure) => {
    const chart = html("div", {});
    const label = failure.service + ": " + number(failure.errors) + " of " + counted(failure.rows, "row", "rows") + " failed";
    charts.push(() => chart.replaceChildren(span ? rateChart(failure.series, span.first, span.last, widthOf(chart, 290), 120, at) : ""));
    return html("div", Object.assign(selectable("service", failure.service, label), { class: "curve", "data-curve": failure.service, "data-status": statusOf(failure.service), title: label }),
      html("header", {}, html("b", {}, failure.service), html("span", { class: "soft" }, percent(failure.errors, failure.rows) + " of " + counted(failure.rows, "row", "rows"))), chart);
  });
  const element = section("curves", "Share of failures", null, html("div", { class: "curves" }, cards),
    html("p", { class: "soft" }, "Line: rows that failed; bars: volume" + (at === null ? "." : "; dashed: the change held responsible.")),
    left ? html("p", { class: "soft" }, "and " + counted(left, "more service", "more services") + ", listed in the timeline.") : null);
  element.addEventListener("placed", () => charts.forEach((draw) => draw()));
  return element;
}
