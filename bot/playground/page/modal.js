// Modals: the top of the view stack, its errors beside the fields, and confirm dialogs.

import { h } from "./dom.js";
import { renderBlocks } from "./blocks.js";
import { icon } from "./icons.js";
import { plain, textObject } from "./mrkdwn.js";
import { changed, isPending, perform, store, ui } from "./store.js";
import { flush } from "./values.js";

export const topView = () => store.state?.modals.at(-1);

const errorsOf = (view) => ui.errors.get(view.id) ?? view.errors ?? {};

function contextOf(view) {
  const forgive = (blockId) => {
    const { [blockId]: _gone, ...rest } = errorsOf(view);
    ui.errors.set(view.id, rest);
  };
  return { key: view.id, surface: "modal", viewId: view.id, values: view.state?.values, errors: errorsOf(view), forgive };
}

// --- submitting and closing ---

function showErrors(view, errors) {
  ui.errors.set(view.id, errors);
  changed();
  setTimeout(() => {
    const field = document.querySelector('[role="dialog"] [aria-invalid="true"]');
    field?.scrollIntoView({ block: "nearest" });
    field?.focus();
  });
}

async function submit(view) {
  const key = `submit/${view.id}`;
  if (isPending(key)) return;
  const answer = await perform(key, { do: "submit", view_id: view.id }, () => flush(view.id));
  showErrors(view, answer?.errors || {});
}

export async function closeView(view, all = false) {
  await perform(`close/${view.id}`, { do: "close", view_id: view.id, all }, () => flush(view.id));
}

function onKey(event, view) {
  if (event.key !== "Escape" || event.defaultPrevented || ui.popup) return;
  event.preventDefault();
  closeView(view);
}

/** Keeps Tab inside the dialog. */
export function trapTab(event) {
  if (event.key !== "Tab") return;
  const stops = [...event.currentTarget.querySelectorAll("a[href], button, input, textarea, [tabindex='0']")];
  const [edge, other] = event.shiftKey ? [stops[0], stops.at(-1)] : [stops.at(-1), stops[0]];
  if (document.activeElement !== edge && event.currentTarget.contains(document.activeElement)) return;
  event.preventDefault();
  other?.focus();
}

function footer(view, needsSubmit) {
  const waiting = isPending(`submit/${view.id}`);
  const closeWords = plain(view.close) || (needsSubmit ? "Cancel" : "Close");
  const close = { type: "button", class: "button", "data-close": true, onclick: () => closeView(view) };
  const send = {
    type: "submit", class: "button primary", "data-submit": true,
    "aria-busy": waiting ? "true" : null, "aria-disabled": waiting ? "true" : null,
  };
  return h(
    "footer",
    {},
    h("button", close, closeWords),
    needsSubmit && h("button", send, h("span", { class: "button-face" }, plain(view.submit) || "Submit")),
  );
}

function dialog(view) {
  const titleId = `title/${view.id}`;
  const needsSubmit = view.submit || view.blocks.some((block) => block.type === "input");
  const back = { type: "button", class: "button button-icon", "aria-label": "Back", onclick: () => closeView(view) };
  const away = { type: "button", class: "button button-icon", "aria-label": "Close dialog", onclick: () => closeView(view, true) };
  const properties = {
    key: view.id, class: "modal", role: "dialog", "aria-modal": "true", "aria-labelledby": titleId, tabindex: "-1",
    "data-view": view.id, "data-callback": view.callback_id, onkeydown: trapTab,
  };
  const onsubmit = (event) => {
    event.preventDefault();
    submit(view);
  };
  return h(
    "div",
    properties,
    h(
      "header",
      {},
      store.state.modals.length > 1 && h("button", back, icon("back")),
      h("h2", { id: titleId }, plain(view.title)),
      h("button", away, icon("close")),
    ),
    h(
      "form",
      { novalidate: true, onsubmit },
      h("div", { class: "modal-body" }, renderBlocks(view.blocks, contextOf(view))),
      footer(view, needsSubmit),
    ),
  );
}

/** The top modal over the page. */
export function modalLayer() {
  const view = topView();
  if (!view) return null;
  const properties = { class: "layer", inert: Boolean(ui.confirm), onkeydown: (event) => onKey(event, view) };
  return h("div", properties, dialog(view));
}

/** The question before an element with `confirm` acts. */
export function confirmLayer() {
  if (!ui.confirm) return null;
  const { dialog: words, proceed } = ui.confirm;
  const finish = (agreed) => {
    ui.confirm = null;
    if (agreed) proceed();
    changed();
  };
  const onkeydown = (event) => {
    trapTab(event);
    if (event.key === "Escape") finish(false);
  };
  const style = words.style === "danger" ? "danger" : "primary";
  const properties = { class: "modal confirm", role: "alertdialog", "aria-modal": "true", "aria-labelledby": "confirm-title", onkeydown };
  const box = h(
    "div",
    properties,
    h("header", {}, h("h2", { id: "confirm-title" }, plain(words.title))),
    h("div", { class: "modal-body words" }, textObject(words.text)),
    h(
      "footer",
      {},
      h("button", { type: "button", class: "button", onclick: () => finish(false) }, plain(words.deny) || "Cancel"),
      h("button", { type: "button", class: `button ${style}`, "data-autofocus": true, onclick: () => finish(true) }, plain(words.confirm)),
    ),
  );
  return h("div", { class: "layer" }, box);
}
