// The page: one state, drawn again where it changes.

import { follow, load, post } from "./api.js";
import { bubble, gist } from "./bubble.js";
import { byId, el } from "./dom.js";
import { attachments, openList } from "./sheet.js";
import { Wire, tellLost } from "./wire.js";

const state = { providers: [], owners: [], chats: new Map(), unread: new Map(), lost: new Map(), provider: "", phone: "", quoting: "", opened: new Set() };
const wire = new Wire();
let typingTimer = 0;
let atEnd = true;
const typing = new Map();

const nameOf = (provider, phone) => `${provider} ${phone}`;
const here = () => nameOf(state.provider, state.phone);
const bubbles = (where = here()) => state.chats.get(where) || [];
const provider = () => state.providers.find((one) => one.name === state.provider);

async function start() {
  let told;
  try { told = await load("state"); } catch { gone(); setTimeout(start, 2000); return; }
  state.providers = told.providers;
  state.owners = told.owners;
  for (const chat of told.chats) state.chats.set(nameOf(chat.provider, chat.phone), chat.bubbles);
  state.provider ||= told.providers[0].name;
  state.phone ||= told.owners[0].phone;
  for (const one of told.lost) state.lost.set(nameOf(one.provider, one.phone), one.lost);
  byId("business").textContent = told.business;
  attachments(told.attachments, (name) => act("attach", { text: name }));
  wire.start(told.wire);
  show();
  follow(told.last, { news, anew: start, lost: gone, back: () => notice("") });
}

function news(it) {
  if (it.kind === "wire") wire.add(it.line);
  else if (it.kind === "bubble") arrived(it);
  else if (it.kind === "change") changed(it);
  else if (it.kind === "typing") showTyping(nameOf(it.provider, it.phone));
  else if (it.kind === "lost") { state.lost.set(nameOf(it.provider, it.phone), it.lost); tellLost(state.lost.get(here())); }
  else if (it.kind === "owner") { state.owners = state.owners.map((one) => (one.phone === it.owner.phone ? it.owner : one)); owners(); }
  else if (it.kind === "trouble") notice(it.text, 6000);
}

function arrived(it) {
  const where = nameOf(it.provider, it.phone);
  if (bubbles(where).some((one) => one.key === it.bubble.key)) return;
  state.chats.set(where, [...bubbles(where), it.bubble]);
  if (!it.bubble.mine) typing.delete(where);
  if (where === here()) { append(it.bubble); return; }
  if (!it.bubble.mine) { state.unread.set(where, (state.unread.get(where) || 0) + 1); tabs(); owners(); }
}

function changed(it) {
  const where = nameOf(it.provider, it.phone);
  state.chats.set(where, bubbles(where).map((one) => (one.key === it.bubble.key ? it.bubble : one)));
  if (where === here()) redraw(it.bubble);
}

// The chat.

function show() {
  state.unread.delete(here());
  state.quoting = "";
  tabs(); owners(); quoting(); presence(); wire.show(state.provider); tellLost(state.lost.get(here()));
  const chat = byId("chat");
  chat.replaceChildren(el("div", { class: "day" }, "Today"), ...bubbles().map(draw));
  if (!bubbles().length) chat.append(hello());
  told();
  atEnd = true;
  chat.scrollTop = chat.scrollHeight;
}

function hello() {
  const say = (text) => el("button", { type: "button", class: "chip", onclick: () => act("say", { text }) }, text);
  return el("div", { class: "hello" }, el("p", {}, "A simulated provider, a real gateway. Write to the plugin as a customer would:"),
    say("Hello 👋"), say("all"), say("prices"), say("long"));
}

