/* Buttons named "do" add, move and remove rows: the server draws the part anew, and only this part is replaced. */

import { OFFLINE, tellAbove } from "../lib/forms.js";

const neighbour = (part, act) => {
  const path = act.split(".");
  const verb = path.pop();
  if (verb === "up" || verb === "down") {
    const at = Number(path.pop()) + (verb === "up" ? -1 : 1);
    return part.querySelector(`button[value="${[...path, at, verb].join(".")}"]:not(:disabled)`)
      ?? part.querySelector(`button[value^="${[...path, at].join(".")}."]:not(:disabled)`);
  }
  if (verb === "add") {
    const all = [...part.querySelectorAll(`button[value="${act}"]`)];
    const list = all.at(-1)?.closest("p")?.previousElementSibling;
    const fields = list?.lastElementChild?.querySelectorAll("input:not([type=hidden]), select, textarea");
    return fields?.[0] ?? null;
  }
  return part.querySelector("button[value$='.add']");
};

const controls = (part) => [...part.querySelectorAll("input:not([type=hidden]), select, textarea")];
const valueOf = (control) => (control.type === "checkbox" || control.type === "radio" ? control.checked : control.value);

/* What was typed while the server drew is carried over: adding a row moves no other row. */
const carryOver = (part, before, fresh) => {
  for (const control of controls(part)) {
    if (!before.has(control) || valueOf(control) === before.get(control)) continue;
    const same = [...fresh.querySelectorAll(`[name="${CSS.escape(control.name)}"]`)];
    const target = same.length > 1 ? same.find((one) => one.value === control.value) : same[0];
    if (target && typeof valueOf(control) === "boolean") target.checked = control.checked;
    else if (target) target.value = control.value;
  }
};

const replace = (html, part, act, before) => {
  const page = new DOMParser().parseFromString(html, "text/html");
  const fresh = page.getElementById(part.id);
  if (!fresh) return false;
  if (act.endsWith(".add")) carryOver(part, before, fresh);
  const active = document.activeElement;
  const movedOn = active !== document.body && !part.contains(active);  // whoever types elsewhere keeps the focus
  const typing = part.contains(active) && controls(part).includes(active) ? active.name : null;
  part.replaceWith(fresh);
  if (!movedOn) (typing ? fresh.querySelector(`[name="${CSS.escape(typing)}"]`) : neighbour(fresh, act))?.focus();
  fresh.dispatchEvent(new Event("change", { bubbles: true }));
  return true;
};

const perform = async (form, id, act, button) => {
  const part = document.getElementById(id);
  const body = new FormData(form);
  const before = new Map(controls(part).map((control) => [control, valueOf(control)]));
  body.append("do", act);
  tellAbove(form, "");
  part.dataset.pending = "";
  part.inert = !act.endsWith(".add");  // rows change places: nothing can be typed until they have
  try {
    const response = await fetch(form.action, { method: "POST", body, headers: { Accept: "text/html" } });
    if (response.ok && replace(await response.text(), part, act, before)) return;
  } catch {
    delete part.dataset.pending;
    part.inert = false;
    tellAbove(form, OFFLINE, button);
    return;
  }
  // The server's own page says what is wrong, and keeps what was typed.
  form.append(Object.assign(document.createElement("input"), { type: "hidden", name: "do", value: act }));
  form.submit();
};

export const start = (form) => {
  let queue = Promise.resolve();  // one after the other: each starts from what the one before left
  form.addEventListener("submit", (event) => {
    const button = event.submitter;
    const part = button?.name === "do" && button.closest("[data-rows]");
    if (!part) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const [id, act] = [part.id, button.value];
    queue = queue.then(() => perform(form, id, act, button));
  }, true);
};
