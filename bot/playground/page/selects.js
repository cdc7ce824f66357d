// Select menus, single and multi, from options, people, channels, conversations or the app itself.

import * as api from "./api.js";
import { domId, h } from "./dom.js";
import { icon } from "./icons.js";
import { choose, described, elementId, named } from "./interact.js";
import { plain } from "./mrkdwn.js";
import { anchored, closePopup, isOpen, openPopup } from "./popup.js";
import { changed, channel, nameOf, person, store, ui } from "./store.js";
import { valueOf } from "./values.js";

const FILTER_FROM = 8; // shorter lists need no search field
const REMOTE_MS = 250;

const ofOption = (option) => ({
  id: option.value, raw: option, label: plain(option.text), note: option.description && plain(option.description),
});

function ofPerson(id) {
  const one = person(id);
  return { id, raw: id, label: nameOf(one), note: one?.title };
}

function ofChannel(id) {
  const one = channel(id);
  if (!one) return { id, raw: id, label: id };
  return { id, raw: id, label: one.kind === "im" ? nameOf(person(one.with)) : `#${one.name}` };
}

const people = () => store.state.people.filter((one) => !one.deleted).map((one) => ofPerson(one.id));
const channels = (wanted) => store.state.channels.filter(wanted).map((one) => ofChannel(one.id));

function conversations(element) {
  const include = element.filter?.include || ["public", "private", "im", "mpim"];
  const bots = !element.filter?.exclude_bot_users;
  return channels((one) => include.includes(one.kind) && (bots || one.with !== "bot"));
}

function optionGroups({ option_groups: groups, options }) {
  if (!groups?.length) return [{ label: "", items: (options || []).map(ofOption) }];
  return groups.map((one) => ({ label: plain(one.label), items: one.options.map(ofOption) }));
}

const SOURCES = {
  static: { field: "selected_option", item: ofOption, groups: optionGroups },
  external: { field: "selected_option", item: ofOption, groups: () => optionGroups(ui.popup.remote || {}) },
  users: { field: "selected_user", item: ofPerson, groups: () => [{ label: "", items: people() }] },
  channels: {
    field: "selected_channel", item: ofChannel,
    groups: () => [{ label: "", items: channels((one) => one.kind === "public") }],
  },
  conversations: {
    field: "selected_conversation", item: ofChannel,
    groups: (element) => [{ label: "", items: conversations(element) }],
  },
};

const isMulti = (element) => element.type.startsWith("multi_");

function sourceOf(element) {
  const name = element.type.replace(/^multi_/, "").replace(/_select$/, "");
  const source = SOURCES[name];
  return { ...source, remote: name === "external", field: source.field + (isMulti(element) ? "s" : "") };
}

function pickedOf(place, element, source) {
  const value = valueOf(place.context, place.block, element)[source.field];
  return [value ?? []].flat().map(source.item);
}

function setPicked(place, element, source, items) {
  const raw = items.map((item) => item.raw);
  choose(place, element, { [source.field]: isMulti(element) ? raw : (raw[0] ?? null) });
}

function pick(place, element, source, item) {
  if (!isMulti(element)) {
    closePopup({ refocus: true });
    const again = place.block.optional && pickedOf(place, element, source)[0]?.id === item.id;
    return setPicked(place, element, source, again ? [] : [item]);
  }
  const before = pickedOf(place, element, source);
  const without = before.filter((one) => one.id !== item.id);
  const full = element.max_selected_items && before.length >= element.max_selected_items;
  if (without.length === before.length && full) return null;
  return setPicked(place, element, source, without.length < before.length ? without : [...before, item]);
}

function matching(groups, query) {
  const words = query.toLocaleLowerCase();
  const fits = (item) => item.label.toLocaleLowerCase().includes(words);
  return groups.map((one) => ({ ...one, items: one.items.filter(fits) })).filter((one) => one.items.length);
}

// --- options that come from the app ---

function ask(place, element, query) {
  const { popup } = ui;
  clearTimeout(popup.timer);
  if (query.length < (element.min_query_length ?? 3)) {
    popup.remote = null;
    return;
  }
  popup.loading = true;
  popup.timer = setTimeout(async () => {
    const { context, block } = place;
    const where = context.viewId ? { view_id: context.viewId } : { channel: context.channel, ts: context.ts };
    const body = { do: "options", ...where, block_id: block.block_id, action_id: element.action_id, query };
    const answer = await api.act(ui.me, body).catch(() => ({ ok: false }));
    if (ui.popup !== popup || popup.query !== query) return;
    Object.assign(popup, { loading: false, remote: answer.ok ? answer : null, failed: !answer.ok });
    changed();
  }, query ? REMOTE_MS : 0);
}

function emptyWords(element, source) {
  if (source.remote && ui.popup.loading) return "Searching…";
  if (source.remote && ui.popup.failed) return "The app didn't answer. Type again to retry.";
  const least = element.min_query_length ?? 3;
  if (source.remote && ui.popup.query.length < least) return `Type at least ${least} ${least === 1 ? "letter" : "letters"}.`;
  return "Nothing found.";
}

