// What a bubble shows above its words: files, places, people, cards.

import { el, outward, size } from "./dom.js";

const ICONS = { document: "📄", video: "🎬", audio: "🎵", voice: "🎤", image: "🖼️", sticker: "🏷️" };

/** A file: shown when it is here, named when it is elsewhere. */
export function file(it) {
  if (!it.url) return away(it);
  const named = it.name || it.kind || "file";
  if (it.kind === "image" || it.kind === "sticker" || !it.kind) {
    const shown = el("img", { src: it.url, alt: it.name || "Picture", class: it.kind || "image" });
    shown.addEventListener("error", () => (it.kind ? shown.replaceWith(away(it)) : other(it, shown)), { once: true });
    return shown;
  }
  if (it.kind === "video") return film(it, named);
  if (it.kind === "audio" || it.kind === "voice") return sound(it);
  return paper(it);
}

const film = (it, named) => el("video", { src: it.url, controls: true, preload: "metadata", "aria-label": named });

/** What is no picture, and nobody said what it is: its type says. */
async function other(it, shown) {
  const answer = await fetch(it.url, { method: "HEAD" }).catch(() => null);
  const kind = (answer?.headers.get("Content-Type") || "").split("/")[0];
  shown.replaceWith(kind === "audio" ? sound(it) : kind === "video" ? film(it, "Video") : paper(it));
}

/** A document, to be saved. */
function paper(it) {
  const ending = (it.name || "").split(".").pop().slice(0, 4).toUpperCase();
  return el("a", { class: "doc", href: it.url, download: it.name || "file" },
    el("span", { class: "sheeticon", "aria-hidden": "true" }, ending || "FILE"),
    el("span", { class: "docname" }, el("span", {}, it.name || "Document"), el("small", {}, size(it.size))));
}

function away(it) {
  return el("div", { class: "doc away" },
    el("span", { "aria-hidden": "true" }, ICONS[it.kind] || "📄"),
    el("span", { class: "docname" }, el("span", {}, it.name || it.kind),
      el("small", {}, it.host ? `at ${it.host}, not fetched` : "not on this machine")));
}

/** A voice note or a sound: one button, a bar, the time. */
function sound(it) {
  const audio = el("audio", { src: it.url, preload: "metadata" });
  const bar = el("progress", { max: 1, value: 0, "aria-label": "Played" });
  const time = el("small", {}, "0:00");
  const button = el("button", { type: "button", class: "play", "aria-label": "Play" }, "▶");
  const tell = () => {
    const whole = Number.isFinite(audio.duration) ? audio.duration : 0;
    const at = audio.paused && !audio.currentTime ? whole : audio.currentTime;
    bar.value = whole ? audio.currentTime / whole : 0;
    time.textContent = `${Math.floor(at / 60)}:${String(Math.floor(at % 60)).padStart(2, "0")}`;
    button.textContent = audio.paused ? "▶" : "❚❚";
    button.setAttribute("aria-label", audio.paused ? "Play" : "Pause");
  };
  button.addEventListener("click", () => (audio.paused ? audio.play().catch(() => {}) : audio.pause()));
  for (const what of ["loadedmetadata", "durationchange", "timeupdate", "play", "pause", "ended"]) audio.addEventListener(what, tell);
  return el("div", { class: "sound" }, button, bar, time, el("span", { "aria-hidden": "true" }, it.kind === "voice" ? "🎤" : "🎵"), audio);
}

/** A place: a map that needs no internet, and its words. */
export function place(it) {
  const where = `${it.latitude.toFixed(4)}, ${it.longitude.toFixed(4)}`;
  return el("div", { class: "place" },
    el("div", { class: "map", "aria-hidden": "true" }, el("span", {}, "📍")),
    el("strong", { dir: "auto" }, it.name || "Location"),
    it.address ? el("span", { dir: "auto" }, it.address) : null, el("small", {}, where));
}

export function people(all) {
  return el("div", { class: "people" }, ...all.map((one) => el("div", { class: "person" },
    el("span", { class: "avatar small", "aria-hidden": "true" }, [...one.name][0] || "?"),
    el("span", {}, el("strong", { dir: "auto" }, one.name), el("small", {}, one.phone || "")))));
}

/** The cards of a carousel, side by side. */
export function slides(all, tap) {
  const cards = all.map((one) => el("div", { class: "slide", role: "group" },
    one.file ? file(one.file) : null,
    one.text ? el("p", { class: "words", dir: "auto" }, one.text) : null,
    ...(one.options || []).map((option) => el("button", { type: "button", class: "tap", onclick: () => tap(option) }, option.title)),
    one.link ? outward(one.link, { class: "tap" }, `↗ ${one.label || one.link}`) : null));
  return el("div", { class: "slides", tabindex: "0", role: "group", "aria-label": "Cards" }, ...cards);
}
