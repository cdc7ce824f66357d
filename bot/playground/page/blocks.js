// Block Kit's blocks. A context says on which surface they stand:
// {key, surface: "message" | "modal" | "home", channel?, ts?, viewId?, values?, errors?, forgive?}.

import { h } from "./dom.js";
import { image, renderElement } from "./elements.js";
import { elementId } from "./interact.js";
import { markdown, richText } from "./richtext.js";
import { plain, textObject } from "./mrkdwn.js";

function section(block, context) {
  const words = block.text && h("div", { class: "words" }, textObject(block.text));
  const fields = block.fields?.length && h("div", { class: "fields" }, block.fields.map(field));
  const side = block.accessory && h("div", { class: "accessory" }, renderElement({ context, block }, block.accessory));
  return [h("div", { class: "section-words" }, words, fields), side];
}

const field = (text) => h("div", { class: "words" }, textObject(text));

function context(block) {
  return block.elements.map((element) =>
    element.type === "image" ? image(element, "context-image") : h("span", { class: "words" }, textObject(element)),
  );
}

function actions(block, where) {
  return block.elements.map((element) => renderElement({ context: where, block }, element));
}

function picture(block) {
  return h("figure", {}, block.title && h("figcaption", {}, plain(block.title)), image(block, "picture"));
}

const GROUPS = new Set(["radio_buttons", "checkboxes"]);

function inputLabel(block, field) {
  const grouped = GROUPS.has(block.element.type);
  const words = h(grouped ? "span" : "label", { id: field.labelId, for: grouped ? null : field.inputId }, plain(block.label));
  return h("div", { class: "label" }, words, block.optional && h("span", { class: "optional" }, " (optional)"));
}

function input(block, where) {
  const { element } = block;
  const inputId = elementId({ context: where, block }, element);
  const error = where.errors?.[block.block_id];
  const ids = { hint: `${inputId}/hint`, error: `${inputId}/error`, left: `${inputId}/left` };
  const parts = [error && ids.error, block.hint && ids.hint, element.max_length && ids.left];
  const field = {
    inputId, labelId: `${inputId}/label`, required: !block.optional, invalid: Boolean(error),
    describedby: parts.filter(Boolean).join(" ") || null,
  };
  return [
    inputLabel(block, field),
    renderElement({ context: where, block, field }, element),
    error && h("p", { id: ids.error, class: "field-error", role: "alert" }, error),
    block.hint && h("p", { id: ids.hint, class: "hint" }, plain(block.hint)),
  ];
}

function cell(content) {
  if (content?.type === "rich_text") return richText(content);
  return String(content?.text ?? content?.value ?? "");
}

function table(block) {
  const line = (cells, tag) =>
    h("tr", {}, cells.map((one, at) => h(tag, { class: `align-${block.column_settings?.[at]?.align || "left"}` }, cell(one))));
  const [head, ...rows] = block.rows;
  const body = rows.map((row) => line(row, "td"));
  return h("div", { class: "table-frame" }, h("table", {}, h("thead", {}, line(head, "th")), h("tbody", {}, body)));
}

const RENDERERS = {
  section, context, actions, input, table,
  image: picture,
  header: (block) => h("h3", {}, plain(block.text)),
  divider: () => h("hr", {}),
  rich_text: richText,
  markdown: (block) => markdown(block.text),
  alert: (block) => h("div", { role: "note", class: "words" }, textObject(block.text)),
};

const missing = (words) => h("span", { class: "unknown" }, words);

/** A block's content; one that can't be drawn must not take the page with it. */
function contentOf(block, where) {
  const draw = RENDERERS[block.type];
  if (!draw) return missing(`(a ${block.type} block isn't shown here)`);
  try {
    return draw(block, where);
  } catch (problem) {
    console.error(problem);
    return missing(`(this ${block.type} block couldn't be drawn)`);
  }
}

/** Messages and Homes change under people's hands, and their ids with them: whoever stands on a button stays there. */
function keyOf(block, where, at) {
  if (where.surface === "modal") return block.block_id;
  return block.elements?.[0]?.action_id ?? at; // a row of buttons is known by its first, wherever it stands
}

function render(block, where, at) {
  const content = contentOf(block, where);
  const level = block.type === "alert" ? `alert-${block.level || "default"}` : "";
  const properties = { class: `block block-${block.type} ${level}`, "data-block-id": block.block_id, key: keyOf(block, where, at) };
  return h("div", properties, content);
}

/** A message's or view's blocks. */
export const renderBlocks = (blocks, where) => h("div", { class: "blocks" }, blocks.map((block, at) => render(block, where, at)));
