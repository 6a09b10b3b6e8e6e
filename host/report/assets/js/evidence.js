// The panel at the side: what is chosen, and the rows of the logs behind it.

// Status and duration of a row; a status that the text tells is not said again.
function measures(row) {
  const isTold = row.text.split(/[^A-Za-z0-9]+/).includes(String(row.status));
  return [row.status === null || isTold ? null : "status " + row.status,
    row.duration_nanos >= 1e6 ? duration(row.duration_nanos / 1e6) : null].filter(Boolean).join(", ");
}

function quotes(list) {
  return list.map((row) => html("div", { class: "quote", "data-place": place(row) },
    html("span", { class: "place" }, place(row)), " ", html("span", { class: "when" }, row.time ? row.time.replace("T", " ").replace("Z", " UTC") : ""),
    html("code", {}, "\u201c" + row.text + "\u201d"), html("span", { class: "when" }, measures(row))));
}

function facts(pairs) {
  const rows = pairs.filter(([, value]) => value !== null && value !== undefined && value !== "" && value.length !== 0);
  return html("dl", {}, rows.map(([name, value]) => [html("dt", {}, name), html("dd", {}, value)]));
}

function head(kind, subject, status) {
  return [html("span", { class: "kind" }, kind), html("p", { class: "subject", "data-status": status || null }, subject)];
}

function link(kind, id, text) {
  return html("button", Object.assign(selectable(kind, id, text), { class: "link", type: "button" }), text);
}

function calls(title, edges, end) {
  if (!edges.length) return null;
  const { shown, left } = shorten(edges, 30);
  return [html("h3", {}, title), html("ul", {}, shown.map((edge) => html("li", {}, link("edge", edge.from + ">" + edge.to, edge[end]),
    html("span", { class: "soft" }, " " + edge.sources.join(", ")))), left ? html("li", { class: "soft" }, "and " + number(left) + " more") : null)];
}

function serviceEvidence(name) {
  const node = nodeOf(name);
  if (!node) return [head("Service", name), empty("The report does not know this service.")];
  const status = statusOf(name);
  const failure = failuresOf(currentIncident()).find((failure) => failure.service === name);
  const edges = mapEdges();
  const words = { primary: "Broke first", secondary: "Followed", degraded: "Degraded", healthy: "Healthy", silent: "No rows of its own" };
  return [head(words[status], name, status),
    failure ? [html("p", {}, failure.reason), facts([["From", failure.onset.replace("T", " ").replace("Z", " UTC")], ["To", failure.last.replace("T", " ").replace("Z", " UTC")],
      ["Failures", number(failure.errors) + " of " + counted(failure.rows, "row", "rows") + " (" + percent(failure.errors, failure.rows) + ")"],
      ["Through", failure.via], ["Cloud", failure.provider], ["Confidence", failure.confidence.toFixed(2)]]),
    html("h3", {}, "First failures"), failure.evidence.length ? quotes(failure.evidence) : empty("None kept.")]
      : facts([["Rows", number(node.rows)], ["Failures", node.errors ? number(node.errors) + " (" + percent(node.errors, node.rows) + ")" : "none"], ["Cloud", node.provider]]),
    calls("Calls", edges.filter((edge) => edge.from === name && edge.to !== name), "to"), calls("Called by", edges.filter((edge) => edge.to === name && edge.from !== name), "from")];
}

function edgeEvidence(id) {
  const edge = mapEdges().find((edge) => edge.from + ">" + edge.to === id);
  if (!edge) return [head("Call", id), empty("The report does not know this call.")];
  return [head("Call", [link("service", edge.from, edge.from), " \u2192 ", link("service", edge.to, edge.to)]),
    facts([["Told by", edge.known ? edge.sources.join(", ") : "the failure itself"], ["Seen", edge.known ? counted(edge.count, "time", "times") : null], ["Confidence", edge.known ? edge.confidence.toFixed(2) : null]]),
    html("h3", {}, "Evidence"), edge.evidence.length ? quotes(edge.evidence) : empty("None kept.")];
}

