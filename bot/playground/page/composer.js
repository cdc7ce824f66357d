// The box to write in, with its menu of commands and people.

import { domId, h } from "./dom.js";
import { icon } from "./icons.js";
import { menuButton, menuItem } from "./popup.js";
import { bot, changed, isBotDm, isPending, me, nameOf, notify, perform, person, store } from "./store.js";

const drafts = new Map(); // key -> what is written and not sent
const menu = { key: "", active: 0, dismissed: "" };

function commandOffers(text) {
  const typed = /^\/\S*$/.exec(text)?.[0];
  if (!typed) return [];
  return store.state.commands
    .filter((one) => one.command.startsWith(typed))
    .map((one) => ({
      exact: one.command === typed, text: `${one.command} `, title: one.command, hint: one.usage_hint, note: one.description,
    }));
}

function peopleOffers(text) {
  const found = /(^|\s)@([\p{L}\p{N}._-]*)$/u.exec(text);
  if (!found) return [];
  const typed = found[2].toLowerCase();
  const before = text.slice(0, text.length - found[2].length);
  const fits = (one) => !one.deleted && `${one.name} ${nameOf(one).toLowerCase()}`.includes(typed);
  return store.state.people.filter(fits).slice(0, 8).map((one) => ({
    exact: one.name === typed, text: `${before}${one.name} `, title: `@${one.name}`, hint: nameOf(one), note: one.title,
  }));
}

/** What the open menu offers; nothing once a whole name is typed, so that Enter sends. */
function offersFor(key, thread) {
  const text = drafts.get(key) || "";
  if (menu.dismissed === text) return [];
  const offers = [...(thread ? [] : commandOffers(text)), ...peopleOffers(text)];
  return offers.some((one) => one.exact && text !== "/") ? [] : offers;
}

function write(key, text) {
  drafts.set(key, text);
  Object.assign(menu, { key, active: 0, dismissed: "" });
  changed();
}

function bodyFor(place, thread, text) {
  if (text.startsWith("/")) return { do: "command", text, channel: place.id };
  return { do: "write", text, channel: place.id, ...(thread ? { thread_ts: thread } : {}) };
}

async function send(key, place, thread) {
  const text = (drafts.get(key) || "").trim();
  if (!text || isPending(key)) return;
  if (thread && text.startsWith("/")) {
    notify(`${text.split(" ")[0]} doesn't work in threads. Type it in the channel.`);
    return;
  }
  write(key, "");
  const answer = await perform(key, bodyFor(place, thread, text));
  if (!answer?.ok && !drafts.get(key)) write(key, text);
}

function onKey(event, key, offers, submit) {
  const steps = { ArrowDown: 1, ArrowUp: -1 };
  const take = (offer) => write(key, offer.text);
  if (offers.length && event.key in steps) {
    menu.active = (menu.active + steps[event.key] + offers.length) % offers.length;
  } else if (offers.length && (event.key === "Tab" || event.key === "Enter") && !event.shiftKey) {
    take(offers[menu.active]);
  } else if (offers.length && event.key === "Escape") {
    menu.dismissed = drafts.get(key);
  } else if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    submit();
  } else return;
  event.preventDefault();
  changed();
}

function offerMenu(key, offers) {
  const line = (offer, index) => {
    const properties = {
      id: domId("offer", key, index), role: "option", "aria-selected": String(index === menu.active),
      class: index === menu.active ? "option option-active" : "option",
      onmousedown: (event) => event.preventDefault(),
      onclick: () => write(key, offer.text),
    };
    const hint = offer.hint && h("span", { class: "usage" }, ` ${offer.hint}`);
    return h("li", properties, h("span", { class: "option-words" }, h("b", {}, offer.title), hint, h("small", {}, offer.note)));
  };
  return h("ul", { class: "offers listbox", role: "listbox", id: domId("offers", key), "aria-label": "Suggestions" }, offers.map(line));
}

/** The usage of the command being typed, once its name is there. */
function usage(text) {
  const name = text.split(" ")[0];
  const known = text.startsWith("/") && store.state.commands.find((one) => one.command === name);
  if (!known) return null;
  return h("p", { class: "usage-line" }, h("b", {}, name), ` ${known.usage_hint || ""}`, known.description && ` · ${known.description}`);
}

function globalShortcuts() {
  const offers = store.state.shortcuts.filter((one) => one.type === "global");
  if (!offers.length) return null;
  const run = (one) => perform("shortcut", { do: "shortcut", callback_id: one.callback_id });
  const items = () => offers.map((one) => menuItem({}, () => run(one), one.name, h("small", {}, nameOf(bot()))));
  return menuButton("shortcuts", { class: "button button-icon", "aria-label": "Shortcuts" }, icon("bolt"), items);
}

function commandButton(key) {
  const onclick = () => {
    write(key, "/");
    document.getElementById(domId("box", key))?.focus();
  };
  return h("button", { type: "button", class: "button button-icon", "aria-label": "Commands", onclick }, icon("slash"));
}

function labelFor(place, thread) {
  if (thread) return "Reply…";
  if (isBotDm(place)) return `Message ${nameOf(bot())}`;
  return place.kind === "im" ? `Message ${nameOf(person(place.with))}` : `Message #${place.name}`;
}

/** The message box of a place, or of a thread in it. */
export function composer(place, thread = "") {
  const key = `write/${me().id}/${place.id}/${thread}`;
  const text = drafts.get(key) || "";
  const offers = offersFor(key, thread);
  const submit = () => send(key, place, thread);
  const open = offers.length > 0;
  const box = {
    id: domId("box", key), class: "message-box", rows: "1", value: text, "data-composer": thread ? "thread" : "place",
    "aria-label": labelFor(place, thread), placeholder: labelFor(place, thread), autocomplete: "off",
    "aria-controls": open ? domId("offers", key) : null,
    "aria-activedescendant": open ? domId("offer", key, menu.active) : null, "aria-autocomplete": "list",
    oninput: ({ target }) => write(key, target.value),
    onkeydown: (event) => onKey(event, key, offers, submit),
  };
  const sendButton = {
    type: "button", class: "button button-icon send", "aria-label": "Send", "aria-busy": isPending(key) ? "true" : null,
    "aria-disabled": text.trim() ? null : "true", onclick: submit,
  };
  const tools = [
    !thread && [commandButton(key), globalShortcuts()],
    h("span", { class: "space" }),
    h("button", sendButton, icon("send")),
  ];
  return h(
    "div",
    { key, class: "composer" },
    open ? offerMenu(key, offers) : !thread && usage(text),
    h("textarea", box),
    h("div", { class: "composer-tools" }, tools),
  );
}
