/* What a host writes during a session: a poll, what stands on the stage. Each in a native dialog. */
import { forget, keep } from "../lib/autosave.js";
import { open as openDialog } from "../lib/dialog.js";
import { recall } from "../lib/memory.js";
import { toast } from "../lib/toasts.js";
import { clone, part, show, text } from "./dom.js";
import { quiet, sendFrom } from "./refusals.js";

const LEAST = 2;
const MOST = 12;
const OWN_OPTIONS = new Set(["single", "multiple"]);
const ADDRESS_HELP = {
  hls: "The https address of an HLS playlist; it ends in .m3u8.",
  youtube: "The address of the video at youtube.com or youtu.be.",
  vimeo: "The address of the video at vimeo.com.",
};

/* What goes to the server for a poll form. Pure. */
export const pollPayload = ({ kind, question, options, least, most, visibility, privacy }) => {
  const given = OWN_OPTIONS.has(kind) ? options.map((words) => words.trim()).filter(Boolean) : [];
  const bounds = kind === "multiple" ? { min_choices: least || 1, max_choices: most || Math.max(1, given.length) } : { min_choices: 1, max_choices: 1 };
  return { kind, question: question.trim(), options: given, ...bounds, visibility, privacy };
};

export const attachPollForm = ({ dialog, draft, act, launchNow }) => {
  const form = dialog.querySelector("form");
  const list = part(form, "options");
  const addOption = () => {
    const row = clone("t-poll-option");
    const number = list.children.length + 1;
    row.querySelector("input").setAttribute("aria-label", `Option ${number}`);
    row.querySelector("input").placeholder = `Option ${number}`;
    list.append(row);
    return row;
  };
  const reset = () => {
    form.reset();
    list.replaceChildren();
    for (let n = 0; n < 3; n += 1) addOption();
    fit();
    quiet(form);
  };
  const fit = () => {
    const kind = form.elements.kind.value;
    show(part(form, "own"), OWN_OPTIONS.has(kind));
    show(part(form, "bounds"), kind === "multiple");
    show(part(form, "add"), list.children.length < MOST);
  };
  const values = () => ({
    kind: form.elements.kind.value, question: form.elements.question.value,
    options: [...list.querySelectorAll("input")].map((input) => input.value),
    least: Number(form.elements.least.value), most: Number(form.elements.most.value),
    visibility: form.elements.visibility.value, privacy: form.elements.privacy.value,
  });
  form.addEventListener("change", fit);
  part(form, "add").addEventListener("click", () => { addOption().querySelector("input").focus(); fit(); });
  list.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing) return;
    event.preventDefault();
    const rows = [...list.querySelectorAll("input")];
    const next = rows[rows.indexOf(event.target) + 1] ?? (rows.length < MOST ? addOption().querySelector("input") : null);
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
    form.elements.question.focus();
  };
};

export const attachStageForm = ({ store, dialog, act }) => {
  const form = dialog.querySelector("form");
  const fit = () => {
    const kind = form.elements.kind.value;
    show(part(form, "address"), kind in ADDRESS_HELP);
    show(part(form, "words"), kind === "text");
    text(part(form, "help"), ADDRESS_HELP[kind] ?? "");
  };
  let isTyped = false;
  form.addEventListener("change", fit);
  form.addEventListener("input", () => { isTyped = true; });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const { kind, address, text: words } = form.elements;
    const payload = { kind: kind.value, address: kind.value in ADDRESS_HELP ? address.value.trim() : "", text: kind.value === "text" ? words.value.trim() : "" };
    if (!(await sendFrom(form, act, "stage.change", payload))) return;
    isTyped = false;
    dialog.close();
    toast("The stage has changed for everybody.");
  });
  const fill = ({ kind, text: words, url }) => {
    form.elements.kind.value = kind;
    form.elements.text.value = words ?? "";
    form.elements.address.value = kind === "hls" ? (url ?? "") : "";
  };
  return () => {
    quiet(form);
    // What was typed and not sent is still there when the dialog opens again.
    if (!isTyped) fill(store.get().shared.stage);
    fit();
    openDialog(dialog);
  };
};
