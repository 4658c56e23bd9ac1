// Elements are made here, and text only ever becomes a text node: what a message says is never markup.

export const byId = (id) => document.getElementById(id);

/** A new element. `set` holds attributes; "class", listeners ("onclick") and `hidden` are understood. */
export function el(tag, set = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(set)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? "" : String(value));
  }
  node.append(...children.filter((child) => child !== null && child !== undefined && child !== ""));
  return node;
}

/** A link that a person may follow: only to the web, and the page stays. */
export function outward(url, set, ...children) {
  const web = /^https?:\/\//i.test(url);
  const where = web ? { href: url, target: "_blank", rel: "noopener noreferrer" } : {};
  return el(web ? "a" : "span", { ...set, ...where, title: url }, ...children);
}

export const clock = (seconds) =>
  new Date(seconds * 1000).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });

export function size(bytes) {
  if (bytes === undefined) return "";
  return bytes < 1024 ? `${bytes} B` : bytes < 1048576 ? `${Math.round(bytes / 1024)} kB` : `${(bytes / 1048576).toFixed(1)} MB`;
}

/** Keep Tab inside `box` until `close` is called by Escape or by hand; focus goes back afterwards. */
export function modal(box, close) {
  const before = document.activeElement;
  const row = before?.closest("[data-key]")?.dataset.key;
  const keys = (event) => {
    if (event.key === "Escape") { event.preventDefault(); close(); return; }
    if (event.key !== "Tab") return;
    const all = [...box.querySelectorAll("button, input, a[href]")].filter((one) => !one.disabled);
    const [first, last] = [all[0], all[all.length - 1]];
    if (event.shiftKey && document.activeElement === first) { event.preventDefault(); last.focus(); }
    else if (!event.shiftKey && document.activeElement === last) { event.preventDefault(); first.focus(); }
  };
  box.addEventListener("keydown", keys);
  return () => { box.removeEventListener("keydown", keys); back(); };
  // A row that was drawn again meanwhile has other elements; its button is the same to who uses it.
  function back() {
    const there = before?.isConnected ? before : row && document.querySelector(`[data-key="${CSS.escape(row)}"] button.tap`);
    there?.focus();
  }
}
