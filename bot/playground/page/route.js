// Who and where, in the address: #UANA/DANA, #UANA/home, #UANA/CPLATFORM/1790000000.000100 (a thread).

import * as api from "./api.js";
import { bot, botDm, changed, channel, perform, refresh, store, ui } from "./store.js";
import { flush } from "./values.js";

const LAST = "cairn:last";

/** The address of a place; what is left out stays as it is. */
export function address({ me = ui.me, place = ui.place, thread = "" } = {}) {
  return `#${[me, place, thread].filter(Boolean).join("/")}`;
}

export function go(where) {
  location.hash = address(where);
}

function read() {
  const [me, place = "", thread = ""] = decodeURIComponent(location.hash.slice(1)).split("/");
  return { me: me || localStorage.getItem(LAST) || "", place, thread };
}

/** Each person has their own direct message with the app, so any D… that isn't theirs means that one. */
function settle(place) {
  if (place === "home" || channel(place)) return place;
  return botDm()?.id || store.state.channels[0]?.id || "";
}

export function openHome() {
  return perform("home", { do: "home" });
}

/** Makes the page show what the address says. */
export async function follow() {
  const { me, place, thread } = read();
  if (!store.state || me !== ui.me) {
    await flush();
    ui.me = me;
    Object.assign(ui, { popup: null, confirm: null });
    await refresh();
    ui.me = store.state.me.id;
  }
  const before = `${ui.me}/${ui.place}`;
  ui.place = settle(place);
  ui.thread = thread;
  ui.pane = thread ? "thread" : place ? "place" : "list";
  localStorage.setItem(LAST, ui.me);
  document.title = `${store.state.team.name} · ${bot()?.real_name || "Slack"} playground`;
  if (ui.place === "home" && before !== `${ui.me}/home`) openHome();
  changed();
}

// --- what each person has read, in this browser ---

const markKey = (one) => `cairn:read:${store.state.me.id}:${one.id}`;
const newest = (messages) => messages.reduce((latest, { ts }) => (ts > latest ? ts : latest), "0");

export function markRead(one) {
  if (one && !document.hidden) localStorage.setItem(markKey(one), newest(one.messages));
}

export function unreadCount(one) {
  const mark = localStorage.getItem(markKey(one)) || "0";
  return one.messages.filter(({ ts, user }) => ts > mark && user !== store.state.me.id).length;
}

/** Whether somebody else has something unread from the app; asks the server. */
export async function hasNews(id) {
  const theirs = await api.fetchState(id).catch(() => null);
  const dm = theirs?.channels.find((one) => one.kind === "im" && one.with === "bot");
  if (!dm) return false;
  return newest(dm.messages.filter(({ user }) => user !== id)) > (localStorage.getItem(`cairn:read:${id}:${dm.id}`) || "0");
}
