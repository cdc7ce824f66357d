// Block Kit's elements but for select menus: buttons, overflow, choices, text, dates, images.

import { h } from "./dom.js";
import { fromWall, toWall } from "./format.js";
import { icon } from "./icons.js";
import { ask, choose, described, elementId, named, tell, tellsApp } from "./interact.js";
import { plain, textObject } from "./mrkdwn.js";
import { menuButton, menuItem } from "./popup.js";
import { select } from "./selects.js";
import { changed, isPending, me } from "./store.js";
import { keep, valueOf } from "./values.js";

function follow(url) {
  if (/^https?:/i.test(url)) window.open(url, "_blank", "noopener,noreferrer");
}

function press(place, element) {
  if (isPending(elementId(place, element))) return;
  ask(element, () => {
    if (element.url) follow(element.url);
    tell(place, element, { type: element.type, value: element.value });
  });
}

function button(place, element) {
  const waiting = isPending(elementId(place, element));
  const properties = {
    ...named(place, element), type: "button", class: `button ${element.style || ""}`,
    "aria-label": element.accessibility_label, "aria-disabled": waiting ? "true" : null,
    onclick: () => press(place, element),
  };
  return h("button", properties, h("span", { class: "button-face" }, plain(element.text)));
}

function overflow(place, element) {
  const pick = (option) =>
    ask(element, () => {
      if (option.url) follow(option.url);
      tell(place, element, { type: element.type, selected_option: option });
    });
  const items = () => element.options.map((option) => menuItem({}, () => pick(option), plain(option.text)));
  const label = element.accessibility_label || "More options";
  const properties = { ...named(place, element), class: "button button-icon", "aria-label": label };
  return menuButton(elementId(place, element), properties, icon("more"), items);
}

function choice(type, place, element, option, { checked, onchange }) {
  const name = elementId(place, element);
  return h(
    "label",
    { class: "choice" },
    h("input", { type, name, value: option.value, checked, onchange }),
    h("span", {}, textObject(option.text), option.description && h("small", {}, textObject(option.description))),
  );
}

function choices(place, element, inputs) {
  const role = element.type === "checkboxes" ? "group" : "radiogroup";
  const labelled = { "aria-labelledby": place.field?.labelId, "aria-label": place.field ? null : "Choices" };
  return h("div", { ...named(place, element), ...described(place), ...labelled, role, class: "choices" }, inputs);
}

function radios(place, element) {
  const picked = valueOf(place.context, place.block, element).selected_option?.value;
  const input = (option) =>
    choice("radio", place, element, option, {
      checked: option.value === picked,
      onchange: () => choose(place, element, { selected_option: option }),
    });
  return choices(place, element, element.options.map(input));
}

function checkboxes(place, element) {
  const picked = valueOf(place.context, place.block, element).selected_options || [];
  const has = (option) => picked.some((one) => one.value === option.value);
  const toggle = (option) => element.options.filter((one) => has(one) !== (one === option));
  const input = (option) =>
    choice("checkbox", place, element, option, {
      checked: has(option),
      onchange: () => choose(place, element, { selected_options: toggle(option) }),
    });
  return choices(place, element, element.options.map(input));
}

function triggers({ block }, element) {
  if (!block.dispatch_action) return [];
  return element.dispatch_action_config?.trigger_actions_on || ["on_enter_pressed"];
}

function typed(place, element, fields, how) {
  place.context.forgive?.(place.block.block_id);
  keep(place.context, place.block, element, fields, { how, typing: true });
  changed();
}

function counter(id, element, text) {
  if (!element.max_length) return null;
  const left = element.max_length - [...text].length;
  const words = left < 0 ? `${-left} too many` : `${left} left`;
  return h("span", { id: `${id}/left`, class: left < 0 ? "counter counter-over" : "counter" }, words);
}

const TEXT_TYPES = { email_text_input: "email", url_text_input: "url" };

