// The page as a whole: what is drawn, what follows a drawing, and what changes it.

import { listen } from "./api.js";
import { sidebar } from "./channels.js";
import { h, patch } from "./dom.js";
import { homeTab } from "./home.js";
import { icon } from "./icons.js";
import { messagePane, threadPane, titleOf } from "./messages.js";
import { confirmLayer, modalLayer, topView } from "./modal.js";
import { avatar } from "./people.js";
import { placePopup, watchPopups } from "./popup.js";
import { address, follow, markRead } from "./route.js";
import { bot, botDm, changed, channel, isBotDm, nameOf, onDraw, perform, refresh, store, ui } from "./store.js";
import { timeControl } from "./time.js";
import { flush, prune } from "./values.js";

const HELPED = "cairn:helped";
const TOAST_MS = 10_000;
const REFRESH_MS = 20_000;

// --- parts of the page ---

function help() {
  if (localStorage.getItem(HELPED)) return null;
  const name = nameOf(bot());
  const done = () => {
    localStorage.setItem(HELPED, "yes");
    changed();
  };
  return h(
    "div",
    { class: "help", role: "note", "aria-label": "How this works" },
    h(
      "p",
      {},
      `A small Slack on this machine, with ${name} in it; nothing leaves it. `,
      "You act as one person at a time: choose somebody else under ",
      h("b", {}, "Acting as"),
      ". Press ",
      h("b", {}, "Next"),
      " to move the clock to when something is due.",
    ),
    h("button", { type: "button", class: "button", onclick: done }, "Got it"),
  );
}

function banner() {
  const words = ui.offline
    ? "Lost the connection to the playground, trying again…"
    : store.state?.reconnecting && `${nameOf(bot())} isn't connected just now. It is trying again.`;
  return words && h("div", { class: "banner", role: "alert" }, words);
}

function tab(words, place) {
  const selected = String(ui.place === place);
  return h("a", { role: "tab", href: address({ place }), "aria-selected": selected, "data-tab": words.toLowerCase() }, words);
}

function invite(place) {
  if (place.kind === "im" || place.bot_member !== false || place.member === false) return null;
  const add = () => perform("invite", { do: "invite_bot", channel: place.id });
  return h("button", { type: "button", class: "button", "data-invite": true, onclick: add }, `Add ${nameOf(bot())}`);
}

function placeHeader(place) {
  const back = { class: "button button-icon only-phone", role: "button", "aria-label": "Back to conversations", href: `#${ui.me}` };
  const ours = ui.place === "home" || (place && isBotDm(place));
  const title = ours ? nameOf(bot()) : place && titleOf(place);
  return h(
    "header",
    { class: "bar" },
    h("a", back, icon("back")),
    ours && avatar(bot(), "avatar-small"),
    h("h2", {}, title, place?.kind === "private" && h("small", {}, "private")),
    ours && h("div", { class: "tabs", role: "tablist" }, tab("Home", "home"), tab("Messages", botDm()?.id)),
    place && invite(place),
  );
}

function middle() {
  const place = ui.place === "home" ? null : channel(ui.place);
  const content = place ? messagePane(place) : ui.place === "home" && homeTab();
  return h("main", { class: "place", "data-place": ui.place }, placeHeader(place), content);
}

function toasts() {
  const drop = (toast) => {
    ui.notices = ui.notices.filter((one) => one !== toast);
    if (typeof toast.id === "number") perform(`toast/${toast.id}`, { do: "dismiss_toast", id: toast.id });
    changed();
  };
  const line = (toast) => {
    const button = { type: "button", class: "button button-icon", "aria-label": "Dismiss", onclick: () => drop(toast) };
    return h("li", { key: toast.id, "data-toast": toast.id }, h("span", {}, toast.text), h("button", button, icon("close")));
  };
  const all = [...(store.state?.toasts || []), ...ui.notices];
  all.forEach((toast) => later(toast, () => drop(toast)));
  return h("ul", { class: "toasts", role: "status", "aria-label": "Notices" }, all.map(line));
}

const timed = new Set();

function later(toast, drop) {
  if (timed.has(toast.id)) return;
  timed.add(toast.id);
  setTimeout(drop, TOAST_MS);
}

function page() {
  if (!store.state) {
    const words = ui.offline ? "The playground doesn't answer. Trying again…" : "Opening…";
    return h("div", { id: "page" }, h("p", { class: "waiting", role: "status" }, words));
  }
  const covered = Boolean(topView() || ui.confirm);
  const thread = threadPane();
  const properties = {
    class: "frame", inert: covered, "data-as": store.state.me.id, "data-pane": ui.pane, "data-with-thread": thread ? "yes" : null,
  };
  const top = h("div", { class: "top" }, h("div", { class: "brand" }, `${nameOf(bot())} playground`), timeControl());
  const panes = h("div", { class: "panes" }, sidebar(), middle(), thread);
  const frame = h("div", properties, top, banner(), help(), panes);
  return h("div", { id: "page" }, frame, modalLayer(), confirmLayer(), toasts());
}

// --- what follows a drawing ---

const isAtBottom = (box) => box.scrollHeight - box.scrollTop - box.clientHeight < 80;

function stuckBoxes() {
  return new Map([...document.querySelectorAll("[data-stick]")].map((box) => [box.dataset.stick, isAtBottom(box)]));
}

function restick(before) {
  for (const box of document.querySelectorAll("[data-stick]")) {
    if (before.get(box.dataset.stick) !== false) box.scrollTop = box.scrollHeight;
  }
}

let covering = null; // the dialog that has the focus
let covered = null; // what had it before

function focusDialog(focused) {
  const dialog = document.querySelector('[role="alertdialog"]') || document.querySelector('[role="dialog"][data-view]');
  if (dialog === covering) {
    if (dialog && document.activeElement === document.body) dialog.focus();
    return;
  }
  if (!covering) covered = focused;
  covering = dialog;
  if (!dialog) covered?.focus();
  else if (!dialog.contains(document.activeElement)) firstField(dialog).focus();
}

function firstField(dialog) {
  return dialog.querySelector("[data-autofocus]") || dialog.querySelector("form input, form textarea") || dialog;
}

function draw() {
  if (store.state) prune();
  const boxes = stuckBoxes();
  const focused = document.activeElement;
  patch(document.getElementById("page"), page());
  restick(boxes);
  placePopup();
  focusDialog(focused);
  if (store.state && (ui.pane !== "list" || innerWidth > 640)) markRead(channel(ui.place));
}

// --- what changes the page ---

async function connected() {
  try {
    if (store.state) await refresh();
    await follow();
    ui.offline = false;
    await flush();
  } catch {
    ui.offline = true;
  }
  changed();
}

function lost() {
  ui.offline = true;
  changed();
}

onDraw(draw);
watchPopups();
addEventListener("hashchange", () => follow().catch(lost));
addEventListener("pagehide", () => flush());
document.addEventListener("visibilitychange", () => (document.hidden ? flush() : refresh().catch(lost)));
setInterval(() => document.hidden || refresh().catch(lost), REFRESH_MS);
changed();
listen({ changed: (version) => store.state && version !== store.state.version && refresh().catch(lost), up: connected, down: lost });
