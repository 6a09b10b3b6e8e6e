// The service map: who calls whom, and how each fared in the incident.

const MAP_LIMIT = 60;
let mapZoom = null;

/** Edges of the map, and those along which the failure came although no record tells of the call. */
function mapEdges() {
  const edges = report.service_map.edges.map((edge) => Object.assign({ known: true }, edge));
  const known = new Set(edges.map((edge) => edge.from + "\n" + edge.to));
  for (const failure of failuresOf(currentIncident())) {
    const key = failure.service + "\n" + failure.via;
    if (!failure.via || failure.via === failure.service || known.has(key)) continue;
    known.add(key);
    edges.push({ from: failure.service, to: failure.via, known: false, sources: [], count: 0, confidence: 0, evidence: failure.evidence });
  }
  return edges;
}

function failedEdges() {
  return new Set(failuresOf(currentIncident()).filter((failure) => failure.via).map((failure) => failure.service + "\n" + failure.via));
}

/** Services to show: all if they are few; otherwise those of the incident, their neighbours, and the most troubled. */
function shownServices(edges) {
  const nodes = report.service_map.nodes;
  if (chosen.all || nodes.length <= MAP_LIMIT) return nodes.map((node) => node.service);
  const shown = new Set(failuresOf(currentIncident()).flatMap((failure) => [failure.service, failure.via]).filter(Boolean));
  if (chosen.kind === "service" && nodeOf(chosen.id)) shown.add(chosen.id);
  const near = new Map();
  for (const edge of edges) {
    if (shown.has(edge.from) && !shown.has(edge.to)) near.set(edge.to, (near.get(edge.to) || 0) + edge.count);
    if (shown.has(edge.to) && !shown.has(edge.from)) near.set(edge.from, (near.get(edge.from) || 0) + edge.count);
  }
  const ranked = [...near].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).map(([name]) => name);
  if (!shown.size) ranked.push(...nodes.slice().sort((a, b) => b.errors - a.errors || b.rows - a.rows || (a.service < b.service ? -1 : 1)).map((node) => node.service));
  for (const name of ranked) if (shown.size < MAP_LIMIT) shown.add(name);
  return nodes.map((node) => node.service).filter((name) => shown.has(name));
}

function nodeElement(name, place) {
  const node = nodeOf(name) || { rows: 0, errors: 0, provider: null };
  const status = statusOf(name);
  const incident = currentIncident();
  const inside = failuresOf(incident).some((failure) => failure.service === name);
  const facts = [status];
  if (node.errors) facts.push(percent(node.errors, node.rows) + " failed");
  if (node.provider) facts.push(node.provider);
  const label = name + ", " + facts.join(", ");
  return svg("g", Object.assign(selectable("service", name, label), {
    class: "node", transform: "translate(" + place.x + "," + place.y + ")", "data-service": name, "data-status": status,
    "data-other": !inside && (status === "primary" || status === "secondary") ? "true" : null,
  }),
  svg("title", {}, label + (node.rows ? ", " + number(node.errors) + " of " + counted(node.rows, "row", "rows") : "")),
  svg("rect", { class: "box", width: NODE.width, height: NODE.height, rx: 8 }),
  svg("rect", { class: "strip", x: 5, y: 9, width: 4, height: NODE.height - 18, rx: 2 }),
  svg("text", { class: "name", x: 17, y: 20 }, cut(name, 21)),
  svg("text", { class: "tone", x: 17, y: 37 }, cut(facts.join(" \u00b7 "), 28)));
}

function edgePath(from, to) {
  const [x1, y1] = [from.x + NODE.width, from.y + NODE.height / 2];
  const [x2, y2] = [to.x - 3, to.y + NODE.height / 2];
  if (x2 > x1) {
    const bend = Math.max(30, (x2 - x1) / 2);
    return "M" + x1 + "," + y1 + " C" + (x1 + bend) + "," + y1 + " " + (x2 - bend) + "," + y2 + " " + x2 + "," + y2;
  }
  // A call back, or within a column: around below both.
  const low = Math.max(from.y, to.y) + NODE.height + 16;
  const [a, b] = [from.x + NODE.width * 0.6, to.x + NODE.width * 0.4];
  return "M" + a + "," + (from.y + NODE.height) + " C" + a + "," + low + " " + b + "," + low + " " + b + "," + (to.y + NODE.height + 3);
}

