// When each service began to fail, and which changes were made around that time.

/** Window of the timeline: around the onsets, or the whole incident. */
function timelineWindow(incident, zoom) {
  const failures = failuresOf(incident);
  const onsets = failures.map((failure) => millis(failure.onset)).filter((time) => time !== null);
  const ends = failures.map((failure) => millis(failure.last)).filter((time) => time !== null);
  const onset = Math.min(...onsets);
  const lastOnset = Math.max(...onsets);
  const end = Math.max(lastOnset, ...ends);
  const cause = causeOf(incident);
  const causeTime = cause ? millis(cause.time) : null;
  const times = incident.details.considered.map((change) => millis(change.time)).filter((time) => time !== null);
  if (zoom === "onset") {
    const from = causeTime !== null && onset - causeTime < 3600000 ? Math.min(causeTime, onset) : onset;
    const span = Math.max(10000, lastOnset - from);
    return { first: from - span * 0.12, last: Math.max(lastOnset, from) + span * 0.3 };
  }
  // Changes long before would leave the incident no room; they stand at the left edge.
  const reach = Math.max(1800000, (end - onset) * 2);
  const near = times.filter((time) => onset - time <= reach);
  const first = Math.min(onset, ...near);
  const last = Math.max(end, ...near.filter((time) => time <= end + reach));
  const margin = Math.max(2000, (last - first) * 0.04);
  return { first: first - margin, last: last + margin };
}

function usualZoom(incident) {
  const onsets = failuresOf(incident).map((failure) => millis(failure.onset));
  const whole = timelineWindow(incident, "whole");
  const spread = Math.max(...onsets) - Math.min(...onsets);
  return onsets.length > 1 && spread < (whole.last - whole.first) * 0.08 ? "onset" : "whole";
}

function changeMarker(change, scale, lane, bottom) {
  const time = millis(change.time);
  const x = Math.min(scale.right, Math.max(scale.left, scale(time)));
  const outside = scale(time) < scale.left - 1 ? "\u2190 " : scale(time) > scale.right + 1 ? "\u2192 " : "";
  const y = 14 + lane.index * 18;
  const label = change.tool + " " + change.action + " of " + change.address + " at " + dateTime(time) + " UTC, verdict: " + change.verdict;
  return svg("g", Object.assign(selectable("change", change.id, label), {
    class: "change", "data-change": change.id, "data-change-verdict": change.verdict,
  }),
  svg("title", {}, label),
  svg("line", { class: "stem", x1: x, x2: x, y1: y, y2: bottom }),
  svg("path", { class: "mark", d: "M" + (x - 6) + "," + (y - 7) + " h12 l-6,10 z" }),
  lane.labelled ? svg("text", { x: lane.before ? x - 10 : x + 10, y: y, "text-anchor": lane.before ? "end" : "start" },
    outside + lane.text) : svg("rect", { x: x - 8, y: y - 9, width: 16, height: 16, fill: "transparent" }));
}

/** Puts the markers of changes into lanes so that their labels do not overlap; the cause first. */
function laneChanges(changes, scale) {
  const rank = { cause: 0, possible: 1, cleared: 2 };
  const ordered = changes.slice().sort((a, b) => rank[a.verdict] - rank[b.verdict] || millis(a.time) - millis(b.time) || (a.id < b.id ? -1 : 1));
  const taken = [];
  return ordered.map((change) => {
    const x = Math.min(scale.right, Math.max(scale.left, scale(millis(change.time))));
    const text = cut(change.address, 44);
    const width = 24 + text.length * 6.9;
    const before = x + width > scale.right + 30;
    const [from, to] = before ? [x - width, x + 8] : [x - 8, x + width];
    for (let index = 0; index < 8; index++) {
      const spans = taken[index] = taken[index] || [];
      if (spans.some(([a, b]) => from < b && to > a)) continue;
      spans.push([from, to]);
      return { change: change, lane: { index: index, labelled: true, before: before, text: text } };
    }
    return { change: change, lane: { index: 7, labelled: false, before: before, text: text } };
  });
}

