// Builds DOM nodes and turns the page into a fresh description of itself. Every word becomes a text
// node, never markup. Nodes that stay are kept, so that caret, focus and scrolling survive a redraw.

const LIVE = new Set(["value", "checked"]);

function listen(node, type, handler) {
  if (!(type in node.handlers)) node.addEventListener(type, (event) => node.handlers[type]?.(event));
  node.handlers[type] = handler;
}

function setProperty(node, name, value) {
  if (LIVE.has(name)) node.live[name] = value;
  else if (name === "key") node.key = String(value);
  else if (typeof value === "function") listen(node, name.slice(2), value);
  else if (value !== false && value !== null && value !== undefined) {
    node.setAttribute(name, value === true ? "" : String(value));
  }
}

function applyLive(node) {
  for (const [name, value] of Object.entries(node.live)) {
    if (node[name] !== value) node[name] = value;
  }
}

function fill(node, properties, children) {
  node.handlers = {};
  node.live = {};
  for (const [name, value] of Object.entries(properties || {})) setProperty(node, name, value);
  node.append(...children.flat(Infinity).filter((child) => child || child === 0));
  applyLive(node);
  return node;
}

/** An element: attributes by name, `onclick` and the like take functions, `key` identifies it among its siblings. */
export function h(tag, properties, ...children) {
  return fill(document.createElement(tag), properties, children);
}

/** The same for SVG. */
export function svg(tag, properties, ...children) {
  return fill(document.createElementNS("http://www.w3.org/2000/svg", tag), properties, children);
}

const isElement = (node) => node.nodeType === Node.ELEMENT_NODE;

function alike(old, fresh) {
  return old.nodeType === fresh.nodeType && old.nodeName === fresh.nodeName && old.key === fresh.key;
}

function morphAttributes(old, fresh) {
  for (const { name, value } of fresh.attributes) {
    if (old.getAttribute(name) !== value) old.setAttribute(name, value);
  }
  for (const { name } of [...old.attributes]) {
    if (name !== "style" && !fresh.hasAttribute(name)) old.removeAttribute(name);
  }
}

function morphHandlers(old, fresh) {
  old.handlers ??= {}; // what index.html brought
  for (const type of Object.keys(old.handlers)) old.handlers[type] = undefined;
  for (const [type, handler] of Object.entries(fresh.handlers)) listen(old, type, handler);
}

function takeMatch(pool, fresh) {
  const index = pool.findIndex((old) => alike(old, fresh));
  return index < 0 ? null : pool.splice(index, 1)[0];
}

function morphChildren(old, fresh) {
  const pool = [...old.childNodes];
  const plan = [...fresh.childNodes].map((child) => [takeMatch(pool, child), child]);
  pool.forEach((left) => left.remove());
  let cursor = old.firstChild;
  for (const [kept, child] of plan) {
    const node = kept || child;
    if (node === cursor) cursor = cursor.nextSibling;
    else old.insertBefore(node, cursor);
    if (kept) morph(kept, child);
  }
}

/** Changes `old` into `fresh`, which must be of the same tag. */
export function morph(old, fresh) {
  if (!isElement(fresh)) {
    if (old.data !== fresh.data) old.data = fresh.data;
    return;
  }
  morphAttributes(old, fresh);
  morphHandlers(old, fresh);
  morphChildren(old, fresh);
  old.live = fresh.live;
  applyLive(old);
}

/** An id for labels and descriptions, without the white space that would split it. */
export const domId = (...parts) => parts.join("/").replace(/\s/g, "_");
