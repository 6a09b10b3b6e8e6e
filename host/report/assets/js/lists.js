// Tables: changes, changes outside infrastructure code, what was read and what was not.

function table(heads, rows) {
  return html("div", { class: "table" }, html("table", {},
    html("thead", {}, html("tr", {}, heads.map((head) => html("th", { class: head.startsWith("#") ? "number" : null, scope: "col" }, head.replace(/^#/, ""))))),
    html("tbody", {}, rows)));
}

const VERDICTS = { cause: ["held responsible", "bad"], possible: ["possible", "warn"], cleared: ["cleared", "good"] };

function verdictTag(verdict) {
  const [text, tone] = VERDICTS[verdict] || ["not near an incident", ""];
  return html("span", { class: "tag", "data-tone": tone || null }, text);
}

function changeRow(change, day) {
  return html("tr", Object.assign(selectable("change", change.id, change.tool + " " + change.action + " of " + change.address), { "data-change": change.id, "data-change-verdict": change.verdict || "none", title: dateTime(millis(change.time)) }),
    html("td", {}, verdictTag(change.verdict)), html("td", { class: "time" }, timeNear(millis(change.time), day)),
    html("td", {}, change.tool + " " + change.action + (change.outcome && change.outcome !== "applied" ? " (" + change.outcome.replace("_", " ") + ")" : "")),
    html("td", {}, change.address), html("td", {}, change.actor || ""), html("td", { class: "long" }, change.why || ""));
}

function renderChanges() {
  if (!report.changes.length) return null;
  const incident = currentIncident();
  const considered = incident ? incident.details.considered : [];
  const ids = new Map(considered.map((change) => [change.id, change]));
  const rank = { cause: 0, possible: 1, cleared: 2 };
  // The verdict of the incident that is looked at, not the gravest of all.
  const weighed = report.changes.filter((change) => ids.has(change.id)).map((change) =>
    Object.assign({}, change, { verdict: ids.get(change.id).verdict, why: ids.get(change.id).why, time: ids.get(change.id).time || change.time }));
  weighed.sort((a, b) => rank[a.verdict] - rank[b.verdict]);
  const others = report.changes.filter((change) => !ids.has(change.id));
  const day = incident ? millis(incident.details.primary.onset) : null;
  const heads = ["Verdict", "Time (UTC)", "What", "Address", "Who", "Why"];
  return section("changes", "Changes", null,
    incident ? (weighed.length ? table(heads, weighed.map((change) => changeRow(change, day))) : empty("No change was near this incident.")) : null,
    others.length ? html("details", { open: incident ? null : "" }, html("summary", {}, counted(others.length, "other change", "other changes")), table(heads, others.map((change) => changeRow(change, day)))) : null);
}

function renderOutside() {
  if (!report.outside_changes.length) return null;
  const rows = report.outside_changes.map((change) => {
    const details = change.details;
    return html("tr", Object.assign(selectable("outside", change.id, details.actor + " " + details.action), { "data-outside": change.id }),
      html("td", {}, details.actor), html("td", {}, details.action + (details.failed === details.count ? " (refused)" : "")), html("td", { class: "word" }, MEANS[details.class] || details.class),
      html("td", { class: "number" }, number(details.count)), html("td", { class: "time" }, dateTime(millis(details.first))),
      html("td", {}, details.managed.length ? html("span", { class: "tag", "data-tone": "warn" }, "managed by code") : "", details.managed.slice(0, 3).join(", ")));
  });
  return section("outside", "Changed outside infrastructure code", null, table(["Who", "Action", "By", "#Times", "First (UTC)", "Managed resources"], rows));
}

function renderRewritten() {
  if (!report.rewritten_states.length) return null;
  return section("rewritten", "Rewritten states", null, html("ul", {}, report.rewritten_states.map((state) => html("li", { "data-rewritten": state.id, title: state.details.uris.map(path).join(", ") }, html("b", {}, state.title), ". " + state.explanation))));
}

function renderInputs() {
  const inputs = report.inputs;
  const files = inputs.files.map((file) => html("tr", { "data-file": file.uri }, html("td", { title: file.uri }, path(file.uri)),
    html("td", {}, file.formats.map((format) => format.name).join(", "), file.wrappings.length ? html("span", { class: "soft" }, " in " + file.wrappings.map((wrapping) => wrapping.name).join(", ")) : ""),
    html("td", { class: "number" }, number(file.rows)), html("td", { class: "number" }, number(file.changes)), html("td", { class: "number" }, number(file.rejects)), html("td", { class: "number" }, bytes(file.bytes)),
    html("td", {}, timeRange(file.first, file.last))));
  const rejects = report.rejects;
  return section("inputs", "What was read", null,
    FOLDER ? html("p", { class: "soft" }, "Paths are below " + FOLDER) : null,
    files.length ? table(["File", "Formats", "#Rows", "#Changes", "#Rejects", "#Size", "Times"], files) : empty("Nothing was read."),
    inputs.skipped.length ? [html("h3", {}, "Not read"), html("ul", {}, inputs.skipped.map((file) => html("li", { "data-skipped": file.uri }, html("b", {}, path(file.uri)), ": " + file.reason)))] : null,
    rejects.total ? [html("h3", {}, counted(rejects.total, "piece of input could not be read", "pieces of input could not be read")),
      html("ul", {}, rejects.by_reason.slice(0, 20).map((reason) => html("li", {}, number(reason.count) + " \u00d7 " + reason.reason))),
      rejects.first.length ? html("details", {}, html("summary", {}, "Where the first " + number(rejects.first.length) + " stand"), html("ul", {}, rejects.first.map((reject) => html("li", {}, place(reject) + ", bytes " + reject.start + ".." + reject.end + ": " + reject.reason)))) : null] : null,
    report.clocks.length ? [html("h3", {}, "Clocks"), html("ul", {}, report.clocks.map((clock) => html("li", { "data-clock": clock.details.domain }, html("b", {}, clock.details.domain),
      " is " + duration(clock.details.ahead_nanos / 1e6) + (clock.details.ahead_nanos < 0 ? " behind " : " ahead of ") + clock.details.reference + " (" + counted(clock.details.pairs, "pair of rows", "pairs of rows") + "); " +
      (clock.details.applied ? "its times were corrected" : "its times were left as they are"))))] : null,
    report.notes.length ? [html("h3", {}, "Notes"), html("ul", { id: "notes" }, report.notes.map((note) => html("li", {}, note)))] : null);
}
