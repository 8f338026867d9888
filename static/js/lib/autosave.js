/* <form data-autosave="key">: what is typed stays in this browser within a second, comes back after a reload, and is
   cleared by the page that follows a success (one that the sent form redirected to, or
   `<meta name="autosave-done" content="key">`) or by forget(key). */
import { recall, remember } from "./memory.js";

const PRIVATE = new Set(["password", "file", "hidden", "submit", "button", "reset"]);
/* A hidden value is the page's own; with `data-keep` it says what the person had before them, and belongs to the draft. */
const isPrivate = (control) => PRIVATE.has(control.type) && !(control.type === "hidden" && "keep" in (control.dataset ?? {}));

/* Turns controls ({name, type, value, checked, selected}) into a plain record; a name may hold several values. */
export const collect = (controls) => {
  const record = {};
  for (const control of controls) {
    if (!control.name || isPrivate(control)) continue;
    const list = (record[control.name] ??= []);
    if (control.type === "checkbox" || control.type === "radio") {
      if (control.checked) list.push(control.value);
    } else if (control.type === "select-multiple") {
      list.push(...[...control.options].filter((option) => option.selected).map((option) => option.value));
    } else {
      list.push(control.value);
    }
  }
  return record;
};

/* Puts a record back into controls; names it does not know are left alone. Returns how many values were changed. */
export const restore = (controls, record) => {
  const next = new Map();
  let changed = 0;
  for (const control of controls) {
    const list = record?.[control.name];
    if (!list || isPrivate(control)) continue;
    if (control.type === "checkbox" || control.type === "radio") {
      const on = list.includes(control.value);
      if (control.checked !== on) changed += 1;
      control.checked = on;
    } else if (control.type === "select-multiple") {
      for (const option of control.options) option.selected = list.includes(option.value);
    } else {
      const at = next.get(control.name) ?? 0;
      next.set(control.name, at + 1);
      if (list[at] === undefined) continue;
      if (control.value !== list[at]) changed += 1;
      control.value = list[at];
    }
  }
  return changed;
};

export const keptWords = (date) =>
  `Kept in this browser ${String(date.getHours()).padStart(2, "0")}:${String(date.getMinutes()).padStart(2, "0")}`;

export const forget = (key) => remember(`draft.${key}`, null);

const isAnswer = () => Boolean(document.querySelector('meta[name="answers-form"]'));

/* Keeps what is typed into this form. Its rows must be there already. */
export const keep = (form) => {
  const key = `draft.${form.dataset.autosave}`;
  const said = form.querySelector("[data-saved]") ?? document.querySelector(`[data-saved-for="${form.dataset.autosave}"]`);
  const kept = recall(key);
  // The answer to a sent form holds what was sent, and that is newer than the draft.
  const isNewer = kept && !isAnswer();
  // Who fills in by guessing leaves alone what the person chose.
  if (isNewer) form.dataset.kept = "";
  if (isNewer && restore([...form.elements], kept.values)) {
    form.dispatchEvent(new Event("change", { bubbles: true }));
    if (said) said.textContent = keptWords(new Date(kept.at));
  }
  let timer = 0;
  const save = () => {
    timer = 0;
    const at = new Date();
    const done = remember(key, { at: at.toISOString(), values: collect([...form.elements]) });
    if (said) said.textContent = done ? keptWords(at) : "This browser keeps nothing; send when you are done.";
  };
  const soon = () => {
    if (!timer) timer = setTimeout(save, 400);
  };
  form.addEventListener("input", soon);
  form.addEventListener("change", soon);
  addEventListener("pagehide", () => { if (timer) save(); });
};

/* Forgets the form that this page follows: a refusal or a question is an answer, a success sends on to another page.
   Gives the form that this page answers: whoever sends the answer's own form sends that one. */
const settle = (store) => {
  const sent = recall("sent", store);
  remember("sent", null, store);
  if (isAnswer()) return sent;
  if (sent && performance.getEntriesByType("navigation")[0]?.redirectCount) forget(sent);
  return null;
};

export const start = (root = document) => {
  const store = globalThis.sessionStorage;
  const answered = settle(store);
  addEventListener("submit", (event) => {  // at the window: whoever holds the form back has done so by now
    const key = event.target.dataset.autosave ?? (event.target.closest("main") && answered);
    if (key && !event.defaultPrevented) remember("sent", key, store);
  });
  document.querySelectorAll('meta[name="autosave-done"]').forEach((meta) => forget(meta.content));
  root.querySelectorAll("form[data-autosave]").forEach(keep);
};