// --- drawing ---

function optionLine(place, element, source, { item, index, picked, listId }) {
  const properties = {
    id: `${listId}/${index}`, role: "option", "data-value": item.id, "aria-selected": String(picked),
    class: index === ui.popup.active ? "option option-active" : "option",
    onmousedown: (event) => event.preventDefault(),
    onclick: () => pick(place, element, source, item),
  };
  const note = item.note && h("small", {}, item.note);
  return h("li", properties, h("span", { class: "option-words" }, item.label, note), picked && icon("check"));
}

function onListKey(event, items, take) {
  const { popup } = ui;
  const moves = { ArrowDown: popup.active + 1, ArrowUp: popup.active - 1 };
  if (event.key in moves && items.length) {
    event.preventDefault();
    popup.active = (moves[event.key] + items.length) % items.length;
    changed();
  } else if (event.key === "Enter") {
    event.preventDefault();
    if (items[popup.active]) take(items[popup.active]);
  } else if (event.key === "Tab") closePopup();
}

function searchField(place, element, source, { listId, active }) {
  const oninput = ({ target }) => {
    Object.assign(ui.popup, { query: target.value, active: 0, failed: false });
    if (source.remote) ask(place, element, target.value);
    changed();
  };
  return h("input", {
    type: "text", class: "text-field search", "data-autofocus": true, "aria-label": "Search", placeholder: "Search",
    autocomplete: "off", value: ui.popup.query, "aria-controls": listId, "aria-activedescendant": active, oninput,
  });
}

function listbox(place, element, source) {
  const listId = domId("list", elementId(place, element));
  const all = source.groups(element);
  const searchable = source.remote || all.flatMap((one) => one.items).length >= FILTER_FROM;
  const groups = source.remote ? all.filter((one) => one.items.length) : matching(all, ui.popup.query);
  const items = groups.flatMap((one) => one.items);
  const chosen = new Set(pickedOf(place, element, source).map((one) => one.id));
  const line = (item) =>
    optionLine(place, element, source, { item, index: items.indexOf(item), picked: chosen.has(item.id), listId });
  const lines = groups.map((one) => [
    one.label && h("li", { role: "presentation", class: "group-label" }, one.label),
    one.items.map(line),
  ]);
  const active = items.length ? `${listId}/${ui.popup.active}` : null;
  const properties = {
    id: listId, role: "listbox", class: "listbox", tabindex: "-1", "aria-activedescendant": active,
    "aria-label": plain(element.placeholder) || "Options", "aria-multiselectable": isMulti(element) ? "true" : null,
    "data-autofocus": searchable ? null : true,
  };
  return h(
    "div",
    { onkeydown: (event) => onListKey(event, items, (item) => pick(place, element, source, item)) },
    searchable && searchField(place, element, source, { listId, active }),
    h("ul", properties, lines),
    items.length === 0 && h("p", { class: "list-note" }, emptyWords(element, source)),
  );
}

function open(place, element, source) {
  const key = elementId(place, element);
  if (isOpen(key)) return closePopup();
  const all = source.remote ? [] : source.groups(element).flatMap((one) => one.items);
  const first = pickedOf(place, element, source)[0]?.id;
  openPopup(key, { active: Math.max(0, all.findIndex((item) => item.id === first)) });
  if (source.remote) ask(place, element, "");
  return null;
}

function chips(place, element, source) {
  const picked = pickedOf(place, element, source);
  const drop = (item) => setPicked(place, element, source, picked.filter((one) => one.id !== item.id));
  return picked.map((item) => {
    const remove = { type: "button", "aria-label": `Remove ${item.label}`, onclick: () => drop(item) };
    return h("span", { class: "chip", key: item.id, "data-value": item.id }, item.label, h("button", remove, icon("close")));
  });
}

function trigger(place, element, source) {
  const words = plain(element.placeholder) || "Choose…";
  const single = isMulti(element) ? null : pickedOf(place, element, source)[0];
  const properties = {
    ...named(place, element), ...described(place), id: elementId(place, element), type: "button", role: "combobox",
    class: "select-button", "aria-haspopup": "listbox", "aria-expanded": String(isOpen(elementId(place, element))),
    "aria-label": place.field ? null : words,
    onclick: () => open(place, element, source),
    onkeydown: (event) => {
      if (!event.key.startsWith("Arrow")) return;
      event.preventDefault();
      open(place, element, source);
    },
  };
  const face = single ? h("span", {}, single.label) : h("span", { class: "placeholder" }, words);
  return h("button", properties, face, icon("down"));
}

/** A select menu of any kind. */
export function select(place, element) {
  const source = sourceOf(element);
  const list = () => listbox(place, element, source);
  const menu = anchored(elementId(place, element), trigger(place, element, source), list);
  if (!isMulti(element)) return h("div", { class: "select" }, menu);
  const picked = chips(place, element, source);
  const properties = { class: "chips", role: "group", "aria-label": "Chosen" };
  return h("div", { class: "select select-multi" }, picked.length > 0 && h("div", properties, picked), menu);
}
