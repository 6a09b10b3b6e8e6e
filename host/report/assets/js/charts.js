// Axes that the charts share.

const STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200, 86400, 172800,
  604800, 2592000, 7776000, 31536000].map((seconds) => seconds * 1000);

/** Maps times to positions; a span of no length is widened to a second. */
function timeScale(first, last, left, right) {
  const span = Math.max(1000, last - first);
  const scale = (time) => left + (time - first) / span * (right - left);
  return Object.assign(scale, { first: first, last: first + span, left: left, right: right });
}

function tickTimes(scale) {
  const most = Math.max(2, Math.floor((scale.right - scale.left) / 76));
  const step = STEPS.find((step) => (scale.last - scale.first) / step <= most) || STEPS[STEPS.length - 1];
  const ticks = [];
  for (let time = Math.ceil(scale.first / step) * step; time <= scale.last && ticks.length < 60; time += step) ticks.push(time);
  return { ticks: ticks, step: step };
}

/** Grid lines and labels of a time axis from `top` to `bottom`. */
function timeAxis(scale, top, bottom) {
  const { ticks, step } = tickTimes(scale);
  const label = (time) => {
    const text = dateTime(time);
    if (step >= 86400000) return text.slice(0, 10);
    return step < 60000 ? text.slice(11) : text.slice(11, 16);
  };
  // A label near an edge would be cut off; its line stays.
  const fits = (time) => scale(time) - scale.left > 16 && scale.right - scale(time) > 16;
  return ticks.map((time) => [
    svg("line", { class: "grid", x1: scale(time), x2: scale(time), y1: top, y2: bottom }),
    fits(time) ? svg("text", { class: "soft", x: scale(time), y: bottom + 14, "text-anchor": "middle" }, label(time)) : null,
  ]);
}

/** Width of a drawing area in pixels; a usual one where nothing is laid out yet. */
function widthOf(element, usual) {
  return Math.max(260, element.clientWidth || usual);
}

/** Length of one interval of a series, in milliseconds. */
function intervalOf(times) {
  let least = Infinity;
  for (let i = 1; i < times.length; i++) if (times[i] > times[i - 1]) least = Math.min(least, times[i] - times[i - 1]);
  return Number.isFinite(least) ? least : 60000;
}
