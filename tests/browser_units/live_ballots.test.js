import assert from "node:assert/strict";
import test from "node:test";

import { answerWords, choiceWords, listWords, missingIn, needsButton, voteOf } from "../../static/js/live/ballots.js";
import { pollPayload } from "../../static/js/live/desk_poll_form.js";
import { moderated } from "../../static/js/live/desk_poll_tools.js";
import { mayKnow } from "../../static/js/live/poll_people.js";
import { rowsOf, statWords, twinOf } from "../../static/js/live/result_words.js";
import { leftWords, pollsInRoom } from "../../static/js/live/select.js";

const poll = (kind, more = {}) => ({
  code: "A", kind, privacy: "staff", options: ["One", "Two", "Three"], columns: ["No", "Yes"], range: [null, null],
  min_choices: 1, max_choices: 1, state: "closed", earlier: null, quiz: null, ...more,
});

test("what takes a while waits for a button, and so does what cannot be taken back", () => {
  const kinds = ["single", "rating_10", "true_false", "multiple", "grid", "ranking", "text", "words", "number"];

  assert.deepEqual(kinds.map((kind) => needsButton(poll(kind))), [false, false, false, true, true, true, true, true, true]);
  assert.deepEqual([needsButton(poll("quiz")), needsButton(poll("quiz", { max_choices: 3 }))], [false, true]);
  assert.equal(needsButton(poll("single", { privacy: "secret" })), true);
});

test("an answer that is not whole is told what is left", () => {
  assert.equal(missingIn(poll("grid"), [1, null, 0]), "Choose one answer in each row. 1 is left.");
  assert.equal(missingIn(poll("multiple", { max_choices: 2 }), [0, 1, 2]), "Choose 1 to 2. You have chosen 3.");
  assert.equal(missingIn(poll("number", { range: ["0", "9"] }), []), "Write a number from 0 to 9.");
  assert.equal(missingIn(poll("words", { max_choices: 2 }), ["x".repeat(31)]), "Keep this within 30 characters; this has 31.");
  assert.equal(missingIn(poll("ranking"), [2, 0, 1]), "");
  assert.equal(missingIn(poll("single"), [1]), "");
  assert.equal(choiceWords(poll("words", { max_choices: 3 })), "Write up to 3 words or short phrases");
});

test("positions go out as options, what was written as texts", () => {
  assert.deepEqual(voteOf(poll("grid"), [1, 0, 1]), { options: [1, 0, 1] });
  assert.deepEqual(voteOf(poll("words"), ["Trust"]), { options: [], texts: ["Trust"] });
});

test("a person reads the own answer in words; a quiz says what was right", () => {
  const quiz = poll("quiz", { quiz: { right: [0, 1], count: 1 } });

  assert.equal(answerWords(poll("ranking"), [2, 0, 1]), "Your order: Three, One, Two.");
  assert.equal(answerWords(poll("text"), ["Listen"]), "You wrote: Listen.");
  assert.equal(answerWords(quiz, [0, 1]), "Right: One, Two.");
  assert.equal(answerWords(quiz, [2]), "You chose: Three. Right: One, Two.");
});

test("a chart and its table say the same of every kind", () => {
  const earlier = { at: "2026-11-30T17:05:00.000Z", here: true, shares: [25, 75, 0], voters: 4 };
  const counted = { counts: [2, 1, 1], shares: [50, 25, 25], voters: 4 };
  const again = poll("single", { earlier });
  const place = (mean) => ({ mean, median: mean, spread: 0 });

  assert.deepEqual(rowsOf(again, counted).map(({ before }) => before), [25, 75, 0]);
  assert.deepEqual(twinOf(again, counted, "America/New_York").rows[0], ["One", "50\u00a0%", 2, "25\u00a0%"]);
  assert.equal(twinOf(again, counted, "America/New_York").head.at(-1), "Before, 12:05\u00a0p.m.");
  assert.deepEqual(twinOf(poll("ranking"), { ...counted, stats: [place(1), place(2), place(3)] }).rows[2], ["Three", "25\u00a0%", 1, 3]);
  const grid = { counts: [1, 3, 0, 4, 2, 2], shares: [25, 75, 0, 100, 50, 50], voters: 4, stats: [place(1.75), null, place(1.5)] };
  assert.deepEqual(twinOf(poll("grid"), grid), { head: ["Statement", "No", "Yes", "Mean"], rows: [["One", 1, 3, 1.75], ["Two", 0, 4, "–"], ["Three", 2, 2, 1.5]] });
  assert.equal(statWords(poll("rating"), { ...counted, stats: [{ mean: 3.5, median: 4, spread: 1 }] }), "Mean 3.5, median 4, spread 1.");
  assert.equal(statWords(poll("quiz", { quiz: { right: [0], count: 2 } }), counted), "2 of 4\u00a0answers are all right.");
});

test("right answers are not marked while the poll is open", () => {
  const open = poll("quiz", { state: "open", quiz: { right: [0], count: null } });

  assert.deepEqual(rowsOf(open, { counts: [1, 0, 0], shares: [100, 0, 0] }).map(({ isRight }) => isRight), [false, false, false]);
});

test("texts that were taken out stand behind those that are shown", () => {
  const words = moderated({ hidden: ["Rude", "trust"] }, { labels: ["Trust"] });

  assert.deepEqual(words, [{ words: "Trust", isHidden: false }, { words: "Rude", isHidden: true }]);
});

test("the form sends what its kind needs, and empty options do not move the right ones", () => {
  const typed = { kind: "quiz", question: " Which? ", options: ["One", " ", "Three"], right: [2], least: 1, most: 0, visibility: "always", privacy: "staff", timer: "30" };

  assert.deepEqual(pollPayload(typed), {
    kind: "quiz", question: "Which?", options: ["One", "Three"], min_choices: 1, max_choices: 1, visibility: "always", privacy: "staff", right: [1], open_seconds: 30,
  });
  assert.deepEqual(pollPayload({ ...typed, kind: "number", low: " 0 ", high: "" }).low, "0");
  assert.deepEqual(pollPayload({ ...typed, kind: "grid", columns: "No\n\nYes" }).columns, ["No", "Yes"]);
});

test("the pinned poll stands first", () => {
  const polls = [poll("single", { code: "A", state: "open" }), poll("single", { code: "B", state: "closed", closed_at: "2026-11-30T17:05:00.000Z", pinned: true })];

  assert.deepEqual(pollsInRoom({ shared: { polls }, tallies: {} }).map(({ code }) => code), ["B", "A"]);
  assert.equal(leftWords(65), "1:05 left");
});

test("the list of who answered what stands where the ballot says so", () => {
  const result = { counts: [], shares: [], voters: 0 };

  assert.deepEqual([mayKnow(poll("single", { privacy: "named" }), result, false), mayKnow(poll("single"), result, false), mayKnow(poll("single"), result, true)], [true, false, true]);
  assert.deepEqual([mayKnow(poll("single", { privacy: "secret" }), result, true), mayKnow(poll("single", { privacy: "named" }), null, false)], [false, false]);
  assert.equal(listWords(poll("grid", { options: ["One", "Two"] }), [0, 1]), "One: No; Two: Yes");
  assert.equal(listWords(poll("words"), []), "–");
});
