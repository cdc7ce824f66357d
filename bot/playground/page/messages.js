// Messages: the list of a place, and a thread.

import { renderBlocks } from "./blocks.js";
import { composer } from "./composer.js";
import { h } from "./dom.js";
import { withSymbols } from "./emoji.js";
import { dayAndTime, dayKey, dayLabel, fullTime, timeOf } from "./format.js";
import { icon } from "./icons.js";
import { mrkdwn } from "./mrkdwn.js";
import { avatar } from "./people.js";
import { menuButton, menuItem } from "./popup.js";
import { address, go } from "./route.js";
import { bot, channel, isBotDm, me, nameOf, perform, person, store, ui } from "./store.js";

const REACTIONS = ["+1", "raised_hands", "white_check_mark", "eyes", "tada", "heart"];
const TOGETHER_MS = 5 * 60_000;

const isReply = (message) => message.thread_ts && message.thread_ts !== message.ts;
const byTs = (one, other) => (one.ts < other.ts ? -1 : 1);
const shownAt = (message) => new Date(message.shown_at);

// --- what one can do with a message ---

const react = (place, message, name) =>
  perform(`react/${message.ts}/${name}`, { do: "react", channel: place.id, ts: message.ts, name });

function shortcut(place, message, { callback_id: id }) {
  return perform(`shortcut/${message.ts}`, { do: "shortcut", callback_id: id, channel: place.id, ts: message.ts });
}

function reactionMenu(place, message) {
  const item = (name) =>
    menuItem({ "aria-label": name, class: "menu-item menu-emoji" }, () => react(place, message, name), withSymbols(`:${name}:`));
  const properties = { class: "button button-icon", "aria-label": "Add reaction" };
  return menuButton(`react/${message.ts}`, properties, icon("smile"), () => REACTIONS.map(item), { side: "right" });
}

const openThread = (message) => go({ thread: message.thread_ts || message.ts });

function moreMenu(place, message) {
  const offers = store.state.shortcuts.filter((one) => one.type === "message");
  const item = (one) => menuItem({}, () => shortcut(place, message, one), one.name, h("small", {}, nameOf(bot())));
  const items = () => [menuItem({}, () => openThread(message), "Open thread"), offers.map(item)];
  const properties = { class: "button button-icon", "aria-label": "More actions" };
  return menuButton(`more/${message.ts}`, properties, icon("more"), items, { side: "right" });
}

function toolbar(place, message, inThread) {
  if (message.ephemeral) return null;
  const onclick = () => openThread(message);
  const reply = { type: "button", class: "button button-icon", "aria-label": "Reply in thread", onclick };
  return h(
    "div",
    { class: "tools", role: "toolbar", "aria-label": "Message actions" },
    reactionMenu(place, message),
    !inThread && h("button", reply, icon("reply")),
    moreMenu(place, message),
  );
}

// --- one message ---

function picture(file) {
  const shown = /\.(png|jpe?g|gif|svg|webp)$/i.test(file.name || "");
  if (!shown) return h("a", { class: "file", href: file.url_private, download: file.name }, file.title || file.name);
  return h("img", { class: "picture", src: file.url_private, alt: file.alt_txt || file.title });
}

function reactions(place, message) {
  if (!message.reactions?.length) return null;
  const one = ({ name, users }) => {
    const label = `${users.length} × ${name}`;
    const mine = users.includes(me().id);
    const properties = { type: "button", class: mine ? "reaction reaction-mine" : "reaction", "aria-label": label };
    return h("button", { ...properties, onclick: () => react(place, message, name) }, withSymbols(`:${name}:`), ` ${users.length}`);
  };
  return h("div", { class: "reactions" }, message.reactions.map(one));
}

function replies(message) {
  if (!message.reply_count) return null;
  const words = message.reply_count === 1 ? "1 reply" : `${message.reply_count} replies`;
  const properties = { type: "button", class: "replies", "data-replies": message.ts, onclick: () => go({ thread: message.ts }) };
  return h("button", properties, icon("reply"), words);
}

function words(place, message) {
  const context = { key: `${place.id}/${message.ts}`, surface: "message", channel: place.id, ts: message.ts };
  const edited = message.edited && h("span", { class: "edited" }, " (edited)");
  if (message.blocks?.length) return [renderBlocks(message.blocks, { ...context, values: message.state?.values }), edited];
  return h("div", { class: "words" }, mrkdwn(message.text || ""), edited);
}

