// What comes up from the bottom of the phone: the rows of a list, and what can be attached.

import { byId, el, modal } from "./dom.js";

/** The rows of a list, to choose one of. `choose` gets the option. */
export function openList(it, choose) {
  const box = byId("sheet");
  let chosen = null;
  const release = modal(box, close);
  const parts = (it.sections || []).length ? it.sections : [{ title: "", rows: it.options }];
  const done = el("button", { type: "button", class: "send", disabled: true, onclick: () => { close(); choose(chosen); } }, "Send");
  const row = (option) => el("label", { class: "choice" },
    el("span", {}, el("strong", { dir: "auto" }, option.title), option.description ? el("small", { dir: "auto" }, option.description) : null),
    el("input", { type: "radio", name: "choice", value: option.id, onchange: () => { chosen = option; done.disabled = false; } }));
  const card = el("div", { class: "card", role: "dialog", "aria-modal": "true", "aria-label": it.button },
    el("div", { class: "cardhead" }, el("button", { type: "button", class: "ghost", "aria-label": "Close", onclick: close }, "✕"), el("h2", { dir: "auto" }, it.button)),
    el("div", { class: "choices" }, ...parts.flatMap((part) => [part.title ? el("h3", { dir: "auto" }, part.title) : null, ...(part.rows || []).map(row)]).filter(Boolean)),
    done);
  box.replaceChildren(el("div", { class: "shade", onclick: close }), card);
  box.hidden = false;
  card.querySelector("input").focus();
  function close() { box.hidden = true; box.replaceChildren(); release(); }
}

const NAMES = {
  photo: ["🖼️", "Photo"], document: ["📄", "Document"], voice: ["🎤", "Voice note"], location: ["📍", "Location"],
  contact: ["👤", "Contact"],
};

/** The menu of the + button. `attach` gets the name of what was chosen. */
export function attachments(names, attach) {
  const [button, box] = [byId("attach"), byId("attachments")];
  let release = () => {};
  const close = () => { if (!box.hidden) { box.hidden = true; button.setAttribute("aria-expanded", "false"); release(); } };
  const open = () => {
    box.hidden = false;
    button.setAttribute("aria-expanded", "true");
    release = modal(box, close);
    box.querySelector("button").focus();
  };
  box.replaceChildren(...names.map((name) => {
    const [sign, words] = NAMES[name] || ["📎", name];
    return el("button", { type: "button", role: "menuitem", onclick: () => { close(); attach(name); } },
      el("span", { "aria-hidden": "true" }, sign), words);
  }));
  box.addEventListener("keydown", (event) => {
    const all = [...box.children];
    const step = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
    if (step) { event.preventDefault(); all[(all.indexOf(document.activeElement) + step + all.length) % all.length].focus(); }
  });
  button.onclick = () => (box.hidden ? open() : close());
  document.addEventListener("click", (event) => { if (!box.contains(event.target) && event.target !== button) close(); });
}
