/* Keyboard shortcuts: single letters that can be switched off (WCAG 2.1.4), `?` shows them all.
   <button data-key="l"> is pressed by its letter; register() adds others. */
import { recall, remember } from "./memory.js";

const shortcuts = new Map();

export const isTyping = (target) =>
  Boolean(target?.closest?.("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]"));

/* Names a key press: "l", "?", "ctrl+k", "ArrowRight". Shift is part of the character for signs. */
export const keyName = (event) => {
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  return event.ctrlKey || event.metaKey ? `ctrl+${key}` : event.altKey ? `alt+${key}` : key;
};

/* Decides which shortcut a press means, or null: letters are silent while typing and when switched off. */
export const choose = (registry, name, { typing, off }) => {
  const found = registry.get(name);
  if (!found) return null;
  if (name.startsWith("ctrl+") || name === "Escape") return found;
  return typing || (off && name !== "?") ? null : found;
};

/* `group` is the head under which `?` lists the key. */
export const register = (key, label, run, group = "On this page") => {
  shortcuts.set(key.length === 1 ? key.toLowerCase() : key, { label, run, group });
};

/* Shortcuts as [group, rows], groups in the order in which they came. */
export const grouped = (registry) => {
  const groups = new Map();
  registry.forEach((entry, key) => groups.set(entry.group, [...(groups.get(entry.group) ?? []), [key, entry]]));
  return [...groups];
};

export const isOff = () => recall("keys") === "off";

export const setOff = (off) => remember("keys", off ? "off" : null);

const KEY_WORDS = { "ctrl+k": "Ctrl K", Escape: "Esc", ArrowRight: "→", ArrowLeft: "←", PageDown: "PgDn", PageUp: "PgUp" };

const helpRow = ([key, { label }]) => {
  const row = document.createElement("div");
  const term = document.createElement("dt");
  const said = document.createElement("dd");
  const mark = document.createElement("kbd");
  mark.className = "key";
  mark.textContent = KEY_WORDS[key] ?? key.toUpperCase();
  term.append(mark);
  said.textContent = label;
  row.append(term, said);
  return row;
};

const helpGroup = ([name, rows]) => {
  const section = document.createElement("section");
  const list = Object.assign(document.createElement("dl"), { className: "facts facts--close" });
  list.append(...rows.map(helpRow));
  section.append(Object.assign(document.createElement("h3"), { textContent: name }), list);
  return section;
};

const help = () => {
  let dialog = document.getElementById("keys-help");
  if (!dialog) {
    dialog = document.createElement("dialog");
    dialog.id = "keys-help";
    dialog.className = "dialog";
    dialog.setAttribute("aria-labelledby", "keys-title");
    const title = document.createElement("h2");
    title.id = "keys-title";
    title.className = "dialog__title";
    title.textContent = "Keyboard shortcuts";
    const list = Object.assign(document.createElement("div"), { className: "keys" });
    const label = document.createElement("label");
    label.className = "choice";
    const box = Object.assign(document.createElement("input"), { type: "checkbox", checked: !isOff() });
    box.addEventListener("change", () => setOff(!box.checked));
    const words = document.createElement("span");
    words.textContent = "Single keys act on this device";
    label.append(box, words);
    const close = Object.assign(document.createElement("button"), { type: "button", className: "button", textContent: "Close" });
    close.addEventListener("click", () => dialog.close());
    dialog.append(title, list, label, close);
    document.body.append(dialog);
  }
  dialog.querySelector(".keys").replaceChildren(...grouped(shortcuts).map(helpGroup));
  if (!dialog.open) dialog.showModal();
};

export const start = (root = document) => {
  root.querySelectorAll("[data-key]").forEach((el) => {
    register(el.dataset.key, el.dataset.keyLabel || el.getAttribute("aria-label") || el.firstChild.textContent.trim(), () => el.click());
  });
  const openers = root.querySelectorAll("[data-keys-help]");
  openers.forEach((el) => el.addEventListener("click", help));
  if (shortcuts.size || openers.length) register("?", "Show this list", help);
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing || event.repeat) return;
    if (document.querySelector("dialog[open]") && event.key !== "Escape") return;
    const found = choose(shortcuts, keyName(event), { typing: isTyping(event.target), off: isOff() });
    if (!found) return;
    if (event.key !== "Escape") event.preventDefault();
    found.run(event);
  });
};
