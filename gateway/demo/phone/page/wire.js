// The requests between the gateway and the providers, newest first.

import { load } from "./api.js";
import { byId, el } from "./dom.js";

const KEPT = 600;

/** A path without its query, long ids cut. */
const short = (path) => path.split("?")[0].replace(/[0-9A-Za-z]{20,}/g, (id) => `${id.slice(0, 4)}…${id.slice(-2)}`);

export class Wire {
  constructor() {
    this.lines = [];
    this.provider = "";
    this.way = "";
    for (const button of document.querySelectorAll(".filters button")) button.onclick = () => {
      this.way = button.dataset.way;
      for (const one of document.querySelectorAll(".filters button")) one.setAttribute("aria-pressed", String(one === button));
      this.draw();
    };
    byId("filter").oninput = () => this.draw();
  }

  start(lines) { this.lines = lines; this.draw(); }

  show(provider) { this.provider = provider; this.draw(); }

  add(line) {
    this.lines.push(line);
    if (this.lines.length > KEPT) this.lines.shift();
    if (!this.fits(line)) return;
    const list = byId("lines");
    const near = list.scrollTop;
    list.prepend(this.item(line, true));
    if (near > 4) list.scrollTop = near + list.firstChild.offsetHeight;
    while (list.children.length > KEPT) list.lastChild.remove();
    byId("quiet").hidden = true;
  }

  fits(line) {
    const words = byId("filter").value.trim().toLowerCase();
    return line.provider === this.provider && (!this.way || line.way === this.way) &&
      (!words || `${line.method} ${line.path} ${line.host} ${line.status} ${line.gist}`.toLowerCase().includes(words));
  }

  draw() {
    const fitting = this.lines.filter((line) => this.fits(line));
    byId("lines").replaceChildren(...fitting.reverse().map((line) => this.item(line, false)));
    byId("quiet").hidden = fitting.length > 0;
  }

  item(line, fresh) {
    const inward = line.way === "webhook";
    const good = line.status >= 200 && line.status < 300;
    const body = el("div", { class: "whole" });
    const details = el("details", { class: "exchange" },
      el("summary", {},
        el("span", { class: `way ${line.way}`, title: inward ? "from the provider to the gateway" : "from the gateway to the provider" }, inward ? "webhook →" : "← API"),
        el("span", { class: "method" }, line.method),
        el("span", { class: "path", title: line.host + line.path }, short(line.path)),
        el("span", { class: "gist", dir: "auto" }, line.gist),
        el("span", { class: `status ${good ? "good" : "bad"}` }, line.status || "—"),
        el("span", { class: "took" }, `${line.ms < 10 ? line.ms.toFixed(1) : Math.round(line.ms)} ms`)), body);
    details.addEventListener("toggle", () => { if (details.open && !body.childNodes.length) this.fill(line, body); });
    return el("li", { class: fresh ? "fresh" : "" }, details);
  }

  async fill(line, body) {
    body.replaceChildren("…");
    try {
      const it = await load(`wire/${encodeURIComponent(line.provider)}/${line.number}`);
      const time = new Date(it.at * 1000).toLocaleTimeString();
      const heads = Object.entries(it.headers).flatMap(([name, value]) => [el("dt", {}, name), el("dd", {}, value)]);
      body.replaceChildren(
        el("p", { class: "where" }, `${time}  ${it.method} ${it.host}${it.path}`),
        el("h3", {}, "Headers"), el("dl", {}, ...heads),
        ...(it.body ? [el("h3", {}, "Body"), el("pre", { tabindex: "0" }, it.body)] : []),
        el("h3", {}, `Answer ${it.status || "none"}`), ...(it.answer ? [el("pre", { tabindex: "0" }, it.answer)] : [el("p", { class: "none" }, "empty")]));
    } catch {
      body.replaceChildren("This exchange is no longer kept.");
    }
  }
}

/** The line about what the provider could not carry. */
export function tellLost(it) {
  const box = byId("lost");
  if (!it) { box.replaceChildren(); return; }
  const parts = it.parts > 1 ? `, in ${it.parts} parts` : "";
  box.replaceChildren(el("strong", {}, `Last message: ${it.type}${parts}. `),
    it.lost.length ? el("span", { class: "some" }, `Lost: ${it.lost.join("; ")}. `) : el("span", { class: "nothing" }, "Nothing was lost. "),
    it.another.length ? el("span", { class: "another" }, `In another form: ${it.another.join("; ")}.`) : "");
}
