/* The queue of questions that several moderators share: every key acts on the chosen question, in the state it is seen. */
import { serverNow } from "../lib/clock.js";
import { toast } from "../lib/toasts.js";
import { clockIn } from "../lib/zone_words.js";
import { attachAnswers } from "./desk_answers.js";
import { attribute, clone, keyed, part, show, text } from "./dom.js";
import { claimOf, nounFor, rank, votesOf } from "./select.js";
import { attachSorter } from "./sorter.js";

const LONGEST_REASON = 300;
const LONGEST_ANSWER = 4000;

const WORDS = {
  submitted: "Waits for you",
  answering: "Being answered now",
  answered_live: "Answered live",
  answered_writing: "Answered in writing",
  answered_privately: "Answered to the asker alone",
  parked: "Kept for a follow-up",
  merged: "Merged",
  dismissed: "Dismissed",
};
const OPEN = ["submitted", "published", "answering"];
const ACTS = {
  publish: ["submitted", "dismissed", "parked"],
  answering: ["submitted", "published", "parked"],
  live: [...OPEN, "parked"],
  writing: [...OPEN, "parked", "answered_live", "answered_privately"],
  park: OPEN,
  merge: [...OPEN, "parked"],
  dismiss: [...OPEN, "parked"],
  back: ["answering", "answered_live", "answered_writing", "answered_privately", "parked", "merged", "dismissed"],
};
const DONE = { live: "Marked as answered live.", park: "Kept for a follow-up." };

/* The acts that a question in this state offers. Pure. */
export const actsFor = (state) => Object.keys(ACTS).filter((name) => ACTS[name].includes(state));

/* The question that a key means: the chosen one, else what is answered now, else the first that still waits. */
export const subject = (questions, chosen) =>
  questions.find(({ code }) => code === chosen) ??
  questions.find(({ state }) => state === "answering") ??
  questions.find(({ state }) => state === "submitted" || state === "published") ??
  null;

/* The event and payload of an act that needs no words. Pure. */
export const sentBy = (name, { code, state }) => {
  const seen = { question: code, seen: state };
  if (name === "live") return ["question.answer", { ...seen, how: "live", text: "" }];
  if (name === "back") return state === "answering" ? ["question.publish", seen] : ["question.restore", seen];
  return [`question.${name}`, seen];
};

