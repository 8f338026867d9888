/* Dialogs of the desk: what is wrong is said at its field, the rest above the buttons, and everything typed stays. */
import { tell, troubleOf } from "../lib/field_errors.js";
import { troubleWith } from "./composer.js";
import { part, show, text } from "./dom.js";

const notes = (form) => [...form.querySelectorAll("[data-error]")].filter((note) => !note.parentElement.closest("[hidden]"));

const controls = (note) => [...note.closest(".field").querySelectorAll("input, textarea, select")];

/* A number outside what its control takes, as a sentence; "" when it is inside. Pure. */
export const rangeTrouble = ({ type, validity, min, max }) => {
  const isOutside = validity?.stepMismatch || validity?.rangeUnderflow || validity?.rangeOverflow;
  return type === "number" && isOutside ? `Write a whole number from ${min} to ${max}.` : "";
};

const wrongWith = (control) =>
  troubleOf(control) || rangeTrouble(control) || troubleWith(control.value.trim(), { longest: Number(control.dataset.longest) });

/* Says a refusal, `{message, fields?}`: a note takes the fields that its `data-error` names. */
export const refuse = (form, { message, fields = {} }) => {
  const told = new Set();
  form.querySelectorAll("[data-error]").forEach((note) => tell(controls(note)[0], "", note));
  let first = null;
  notes(form).forEach((note) => {
    const names = note.dataset.error.split(" ").filter((name) => fields[name]);
    if (!names.length) return;
    names.forEach((name) => told.add(name));
    tell(controls(note)[0], fields[names[0]], note);
    first ??= controls(note)[0];
  });
  const rest = Object.keys(fields).filter((name) => !told.has(name)).map((name) => fields[name]);
  const words = told.size ? rest.join(" ") : message;
  text(part(form, "refusal"), words);
  show(part(form, "refusal"), Boolean(words));
  first?.focus();
};

export const quiet = (form) => refuse(form, { message: "" });

/* What the form can say by itself, before anything goes out. */
const wanting = (form) => {
  const fields = {};
  notes(form).forEach((note) => {
    const sentence = controls(note).map(wrongWith).find(Boolean);
    if (sentence) fields[note.dataset.error.split(" ")[0]] = sentence;
  });
  return Object.keys(fields).length ? { message: "", fields } : null;
};

/* Sends an act from a dialog. Gives its answer, or null after a refusal, which then stands in the dialog. */
export const sendFrom = async (form, act, name, payload) => {
  const wrong = wanting(form);
  if (wrong) {
    refuse(form, wrong);
    return null;
  }
  quiet(form);
  return act(name, payload, (error) => refuse(form, error));
};
