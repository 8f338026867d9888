/* Forms: one send per press, with the button's width kept; nothing is sent that would be lost on the way; the error summary
   takes the focus, its links reach fields. */
import { isReadable } from "./field_errors.js";

const OFFLINE = "You are offline, so nothing was sent. What you typed is still here: send it again when the line is back.";

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

/* A page that cannot be reached would replace this one, and what was typed with it. */
const isReachable = (form, button) => {
  const isUp = navigator.onLine !== false;
  const note = form.querySelector("[data-offline]") ?? document.createElement("p");
  note.remove();
  if (isUp) return true;
  note.className = "field__error";
  note.dataset.offline = "";
  note.setAttribute("role", "alert");
  note.textContent = OFFLINE;
  ((button ?? form.querySelector("[type=submit]"))?.closest(".row") ?? form.lastElementChild).before(note);
  return false;
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
