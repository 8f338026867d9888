/* The form of a poll at the desk, in a native dialog: the fields that its kind needs, and nothing typed is lost. */
import { forget, keep } from "../lib/autosave.js";
import { open as openDialog } from "../lib/dialog.js";
import { recall } from "../lib/memory.js";
import { toast } from "../lib/toasts.js";
import { clone, part, show, text } from "./dom.js";
import { quiet, sendFrom } from "./refusals.js";

const LEAST = 2;
const MOST = 12;
const OWN_OPTIONS = new Set(["single", "multiple", "grid", "ranking", "quiz"]);

/* What goes to the server for a poll form. Pure. */
export const pollPayload = ({ kind, question, options, right = [], least, most, columns = "", low = "", high = "", timer = "", visibility, privacy }) => {
  const kept = options.map((words, at) => ({ words: words.trim(), isRight: right.includes(at) })).filter(({ words }) => words);
  const given = OWN_OPTIONS.has(kind) ? kept.map(({ words }) => words) : [];
  const bounds = kind === "multiple" ? { min_choices: least || 1, max_choices: most || Math.max(1, given.length) } : { min_choices: 1, max_choices: 1 };
  if (kind === "words") bounds.max_choices = most || 3;
  const payload = { kind, question: question.trim(), options: given, ...bounds, visibility, privacy };
  if (kind === "grid") payload.columns = columns.split("\n").map((words) => words.trim()).filter(Boolean);
  if (kind === "quiz") payload.right = kept.flatMap(({ isRight }, at) => (isRight ? [at] : []));
  if (kind === "number") Object.assign(payload, { low: low.trim() || null, high: high.trim() || null });
  if (Number(timer)) payload.open_seconds = Number(timer);
  return payload;
};

export const attachPollForm = ({ dialog, draft, act, launchNow }) => {
  const form = dialog.querySelector("form");
  const list = part(form, "options");
  const { elements } = form;
  const addOption = () => {
    const row = clone("t-poll-option");
    const number = list.children.length + 1;
    const field = row.querySelector("[name=option]");
    field.setAttribute("aria-label", `Option ${number}`);
    field.placeholder = `Option ${number}`;
    const box = row.querySelector("[name=right]");
    box.value = number;
    box.setAttribute("aria-label", `Option ${number} is right`);
    list.append(row);
    return row;
  };
  const fields = (name) => [...list.querySelectorAll(`[name=${name}]`)];
  const fit = () => {
    const kind = elements.kind.value;
    show(part(form, "own"), OWN_OPTIONS.has(kind));
    text(part(form, "own-words"), { grid: "Statements, one a row", quiz: "Options; tick what is right" }[kind] ?? "Options");
    fields("right").forEach((box) => show(box.parentElement, kind === "quiz"));
    form.querySelectorAll("[data-for]").forEach((node) => show(node, node.dataset.for.split(" ").includes(kind)));
    show(part(form, "least"), kind === "multiple");
    text(part(form, "most-words"), kind === "words" ? "Words of each person" : "At most");
    show(part(form, "add"), list.children.length < MOST);
  };
  const values = () => ({
    kind: elements.kind.value, question: elements.question.value, options: fields("option").map(({ value }) => value),
    right: fields("right").flatMap(({ checked }, at) => (checked ? [at] : [])),
    least: Number(elements.least.value), most: Number(elements.most.value), columns: elements.columns.value,
    low: elements.low.value, high: elements.high.value, timer: elements.timer.value,
    visibility: elements.visibility.value, privacy: elements.privacy.value,
  });
  const reset = () => {
    form.reset();
    list.replaceChildren();
    for (let n = 0; n < 3; n += 1) addOption();
    fit();
    quiet(form);
  };
  form.addEventListener("change", fit);
  elements.kind.addEventListener("change", () => {
    // Texts are read before they are shown: staff take out what does not fit first.
    if (["text", "words"].includes(elements.kind.value)) elements.visibility.value = "hosts_only";
  });
  part(form, "add").addEventListener("click", () => { addOption().querySelector("[name=option]").focus(); fit(); });
  list.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing || event.target.name !== "option") return;
    event.preventDefault();
    const rows = fields("option");
    const next = rows[rows.indexOf(event.target) + 1] ?? (rows.length < MOST ? addOption().querySelector("[name=option]") : null);
    next?.focus();
    fit();
  });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const made = await sendFrom(form, act, "poll.draft", pollPayload(values()));
    if (!made) return;
    const opens = event.submitter?.value === "open";
    dialog.close();
    reset();
    forget(draft);
    if (opens) launchNow(made.poll);
    else toast("The poll is in the list.");
  });
  reset();
  const kept = recall(`draft.${draft}`)?.values?.option ?? [];
  while (list.children.length < Math.min(kept.length, MOST)) addOption();
  form.dataset.autosave = draft;
  keep(form);
  return () => {
    if (list.children.length < LEAST) reset();
    openDialog(dialog);
    elements.question.focus();
  };
};