function byline(author, message) {
  const time = { class: "time", datetime: message.shown_at, title: fullTime(shownAt(message)) };
  return h(
    "div",
    { class: "byline" },
    h("span", { class: "author", "data-user": message.user }, nameOf(author)),
    author?.is_bot && h("span", { class: "badge" }, "APP"),
    h("time", time, timeOf(shownAt(message))),
  );
}

function renderMessage(place, message, { together = false, inThread = false } = {}) {
  const author = person(message.user);
  const style = ["message", together && "together", message.ephemeral && "ephemeral"].filter(Boolean).join(" ");
  const hover = h("time", { class: "time hover-time", datetime: message.shown_at }, timeOf(shownAt(message)));
  return h(
    "li",
    { key: message.ts, class: style, "data-ts": message.ts, "data-author": message.user },
    h("div", { class: "gutter" }, together ? hover : avatar(author)),
    h(
      "div",
      { class: "content" },
      message.ephemeral && h("p", { class: "only-you" }, icon("eye"), "Only visible to you"),
      !together && byline(author, message),
      words(place, message),
      message.files?.map(picture),
      reactions(place, message),
      !inThread && replies(message),
    ),
    toolbar(place, message, inThread),
  );
}

// --- lists ---

function isTogether(before, message) {
  return (
    before && before.user === message.user && !message.ephemeral && !before.ephemeral &&
    dayKey(shownAt(before)) === dayKey(shownAt(message)) && shownAt(message) - shownAt(before) < TOGETHER_MS
  );
}

function withDays(place, messages) {
  return messages.map((message, at) => {
    const before = messages[at - 1];
    const day = dayKey(shownAt(message));
    const newDay = !before || dayKey(shownAt(before)) !== day;
    const line = newDay && h("li", { key: `${day}/${message.ts}`, class: "day", "data-day": day }, h("span", {}, dayLabel(shownAt(message))));
    return [line, renderMessage(place, message, { together: isTogether(before, message) })];
  });
}

function nothingYet(place) {
  const name = nameOf(bot());
  if (!isBotDm(place)) {
    const next = place.bot_member === false ? `${name} can't post here until somebody adds it.` : "Type / below to see the commands.";
    return h("div", { class: "empty" }, h("p", {}, `Nothing has been said in ${titleOf(place)} yet.`), h("p", {}, next));
  }
  const next = store.state.next_due && dayAndTime(new Date(store.state.next_due));
  const due = next && `The next thing is due ${next}: press Next, at the top, to move the clock there.`;
  return h(
    "div",
    { class: "empty" },
    h("p", {}, `This is your conversation with ${name}.`),
    h("p", {}, "Type / below to see what it can do."),
    due && h("p", {}, due),
  );
}

function scroller(key, label, content) {
  return h("div", { key, class: "scroll", role: "log", "aria-live": "polite", "aria-label": label, tabindex: "0", "data-stick": key }, content);
}

function outside(place) {
  return h("p", { class: "outside" }, `${nameOf(me())} isn't in #${place.name}. Only its members write here.`);
}

/** The messages of a channel or direct message, newest at the bottom, and the box to write in. */
export function messagePane(place) {
  const messages = place.messages.filter((message) => !isReply(message)).sort(byTs);
  const label = `Messages ${place.kind === "im" ? "with" : "in"} ${titleOf(place)}`;
  const list = h("ul", { class: "messages", "data-channel": place.id }, withDays(place, messages));
  return [
    scroller(`${me().id}/${place.id}`, label, messages.length ? list : nothingYet(place)),
    place.member === false ? outside(place) : composer(place),
  ];
}

export function titleOf(place) {
  if (isBotDm(place)) return nameOf(bot());
  return place.kind === "im" ? nameOf(person(place.with)) : `#${place.name}`;
}

/** The open thread beside the messages. */
export function threadPane() {
  const place = channel(ui.place);
  const root = place?.messages.find(({ ts }) => ts === ui.thread);
  if (!root) return null;
  const replies = place.messages.filter((message) => isReply(message) && message.thread_ts === root.ts).sort(byTs);
  const lines = [root, ...replies].map((message) => renderMessage(place, message, { inThread: true }));
  return h(
    "aside",
    { class: "thread", "aria-label": "Thread", "data-thread": root.ts },
    h(
      "header",
      { class: "bar" },
      h("h2", {}, "Thread", h("small", {}, titleOf(place))),
      h("a", { class: "button button-icon", role: "button", "aria-label": "Close thread", href: address() }, icon("close")),
    ),
    scroller(`${place.id}/${root.ts}`, "Thread messages", h("ul", { class: "messages", "data-channel": place.id }, lines)),
    composer(place, root.ts),
  );
}