function edgeElement(edge, places, failed) {
  const isFailed = failed.has(edge.from + "\n" + edge.to);
  const path = edgePath(places.get(edge.from), places.get(edge.to));
  const told = edge.known ? counted(edge.count, "observation", "observations") + " from " + edge.sources.join(", ") : "told only by the failure";
  const label = edge.from + " calls " + edge.to + ", " + told + (isFailed ? "; the failure came along here" : "");
  return svg("g", Object.assign(selectable("edge", edge.from + ">" + edge.to, label), {
    class: "edge", "data-from": edge.from, "data-to": edge.to, "data-failed": isFailed ? "true" : null, "data-known": String(edge.known),
  }),
  svg("title", {}, label),
  svg("path", {
    class: "line", d: path, "stroke-width": (1.2 + Math.min(2.3, Math.log10(1 + edge.count) / 2)).toFixed(2),
    "marker-end": isFailed ? "url(#arrow-failed)" : "url(#arrow)",
  }),
  svg("path", { class: "hit", d: path }));
}

function arrowHead(id, className) {
  return svg("marker", { id: id, viewBox: "0 0 8 8", refX: 6, refY: 4, markerWidth: 9, markerHeight: 9, markerUnits: "userSpaceOnUse", orient: "auto" },
    svg("path", { class: className, d: "M0,0 L8,4 L0,8 z" }));
}

function legend() {
  const words = [["primary", "broke first"], ["secondary", "followed"], ["degraded", "some failures, no incident"], ["healthy", "healthy"], ["silent", "named by others, no rows of its own"]];
  return html("ul", { class: "legend", "aria-label": "Legend" }, words.map(([status, text]) =>
    html("li", { "data-status": status }, html("span", { class: "swatch" }), text)), html("li", {}, "arrows go from caller to callee; orange: the failure came along here"));
}

function renderMap() {
  const nodes = report.service_map.nodes;
  if (!nodes.length) return section("map", "Service map", null, empty("No services were found in the logs."));
  const edges = mapEdges();
  const names = shownServices(edges);
  const isShown = new Set(names);
  const shownEdges = edges.filter((edge) => edge.from !== edge.to && isShown.has(edge.from) && isShown.has(edge.to));
  const layout = layoutMap(names, shownEdges);
  const failed = failedEdges();
  const drawing = svg("svg", { viewBox: "0 0 " + layout.width + " " + layout.height, role: "group", "aria-label": "Services and the calls between them" },
    svg("defs", {}, arrowHead("arrow", "arrow"), arrowHead("arrow-failed", "arrow-failed")),
    shownEdges.filter((edge) => !failed.has(edge.from + "\n" + edge.to)).map((edge) => edgeElement(edge, layout.places, failed)),
    shownEdges.filter((edge) => failed.has(edge.from + "\n" + edge.to)).map((edge) => edgeElement(edge, layout.places, failed)),
    names.map((name) => nodeElement(name, layout.places.get(name))));
  const scroll = html("div", { class: "scroll" }, drawing);
  const zoom = (factor) => {
    const fit = Math.min(1, Math.max(0.6, widthOf(scroll, 900) / layout.width));
    mapZoom = factor === null ? null : Math.min(3, Math.max(0.15, (mapZoom || fit) * factor));
    drawing.style.width = Math.round(layout.width * (mapZoom || fit)) + "px";
  };
  const tools = [
    html("button", { type: "button", "aria-label": "Smaller", click: () => zoom(1 / 1.25) }, "\u2212"),
    html("button", { type: "button", "aria-label": "Larger", click: () => zoom(1.25) }, "+"),
    html("button", { type: "button", "aria-label": "Usual size", click: () => zoom(null) }, "1:1"),
  ];
  if (nodes.length > MAP_LIMIT) {
    const text = chosen.all ? "Show only the incident and its neighbours" : "Show all " + number(nodes.length) + " services";
    tools.unshift(html("button", { type: "button", id: "show-all", "aria-pressed": String(chosen.all), click: () => { chosen.all = !chosen.all; mapZoom = null; writeAddress(); renderPage("show-all"); } }, text));
  }
  const hidden = nodes.length - names.length;
  const element = section("map", "Service map", tools, scroll, legend(),
    hidden ? html("p", { class: "soft", id: "map-hidden" }, counted(hidden, "service is", "services are") + " not shown.") : null);
  element.addEventListener("placed", () => zoom(1));
  return element;
}
