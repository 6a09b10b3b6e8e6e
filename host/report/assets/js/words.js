// Numbers, sizes and times as a person reads them. Times are UTC.

function number(value) {
  return String(Math.round(value)).replace(/\B(?=(\d{3})+(?!\d))/g, ",");
}

function counted(value, one, many) {
  return number(value) + " " + (value === 1 ? one : many);
}

function bytes(value) {
  let size = Math.max(0, value);
  for (const unit of ["B", "kB", "MB", "GB", "TB"]) {
    if (size < 999.5) return (unit === "B" || size >= 99.95 ? size.toFixed(0) : size.toFixed(1)) + " " + unit;
    size /= 1000;
  }
  return size.toFixed(1) + " PB";
}

function money(value, currency) {
  let amount = value.toFixed(2);
  if (value > 0 && value < 0.0001) amount = "<0.0001";
  else if (value > 0 && value < 0.01) amount = value.toFixed(4);
  else amount = amount.replace(/\B(?=(\d{3})+(?!\d)\.)/g, ",").replace(/\B(?=(\d{3})+\.)/g, ",");
  if (currency !== "USD") return amount + " " + currency;
  return amount.startsWith("<") ? "<$" + amount.slice(1) : "$" + amount;
}

function percent(part, whole) {
  if (!(whole > 0) || !(part > 0)) return "0 %";
  const share = part / whole * 100;
  if (share < 1) return "<1 %";
  if (share > 99 && share < 100) return ">99 %";
  return share.toFixed(0) + " %";
}

function duration(milliseconds) {
  const value = Math.abs(milliseconds);
  const seconds = Math.floor(value / 1000);
  const two = (large, unit, small, smallUnit) => large + " " + unit + (small ? " " + small + " " + smallUnit : "");
  if (seconds < 1) return Math.floor(value) + " ms";
  if (seconds < 10) return (value / 1000).toFixed(1) + " s";
  if (seconds < 60) return seconds + " s";
  if (seconds < 3600) return two(Math.floor(seconds / 60), "min", seconds % 60, "s");
  if (seconds < 86400) return two(Math.floor(seconds / 3600), "h", Math.floor(seconds / 60) % 60, "min");
  return two(Math.floor(seconds / 86400), "d", Math.floor(seconds / 3600) % 24, "h");
}

/** Milliseconds of an RFC 3339 time, or null. */
function millis(time) {
  const value = time ? Date.parse(time) : NaN;
  return Number.isFinite(value) ? value : null;
}

function dateTime(value) {
  return value === null ? "time not known" : new Date(value).toISOString().slice(0, 19).replace("T", " ");
}

function timeOfDay(value) {
  return new Date(value).toISOString().slice(11, 19);
}

function timeRange(first, last) {
  const [from, to] = [millis(first), millis(last)];
  if (from === null) return "";
  if (to === null || to === from) return dateTime(from) + " UTC";
  const end = dateTime(to).slice(0, 10) === dateTime(from).slice(0, 10) ? timeOfDay(to) : dateTime(to);
  return dateTime(from) + " to " + end + " UTC (" + duration(to - from) + ")";
}

/** Folder that all files are in; it is left out of paths and said once. */
const FOLDER = (() => {
  const uris = report.inputs.files.map((file) => file.uri);
  if (uris.length < 2) return "";
  let same = uris[0];
  for (const uri of uris) {
    let end = 0;
    while (end < same.length && same[end] === uri[end]) end++;
    same = same.slice(0, end);
  }
  same = same.slice(0, same.lastIndexOf("/") + 1);
  return same.length > 20 ? same : "";
})();

function path(uri) {
  return FOLDER && uri.startsWith(FOLDER) ? uri.slice(FOLDER.length) : uri;
}

function place(evidence) {
  return evidence.line ? path(evidence.uri) + ":" + evidence.line : path(evidence.uri);
}

/** The time without the date where the date is that of `day`. */
function timeNear(value, day) {
  if (value === null || day === null) return dateTime(value);
  return dateTime(value).slice(0, 10) === dateTime(day).slice(0, 10) ? timeOfDay(value) : dateTime(value);
}

const SYMPTOMS = {
  scaled: ["changed its size", ""], at_maximum: ["at its maximum", "bad"], flapping: ["flapping", "warn"],
  ineffective: ["growth did not help", "bad"], failed: ["a scaling activity failed", "bad"],
  cpu_high: ["CPU above 70 %", "warn"], cpu_low: ["CPU below 20 %", ""],
  error_rate: ["more than 5 % of requests fail", "bad"], slow: ["more than 10 % slower than 1000 ms", "warn"],
};

const MEANS = {
  iac: "infrastructure tool", iac_unregistered: "infrastructure tool, run not in the input", console: "web console",
  script: "script or command line", runtime: "agent on the resource", service: "the cloud itself",
};
