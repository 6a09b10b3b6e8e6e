// Places the services: callers left, what they depend on right. The same map always looks the same.

const NODE = { width: 186, height: 48, gapX: 74, gapY: 18 };

/** Edges over several layers are led around the services between, as long as the map is not huge. */
const BENDS = 600;

/**
 * Positions for `names` and `edges` ({from, to}): {places: Map(name -> {x, y}), bends: Map("from\nto" -> [{x, y}]), width, height}.
 */
function layoutMap(names, edges) {
  const known = new Set(names);
  const links = edges.filter((edge) => edge.from !== edge.to && known.has(edge.from) && known.has(edge.to));
  const forward = withoutCycles(names, links);
  const linked = new Set(links.flatMap((edge) => [edge.from, edge.to]));
  const layers = layersOf(names.filter((name) => linked.has(name)), forward);
  const through = withBends(layers, forward);
  const ordered = orderLayers(through.layers, through.edges);
  const layout = placeAll(ordered, names.filter((name) => !linked.has(name)), through.bends);
  layout.bends = new Map();
  for (const [key, points] of through.bends) {
    const [from, to] = key.split("\n");
    const places = points.map((point) => layout.places.get(point));
    layout.bends.set(key, places);
    layout.bends.set(to + "\n" + from, places.slice().reverse());
  }
  return layout;
}

/** Layers with a place kept free wherever an edge crosses a layer. The names of these places begin with a line break. */
function withBends(layers, edges) {
  const depth = new Map(layers.flatMap((layer, i) => layer.map((name) => [name, i])));
  const bends = new Map();
  const needed = edges.reduce((sum, edge) => sum + Math.max(0, depth.get(edge.to) - depth.get(edge.from) - 1), 0);
  if (needed > BENDS || layers.some((layer) => layer.length > 30)) return { layers: layers, edges: edges, bends: bends };
  const wide = layers.map((layer) => layer.slice());
  const parts = [];
  for (const edge of edges) {
    const points = [];
    let last = edge.from;
    for (let i = depth.get(edge.from) + 1; i < depth.get(edge.to); i++) {
      const point = "\n" + edge.from + "\n" + edge.to + "\n" + i;
      wide[i].push(point);
      parts.push({ from: last, to: point });
      points.push(last = point);
    }
    parts.push({ from: last, to: edge.to });
    if (points.length) bends.set(edge.from + "\n" + edge.to, points);
  }
  return { layers: wide, edges: parts, bends: bends };
}

/** Edges with those turned around that would close a cycle. Walks with its own stack: chains may be long. */
function withoutCycles(names, edges) {
  const out = neighbours(edges, "from", "to");
  const state = new Map();
  const turned = new Set();
  for (const root of names) {
    if (state.has(root)) continue;
    const stack = [[root, 0]];
    state.set(root, 1);
    while (stack.length) {
      const top = stack[stack.length - 1];
      const next = (out.get(top[0]) || [])[top[1]++];
      if (next === undefined) { state.set(top[0], 2); stack.pop(); }
      else if (state.get(next) === 1) turned.add(top[0] + "\n" + next);
      else if (!state.has(next)) { state.set(next, 1); stack.push([next, 0]); }
    }
  }
  return edges.map((edge) => turned.has(edge.from + "\n" + edge.to) ? { from: edge.to, to: edge.from } : edge);
}

function neighbours(edges, key, value) {
  const map = new Map();
  for (const edge of edges) {
    if (!map.has(edge[key])) map.set(edge[key], []);
    map.get(edge[key]).push(edge[value]);
  }
  return map;
}

/** Layers by the longest way from a caller; who is called by nobody stands right before what it calls. */
function layersOf(names, edges) {
  const out = neighbours(edges, "from", "to");
  const into = neighbours(edges, "to", "from");
  const open = new Map(names.map((name) => [name, (into.get(name) || []).length]));
  const depth = new Map(names.map((name) => [name, 0]));
  const ready = names.filter((name) => open.get(name) === 0);
  for (let i = 0; i < ready.length; i++) {
    for (const next of out.get(ready[i]) || []) {
      depth.set(next, Math.max(depth.get(next), depth.get(ready[i]) + 1));
      open.set(next, open.get(next) - 1);
      if (open.get(next) === 0) ready.push(next);
    }
  }
  for (const name of names) {
    if ((into.get(name) || []).length || !out.has(name)) continue;
    depth.set(name, out.get(name).reduce((least, next) => Math.min(least, depth.get(next)), Infinity) - 1);
  }
  const layers = [];
  for (const name of names) (layers[depth.get(name)] = layers[depth.get(name)] || []).push(name);
  return layers.filter(Boolean);
}

/** Orders each layer by the mean place of its neighbours, from both sides in turn, so that few edges cross. */
function orderLayers(layers, edges) {
  const out = neighbours(edges, "from", "to");
  const into = neighbours(edges, "to", "from");
  const at = new Map();
  const note = (layer) => layer.forEach((name, i) => at.set(name, i / Math.max(1, layer.length - 1)));
  layers.forEach(note);
  for (let sweep = 0; sweep < 8; sweep++) {
    const side = sweep % 2 ? out : into;
    for (const layer of sweep % 2 ? layers.slice().reverse() : layers) {
      const mean = new Map(layer.map((name) => {
        const near = (side.get(name) || []).map((other) => at.get(other));
        return [name, near.length ? near.reduce((a, b) => a + b, 0) / near.length : at.get(name)];
      }));
      layer.sort((a, b) => mean.get(a) - mean.get(b) || at.get(a) - at.get(b));
      note(layer);
    }
  }
  return layers;
}

/** Coordinates; a layer that is too tall takes several columns, services without calls stand below. */
function placeAll(layers, alone, bends) {
  const count = layers.reduce((sum, layer) => sum + layer.length, 0);
  // A layer is only split where no edge is led through it.
  const rows = bends.size ? Infinity : Math.max(9, Math.ceil(Math.sqrt(count) * 1.1));
  const columns = [];
  for (const layer of layers) for (let i = 0; i < layer.length; i += rows) columns.push(layer.slice(i, Math.min(layer.length, i + rows)));
  const tallest = columns.reduce((most, column) => Math.max(most, column.length), 0);
  const [stepX, stepY] = [NODE.width + NODE.gapX, NODE.height + NODE.gapY];
  const places = new Map();
  columns.forEach((column, x) => column.forEach((name, y) => {
    places.set(name, { x: 8 + x * stepX, y: 8 + (y + (tallest - column.length) / 2) * stepY });
  }));
  let width = Math.max(1, columns.length) * stepX - NODE.gapX;
  const top = 8 + tallest * stepY + (columns.length && alone.length ? 10 : 0);
  const narrow = NODE.width + 16;
  const perRow = Math.max(4, Math.floor((width + 16) / narrow), Math.ceil(Math.sqrt(alone.length / 2)));
  alone.forEach((name, i) => places.set(name, { x: 8 + (i % perRow) * narrow, y: top + Math.floor(i / perRow) * stepY }));
  if (alone.length) width = Math.max(width, Math.min(perRow, alone.length) * narrow - 16);
  const height = top + Math.ceil(alone.length / perRow) * stepY - NODE.gapY;
  return { places: places, width: width + 16, height: Math.max(height, NODE.height) + 24 };
}
