// What the page knows: the server's state, and what is only this browser's (`ui`).

import * as api from "./api.js";

export const ui = {
  me: "", // whom we act as
  place: "", // a channel's id, or "home"
  thread: "", // the ts of the open thread
  pane: "list", // phones show one pane: list, place, thread
  popup: null, // {key, query, active}: the one open menu or list
  confirm: null, // {dialog, proceed}
  pending: new Set(), // what waits for an answer
  errors: new Map(), // view id -> {block_id: sentence}
  notices: [], // this page's own toasts
  offline: false,
};

export const store = { state: null };

let draw = () => {};
let drawing = false;

export function onDraw(callback) {
  draw = callback;
}

/** Redraws soon; any number of calls make one redraw. */
export function changed() {
  if (drawing) return;
  drawing = true;
  queueMicrotask(() => {
    drawing = false;
    draw();
  });
}

let fetching = null;
let again = false;

async function fetchUntilSettled() {
  do {
    again = false;
    const as = ui.me;
    const fresh = await api.fetchState(as);
    if (as === ui.me) store.state = fresh;
    else again = true;
  } while (again);
}

/** Fetches the state; calls that overlap share the last fetch. */
export async function refresh() {
  again = true;
  fetching ||= fetchUntilSettled().finally(() => {
    fetching = null;
  });
  await fetching;
  changed();
}

let lastNotice = 0;

/** Shows a sentence of the page's own for some seconds. */
export function notify(text) {
  if (store.state?.toasts.some((toast) => toast.text === text)) return;
  const id = `page-${(lastNotice += 1)}`;
  ui.notices.push({ id, text });
  changed();
}

/** Shows why something couldn't be done, without the name of the server's exception. */
export function complain(answer) {
  if (!answer.ok) notify((answer.error || "That didn't work.").replace(/^\w+: /, ""));
}

/**
 * Posts `body` once at a time per `key`, after `first` has settled; the answer, or null where there was none.
 */
export async function perform(key, body, first = async () => {}) {
  if (ui.pending.has(key)) return null;
  ui.pending.add(key);
  changed();
  try {
    await first();
    const answer = await api.act(ui.me, body);
    await refresh();
    complain(answer);
    return answer;
  } catch {
    notify("That didn't reach the playground. Try again when it is back.");
    return null;
  } finally {
    ui.pending.delete(key);
    changed();
  }
}

export const isPending = (key) => ui.pending.has(key);
export const me = () => store.state.me;
export const person = (id) => store.state.people.find((one) => one.id === id);
export const channel = (id) => store.state.channels.find((one) => one.id === id);
export const isBotDm = (one) => one.kind === "im" && (one.with === "bot" || one.with === bot()?.id);
export const botDm = () => store.state.channels.find(isBotDm);

/** The app's own user: who writes in its direct messages. */
export function bot() {
  const { people, channels } = store.state;
  const dm = channels.find((one) => one.kind === "im" && one.with === "bot");
  const author = dm?.messages.find((message) => message.user !== me().id)?.user;
  return people.find((one) => one.id === author) || people.findLast((one) => one.is_bot);
}

/** How a person is called on the page. */
export const nameOf = (one) => one?.real_name || one?.name || "Somebody";