function changeEvidence(id) {
  const change = report.changes.find((change) => change.id === id);
  const incident = currentIncident();
  const weighed = incident ? incident.details.considered.find((change) => change.id === id) : null;
  const either = weighed || change;
  if (!either) return [head("Change", id), empty("The report does not know this change.")];
  const verdict = weighed ? weighed.verdict : null;
  const time = millis(either.time);
  const onset = incident ? millis(incident.details.primary.onset) : null;
  const distance = weighed && time !== null ? duration(onset - time) + (time <= onset ? " before the first failure" : " after the first failure") : null;
  return [head("Change", either.address, verdict === "cause" ? "primary" : null), html("p", {}, verdictTag(verdict), weighed ? weighed.why : ""),
    facts([["Tool", either.tool], ["Action", either.action], ["Outcome", change ? (change.outcome || "").replace("_", " ") : null], ["Who", either.actor || "not known"],
      ["When", dateTime(time) + (time === null ? "" : " UTC")], ["", distance], ["Changed", weighed && weighed.what !== weighed.action ? weighed.what : null],
      ["Attributes", change ? change.attributes.join(", ") : null], ["Scope", either.scope], ["Run", change ? change.run : null],
      ["Resource", either.resource], ["Type", change ? change.resource_type : null], ["Revision", change ? change.revision : null], ["Reason", change ? change.reason : null],
      ["Told in", change && change.uri ? place(change) : null], ["Score", weighed ? weighed.score.toFixed(2) : null]]),
    weighed && weighed.path.length ? [html("h3", {}, "Path to the first failure"), html("span", { class: "path" }, weighed.path.join("\n"))] : null,
    weighed ? [html("h3", {}, "Evidence"), weighed.evidence.length ? quotes(weighed.evidence) : empty("None kept.")] : null];
}

function scalingEvidence(id) {
  const scaling = report.scaling.find((scaling) => scaling.id === id);
  if (!scaling) return [head("Scaling", id), empty("The report does not know this group.")];
  const events = scaling.details.events;
  const { shown, left } = shorten(events, 40);
  return [head("Scaling", scaling.details.group), html("p", {}, scaling.explanation), html("p", { class: "soft" }, scaling.details.recommendation),
    events.length ? [html("h3", {}, "Events"), html("ul", {}, shown.map((event) => html("li", {}, dateTime(millis(event.time)) + ": " + event.action,
      event.from !== null && event.to !== null ? " (" + event.from + " \u2192 " + event.to + ")" : "", event.succeeded ? "" : " - failed", event.reason ? html("span", { class: "soft" }, " " + event.reason) : "")),
    left ? html("li", { class: "soft" }, "and " + number(left) + " more") : null)] : null,
    html("h3", {}, "Evidence"), scaling.evidence.length ? quotes(scaling.evidence) : empty("None kept.")];
}

function ownerEvidence(kind, id) {
  const owner = OWNERS.find((owner) => owner.kind === kind);
  const parts = report.cost.map((cost) => {
    const lines = cost.details.lines.filter((line) => (ownerOf(line, kind) || "") === id);
    const rows = lines.slice(0, 100).map((line) => html("tr", {}, html("td", {}, line.service || "(no service)"), html("td", {}, line.environment || ""), html("td", {}, line.provider || ""),
      html("td", { class: "number" }, bytes(line.bytes)), html("td", { class: "number" }, price(line, cost.details.currency))));
    return [table(["Service", "Environment", "Cloud", "#Volume", "#Price"], rows), cost.evidence.length ? [html("h3", {}, "Evidence"), quotes(cost.evidence)] : null];
  });
  return [head("Cost " + owner.title.toLowerCase(), id || owner.none), parts];
}

function outsideEvidence(id) {
  const change = report.outside_changes.find((change) => change.id === id);
  if (!change) return [head("Change outside infrastructure code", id), empty("The report does not know this change.")];
  const details = change.details;
  return [head("Change outside infrastructure code", details.action), html("p", {}, change.explanation),
    facts([["Who", details.actor], ["By", MEANS[details.class] || details.class], ["Tool", details.tool], ["API", details.api], ["Times", number(details.count) + (details.failed ? ", " + number(details.failed) + " refused" : "")],
      ["When", timeRange(details.first, details.last)], ["Managed", details.managed.join(", ")], ["Resources", details.resources.join(", ")]]),
    html("h3", {}, "Evidence"), change.evidence.length ? quotes(change.evidence) : empty("None kept.")];
}

function showEvidence() {
  const panel = document.getElementById("evidence");
  const views = { service: serviceEvidence, edge: edgeEvidence, change: changeEvidence, scaling: scalingEvidence, outside: outsideEvidence,
    team: (id) => ownerEvidence("team", id), owner: (id) => ownerEvidence("owner", id), environment: (id) => ownerEvidence("environment", id) };
  let [kind, id] = [chosen.kind, chosen.id];
  const incident = currentIncident();
  if (!kind && incident) [kind, id] = ["service", incident.details.primary.service];
  panel.dataset.kind = kind || "";
  panel.dataset.id = id === null ? "" : id;
  panel.dataset.status = kind === "service" ? statusOf(id) : "";
  const content = kind ? views[kind](id) : [html("p", { class: "empty" }, "Choose a service, a call, a change or a bar to see what is known about it.")];
  panel.replaceChildren(html("h2", {}, "Evidence"), ...[content].flat(4).filter(Boolean));
}
