// Puts the page together, and again when another incident or another size is chosen.

function renderFacts() {
  const totals = report.inputs.totals;
  const words = [counted(totals.rows, "row", "rows") + (totals.services ? " of " + counted(totals.services, "service", "services") : ""), counted(totals.files, "file", "files")];
  if (totals.changes) words.push(counted(totals.changes, "change", "changes") + " of infrastructure code");
  if (totals.rejects) words.push(counted(totals.rejects, "reject", "rejects"));
  if (totals.skipped) words.push(counted(totals.skipped, "file not read", "files not read"));
  if (totals.providers.length) words.push(totals.providers.join(", "));
  words.push(timeRange(totals.first, totals.last));
  const selection = report.inputs.selection;
  const only = [selection.since ? "since " + selection.since : "", selection.until ? "until " + selection.until : "", selection.services.length ? "of " + selection.services.join(", ") : ""].filter(Boolean);
  if (only.length) words.push("only " + only.join(" "));
  return html("ul", { id: "facts" }, words.filter(Boolean).map((word) => html("li", {}, word)));
}

function renderPicker() {
  if (report.incidents.length < 2) return null;
  return html("nav", { id: "incidents", "aria-label": "Incidents" }, report.incidents.map((incident) =>
    html("button", {
      type: "button", id: "pick-" + incident.id, "data-incident": incident.id, "aria-pressed": String(incident === currentIncident()), title: incident.title,
      click: () => { Object.assign(chosen, { incident: incident.id, kind: null, id: null, zoom: null }); mapZoom = null; writeAddress(); renderPage("pick-" + incident.id); },
    }, incident.id.replace("incident-", "Incident ") + ": " + incident.details.primary.service)));
}

function renderExplanation() {
  const incident = currentIncident();
  if (!incident) return null;
  const checked = incident.details.checked;
  return section("explanation", incident.title || incident.id, html("span", { class: "soft" }, incident.urgency + ", confidence " + incident.confidence.toFixed(2)),
    incident.explanation ? html("p", {}, incident.explanation) : null,
    incident.details.cause ? null : html("p", { id: "abstained" }, html("b", {}, "No change explains this.")),
    checked.length ? html("details", { open: incident.details.cause ? null : "" }, html("summary", {}, "What was checked"), html("ul", {}, checked.map((sentence) => html("li", {}, sentence)))) : null);
}

/** Renders everything that depends on the choice. `focus` is the id of the control to return to. */
function renderPage(focus) {
  const parts = [renderExplanation(), renderMap(), renderTimeline(), renderCurves(), renderChanges(), renderScaling(), renderCost(), renderOutside(), renderRewritten(), renderInputs()].filter(Boolean);
  const sections = document.getElementById("sections");
  sections.replaceChildren(...parts);
  const picker = document.getElementById("incidents");
  if (picker) picker.replaceWith(renderPicker());
  // Charts need to know how wide they are, so they are drawn once they stand in the page.
  for (const part of parts) part.dispatchEvent(new Event("placed"));
  const current = report.incidents.indexOf(currentIncident());
  document.querySelectorAll("#verdict .sentence").forEach((sentence, i) => sentence.setAttribute("data-current", String(i === current || current < 0)));
  showEvidence();
  markSelected();
  const control = focus ? document.getElementById(focus) : null;
  if (control) control.focus();
}

function renderTheme() {
  if (chosen.theme) document.documentElement.setAttribute("data-theme", chosen.theme);
  const isDark = () => chosen.theme ? chosen.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  document.getElementById("bar").append(html("button", { type: "button", "aria-label": "Light or dark", click: () => {
    chosen.theme = isDark() ? "light" : "dark";
    document.documentElement.setAttribute("data-theme", chosen.theme);
    writeAddress();
  } }, "\u25d0"));
}

function start() {
  const header = document.getElementById("head");
  document.getElementById("verdict").setAttribute("data-incidents", String(report.incidents.length > 0));
  if (!report.incidents.length && !report.inputs.totals.rows) document.getElementById("verdict").setAttribute("data-incidents", "unknown");
  header.append(renderFacts());
  const picker = renderPicker();
  if (picker) header.append(picker);
  document.getElementById("page").replaceChildren(html("div", { id: "sections" }), html("aside", { id: "evidence", "aria-label": "Evidence", "aria-live": "polite" }));
  renderTheme();
  renderPage(null);
  let waiting = 0;
  addEventListener("resize", () => { clearTimeout(waiting); waiting = setTimeout(() => renderPage(null), 150); });
  addEventListener("hashchange", () => { Object.assign(chosen, readAddress()); renderPage(null); });
  document.body.setAttribute("data-ready", "true");
}

start();