/** A line or box of text; `wrap` makes the value's fields of what is typed, `text` is what to show. */
function textField(place, element, { text, wrap, multiline, inputmode }) {
  const id = elementId(place, element);
  const when = triggers(place, element);
  const onkeydown = (event) => {
    if (event.key !== "Enter" || event.shiftKey || !when.includes("on_enter_pressed")) return;
    if (!multiline) event.preventDefault();
    keep(place.context, place.block, element, wrap(event.target.value), { how: "action" });
  };
  const properties = {
    ...named(place, element), ...described(place), id, value: text, placeholder: plain(element.placeholder),
    class: "text-field", "data-autofocus": element.focus_on_load ? true : null, autocomplete: "off", onkeydown,
    oninput: ({ target }) =>
      typed(place, element, wrap(target.value), when.includes("on_character_entered") ? "action" : "state"),
  };
  const input = multiline
    ? h("textarea", { ...properties, rows: "4" })
    : h("input", { ...properties, type: TEXT_TYPES[element.type] || "text", inputmode });
  return h("div", { class: "text" }, input, counter(id, element, text));
}

function textInput(place, element) {
  const text = valueOf(place.context, place.block, element).value ?? "";
  const inputmode = element.type === "number_input" ? (element.is_decimal_allowed ? "decimal" : "numeric") : null;
  return textField(place, element, { text, wrap: (value) => ({ value: value || null }), multiline: element.multiline, inputmode });
}

function richTextInput(place, element) {
  const value = valueOf(place.context, place.block, element).rich_text_value;
  const spans = (value?.elements || []).flatMap((part) => part.elements || []);
  const text = spans.map((span) => span.text || "").join("");
  const section = (words) => ({ type: "rich_text_section", elements: [{ type: "text", text: words }] });
  const wrap = (words) => ({ rich_text_value: words ? { type: "rich_text", elements: [section(words)] } : null });
  return textField(place, element, { text, wrap, multiline: true });
}

const DATES = {
  datepicker: {
    type: "date",
    show: (value) => value.selected_date || "",
    read: (text) => ({ selected_date: text || null }),
  },
  timepicker: {
    type: "time",
    show: (value) => value.selected_time || "",
    read: (text) => ({ selected_time: text || null }),
  },
  datetimepicker: {
    type: "datetime-local",
    show: ({ selected_date_time: seconds }) => (seconds ? toWall(new Date(seconds * 1000), me().tz) : ""),
    read: (text) => ({ selected_date_time: text ? fromWall(text, me().tz).getTime() / 1000 : null }),
  },
};

function dateInput(place, element) {
  const { type, show, read } = DATES[element.type];
  const value = valueOf(place.context, place.block, element);
  const onchange = ({ target }) => {
    if (element.confirm) choose(place, element, read(target.value));
    else typed(place, element, read(target.value), tellsApp(place) ? "action" : "state");
  };
  const label = place.field ? null : plain(element.placeholder) || "Date and time";
  const id = elementId(place, element);
  const properties = { ...named(place, element), ...described(place), id, type, "aria-label": label };
  return h("input", { ...properties, class: "text-field date-field", value: show(value), onchange });
}

const isOurs = (url) => url.startsWith("data:image/") || new URL(url, location).origin === location.origin;

/** A picture; one from elsewhere isn't fetched, its alt text stands in. */
export function image(element, style) {
  const file = element.slack_file;
  const url = element.image_url || file?.url || (file ? `/files/${file.id}` : "");
  if (url && isOurs(url)) return h("img", { class: style, src: url, alt: element.alt_text });
  return h("span", { class: `${style} picture-away`, role: "img", "aria-label": element.alt_text }, element.alt_text);
}

const RENDERERS = {
  button, overflow, checkboxes, radio_buttons: radios, workflow_button: button,
  plain_text_input: textInput, email_text_input: textInput, url_text_input: textInput, number_input: textInput,
  rich_text_input: richTextInput, datepicker: dateInput, timepicker: dateInput, datetimepicker: dateInput,
  image: (place, element) => image(element, "thumb"),
};

/** An interactive element where it stands. */
export function renderElement(place, element) {
  if (element.type.endsWith("_select")) return select(place, element);
  const render = RENDERERS[element.type];
  return render ? render(place, element) : h("span", { class: "unknown" }, `(${element.type} isn't shown here)`);
}