export const attachQueue = ({ store, act, list, empty, count, dialog, mergeDialog, sort }) => {
  let chosen = null;
  const sorter = attachSorter(sort, () => redraw());
  const ranked = () => {
    const state = store.get();
    return state.staff ? rank(state, state.staff.questions, sorter.by()) : [];
  };
  const find = (code) => ranked().find((question) => question.code === code);

  /* A refusal brings the question as it is now, so that the next press is about that. */
  const refreshed = (refused = (error) => toast(error.message, { urgent: true })) => (error) => {
    if (error.fresh) store.dispatch({ type: "own", name: "question.refreshed", payload: error.fresh });
    refused(error);
  };
  const send = (name, payload, refused) => act(name, payload, refreshed(refused));
  /* Said when a question is done with: the keys then mean the next one. */
  const undo = (code, words) => {
    if (chosen === code) choose(null);
    const back = () => {
      const question = find(code);
      if (question) send("question.restore", { question: code, seen: question.state });
    };
    toast(words, { undo: back });
  };
  const answers = attachAnswers({ store, send, find, dialog, mergeDialog, undo });

  const claim = (question, takeOver = false) => send("question.claim", { question: question.code, take_over: takeOver });

  const run = async (name, question = subject(ranked(), chosen)) => {
    if (!question) return;
    const held = claimOf(store.get(), question, serverNow());
    if (name === "claim") {
      if (held?.isMine) await send("question.release", { question: question.code });
      else await claim(question, Boolean(held));
      return;
    }
    if (!ACTS[name].includes(question.state)) return;
    if (held && !held.isMine) toast(`${held.name} is on it. Press I to take it over.`, { urgent: true });
    else if (name === "writing" || name === "dismiss") answers.ask(question, name);
    else if (name === "merge") answers.merge(question);
    else if ((await send(...sentBy(name, question))) && name in DONE) undo(question.code, DONE[name]);
  };

  const make = (question) => {
    const row = clone("t-desk-question");
    const objective = part(row, "objective");
    row.addEventListener("focusin", () => choose(question.code));
    row.addEventListener("click", () => choose(question.code));
    row.querySelectorAll("[data-act]").forEach((button) => button.addEventListener("click", () => run(button.dataset.act, find(question.code))));
    store.get().staff.objectives.forEach(({ position, text: words }) => objective.append(new Option(`${position}. ${words}`, position)));
    const assign = part(row, "assign");
    const others = store.get().staff.team.filter(({ person }) => person !== store.get().own.person);
    others.forEach(({ person, name }) => assign.append(new Option(name, person)));
    show(assign.parentElement, others.length > 0);
    assign.addEventListener("change", () => {
      if (assign.value) send("question.assign", { question: question.code, to: assign.value });
      assign.value = "";
    });
    objective.addEventListener("change", () => send("question.tag", { question: question.code, objective: Number(objective.value) || null }));
    return row;
  };

  const drawClaim = (row, held) => {
    text(part(row, "claim"), held ? (held.isMine ? "You are on it" : `${held.name} is on it`) : "");
    show(part(row, "claim"), Boolean(held));
    text(part(row, "claim-words"), held ? (held.isMine ? "Leave it" : "Take over") : "I am on it");
  };

  const update = (row, question) => {
    const state = store.get();
    const isChosen = question.code === subject(ranked(), chosen)?.code;
    const votes = votesOf(state, question);
    const held = claimOf(state, question, serverNow());
    const isTheirs = Boolean(held && !held.isMine);
    const holder = question.state === "merged" ? find(question.into) : null;
    const below = holder ? `Counts together with: ${holder.text}` : (question.answer ?? question.reason ?? "");
    text(part(row, "votes"), votes);
    text(part(row, "noun"), votes === 1 ? "vote" : "votes");
    text(part(row, "text"), question.text);
    text(part(row, "state"), WORDS[question.state] ?? "");
    show(part(row, "state"), question.state in WORDS);
    text(part(row, "author"), question.anonymous ? `${question.author}, not named to the audience` : question.author);
    text(part(row, "at"), clockIn(new Date(question.asked_at), state.shared.room.time_zone));
    text(part(row, "tag"), [question.objective ? `Objective ${question.objective}` : "", question.merged.length ? `${nounFor(question.merged.length, "duplicate", "duplicates")}` : ""].filter(Boolean).join(", "));
    text(part(row, "answer"), below);
    show(part(row, "answer"), Boolean(below));
    drawClaim(row, held);
    attribute(row, "data-now", question.state === "answering");
    attribute(row, "data-chosen", isChosen);
    attribute(row, "data-waits", question.state === "submitted");
    const offered = isTheirs ? [] : actsFor(question.state);
    show(part(row, "acts"), isChosen);
    show(part(row, "more"), isChosen);
    row.querySelectorAll("[data-act]").forEach((button) => show(button, button.dataset.act === "claim" || offered.includes(button.dataset.act)));
    const objective = part(row, "objective");
    if (objective !== document.activeElement) objective.value = question.objective ?? "";
    show(objective.parentElement, state.staff.objectives.length > 0);
  };

  const choose = (code) => {
    if (chosen === code) return;
    chosen = code;
    redraw();
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
    show(sort, questions.length > 0);
    answers.look((stand) => (WORDS[stand] ?? "Published").toLowerCase());
  };
  const redraw = () => { if (store.get().staff) draw(store.get(), null); };
  setInterval(redraw, 15_000); // claims end by the clock

  return { draw, run, step, turn: sorter.turn };
};
