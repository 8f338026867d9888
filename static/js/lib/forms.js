/* Forms: one send per press, with the button's width kept; nothing is sent that would be lost on the way; the error summary
   takes the focus, its links reach fields. */
import { isReadable } from "./field_errors.js";

export const OFFLINE = "There is no connection. Nothing was sent, and what you typed is still here. Try again when you are online.";

export const busyLabel = (label) => `${label.trim()}…`;

const busy = (button) => {
  button.style.minInlineSize = `${button.getBoundingClientRect().width}px`;
  button.setAttribute("aria-busy", "true");
};

const free = (form) => {
  delete form.dataset.sending;
  form.querySelectorAll("[aria-busy=true]").forEach((button) => {
    button.removeAttribute("aria-busy");
    button.style.minInlineSize = "";
  });
};

/* Says above a button why nothing was sent; an empty sentence takes it back. */
export const tellAbove = (form, words, button = form.querySelector("[type=submit]")) => {
  form.querySelector("[data-form-said]")?.remove();
  if (!words) return;
  const said = Object.assign(document.createElement("p"), { className: "field__error", textContent: words });
  said.setAttribute("role", "alert");
  said.dataset.formSaid = "";
  (button?.closest(".row, p") ?? button ?? form.lastElementChild).before(said);
};

/* A page that cannot be reached would replace this one, and what was typed with it. */
const isReachable = (form, button) => {
  const isUp = navigator.onLine !== false;
  tellAbove(form, isUp ? "" : OFFLINE, button ?? undefined);
  return isUp;
};

const attach = (form) => {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sending) {
      event.preventDefault();
      return;
    }
    if (event.defaultPrevented) return;
    if (!isReadable(form) || !isReachable(form, event.submitter)) {
      event.preventDefault();
      return;
    }
    form.dataset.sending = "true";
    const button = event.submitter ?? form.querySelector("[type=submit]");
    if (button) busy(button);
    // A download answers without a new page; the button must not stay busy for ever.
    setTimeout(() => free(form), 15000);
  });
};

const focusTarget = (id) => {
  const target = document.getElementById(id);
  if (!target) return null;
  return target.matches("fieldset") ? (target.querySelector("input, select, textarea") ?? target) : target;
};

export const start = (root = document) => {
  root.querySelectorAll("form[data-form]").forEach(attach);
  // Coming back by the browser's button shows the page as it was left, busy buttons included.
  addEventListener("pageshow", (event) => { if (event.persisted) root.querySelectorAll("form[data-form]").forEach(free); });
  const summary = root.querySelector("[data-error-summary]");
  if (!summary) return;
  summary.focus();
  summary.addEventListener("click", (event) => {
    const link = event.target.closest("a[href^='#']");
    const target = link && focusTarget(link.hash.slice(1));
    if (!target) return;
    event.preventDefault();
    target.focus();
    (target.closest(".field, .likert") ?? target).scrollIntoView({ block: "center" });
  });
};
