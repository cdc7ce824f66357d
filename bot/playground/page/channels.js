// The sidebar: who we are, channels, direct messages, the app.

import { h } from "./dom.js";
import { icon } from "./icons.js";
import { titleOf } from "./messages.js";
import { actAs, avatar } from "./people.js";
import { address, unreadCount } from "./route.js";
import { bot, botDm, isBotDm, person, store, ui } from "./store.js";

const SIGNS = {
  public: () => icon("hash"),
  private: () => icon("lock"),
  im: (place) => avatar(isBotDm(place) ? bot() : person(place.with), "avatar-small"),
};

function line(place) {
  const unread = unreadCount(place);
  const here = place.id === ui.place || (isBotDm(place) && ui.place === "home");
  const style = [unread && "unread", place.member === false && "not-member"].filter(Boolean).join(" ");
  const name = titleOf(place).replace(/^#/, "");
  const properties = {
    class: `place-link ${style}`, href: address({ place: place.id }), "data-channel": place.id,
    "aria-current": here ? "page" : null, "aria-label": unread ? `${name}, ${unread} unread` : name,
  };
  const count = unread > 0 && h("span", { class: "count" }, unread);
  return h("li", { key: place.id }, h("a", properties, SIGNS[place.kind](place), h("span", { class: "place-name" }, name), count));
}

function group(title, places) {
  if (places.length === 0) return null;
  return h("section", {}, h("h2", {}, title), h("ul", {}, places.map(line)));
}

export function sidebar() {
  const { channels, team } = store.state;
  const ims = channels.filter((one) => one.kind === "im" && !isBotDm(one));
  return h(
    "nav",
    { class: "sidebar", "aria-label": "Conversations" },
    h("h1", {}, team.name),
    actAs(),
    h(
      "div",
      { class: "place-list" },
      group("Channels", channels.filter((one) => one.kind !== "im" && one.member !== false)),
      group("Direct messages", ims),
      group("Apps", botDm() ? [botDm()] : []),
      group("Channels you aren't in", channels.filter((one) => one.kind !== "im" && one.member === false)),
    ),
  );
}