function draw(it) {
  return bubble(it, {
    tap: (option) => act("tap", { to: it.id, option: option.id }),
    open: () => openList(it, (option) => act("tap", { to: it.id, option: option.id })),
    quote: () => { state.quoting = it.id; quoting(); byId("words").focus(); },
    react: (emoji) => act("react", { to: it.id, text: emoji }),
    ask: (name) => act("attach", { text: name }),
    more: () => { state.opened.add(it.key); redraw(it); },
    find: (id) => bubbles().find((one) => one.id === id),
    jump: (id) => byId("chat").querySelector(`[data-id="${CSS.escape(id)}"]`)?.scrollIntoView({ block: "center", behavior: "smooth" }),
  }, { reacts: provider().reacts, open: state.opened.has(it.key) });
}

/** Whether the end of the chat is in sight, give or take some pixels. */
function nearEnd(pixels) {
  const chat = byId("chat");
  return chat.scrollHeight - chat.scrollTop - chat.clientHeight < pixels;
}

function append(it) {
  const chat = byId("chat");
  const low = atEnd || nearEnd(120);
  chat.querySelector(".dots")?.remove();
  chat.querySelector(".hello")?.remove();
  chat.querySelector(".told")?.remove();
  chat.append(draw(it));
  told();
  if (low || it.mine) chat.scrollTop = chat.scrollHeight;
  presence();
}

function redraw(it) {
  const old = byId("chat").querySelector(`[data-key="${it.key}"]`);
  if (!old) return;
  const chat = byId("chat");
  const low = atEnd || nearEnd(60);
  const within = old.contains(document.activeElement);
  const playing = old.querySelector("audio, video");
  if (playing && !playing.paused) return;  // a sound stops when its element is moved
  const fresh = draw(it);
  // What is loaded stays as it is.
  const [before, after] = [old, fresh].map((row) => row.querySelector(".bubble > :is(img, video, .sound, a.doc)"));
  if (before && after) after.replaceWith(before);
  old.replaceWith(fresh);
  if (within) fresh.querySelector("button")?.focus();
  told();
  if (low) chat.scrollTop = chat.scrollHeight;
}

/** Under the last message of the business: how far the business was told it came. */
function told() {
  const chat = byId("chat");
  chat.querySelector(".told")?.remove();
  const last = bubbles().findLast((one) => !one.mine);
  if (!last || bubbles().at(-1) !== last) return;
  const sign = { accepted: "🕓", sent: "✓", delivered: "✓✓", read: "✓✓", played: "✓✓", failed: "✗" }[last.ticks] || "";
  chat.append(el("div", { class: "told" }, "the business sees ", el("span", { class: `ticks ${last.ticks}` }, sign), ` ${last.ticks}`));
}

function presence() {
  const busy = typing.has(here());
  const line = byId("presence");
  line.textContent = busy ? "typing…" : `on ${state.provider}`;
  line.classList.toggle("busy", busy);
  const chat = byId("chat");
  chat.querySelector(".dots")?.remove();
  if (!busy) return;
  const low = atEnd || nearEnd(60);
  chat.append(el("div", { class: "dots", "aria-hidden": "true" }, el("span"), el("span"), el("span")));
  if (low) chat.scrollTop = chat.scrollHeight;
}

function showTyping(where) {
  typing.set(where, Date.now());
  presence();
  clearTimeout(typingTimer);
  typingTimer = setTimeout(() => { typing.clear(); presence(); }, 25000);
}

function quoting() {
  const box = byId("quoting");
  const it = state.quoting && bubbles().find((one) => one.id === state.quoting);
  box.hidden = !it;
  if (!it) return;
  box.replaceChildren(el("span", {}, el("strong", {}, it.mine ? "You" : "Business"), el("span", { dir: "auto" }, gist(it))),
    el("button", { type: "button", class: "ghost", "aria-label": "Do not quote", onclick: () => { state.quoting = ""; quoting(); } }, "✕"));
}

// What is chosen above the chat.

function badge(count) {
  return count ? el("span", { class: "badge", "aria-label": `${count} unread` }, count) : null;
}

const unread = (test) => [...state.unread].reduce((sum, [where, count]) => sum + (test(where) ? count : 0), 0);

