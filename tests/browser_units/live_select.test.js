import assert from "node:assert/strict";
import test from "node:test";

import { clockVerdict, lineVerdict, videoVerdict } from "../../static/js/live/checks.js";
import { standing } from "../../static/js/live/desk_clock.js";
import { pollPayload } from "../../static/js/live/desk_poll_form.js";
import { lineWords, sparkPoints } from "../../static/js/live/desk_gauges.js";
import { seenBy } from "../../static/js/live/desk_polls.js";
import { actsFor, sentBy, subject } from "../../static/js/live/desk_queue.js";
import { countWords } from "../../static/js/live/ended.js";
import { closedWords } from "../../static/js/live/line.js";
import { wordsOf } from "../../static/js/live/meter.js";
import { saidFor } from "../../static/js/live/polls.js";
import { meta } from "../../static/js/live/questions.js";
import { ballotOf, claimOf, isMine, isUpvoted, likeness, mergeTargets, pollsInRoom, questionsForMe, rank, segmentAt } from "../../static/js/live/select.js";
import { linked } from "../../static/js/live/stage.js";

const AT = "2025-10-14T16:33:00.000Z";
const LOCAL = { choices: {}, counted: {}, upvotes: {} };
const OWN = { ballots: {}, voted: [], upvotes: [], questions: [], rights: [] };

const poll = (code, more = {}) => ({ code, position: 1, kind: "single", privacy: "staff", options: ["a", "b"], min_choices: 1, max_choices: 1, state: "open", results: null, closed_at: null, planned_minute: null, ...more });

const question = (code, more = {}) => ({ code, state: "published", votes: 0, asked_at: AT, ...more });

const state = (more = {}) => ({ shared: { polls: [], questions: [] }, own: OWN, local: LOCAL, tallies: {}, votes: {}, ...more });

test("questions stand by state, votes, and the order of asking; the state's votes are newer", () => {
  const asked = [
    question("LATE", { asked_at: "2025-10-14T17:00:00.000Z" }), question("DONE", { state: "answered_live", votes: 99 }),
    question("NOW", { state: "answering" }), question("WANTED", { votes: 1 }), question("EARLY"),
  ];

  assert.deepEqual(rank(state({ votes: { LATE: 5 } }), asked).map(({ code }) => code), ["NOW", "LATE", "WANTED", "EARLY", "DONE"]);
});

test("an attendee reads own questions that wait before the public ones, and none twice", () => {
  const own = { ...OWN, questions: [question("MINE", { state: "submitted" }), question("PUBLIC")] };
  const shown = questionsForMe(state({ own, shared: { questions: [question("PUBLIC"), question("OTHER", { votes: 2 })] } }));

  assert.deepEqual(shown.map(({ code }) => code), ["MINE", "OTHER", "PUBLIC"]);
});

test("open polls come first; of closed ones without a result only the last stays", () => {
  const closed = (code, at, more) => poll(code, { state: "closed", closed_at: at, ...more });
  const polls = [closed("A", "2025-10-14T16:10:00.000Z"), closed("B", "2025-10-14T16:20:00.000Z", { results: {} }), poll("C"), closed("D", "2025-10-14T16:30:00.000Z")];

  assert.deepEqual(pollsInRoom(state({ shared: { polls } })).map(({ code }) => code), ["C", "D", "B"]);
});

test("a ballot is none, sending, counted or secret", () => {
  const of = (more) => ballotOf(state(more), poll("P"));

  assert.deepEqual(of({}), { stand: "none", options: [], at: null });
  assert.deepEqual(of({ local: { ...LOCAL, choices: { P: [1] } } }), { stand: "sending", options: [1], at: null });
  assert.deepEqual(of({ own: { ...OWN, ballots: { P: [0] } }, local: { ...LOCAL, counted: { P: AT } } }), { stand: "counted", options: [0], at: AT });
  assert.deepEqual(of({ own: { ...OWN, voted: ["P"] } }), { stand: "secret", options: [], at: null });
});

