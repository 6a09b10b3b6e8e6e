// What is chosen lives in the address after `#`, so that a view can be linked, kept and tested:
// #incident=incident-2&service=checkout&all=1&zoom=onset&theme=dark

const KINDS = ["service", "edge", "change", "scaling", "team", "owner", "environment", "outside"];
const chosen = readAddress();

function readAddress() {
  const address = { incident: null, kind: null, id: null, all: false, zoom: null, theme: null };
  for (const part of location.hash.replace(/^#/, "").split("&")) {
    const at = part.indexOf("=");
    if (at < 0) continue;
    let value = part.slice(at + 1);
    try { value = decodeURIComponent(value); } catch (error) { /* A lone % stands for itself. */ }
    const name = part.slice(0, at);
    if (KINDS.includes(name)) [address.kind, address.id] = [name, value];
    else if (name === "incident") address.incident = value;
    else if (name === "all") address.all = value === "1";
    else if (name === "zoom") address.zoom = value;
    else if (name === "theme") address.theme = value;
  }
  return address;
}

function writeAddress() {
  const parts = [];
  if (chosen.incident && report.incidents.length > 1) parts.push("incident=" + encodeURIComponent(chosen.incident));
  if (chosen.kind) parts.push(chosen.kind + "=" + encodeURIComponent(chosen.id));
  if (chosen.all) parts.push("all=1");
  if (chosen.zoom) parts.push("zoom=" + chosen.zoom);
  if (chosen.theme) parts.push("theme=" + chosen.theme);
  // Some browsers refuse to rewrite the address of a page from disk; the view works without.
  try { history.replaceState(null, "", "#" + parts.join("&")); } catch (error) { /* see above */ }
}

/** The incident that is looked at, or null if there is none. */
function currentIncident() {
  return report.incidents.find((incident) => incident.id === chosen.incident) || report.incidents[0] || null;
}

function failuresOf(incident) {
  return incident ? [incident.details.primary].concat(incident.details.secondary) : [];
}

function causeOf(incident) {
  if (!incident || !incident.details.cause) return null;
  return incident.details.considered.find((change) => change.id === incident.details.cause) || null;
}

function nodeOf(service) {
  return report.service_map.nodes.find((node) => node.service === service) || null;
}

/** Status of a service in the incident that is looked at; outside of it, as the map has it. */
function statusOf(service) {
  const incident = currentIncident();
  if (incident && incident.details.primary.service === service) return "primary";
  if (incident && incident.details.secondary.some((failure) => failure.service === service)) return "secondary";
  const node = nodeOf(service);
  return node ? node.status : "silent";
}

function select(kind, id) {
  [chosen.kind, chosen.id] = [kind, id];
  writeAddress();
  markSelected();
  showEvidence();
}

function markSelected() {
  const key = chosen.kind + "=" + chosen.id;
  for (const element of document.querySelectorAll("[data-key]")) {
    const is = element.getAttribute("data-key") === key;
    element.classList.toggle("selected", is);
    element.setAttribute("aria-pressed", String(is));
  }
}

function selectFrom(event) {
  const element = event.target.closest("[data-key]");
  if (!element) return;
  const key = element.getAttribute("data-key");
  const at = key.indexOf("=");
  select(key.slice(0, at), key.slice(at + 1));
  const panel = document.getElementById("evidence");
  if (getComputedStyle(panel).position !== "sticky") panel.scrollIntoView({ block: "nearest" });
  event.preventDefault();
}

document.addEventListener("click", selectFrom);
document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" || event.key === " ") selectFrom(event);
});