function failureRow(failure, index, scale, y, onset) {
  const status = index === 0 ? "primary" : "secondary";
  const [from, to] = [millis(failure.onset), millis(failure.last)];
  const hold = (x) => Math.min(scale.right, Math.max(scale.left, x));
  const offset = from - onset;
  const text = index === 0 ? timeOfDay(from) : (offset < 0 ? "\u2212" : "+") + duration(offset);
  const label = failure.service + ", " + status + ", from " + dateTime(from) + " to " + dateTime(to) + " UTC" + (failure.via ? ", through " + failure.via : "");
  const [x1, x2] = [hold(scale(from)), hold(scale(to))];
  return svg("g", Object.assign(selectable("service", failure.service, label), {
    class: "row", "data-service": failure.service, "data-status": status, "data-onset": failure.onset,
  }),
  svg("title", {}, label),
  svg("rect", { x: 0, y: y - 13, width: scale.right, height: 26, fill: "transparent" }),
  svg("text", { class: "name", x: 4, y: y + 4 }, cut(failure.service, 22)),
  svg("rect", { class: "span", x: x1, y: y - 8, width: Math.max(3, x2 - x1), height: 16, rx: 3 }),
  svg("path", { class: "onset mark", d: "M" + x1 + "," + (y - 8) + " l7,8 l-7,8 l-7,-8 z" }),
  svg("text", { x: x1 + 12, y: y + 4 }, text));
}

function drawTimeline(incident, width) {
  const zoom = chosen.zoom || usualZoom(incident);
  const span = timelineWindow(incident, zoom);
  const scale = timeScale(span.first, span.last, 164, width - 14);
  const timed = incident.details.considered.filter((change) => millis(change.time) !== null);
  const placed = laneChanges(timed, scale);
  const lanes = placed.reduce((most, entry) => Math.max(most, entry.lane.index + 1), 0);
  const top = 14 + lanes * 18 + 6;
  const failures = failuresOf(incident);
  const bottom = top + failures.length * 30;
  const onset = millis(incident.details.primary.onset);
  return svg("svg", { width: width, height: bottom + 22, role: "group", "aria-label": "Onset of each service and changes" },
    timeAxis(scale, top, bottom),
    svg("line", { class: "axis", x1: scale.left, x2: scale.right, y1: bottom, y2: bottom }),
    failures.map((failure, i) => failureRow(failure, i, scale, top + 15 + i * 30, onset)),
    placed.slice().reverse().map((entry) => changeMarker(entry.change, scale, entry.lane, bottom)));
}

function renderTimeline() {
  const incident = currentIncident();
  if (!incident) return null;
  const zoom = chosen.zoom || usualZoom(incident);
  const tools = [["onset", "Onsets"], ["whole", "Whole incident"]].map(([name, text]) =>
    html("button", { type: "button", id: "zoom-" + name, "aria-pressed": String(zoom === name), click: () => { chosen.zoom = name; writeAddress(); renderPage("zoom-" + name); } }, text));
  const scroll = html("div", { class: "chart" });
  const element = section("timeline", "Timeline", tools, scroll);
  const words = [["cause", "change held responsible"], ["possible", "possible"], ["cleared", "cleared"]];
  const seen = new Set(incident.details.considered.map((change) => change.verdict));
  const marks = words.filter(([verdict]) => seen.has(verdict)).map(([verdict, text]) =>
    html("li", {}, svg("svg", { width: 14, height: 12, style: "display:inline-block;margin-right:4px", "aria-hidden": "true" },
      svg("g", { class: "change " + verdict, "data-legend": verdict }, svg("path", { class: "mark", d: "M1,1 h12 l-6,10 z" }))), text));
  const timeless = incident.details.considered.filter((change) => millis(change.time) === null).length;
  element.append(html("ul", { class: "legend" }, marks, html("li", {}, "times in UTC, corrected for clocks")));
  if (timeless) element.append(html("p", { class: "soft" }, counted(timeless, "change has", "changes have") + " no known time; see the list of changes."));
  element.addEventListener("placed", () => scroll.replaceChildren(drawTimeline(incident, widthOf(scroll, 900))));
  return element;
}
