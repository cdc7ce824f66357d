// Describes what the page shows, and changes the page into a new description. Every word becomes a text
// node, never markup. Nodes that stay are kept, so that caret, focus and scrolling survive a redraw.

const LIVE = new Set(["value", "checked"]); // what a person changes too, so that it is compared with the node
const SVG = "http://www.w3.org/2000/svg";

function describe(tag, properties, children, space) {
  const about = { tag, space, key: undefined, attributes: {}, live: {}, handlers: {}, children };
  for (const [name, value] of Object.entries(properties || {})) {
    if (LIVE.has(name)) about.live[name] = value;
    else if (name === "key") about.key = String(value);
    else if (typeof value === "function") about.handlers[name.slice(2)] = value;
    else if (value !== false && value !== null && value !== undefined) {
      about.attributes[name] = value === true ? "" : String(value);
    }
  }
  return about;
}

function listOf(children) {
  return children.flat(Infinity).filter((child) => child || child === 0).map((child) => (child.tag ? child : String(child)));
}

/** Describes an element: attributes by name, `onclick` and the like take functions, `key` tells it from its siblings. */
export const h = (tag, properties, ...children) => describe(tag, properties, listOf(children));

/** The same for SVG. */
export const svg = (tag, properties, ...children) => describe(tag, properties, listOf(children), SVG);

// On each element that was made here, `about` is the description it shows and `heard` the events it listens to.

const hear = (event) => event.currentTarget.about.handlers[event.type]?.(event);

function create(about) {
  if (typeof about === "string") return document.createTextNode(about);
  const node = about.space ? document.createElementNS(about.space, about.tag) : document.createElement(about.tag);
  return patch(node, about);
}

function patchAttributes(node, before, after) {
  for (const name in after) if (before[name] !== after[name]) node.setAttribute(name, after[name]);
  for (const name in before) if (!(name in after)) node.removeAttribute(name);
}

function patchHandlers(node, handlers) {
  node.heard ??= new Set();
  for (const type in handlers) {
    if (!node.heard.has(type)) node.addEventListener(type, hear);
    node.heard.add(type);
  }
}

function fits(node, about) {
  if (typeof about === "string") return node.nodeType === Node.TEXT_NODE;
  return node.about?.tag === about.tag && node.about.key === about.key;
}

function takeMatch(pool, about) {
  const index = pool.findIndex((node) => fits(node, about));
  return index < 0 ? null : pool.splice(index, 1)[0];
}

function patchChildren(node, children) {
  const pool = [...node.childNodes];
  const kept = children.map((child) => takeMatch(pool, child));
  pool.forEach((left) => left.remove());
  let cursor = node.firstChild;
  children.forEach((child, at) => {
    const old = kept[at];
    if (old && old === cursor) cursor = cursor.nextSibling;
    else node.insertBefore(old || create(child), cursor);
    if (old) patch(old, child);
  });
}

/** Changes `node` into what `about` describes, which must be of the same tag; returns it. */
export function patch(node, about) {
  if (typeof about === "string") {
    if (node.data !== about) node.data = about;
    return node;
  }
  patchAttributes(node, node.about?.attributes || {}, about.attributes);
  patchHandlers(node, about.handlers);
  patchChildren(node, about.children);
  for (const name in about.live) if (node[name] !== about.live[name]) node[name] = about.live[name];
  node.about = about;
  return node;
}

/** An id for labels and descriptions, without the white space that would split it. */
export const domId = (...parts) => parts.join("/").replace(/\s/g, "_");
