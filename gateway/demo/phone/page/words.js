// A message's words with the marks that WhatsApp knows: *bold*, _italic_, ~struck~, `code`, ```blocks```, links.

import { el, outward } from "./dom.js";

const MARKS = /```([\s\S]+?)```|`([^`\n]+)`|(?<![\w*])\*(\S(?:[^*\n]*\S)?)\*(?![\w*])|(?<![\w_])_(\S(?:[^_\n]*\S)?)_(?![\w_])|(?<![\w~])~(\S(?:[^~\n]*\S)?)~(?![\w~])|(https?:\/\/[^\s<>"]+[^\s<>".,;:!?)])/gu;
const LONG = 700;
const EMOJI = /^(?:\p{Emoji_Presentation}|\p{Emoji}\uFE0F|\p{Emoji_Modifier}|\u200D|\p{Regional_Indicator}|\s){1,24}$/u;

/** Whether there is nothing but a few emoji. */
export const onlyEmoji = (text) =>
  EMOJI.test(text.trim()) && [...new Intl.Segmenter().segment(text.replace(/\s/g, ""))].length <= 3;

/** Nodes for a text. */
export function marked(text, depth = 0) {
  const nodes = [];
  let at = 0;
  for (const found of text.matchAll(MARKS)) {
    if (found.index > at) nodes.push(text.slice(at, found.index));
    const [whole, block, code, bold, italic, struck, link] = found;
    const inner = (words) => (depth > 3 ? [words] : marked(words, depth + 1));
    if (block || code) nodes.push(el("code", { class: block ? "block" : "" }, block || code));
    else if (bold) nodes.push(el("strong", {}, ...inner(bold)));
    else if (italic) nodes.push(el("em", {}, ...inner(italic)));
    else if (struck) nodes.push(el("s", {}, ...inner(struck)));
    else nodes.push(outward(link, {}, link));
    at = found.index + whole.length;
  }
  if (at < text.length) nodes.push(text.slice(at));
  return nodes;
}

/** A paragraph that shows a long text's beginning first. */
export function words(text, open, opened) {
  if (text.length <= LONG + 100 || open) return el("p", { class: "words", dir: "auto" }, ...marked(text));
  const space = text.lastIndexOf(" ", LONG);
  const start = text.slice(0, space > LONG / 2 ? space : LONG);
  return el("p", { class: "words", dir: "auto" }, ...marked(`${start}…`), " ",
    el("button", { class: "more", type: "button", onclick: opened }, "Read more"));
}
