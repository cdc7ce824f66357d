// Avatars, and the "act as" menu.

import { h } from "./dom.js";
import { dayAndTime, timeOf, calendarNow } from "./format.js";
import { icon } from "./icons.js";
import { menuButton, menuItem } from "./popup.js";
import { go, hasNews } from "./route.js";
import { bot, changed, me, nameOf, store } from "./store.js";

const HUES = 8;

function hue(id) {
  return [...id].reduce((sum, letter) => sum * 31 + letter.codePointAt(0), 7) % HUES;
}

function initials(name) {
  const words = name.split(/\s+/).filter(Boolean);
  return words.slice(0, 2).map((word) => [...word][0].toLocaleUpperCase()).join("");
}

/** A square with somebody's initials; the app has its stones. */
export function avatar(one, style = "") {
  if (one && one.id === bot()?.id) return h("img", { class: `avatar ${style}`, src: "/page/cairn.svg", alt: "" });
  const name = nameOf(one);
  return h("span", { class: `avatar hue-${hue(one?.id || name)} ${style}`, "aria-hidden": "true" }, initials(name));
}

const city = (one) => one.tz.split("/").at(-1).replace(/_/g, " ");
const news = new Map(); // person id -> has something unread

async function lookForNews() {
  for (const one of actors()) news.set(one.id, await hasNews(one.id));
  changed();
}

const actors = () => store.state.people.filter((one) => !one.is_bot && !one.deleted && one.id !== "USLACKBOT");

function line(one) {
  const mine = one.id === me().id;
  const properties = {
    role: "menuitemradio", "aria-checked": String(mine), "data-person": one.id, class: "menu-item person",
    "aria-label": `${nameOf(one)}, ${dayAndTime(calendarNow(), one)}, ${city(one)}`,
  };
  return menuItem(
    properties,
    () => go({ me: one.id }),
    avatar(one),
    h(
      "span",
      { class: "person-words" },
      h("span", {}, nameOf(one), news.get(one.id) && !mine && h("span", { class: "dot", title: "Has unread messages" })),
      h("small", {}, [one.title, one.is_admin && "admin"].filter(Boolean).join(", ")),
    ),
    h("span", { class: "person-time" }, timeOf(calendarNow(), one), h("small", {}, city(one))),
  );
}

/** The menu by which one becomes somebody else. */
export function actAs() {
  const face = [
    avatar(me()),
    h("span", { class: "person-words" }, h("small", {}, "Acting as"), h("span", {}, nameOf(me()))),
    icon("down"),
  ];
  const properties = { class: "act-as", "aria-label": `Acting as ${nameOf(me())}`, onpointerenter: lookForNews };
  return menuButton("act-as", properties, face, () => actors().map(line), { wide: true });
}
