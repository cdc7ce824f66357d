// The app's Home tab.

import { renderBlocks } from "./blocks.js";
import { h } from "./dom.js";
import { bot, isPending, nameOf, store } from "./store.js";

function nothingYet() {
  const name = nameOf(bot());
  if (isPending("home")) return h("div", { class: "empty" }, h("p", {}, `Opening ${name}'s Home…`));
  return h(
    "div",
    { class: "empty" },
    h("p", {}, `${name} has nothing on your Home yet.`),
    h("p", {}, "Its messages are in the Messages tab."),
  );
}

/** What the app has published for the acting person. */
export function homeTab() {
  const view = store.state.home;
  if (!view) return nothingYet();
  const context = { key: view.id, surface: "home", viewId: view.id, values: view.state?.values };
  const properties = { key: view.id, class: "home", role: "tabpanel", "aria-label": "Home", "data-view": view.id };
  return h("div", { class: "scroll" }, h("div", properties, renderBlocks(view.blocks, context)));
}
