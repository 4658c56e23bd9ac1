// One message as a bubble.

import { clock, el, outward } from "./dom.js";
import { file, people, place, slides } from "./parts.js";
import { onlyEmoji, words } from "./words.js";

const TICKS = {
  clock: ["🕓", "waiting"], sent: ["✓", "sent"], delivered: ["✓✓", "delivered"], read: ["✓✓", "read"],
  failed: ["!", "not sent"],
};
export const QUICK = ["👍", "❤️", "😂", "😮", "🙏"];

/** What a quoted message says, in a line. */
export const gist = (it) =>
  it.text || it.header || (it.place && "📍 Location") || (it.people && it.people.length && "👤 Contact") ||
  (it.file && (it.file.name || `[${it.file.kind}]`)) || "Message";

/**
 * A bubble. `does` holds what may be done with it: tap(option), open (its list), quote, react(emoji), ask,
 * more (show a long text whole), find (a bubble by its id), jump; `reacts` says whether reactions arrive.
 */
export function bubble(it, does, { reacts, open }) {
  const text = it.text || "";
  const big = text && !it.file && !it.header && !(it.options || []).length && onlyEmoji(text);
  const bare = it.file && it.file.kind === "sticker";
  const alone = it.file && it.file.kind === "image" && !text && !it.header && !it.footer;
  const box = el("div", { class: `bubble${big ? " big" : ""}${bare ? " bare" : ""}${alone ? " alone" : ""}` },
    quoted(it, does),
    it.tapped ? el("span", { class: "unseen" }, "Tapped: ") : null,
    it.file ? file(it.file) : null,
    it.header ? el("strong", { class: "head", dir: "auto" }, it.header) : null,
    it.place ? place(it.place) : null,
    it.people && it.people.length ? people(it.people) : null,
    text && !(it.place || (it.people || []).length) ? words(text, open, does.more) : null,
    it.footer ? el("small", { class: "foot", dir: "auto" }, it.footer) : null,
    meta(it));
  const row = el("article", { class: `row ${it.mine ? "mine" : "theirs"}`, "data-key": it.key, "data-id": it.id || "" },
    el("span", { class: "unseen" }, it.mine ? "You: " : "Business: "),
    el("div", { class: "stack" }, box, taps(it, does), reactions(it)),
    tools(it, does, reacts));
  if (it.slides && it.slides.length) row.querySelector(".stack").append(slides(it.slides, does.tap));
  return row;
}

function quoted(it, does) {
  if (!it.quotes || it.tapped) return null;
  const source = does.find(it.quotes);
  return el("button", { type: "button", class: "quote", onclick: () => does.jump(it.quotes) },
    el("strong", {}, source ? (source.mine ? "You" : "Business") : "Message"),
    el("span", { dir: "auto" }, source ? gist(source) : "not on this phone"));
}

function meta(it) {
  const [sign, means] = TICKS[it.mine ? it.ticks : ""] || ["", ""];
  return el("span", { class: "meta" }, el("time", {}, clock(it.at)),
    sign ? el("span", { class: `ticks ${it.ticks}`, role: "img", "aria-label": means, title: it.error || means }, sign) : null);
}

/** What stands under a bubble to tap. */
function taps(it, does) {
  const many = Boolean(it.button && (it.options || []).length);
  const inSlides = (it.slides || []).length > 0;
  const made = [];
  if (many) made.push(el("button", { type: "button", class: "tap", "aria-haspopup": "dialog", onclick: does.open }, `☰ ${it.button}`));
  else if (!inSlides) for (const option of it.options || [])
    made.push(el("button", { type: "button", class: "tap", "data-option": option.id, onclick: () => does.tap(option) }, `↩ ${option.title}`));
  if (it.link) made.push(outward(it.link, { class: "tap" }, `↗ ${it.label || it.link}`));
  else if (it.asks === "location") made.push(el("button", { type: "button", class: "tap", onclick: () => does.ask("location") }, "📍 Send location"));
  else if (it.asks === "contact") made.push(el("button", { type: "button", class: "tap", onclick: () => does.ask("contact") }, "👤 Share contact"));
  return made.length ? el("div", { class: "taps" }, ...made) : null;
}

function reactions(it) {
  const all = Object.entries(it.reactions || {}).filter(([, emoji]) => emoji);
  if (!all.length) return null;
  const by = all.map(([who, emoji]) => `${who === "me" ? "You" : "Business"}: ${emoji}`).join(", ");
  return el("span", { class: "reacted", role: "img", "aria-label": `Reactions. ${by}` }, all.map(([, emoji]) => emoji).join(""));
}

/** Reply and react, beside the bubble. */
function tools(it, does, reacts) {
  if (!it.id) return null;
  const make = (label, sign, act) => el("button", { type: "button", "aria-label": label, title: label, onclick: act }, sign);
  return el("span", { class: "tools" }, make("Reply to this message", "↶", does.quote),
    reacts && !it.mine ? make("React to this message", "☺", (event) => picker(event.currentTarget, it, does)) : null);
}

function picker(button, it, does) {
  const old = button.parentNode.querySelector(".picker");
  if (old) { old.remove(); return; }
  const mine = (it.reactions || {}).me;
  const pick = (emoji) => { box.remove(); button.focus(); does.react(mine === emoji ? "" : emoji); };
  const box = el("span", { class: "picker", role: "group", "aria-label": "Reactions" },
    ...QUICK.map((emoji) => el("button", { type: "button", "aria-pressed": mine === emoji ? "true" : "false", "aria-label": `React with ${emoji}`, onclick: () => pick(emoji) }, emoji)));
  box.addEventListener("keydown", (event) => { if (event.key === "Escape") { box.remove(); button.focus(); } });
  button.parentNode.append(box);
  box.querySelector("button").focus();
}