test("the ballot says where it stands", () => {
  const said = (given, ballot, more) => saidFor(given, { stand: "none", options: [], at: null, ...ballot }, { isUp: true, zone: "America/New_York", canVote: true, ...more });

  assert.equal(said(poll("P")), "Choose one. It counts at once.");
  assert.equal(said(poll("P", { kind: "multiple", max_choices: 3 })), "Choose 1 to 3, then send.");
  assert.equal(said(poll("P"), { stand: "sending" }), "Sending");
  assert.equal(said(poll("P"), { stand: "sending" }, { isUp: false }), "Kept here. It goes out when the line is back.");
  assert.equal(said(poll("P"), { stand: "counted", options: [0], at: AT }), "Counted at 12:33\u00a0p.m. Yours to change until it closes.");
  assert.equal(said(poll("P"), { stand: "secret" }), "Counted. A secret vote cannot be changed.");
  assert.equal(said(poll("P", { state: "closed" }), { stand: "counted", options: [1] }), "You chose: b.");
  assert.equal(said(poll("P"), {}, { refusal: "This poll is closed; your vote was not counted." }), "This poll is closed; your vote was not counted.");
});

test("the agenda knows its segment and the next", () => {
  const segments = [{ title: "A", start_minute: 0, minutes: 20 }, { title: "B", start_minute: 20, minutes: 25 }];

  assert.deepEqual([-1, 0, 20, 45].map((minute) => { const { now, next } = segmentAt(segments, minute); return [now?.title, next?.title]; }), [[undefined, "A"], ["A", "B"], ["B", undefined], [undefined, undefined]]);
});

test("the desk's clock says what is left, how late it began, and how far it is over", () => {
  const room = { starts_at: "2025-10-14T16:00:00Z", ends_at: "2025-10-14T17:15:00Z", went_live_at: "2025-10-14T16:00:10Z" };

  assert.deepEqual(standing(room, Date.parse("2025-10-14T16:34:00Z")), { figure: "41 min", words: "left", isNow: false });
  assert.deepEqual(standing({ ...room, went_live_at: "2025-10-14T16:02:00Z" }, Date.parse("2025-10-14T16:34:00Z")), { figure: "41 min", words: "left, started 2 min late", isNow: true });
  assert.deepEqual(standing(room, Date.parse("2025-10-14T17:18:30Z")), { figure: "3 min", words: "over the planned end", isNow: true });
});

test("a key acts on the chosen question, else on the one answered now, else on the first that waits", () => {
  const questions = [question("DONE", { state: "answered_live" }), question("WAITS", { state: "submitted" }), question("NOW", { state: "answering" })];

  assert.deepEqual([subject(questions, "DONE").code, subject(questions, null).code, subject(questions.slice(0, 2), null).code, subject([], null)], ["DONE", "NOW", "WAITS", null]);
  assert.deepEqual(actsFor("submitted"), ["publish", "answering", "live", "writing", "park", "merge", "dismiss"]);
  assert.deepEqual(actsFor("answered_writing"), ["back"]);
  assert.deepEqual(actsFor("merged"), ["back"]);
});

test("every act says in which state the question was seen", () => {
  assert.deepEqual(sentBy("live", question("Q")), ["question.answer", { question: "Q", seen: "published", how: "live", text: "" }]);
  assert.deepEqual(sentBy("back", question("Q", { state: "answering" })), ["question.publish", { question: "Q", seen: "answering" }]);
  assert.deepEqual(sentBy("back", question("Q", { state: "merged" })), ["question.restore", { question: "Q", seen: "merged" }]);
  assert.deepEqual(sentBy("park", question("Q")), ["question.park", { question: "Q", seen: "published" }]);
});

test("the order of time leaves votes aside, within the same groups", () => {
  const asked = [question("LATE", { votes: 9, asked_at: "2025-10-14T16:40:00.000Z" }), question("EARLY"), question("NOW", { state: "answering" })];

  assert.deepEqual(rank(state(), asked, "time").map(({ code }) => code), ["NOW", "EARLY", "LATE"]);
});

test("a vote or a question merged into another stands there", () => {
  const own = { ...OWN, upvotes: ["DUP"], questions: [question("TWIN", { state: "merged", into: "OTHER" })] };
  const given = state({ own, shared: { questions: [question("Q", { merged: ["DUP"] }), question("OTHER", { merged: ["TWIN"] })] } });

  assert.deepEqual([isUpvoted(given, "Q"), isUpvoted(given, "OTHER")], [true, false]);
  assert.deepEqual([isMine(given, "Q"), isMine(given, "OTHER")], [false, true]);
});

