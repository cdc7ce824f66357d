// What is typed and chosen, kept per view (or message), block and action, so that it survives redraws;
// and its way to the server, in order, one call at a time per view.

import * as api from "./api.js";
import { complain, store, ui } from "./store.js";

const TYPING_MS = 300;

const kept = new Map(); // key -> entry
const lines = new Map(); // context key -> promise of its last call

const keyOf = (context, block, element) => `${context.key}|${block.block_id}|${element.action_id}`;

const INITIAL = {
  plain_text_input: (element) => ({ value: element.initial_value ?? null }),
  email_text_input: (element) => ({ value: element.initial_value ?? null }),
  url_text_input: (element) => ({ value: element.initial_value ?? null }),
  number_input: (element) => ({ value: element.initial_value ?? null }),
  rich_text_input: (element) => ({ rich_text_value: element.initial_value ?? null }),
  static_select: (element) => ({ selected_option: element.initial_option ?? null }),
  external_select: (element) => ({ selected_option: element.initial_option ?? null }),
  radio_buttons: (element) => ({ selected_option: element.initial_option ?? null }),
  checkboxes: (element) => ({ selected_options: element.initial_options ?? [] }),
  multi_static_select: (element) => ({ selected_options: element.initial_options ?? [] }),
  multi_external_select: (element) => ({ selected_options: element.initial_options ?? [] }),
  users_select: (element) => ({ selected_user: element.initial_user ?? null }),
  multi_users_select: (element) => ({ selected_users: element.initial_users ?? [] }),
  channels_select: (element) => ({ selected_channel: element.initial_channel ?? null }),
  multi_channels_select: (element) => ({ selected_channels: element.initial_channels ?? [] }),
  conversations_select: (element) => ({ selected_conversation: element.initial_conversation ?? null }),
  multi_conversations_select: (element) => ({ selected_conversations: element.initial_conversations ?? [] }),
  datepicker: (element) => ({ selected_date: element.initial_date ?? null }),
  timepicker: (element) => ({ selected_time: element.initial_time ?? null }),
  datetimepicker: (element) => ({ selected_date_time: element.initial_date_time ?? null }),
};

/** The element's value in the shape of Slack's `state.values`. */
export function valueOf(context, block, element) {
  const entry = kept.get(keyOf(context, block, element));
  if (entry) return entry.value;
  const told = context.values?.[block.block_id]?.[element.action_id];
  return told ?? { type: element.type, ...INITIAL[element.type]?.(element) };
}

/** What is posted when an element of `context` was used. */
export function bodyOf(context, block, element, action, { silent = false } = {}) {
  const ids = { block_id: block.block_id, action_id: element.action_id, action };
  if (context.surface === "message") return { do: "click", channel: context.channel, ts: context.ts, ...ids };
  return { do: silent ? "view_state" : "view_action", view_id: context.viewId, ...ids };
}

function post(entry) {
  entry.dirty = false;
  clearTimeout(entry.timer);
  const before = lines.get(entry.line) || Promise.resolve();
  const call = before.then(async () => {
    try {
      const answer = await api.act(entry.me, entry.body(), { keepalive: document.hidden });
      if (!entry.silent) complain(answer);
    } catch {
      entry.dirty = true;
    }
  });
  lines.set(entry.line, call);
  return call;
}

/**
 * Keeps a new value. `how`: "action" tells the app, "state" only the server, null nobody (the caller posts).
 * Typed text waits for a pause (`typing`), the rest goes at once.
 */
export function keep(context, block, element, fields, { how = null, typing = false } = {}) {
  const key = keyOf(context, block, element);
  const entry = kept.get(key) || { line: context.key };
  clearTimeout(entry.timer);
  entry.value = { type: element.type, ...fields };
  entry.me = ui.me;
  entry.silent = how === "state";
  entry.body = () => bodyOf(context, block, element, entry.value, entry);
  entry.dirty = how === "action" || (how === "state" && context.surface !== "message");
  kept.set(key, entry);
  if (!entry.dirty) return;
  if (typing) entry.timer = setTimeout(() => post(entry), TYPING_MS);
  else post(entry);
}

/** Sends what waits, and resolves when the server has it. */
export async function flush(contextKey = null) {
  for (const entry of kept.values()) {
    if (entry.dirty && (!contextKey || entry.line === contextKey)) post(entry);
  }
  await Promise.all(contextKey ? [lines.get(contextKey)] : [...lines.values()]);
}

function elementsOf(block) {
  return [block.element, block.accessory, ...(block.elements || [])].filter((element) => element?.action_id);
}

/** Forgets the values of inputs that are gone from the views, as Slack does. */
export function prune() {
  const { modals, home } = store.state;
  const views = home ? [...modals, home] : modals;
  const living = new Set();
  for (const view of views) {
    for (const block of view.blocks) {
      for (const element of elementsOf(block)) living.add(keyOf({ key: view.id }, block, element));
    }
  }
  for (const [key, entry] of kept) {
    if (entry.line.startsWith("V") && !living.has(key) && !entry.dirty) kept.delete(key);
  }
}
