// The one open menu or list: opening, closing, its place beside its button, and the keys in it.

import { h } from "./dom.js";
import { changed, ui } from "./store.js";

export const isOpen = (key) => ui.popup?.key === key;

let opener = null;

export function openPopup(key, more = {}) {
  opener = document.activeElement;
  ui.popup = { key, query: "", active: 0, fresh: true, ...more };
  changed();
}

/** Closes what is open; `refocus` gives the focus back to where it was opened. */
export function closePopup({ refocus = false } = {}) {
  if (!ui.popup) return;
  ui.popup = null;
  if (refocus) opener?.focus();
  changed();
}

export function togglePopup(key, more) {
  if (isOpen(key)) closePopup();
  else openPopup(key, more);
}

/** A button and, while it is open, what it opens. */
export function anchored(key, trigger, build, { side = "left", wide = false } = {}) {
  const style = `popup ${wide ? "popup-wide" : ""}`;
  const open = isOpen(key) && h("div", { key, class: style, "data-popup": key, "data-side": side }, build());
  return h("span", { class: "anchor" }, trigger, open);
}

function moveFocus(event) {
  const items = [...event.currentTarget.querySelectorAll('[role^="menuitem"]:not([aria-disabled="true"])')];
  const at = items.indexOf(document.activeElement);
  const steps = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 };
  if (!(event.key in steps) || items.length === 0) return;
  event.preventDefault();
  items.at(steps[event.key] % items.length).focus();
}

/** A button that opens a menu of `items`. */
export function menuButton(key, properties, face, items, options) {
  const label = properties["aria-label"];
  const trigger = h(
    "button",
    {
      type: "button", "aria-haspopup": "menu", "aria-expanded": String(isOpen(key)), ...properties,
      onclick: () => togglePopup(key),
    },
    face,
  );
  const menu = () => h("div", { role: "menu", "aria-label": label, onkeydown: moveFocus }, items());
  return anchored(key, trigger, menu, options);
}

/** One line of a menu; choosing it closes the menu. */
export function menuItem(properties, choose, ...face) {
  const onclick = () => {
    closePopup({ refocus: true });
    choose();
  };
  return h("button", { type: "button", role: "menuitem", class: "menu-item", tabindex: "-1", ...properties, onclick }, face);
}

function beside(rect, box, side) {
  const left = side === "right" ? rect.right - box.width : rect.left;
  const below = rect.bottom + 4 + box.height <= innerHeight || rect.top < box.height + 4;
  const top = below ? Math.min(rect.bottom + 4, innerHeight - box.height - 8) : rect.top - box.height - 4;
  return [Math.max(8, Math.min(left, innerWidth - box.width - 8)), Math.max(8, top)];
}

/** Puts the open popup beside its button, and the focus into it the first time. */
export function placePopup() {
  const box = document.querySelector("[data-popup]");
  if (!box) return;
  const rect = box.parentElement.firstElementChild.getBoundingClientRect();
  box.style.minWidth = `${Math.min(rect.width, innerWidth - 16)}px`;
  const [left, top] = beside(rect, box.getBoundingClientRect(), box.dataset.side);
  box.style.left = `${left}px`;
  box.style.top = `${top}px`;
  if (!ui.popup.fresh) return;
  ui.popup.fresh = false;
  const first = box.querySelector('[data-autofocus], [aria-checked="true"], [role="menuitem"], [role="menuitemradio"]');
  first?.focus({ preventScroll: true });
}

function onPointer(event) {
  if (ui.popup && !event.target.closest(".anchor:has(> [data-popup])")) closePopup();
}

function onKey(event) {
  if (!ui.popup || event.defaultPrevented) return;
  if (event.key === "Escape") {
    event.preventDefault();
    event.stopPropagation();
    closePopup({ refocus: true });
  } else if (event.key === "Tab" && event.target.closest('[role="menu"]')) closePopup();
}

export function watchPopups() {
  document.addEventListener("pointerdown", onPointer);
  document.addEventListener("keydown", onKey);
  document.addEventListener("scroll", placePopup, true);
  addEventListener("resize", placePopup);
}