test("a claim is somebody's until it ends", () => {
  const claim = { by: "P1", name: "Mo", until: AT };
  const given = state({ own: { ...OWN, person: "P2" } });

  assert.deepEqual(claimOf(given, { claim }, Date.parse(AT) - 1), { name: "Mo", isMine: false });
  assert.equal(claimOf(given, { claim }, Date.parse(AT)), null);
  assert.equal(claimOf(given, { claim: null }, 0), null);
  assert.equal(claimOf(state({ own: { ...OWN, person: "P1" } }), { claim }, 0).isMine, true);
});

test("a duplicate finds the question most like it first, and never one that is gone", () => {
  const asked = [
    question("Q", { text: "How do you repair trust?" }), question("FAR", { text: "Is there a handout?", votes: 9 }),
    question("NEAR", { text: "How can trust be repaired, how do you do it?" }), question("GONE", { text: "How do you repair trust?", state: "dismissed" }),
  ];

  assert.deepEqual(mergeTargets(state({ staff: { questions: asked } }), asked[0]).map(({ code }) => code), ["NEAR", "FAR"]);
  assert.equal(likeness("", "a b"), 0);
});

test("a poll form sends only what its kind has", () => {
  const given = { kind: "multiple", question: " Which? ", options: ["a ", "", "b"], least: 1, most: 0, visibility: "always", privacy: "staff" };

  assert.deepEqual(pollPayload(given), { kind: "multiple", question: "Which?", options: ["a", "b"], min_choices: 1, max_choices: 2, visibility: "always", privacy: "staff" });
  assert.deepEqual(pollPayload({ ...given, kind: "yes_no" }).options, []);
});

test("who sees a result is said from its state", () => {
  assert.equal(seenBy(poll("P", { visibility: "hosts_only" })), "Only you and the moderators see this so far.");
  assert.equal(seenBy(poll("P", { visibility: "hosts_only", results_shown: true })), "Everybody sees this.");
  assert.equal(seenBy(poll("P", { visibility: "after_close", state: "closed" })), "Everybody sees this.");
});

test("links and telephone numbers in the words of a stage can be pressed, other addresses cannot", () => {
  assert.deepEqual(linked("Join https://example.org/j, or call +1 202-555-0142."), [
    { text: "Join " }, { text: "https://example.org/j", href: "https://example.org/j" }, { text: ", or call " },
    { text: "+1 202-555-0142", href: "tel:+12025550142" }, { text: "." },
  ]);
  assert.deepEqual(linked("javascript:alert(1)"), [{ text: "javascript:alert(1)" }]);
});

test("words of the meter, the line, the checks and a closed room", () => {
  assert.deepEqual(wordsOf({ words: ["32 of 75 min counted.", "36 more for credit.", "Leaving now means no credit."] }, false), ["32 of 75 min counted.", "36 more for credit.", "Leaving now means no credit."]);
  assert.deepEqual(lineWords("open", 48), ["Good", "answer in 48 ms"]);
  assert.deepEqual(lineWords("reconnecting", 48), ["Lost", "connecting again"]);
  assert.equal(countWords({ counted_s: 4139, total_s: 4500 }), "68 of 75 min counted.");
  assert.equal(sparkPoints([1, 2]), "0.0,16.0 96.0,0.0");
  assert.deepEqual(clockVerdict(180_000), ["pass", "Yours is 3 minutes slow. We use ours, you need do nothing."]);
  assert.equal(lineVerdict(null)[0], "stop");
  assert.equal(videoVerdict(false, false)[0], "stop");
  assert.equal(closedWords({ reason: "replaced", message: null })[0], "The room is open in another window");
  assert.equal(closedWords({ reason: "room.x", message: "Told." })[1], "Told.");
});

test("a duplicate says what became of the question that holds it", () => {
  const merged = (holder) => meta(question("Q", { state: "merged", holder: { text: null, answer: null, reason: null, ...holder } }));

  assert.equal(merged({ text: "Why?", state: "answered_live" }), "Counts together with: “Why?” Answered live");
  assert.equal(merged({ state: "dismissed", reason: "On slide 4." }), "Counts together with another that asks the same. Not taken up: On slide 4.");
  assert.equal(merged({ text: "Why", state: "published" }), "Counts together with: “Why”");
  assert.equal(meta(question("Q", { state: "dismissed", reason: "Twice." })), "Not taken up: Twice.");
});
