// Slack's mrkdwn, as DOM nodes.

import { h } from "./dom.js";
import { symbol, withSymbols } from "./emoji.js";
import { slackDate } from "./format.js";
import { channel, me, nameOf, person } from "./store.js";

const ENTITIES = { "&amp;": "&", "&lt;": "<", "&gt;": ">" };

export const unescape = (text) => text.replace(/&(?:amp|lt|gt);/g, (entity) => ENTITIES[entity]);

/** A plain_text object's words. */
export function plain(object) {
  const text = unescape(object?.text || "");
  return object?.emoji === false ? text : withSymbols(text);
}

/** A link, where it is one that a browser may follow; else only its words. */
export function link(url, label) {
  if (!/^(https?:|mailto:)/i.test(url)) return label;
  return h("a", { href: url, target: "_blank", rel: "noopener noreferrer" }, label);
}

export function mention(user) {
  const name = `@${nameOf(person(user))}`;
  return h("span", { class: user === me().id ? "mention mention-me" : "mention", "data-user": user }, name);
}

export function channelLink(id, label) {
  const known = channel(id);
  if (!known) return h("span", { class: "mention" }, label ? `#${label}` : "#private-channel");
  return h("a", { class: "mention", href: `#${me().id}/${id}` }, `#${known.name}`);
}

export const broadcast = (range) => h("span", { class: "mention mention-me" }, `@${range}`);

export const group = (label) => h("span", { class: "mention" }, label || "@group");

function special(command, label) {
  const [name, ...rest] = command.split("^");
  if (name === "date") {
    const [seconds, template, url] = rest;
    const words = slackDate(seconds, template || "", unescape(label || ""));
    const time = h("time", { datetime: new Date(Number(seconds) * 1000 || 0).toISOString() }, words);
    return url ? link(unescape(url), time) : time;
  }
  if (name === "subteam") return group(label);
  return broadcast(name);
}

function bracketed(inner) {
  const cut = inner.indexOf("|");
  const target = cut < 0 ? inner : inner.slice(0, cut);
  const label = cut < 0 ? "" : inner.slice(cut + 1);
  if (target.startsWith("@")) return mention(target.slice(1));
  if (target.startsWith("#")) return channelLink(target.slice(1), label);
  if (target.startsWith("!")) return special(target.slice(1), label);
  return link(unescape(target), unescape(label || target.replace(/^mailto:/, "")));
}

const around = (mark, body) => `(?<![\\p{L}\\p{N}${mark}])${mark}(?=\\S)(${body})(?<=\\S)${mark}(?![\\p{L}\\p{N}${mark}])`;
const INLINE = new RegExp(
  [
    "<(?<angle>[^<>\\n]+)>",
    "`(?<code>[^`\\n]+)`",
    ":(?<emoji>[a-z0-9_+-]+):(?::skin-tone-\\d:)?",
    around("\\*", "?<bold>[^*\\n]+?"),
    around("_", "?<italic>[^_\\n]+?"),
    around("~", "?<strike>[^~\\n]+?"),
  ].join("|"),
  "gu",
);

function token({ angle, code, emoji, bold, italic, strike }, whole) {
  if (angle) return bracketed(angle);
  if (code) return h("code", {}, unescape(code));
  if (emoji) return symbol(emoji) ?? whole;
  if (bold) return h("strong", {}, inline(bold));
  if (italic) return h("em", {}, inline(italic));
  return h("s", {}, inline(strike));
}

function inline(text) {
  const nodes = [];
  let end = 0;
  for (const match of text.matchAll(INLINE)) {
    nodes.push(unescape(text.slice(end, match.index)), token(match.groups, match[0]));
    end = match.index + match[0].length;
  }
  nodes.push(unescape(text.slice(end)));
  return nodes;
}

const QUOTED = /^(?:&gt;|>) ?/;

function paragraphs(text) {
  const nodes = [];
  let lines = [];
  let quoting = false;
  const finish = () => {
    if (lines.length === 0) return;
    const words = inline(lines.join("\n"));
    nodes.push(quoting ? h("blockquote", {}, words) : h("span", {}, words));
    lines = [];
  };
  for (const line of text.split("\n")) {
    if (QUOTED.test(line) !== quoting) {
      finish();
      quoting = !quoting;
    }
    lines.push(line.replace(QUOTED, ""));
  }
  finish();
  return nodes;
}

/** A mrkdwn text as nodes. */
export function mrkdwn(text) {
  return text.split(/```\n?([\s\S]*?)\n?```\n?/).map((part, index) => {
    if (index % 2) return h("pre", {}, unescape(part));
    return part ? paragraphs(part) : [];
  });
}

/** A text object of either kind, as nodes. */
export const textObject = (object) => (object?.type === "mrkdwn" ? mrkdwn(object.text) : [plain(object)]);
