// Slack's rich_text blocks, and the Markdown of markdown blocks, as DOM nodes.

import { h } from "./dom.js";
import { symbol } from "./emoji.js";
import { slackDate } from "./format.js";
import { broadcast, channelLink, group, link, mention } from "./mrkdwn.js";

const STYLES = { code: "code", strike: "s", italic: "em", bold: "strong", underline: "u" };

function styled(style, content) {
  return Object.entries(STYLES).reduce((node, [name, tag]) => (style?.[name] ? h(tag, {}, node) : node), content);
}

const SPANS = {
  text: (span) => styled(span.style, span.text),
  link: (span) => link(span.url, styled(span.style, span.text || span.url)),
  emoji: (span) => symbol(span.name) ?? `:${span.name}:`,
  user: (span) => mention(span.user_id),
  channel: (span) => channelLink(span.channel_id),
  usergroup: () => group(),
  broadcast: (span) => broadcast(span.range),
  date: (span) => slackDate(span.timestamp, span.format, span.fallback || ""),
  color: (span) => h("code", {}, span.value),
};

const spans = (elements) => elements.map((span) => SPANS[span.type]?.(span) ?? "");

const PARTS = {
  rich_text_section: (part) => h("div", {}, spans(part.elements)),
  rich_text_quote: (part) => h("blockquote", {}, spans(part.elements)),
  rich_text_preformatted: (part) => h("pre", {}, spans(part.elements)),
  rich_text_list: (part) =>
    h(
      part.style === "ordered" ? "ol" : "ul",
      { class: `rich-list indent-${Math.min(part.indent || 0, 4)}`, start: part.offset ? part.offset + 1 : null },
      part.elements.map((item) => h("li", {}, spans(item.elements))),
    ),
};

/** A rich_text block's content. */
export const richText = (block) => block.elements.map((part) => PARTS[part.type]?.(part) ?? "");

// --- Markdown: what Slack's markdown block takes ---

const INLINE = new RegExp(
  [
    "`(?<code>[^`\\n]+)`",
    "\\[(?<label>[^\\]\\n]+)\\]\\((?<url>[^)\\s]+)\\)",
    "(?<bold>(?<twice>\\*\\*|__)(?=\\S).+?(?<=\\S)\\k<twice>)",
    "~~(?<strike>[^\\n]+?)~~",
    "(?<![\\w*])(?<italic>(?<once>[*_])(?=\\S)[^*_\\n]+?(?<=\\S)\\k<once>)(?![\\w*])",
  ].join("|"),
  "gu",
);

function token({ code, label, url, bold, strike, italic }) {
  if (code) return h("code", {}, code);
  if (url) return link(url, label);
  if (bold) return h("strong", {}, inline(bold.slice(2, -2)));
  if (strike) return h("s", {}, inline(strike));
  return h("em", {}, inline(italic.slice(1, -1)));
}

function inline(text) {
  const nodes = [];
  let end = 0;
  for (const match of text.matchAll(INLINE)) {
    nodes.push(text.slice(end, match.index), token(match.groups));
    end = match.index + match[0].length;
  }
  nodes.push(text.slice(end));
  return nodes;
}

const items = (lines, mark) => lines.map((line) => h("li", {}, inline(line.replace(mark, ""))));
const BULLET = /^\s*[-*+] (\[[ x]\] )?/;
const NUMBER = /^\s*\d+[.)] /;
const QUOTE = /^> ?/;

const KINDS = [
  [/^#{1,6} /, (lines) => lines.map((line) => h("h4", {}, inline(line.replace(/^#+ /, ""))))],
  [/^(-{3,}|\*{3,})\s*$/, () => [h("hr", {})]],
  [QUOTE, (lines) => [h("blockquote", {}, inline(lines.map((line) => line.replace(QUOTE, "")).join("\n")))]],
  [BULLET, (lines) => [h("ul", {}, items(lines, BULLET))]],
  [NUMBER, (lines) => [h("ol", {}, items(lines, NUMBER))]],
  [/^\s*$/, () => []],
  [/^/, (lines) => [h("p", {}, inline(lines.join("\n")))]],
];

const kindOf = (line) => KINDS.findIndex(([mark]) => mark.test(line));

function prose(text) {
  const runs = [];
  for (const line of text.split("\n")) {
    const kind = kindOf(line);
    if (runs.at(-1)?.kind === kind) runs.at(-1).lines.push(line);
    else runs.push({ kind, lines: [line] });
  }
  return runs.map(({ kind, lines }) => KINDS[kind][1](lines));
}

/** A Markdown text as nodes; tables stay as they are written. */
export function markdown(text) {
  return text
    .split(/^```.*\n([\s\S]*?)^```\s*$/m)
    .map((part, index) => (index % 2 ? h("pre", {}, part) : prose(part)));
}
