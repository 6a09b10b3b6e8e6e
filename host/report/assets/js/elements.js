// Elements are built, never parsed from text, so that nothing in a log can become markup.

const report = JSON.parse(document.getElementById("report").textContent);

function build(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes || {})) {
    if (value === null || value === undefined || value === false) continue;
    if (typeof value === "function") element.addEventListener(name, value);
    else element.setAttribute(name, value);
  }
  for (const child of children.flat(3)) {
    if (child === null || child === undefined || child === false) continue;
    element.append(child);
  }
  return element;
}

/** HTML element with attributes (functions become listeners) and children (text or elements). */
function html(tag, attributes, ...children) {
  return build(document.createElement(tag), attributes, children);
}

/** SVG element. */
function svg(tag, attributes, ...children) {
  return build(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes, children);
}

/** Attributes of something that shows its evidence when it is chosen by mouse or keyboard. */
function selectable(kind, id, label) {
  return { "data-key": kind + "=" + id, tabindex: "0", role: "button", "aria-label": label };
}

/** Section with a heading and tools at its right. */
function section(id, title, tools, ...children) {
  return html("section", { id: id, "aria-label": title },
    html("div", { class: "heading" }, html("h2", {}, title), html("div", { class: "tools" }, tools)), children);
}

/** Text cut to what fits, with the whole as tooltip where it is an SVG text. */
function cut(text, most) {
  return text.length > most ? text.slice(0, most - 1) + "\u2026" : text;
}

function empty(text) {
  return html("p", { class: "empty" }, text);
}

function shorten(list, most) {
  return { shown: list.slice(0, most), left: Math.max(0, list.length - most) };
}
