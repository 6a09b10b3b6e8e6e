// The service map: who calls whom, and how each fared in the incident.

const MAP_LIMIT = 60;
let mapZoom = null;

/** Edges of the map, and those along which the failure came although no record tells of the call. */
function mapEdges() {
  const edges = report.service_map.edges.map((edge) => Object.assign({ known: true }, edge));
  // Who is called through a queue fails after its caller: the failure then came against the arrow.
  const known = new Set(edges.flatMap((edge) => [edge.from + "\n" + edge.to, edge.to + "\n" + edge.from]));
  for (const failure of failuresOf(currentIncident())) {
    const key = failure.service + "\n" + failure.via;
    if (!failure.via || failure.via === failure.service || known.has(key)) continue;
    known.add(key);
    edges.push({ from: failure.service, to: failure.via, known: false, sources: [], count: 0, confidence: 0, evidence: failure.evidence });
  }
  return edges;
}

function failedEdges(edges) {
  const along = new Set(failuresOf(currentIncident()).filter((failure) => failure.via).map((failure) => failure.service + "\n" + failure.via));
  const keys = new Set(edges.map((edge) => edge.from + "\n" + edge.to));
  const failed = new Set();
  for (const key of along) failed.add(keys.has(key) ? key : key.split("\n").reverse().join("\n"));
  return failed;
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
  const label = name + ", " + facts.join(", ") + (node.provider ? ", " + node.provider : "");
  return svg("g", Object.assign(selectable("service", name, label), {
    class: "node", transform: "translate(" + place.x + "," + place.y + ")", "data-service": name, "data-status": status,
    "data-other": !inside && (status === "primary" || status === "secondary") ? "true" : null,
  }),
  svg("title", {}, label + (node.rows ? ", " + number(node.errors) + " of " + counted(node.rows, "row", "rows") : "")),
  svg("rect", { class: "box", width: NODE.width, height: NODE.height, rx: 8 }),
  svg("rect", { class: "strip", x: 5, y: 9, width: 4, height: NODE.height - 18, rx: 2 }),
  svg("text", { class: "name", x: 17, y: 20 }, cut(name, node.provider ? 15 : 20)),
  node.provider ? svg("text", { class: "soft", x: NODE.width - 9, y: 20, "text-anchor": "end" }, cut(node.provider, 7)) : null,
  svg("text", { class: "tone", x: 17, y: 37 }, cut(facts.join(" \u00b7 "), 28)));
}

/** Smooth line through points; between two points it leaves and arrives level. */
function levelCurve(points) {
  let path = "M" + points[0].x + "," + points[0].y;
  for (let i = 1; i < points.length; i++) {
    const [a, b] = [points[i - 1], points[i]];
    const middle = (a.x + b.x) / 2;
    path += a.y === b.y ? " L" + b.x + "," + b.y : " C" + middle + "," + a.y + " " + middle + "," + b.y + " " + b.x + "," + b.y;
  }
  return path;
}

function edgePath(from, to, bends) {
  const level = (place, right) => ({ x: place.x + (right ? NODE.width : 0), y: place.y + NODE.height / 2 });
  const isForward = to.x > from.x;
  if (isForward || bends) {
    const end = level(to, !isForward);
    end.x += isForward ? -3 : 3;
    const between = (bends || []).flatMap((bend) => [level(bend, !isForward), level(bend, isForward)]);
    return levelCurve([level(from, isForward), ...between, end]);
  }
  // A call back, or within a column: around below both.
  const low = Math.max(from.y, to.y) + NODE.height + 16;
  const [a, b] = [from.x + NODE.width * 0.6, to.x + NODE.width * 0.4];
  return "M" + a + "," + (from.y + NODE.height) + " C" + a + "," + low + " " + b + "," + low + " " + b + "," + (to.y + NODE.height + 3);
}

function edgeElement(edge, layout, failed) {
  const isFailed = failed.has(edge.from + "\n" + edge.to);
  const path = edgePath(layout.places.get(edge.from), layout.places.get(edge.to), layout.bends.get(edge.from + "\n" + edge.to));
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
  const failed = failedEdges(shownEdges);
  const drawing = svg("svg", { viewBox: "0 0 " + layout.width + " " + layout.height, role: "group", "aria-label": "Services and the calls between them" },
    svg("defs", {}, arrowHead("arrow", "arrow"), arrowHead("arrow-failed", "arrow-failed")),
    shownEdges.filter((edge) => !failed.has(edge.from + "\n" + edge.to)).map((edge) => edgeElement(edge, layout, failed)),
    shownEdges.filter((edge) => failed.has(edge.from + "\n" + edge.to)).map((edge) => edgeElement(edge, layout, failed)),
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
  element.addEventListener("placed", () => {
    zoom(1);
    const first = currentIncident() ? layout.places.get(currentIncident().details.primary.service) : null;
    if (!first) return;
    const scale = drawing.clientWidth / layout.width;
    scroll.scrollTo(first.x * scale - scroll.clientWidth / 2, first.y * scale - scroll.clientHeight / 2);
  });
  return element;
}
