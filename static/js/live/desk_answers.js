/* What needs words or a choice: an answer in writing, a reason, the question that a duplicate belongs to.
   Whoever writes is on the question until they are done; what they wrote stays until it is sent. */
import { open as openDialog } from "../lib/dialog.js";
import { clone, keyed, part, show, text } from "./dom.js";
import { quiet, refuse, sendFrom } from "./refusals.js";
import { mergeTargets, nounFor, votesOf } from "./select.js";

const RENEW = 60_000;
const LONGEST = { dismiss: 300, writing: 4000 };
const NOTES = {
  writing: "Everybody reads the answer under the question.",
  private: "Only the person who asked reads it. The question leaves everybody’s list.",
  shared: "Only those who asked it read it, duplicates too. The question leaves everybody’s list.",
  dismiss: "The person who asked reads the reason. Nobody else does.",
};

export const attachAnswers = ({ store, send, find, dialog, mergeDialog, undo }) => {
  const drafts = new Map();
  let open = null; // the question in the dialog, in the state in which it was read
  /* Whoever sends again after a refusal has read how the question stands now. */
  const sendSeen = (name, payload, refused) =>
    send(name, payload, (error) => {
      if (open && error.fresh) open.seen = error.fresh.question.state;
      refused(error);
    });

  const ask = (question, what) => {
    const { code } = question;
    const isDismissal = what === "dismiss";
    const form = dialog.querySelector("form");
    const { text: field, to } = form.elements;
    const place = `${what}:${code}`;
    const how = () => (isDismissal ? "dismiss" : to.value);
    const note = () => {
      text(part(dialog, "note"), NOTES[how() === "private" && question.merged.length ? "shared" : how()]);
      text(part(dialog, "send"), isDismissal ? "Dismiss the question" : how() === "private" ? (question.merged.length ? "Send to the askers" : "Send to the asker") : "Send the answer");
    };
    text(part(dialog, "title"), isDismissal ? "Why is it not taken up?" : "Answer in writing");
    text(part(dialog, "question"), question.text);
    show(part(dialog, "to"), !isDismissal);
    quiet(form);
    field.dataset.longest = LONGEST[what];
    to.value = question.state === "answered_privately" ? "private" : "writing";
    field.value = drafts.get(place) ?? (isDismissal ? "" : (question.answer ?? ""));
    form.oninput = () => { drafts.set(place, field.value); note(); };
    note();

    let isSent = false;
    open = { code, node: dialog, seen: question.state };
    const hold = () => sendSeen("question.claim", { question: code }, (error) => refuse(form, error));
    const timer = setInterval(hold, RENEW);
    dialog.addEventListener("close", () => {
      clearInterval(timer);
      open = null;
      if (!isSent) send("question.release", { question: code }, () => {});
    }, { once: true });
    form.onsubmit = async (event) => {
      event.preventDefault();
      const said = field.value.trim();
      const { seen } = open;
      const sent = isDismissal
        ? ["question.dismiss", { question: code, seen, reason: said }]
        : ["question.answer", { question: code, seen, how: how(), text: said }];
      if (!(await sendFrom(form, sendSeen, ...sent))) return;
      isSent = true;
      drafts.delete(place);
      dialog.close();
      undo(code, isDismissal ? "Dismissed. The person who asked is told why." : "Answered in writing.");
    };
    openDialog(dialog);
    field.focus();
    hold();
  };

  const merge = (question) => {
    const state = store.get();
    const form = mergeDialog.querySelector("form");
    const targets = mergeTargets(state, question);
    text(part(mergeDialog, "question"), question.text);
    quiet(form);
    show(part(mergeDialog, "none"), targets.length === 0);
    show(part(mergeDialog, "send"), targets.length > 0);
    keyed(part(mergeDialog, "targets"), targets, {
      key: ({ code }) => code,
      make: (target) => {
        const row = clone("t-merge");
        row.querySelector("input").value = target.code;
        return row;
      },
      update: (row, target) => {
        row.querySelector("input").checked = false;
        text(part(row, "words"), target.text);
        text(part(row, "votes"), nounFor(votesOf(state, target), "vote", "votes"));
      },
    });
    form.onsubmit = async (event) => {
      event.preventDefault();
      const into = form.elements.into?.value;
      if (!into) {
        refuse(form, { message: "Choose the question that it belongs to." });
        return;
      }
      if (!(await sendFrom(form, sendSeen, "question.merge", { question: question.code, into, seen: open.seen }))) return;
      mergeDialog.close();
      undo(question.code, "Merged. The votes count together.");
    };
    open = { code: question.code, node: mergeDialog, seen: question.state };
    mergeDialog.addEventListener("close", () => { open = null; }, { once: true });
    openDialog(mergeDialog);
    (form.querySelector("input") ?? form.querySelector("[data-dialog-close]")).focus();
  };

  /* Says what others did to the question while somebody writes; what is written stays. */
  const look = (wordsOf) => {
    const now = open && find(open.code);
    if (!now || now.state === open.seen) return;
    text(part(open.node, "refusal"), `Meanwhile: ${wordsOf(now.state)}.`);
    show(part(open.node, "refusal"), true);
  };

  return { ask, merge, look };
};