function tabs() {
  const focused = document.activeElement?.closest("#providers");
  byId("providers").replaceChildren(...state.providers.map((one) => el("button", {
    role: "tab", "aria-selected": String(one.name === state.provider), tabindex: one.name === state.provider ? "0" : "-1", "data-provider": one.name,
    onclick: () => choose(one.name),
  }, one.name, badge(unread((where) => where.startsWith(`${one.name} `))))));
  if (focused) byId("providers").querySelector("[aria-selected=true]").focus();
}

function choose(name) { state.provider = name; show(); }

byId("providers").addEventListener("keydown", (event) => {
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (!step) return;
  const at = state.providers.findIndex((one) => one.name === state.provider);
  choose(state.providers[(at + step + state.providers.length) % state.providers.length].name);
});

function owners() {
  byId("owners").replaceChildren(...state.owners.map((one) => el("button", {
    type: "button", "aria-pressed": String(one.phone === state.phone), onclick: () => { state.phone = one.phone; show(); },
  }, el("span", {}, `${one.name}’s phone`), el("small", {}, one.hidden ? "number hidden" : one.phone), badge(state.unread.get(nameOf(state.provider, one.phone))))));
  byId("hidden").checked = state.owners.find((one) => one.phone === state.phone).hidden;
}

byId("hidden").onchange = async (event) => {
  const problem = await post("owner", { phone: state.phone, hidden: event.target.checked });
  if (problem) notice(problem, 6000);
};

// What the owner does.

async function act(what, more) {
  const problem = await post("act", { provider: state.provider, phone: state.phone, act: what, ...more }).catch(() => "The demo does not answer.");
  if (problem) notice(problem, 6000);
}

const field = byId("words");

byId("composer").onsubmit = (event) => {
  event.preventDefault();
  const text = field.value.trim();
  if (!text) return;
  act("say", { text, to: state.quoting });
  field.value = "";
  field.style.height = "";
  state.quoting = "";
  quoting();
};

field.onkeydown = (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); byId("composer").requestSubmit(); }
  if (event.key === "Escape" && state.quoting) { state.quoting = ""; quoting(); }
};

field.oninput = () => {
  field.style.height = "";
  field.style.height = `${Math.min(field.scrollHeight, 120)}px`;
};

// Pictures that come later, and a window that changes, must not push the end of the chat out of sight.
// Only who scrolls up leaves the end: a chat that grows does not.
let [top, height] = [0, 0];
byId("chat").addEventListener("scroll", (event) => {
  const chat = event.currentTarget;
  if (nearEnd(60)) atEnd = true;
  else if (chat.scrollHeight === height && chat.scrollTop < top) atEnd = false;
  [top, height] = [chat.scrollTop, chat.scrollHeight];
});
byId("chat").addEventListener("load", () => { if (atEnd) byId("chat").scrollTop = byId("chat").scrollHeight; }, true);
new ResizeObserver(() => { if (atEnd) byId("chat").scrollTop = byId("chat").scrollHeight; }).observe(byId("chat"));

// Around it all.

let noticeTimer = 0;

function notice(text, lasting = 0) {
  clearTimeout(noticeTimer);
  byId("notice").textContent = text;
  byId("notice").hidden = !text;
  if (lasting) noticeTimer = setTimeout(() => notice(""), lasting);
}

function gone() { notice("The demo has stopped, or cannot be reached. Start it again and open the address that it prints."); }

function drawer(open) {
  document.body.classList.toggle("drawn", open);
  byId("drawer").setAttribute("aria-expanded", String(open));
  if (open) byId("closewire").focus();
}

byId("drawer").onclick = () => drawer(!document.body.classList.contains("drawn"));
byId("closewire").onclick = () => { drawer(false); byId("drawer").focus(); };
byId("wire").addEventListener("keydown", (event) => { if (event.key === "Escape") byId("closewire").click(); });

start();
