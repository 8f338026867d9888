/* The queue of questions by votes: publish, take up, answer, dismiss; every key acts on the chosen question. */
import { open as openDialog } from "../lib/dialog.js";
import { toast } from "../lib/toasts.js";
import { clockIn } from "../lib/zone_words.js";
import { attribute, clone, keyed, part, show, text } from "./dom.js";
import { quiet, sendFrom } from "./refusals.js";
import { rank, votesOf } from "./select.js";

const LONGEST_REASON = 300;
const LONGEST_ANSWER = 4000;

const WORDS = {
  submitted: "Waits for you",
  answering: "You are answering this",
  answered_live: "Answered live",
  answered_writing: "Answered in writing",
  dismissed: "Dismissed",
};
const ACTS = {
  publish: (state) => state === "submitted" || state === "dismissed",
  answering: (state) => state === "submitted" || state === "published",
  live: (state) => ["submitted", "published", "answering"].includes(state),
  writing: (state) => ["submitted", "published", "answering", "answered_live"].includes(state),
  dismiss: (state) => ["submitted", "published", "answering"].includes(state),
  back: (state) => ["answering", "answered_live", "answered_writing"].includes(state),
};

/* The acts that a question in this state offers. Pure. */
export const actsFor = (state) => Object.keys(ACTS).filter((name) => ACTS[name](state));

/* The question that a key means: the chosen one, else what is answered now, else the first that still waits. */
export const subject = (questions, chosen) =>
  questions.find(({ code }) => code === chosen) ??
  questions.find(({ state }) => state === "answering") ??
  questions.find(({ state }) => state === "submitted" || state === "published") ??
  null;

export const attachQueue = ({ store, act, list, empty, count, dialog }) => {
  let chosen = null;
  const typed = new Map();
  const ranked = () => {
    const state = store.get();
    return state.staff ? rank(state, state.staff.questions) : [];
  };

  const ask = (question, how) => {
    const form = dialog.querySelector("form");
    const field = form.elements.text;
    text(part(dialog, "title"), how === "dismiss" ? "Why is it not taken up?" : "Answer in writing");
    text(part(dialog, "question"), question.text);
    text(part(dialog, "note"), how === "dismiss" ? "The person who asked reads the reason. Nobody else does." : "Everybody reads the answer under the question.");
    text(part(dialog, "send"), how === "dismiss" ? "Dismiss the question" : "Send the answer");
    quiet(form);
    field.dataset.longest = how === "dismiss" ? LONGEST_REASON : LONGEST_ANSWER;
    // What was typed and not sent is still there when the dialog opens again for this question.
    const key = `${how} ${question.code}`;
    field.value = typed.get(key) ?? (how === "dismiss" ? "" : (question.answer ?? ""));
    field.oninput = () => typed.set(key, field.value);
    form.onsubmit = async (event) => {
      event.preventDefault();
      const words = field.value.trim();
      const sent = how === "dismiss" ? ["question.dismiss", { question: question.code, reason: words }] : ["question.answer", { question: question.code, how: "writing", text: words }];
      if (!(await sendFrom(form, act, ...sent))) return;
      typed.delete(key);
      dialog.close();
      if (how === "dismiss") undo(question, "Dismissed.");
    };
    openDialog(dialog);
    field.focus();
  };

  const undo = (question, words) =>
    toast(words, { undo: () => act("question.publish", { question: question.code }), undoLabel: "Publish it" });

  const run = async (name, question = subject(ranked(), chosen)) => {
    if (!question || !ACTS[name](question.state)) return;
    const { code } = question;
    if (name === "writing" || name === "dismiss") ask(question, name);
    else if (name === "publish" || name === "back") await act("question.publish", { question: code });
    else if (name === "answering") await act("question.answering", { question: code });
    else if (await act("question.answer", { question: code, how: "live", text: "" })) {
      toast("Marked as answered live.", { undo: () => act("question.publish", { question: code }) });
    }
  };

  const make = (question) => {
    const row = clone("t-desk-question");
    const find = () => ranked().find(({ code }) => code === question.code);
    row.addEventListener("focusin", () => choose(question.code));
    row.addEventListener("click", () => choose(question.code));
    row.querySelectorAll("[data-act]").forEach((button) => button.addEventListener("click", () => run(button.dataset.act, find())));
    return row;
  };

  const update = (row, question) => {
    const state = store.get();
    const isChosen = question.code === subject(ranked(), chosen)?.code;
    const votes = votesOf(state, question);
    text(part(row, "votes"), votes);
    text(part(row, "noun"), votes === 1 ? "vote" : "votes");
    text(part(row, "text"), question.text);
    text(part(row, "state"), WORDS[question.state] ?? "");
    show(part(row, "state"), question.state in WORDS);
    text(part(row, "author"), question.anonymous ? `${question.author}, not named to the audience` : question.author);
    text(part(row, "at"), clockIn(new Date(question.asked_at), state.shared.room.time_zone));
    text(part(row, "answer"), question.answer ?? question.reason ?? "");
    show(part(row, "answer"), Boolean(question.answer ?? question.reason));
    attribute(row, "data-now", question.state === "answering");
    attribute(row, "data-chosen", isChosen);
    attribute(row, "data-waits", question.state === "submitted");
    const offered = actsFor(question.state);
    show(part(row, "acts"), isChosen);
    row.querySelectorAll("[data-act]").forEach((button) => show(button, offered.includes(button.dataset.act)));
  };

  const choose = (code) => {
    if (chosen === code) return;
    chosen = code;
    draw(store.get(), null);
  };

  const step = (by) => {
    const questions = ranked();
    const now = questions.findIndex(({ code }) => code === subject(questions, chosen)?.code);
    const to = questions[Math.min(questions.length - 1, Math.max(0, now + by))];
    if (!to) return;
    choose(to.code);
    list.children[questions.indexOf(to)]?.scrollIntoView({ block: "nearest" });
  };

  const draw = (state, before) => {
    if (before && before.staff?.questions === state.staff?.questions && before.votes === state.votes) return;
    const questions = ranked();
    const waiting = questions.filter(({ state: stand }) => stand === "submitted").length;
    keyed(list, questions, { key: ({ code }) => code, make, update });
    text(count, waiting ? `${waiting} new` : questions.length);
    count.classList.toggle("count--now", waiting > 0);
    show(empty, questions.length === 0);
  };

  return { draw, run, step };
};
