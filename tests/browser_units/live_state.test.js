import assert from "node:assert/strict";
import test from "node:test";

import { asSnapshot, initialState, reduce } from "../../static/js/live/state.js";

const AT = "2025-10-14T16:34:00.000Z";

const poll = (code, more = {}) => ({ code, position: 1, kind: "single", options: ["a", "b"], state: "open", results_shown: false, results: null, ...more });

const question = (code, more = {}) => ({ code, text: code, author: null, anonymous: true, state: "published", votes: 0, answer: null, asked_at: AT, changed_at: AT, ...more });

const message = (code, more = {}) => ({ code, author: "Ana", is_host: false, text: code, at: AT, ...more });

const snapshot = (more = {}) => ({
  numbers: { all: 0, staff: 0, me: 0 },
  shared: {
    room: { code: "R", state: "scheduled", went_live_at: null, ended_at: null }, stage: { kind: "none", url: null, text: "" },
    announcements: [], polls: [], questions: [], messages: [], chat: { mode: "everyone", slow_seconds: 0, links: "text", pinned: null }, presence: { people: 1, staff: 1 },
  },
  staff: { polls: [], questions: [], objectives: [], messages: [], muted: [], removed: [], announcements: [], hands: [], team: [] },
  own: { name: "Ana", registered: true, is_staff: false, rights: [], ballots: {}, voted: [], upvotes: [], questions: [question("OWN", { author: "Ana", state: "submitted" })], sent: [], muted: false, hand: null, meter: null },
  ...more,
});

const EVENTS = [
  ["all", "room.went_live", { at: AT }],
  ["staff", "poll.drafted", { poll: poll("P2", { position: 2, state: "draft" }) }],
  ["staff", "poll.drafted", { poll: poll("P1", { state: "draft" }) }],
  ["all", "poll.opened", { poll: poll("P2", { position: 2 }) }],
  ["all", "poll.opened", { poll: poll("P1") }],
  ["staff", "poll.changed", { poll: poll("P1", { results: { counts: [1, 0], shares: [100, 0], voters: 1 } }) }],
  ["all", "chat.posted", { message: message("M1") }],
  ["all", "question.published", { question: question("Q2", { asked_at: "2025-10-14T16:40:00.000Z" }) }],
  ["all", "question.published", { question: question("OWN") }],
  ["all", "chat.posted", { message: message("M2") }],
  ["staff", "question.asked", { question: question("Q3", { author: "Bo", state: "submitted" }) }],
  ["all", "chat.hidden", { message: "M1" }],
  ["all", "announcement.made", { announcement: { code: "A1", text: "Soon", at: AT } }],
  ["all", "poll.closed", { poll: poll("P2", { position: 2, state: "closed" }) }],
  ["all", "poll.results_changed", { poll: poll("P2", { position: 2, state: "closed", results_shown: true, results: { counts: [1, 1], shares: [50, 50], voters: 2 } }) }],
  ["all", "question.hidden", { question: "Q2" }],
  ["me", "question.answered", { question: question("OWN", { author: "Ana", state: "answered_writing", answer: "Yes.", changed_at: "2025-10-14T16:50:00.000Z" }) }],
  ["all", "announcement.withdrawn", { announcement: "A1" }],
  ["all", "stage.changed", { stage: { kind: "text", url: null, text: "Call" } }],
  ["all", "room.ended", { at: AT, evaluation_url: "/e" }],
];

const numbered = () => {
  const last = { all: 0, staff: 0, me: 0 };
  return EVENTS.map(([stream, name, payload]) => ({ type: "event", stream, number: (last[stream] += 1), name, payload, at: AT }));
};

const begin = (given = snapshot()) => reduce(initialState(), { type: "snapshot", snapshot: given });

const run = (state, messages) => messages.reduce(reduce, state);

/* A small generator with a seed, so that a failure can be run again. */
const randomFrom = (seed) => () => {
  seed = (seed * 1664525 + 1013904223) % 4294967296;
  return seed / 4294967296;
};

const isFrozen = (value) => typeof value !== "object" || value === null || (Object.isFrozen(value) && Object.values(value).every(isFrozen));

test("events in order give the room as it then is", () => {
  const { shared, staff, own, numbers, needsSync } = run(begin(), numbered());

  assert.deepEqual(shared.room, { code: "R", state: "ended", went_live_at: AT, ended_at: AT, evaluation_url: "/e" });
  assert.deepEqual(shared.polls.map(({ code, state }) => [code, state]), [["P1", "open"], ["P2", "closed"]]);
  assert.deepEqual(shared.messages.map(({ code }) => code), ["M2"]);
  assert.deepEqual(shared.questions.map(({ code }) => code), ["OWN"]);
  assert.deepEqual(shared.announcements, []);
  assert.deepEqual(shared.stage, { kind: "text", url: null, text: "Call" });
  assert.deepEqual(staff.polls.map(({ code }) => code), ["P1", "P2"]);
  assert.deepEqual(own.questions.map(({ author, state, answer }) => [author, state, answer]), [["Ana", "answered_writing", "Yes."]]);
  assert.deepEqual([numbers, needsSync], [{ all: 15, staff: 4, me: 1 }, false]);
});

test("an event seen before changes nothing, not even the object", () => {
  const events = numbered();
  const state = run(begin(), events);

  for (const event of events) assert.equal(reduce(state, event), state);
});

test("a gap asks for a sync, keeps what came, and is healed by what was missed", () => {
  const events = numbered();
  const whole = run(begin(), events);
  const missed = events.filter(({ stream, number }) => stream === "all" && (number === 2 || number === 3));
  const gapped = run(begin(), events.filter((event) => !missed.includes(event)));

  assert.equal(gapped.needsSync, true);
  assert.deepEqual(gapped.numbers, { all: 1, staff: 4, me: 1 });
  const healed = run(gapped, missed);
  assert.equal(healed.needsSync, false);
  assert.deepEqual(asSnapshot(healed), asSnapshot(whole));
});

test("any order, any doubling and any cut end in the same state", () => {
  const events = numbered();
  const whole = run(begin(), events);
  for (let seed = 1; seed <= 300; seed += 1) {
    const random = randomFrom(seed);
    const lost = events.filter(() => random() < 0.2);
    const arrived = events.filter((event) => !lost.includes(event)).flatMap((event) => (random() < 0.3 ? [event, event] : [event]));
    const state = run(begin(), arrived.sort(() => random() - 0.5));
    // A sync brings everything after the last number that was applied.
    const synced = run(state, events.filter(({ stream, number }) => number > state.numbers[stream]));

    assert.deepEqual(asSnapshot(synced), asSnapshot(whole), `seed ${seed}`);
    assert.deepEqual([synced.needsSync, synced.waiting], [false, []], `seed ${seed}`);
  }
});

test("a snapshot in the middle and the events after it give the same as all events", () => {
  const events = numbered();
  const whole = run(begin(), events);
  for (let cut = 0; cut <= events.length; cut += 1) {
    const middle = asSnapshot(run(begin(), events.slice(0, cut)));

    assert.deepEqual(asSnapshot(run(begin(middle), events.slice(cut))), asSnapshot(whole), `cut ${cut}`);
  }
});

test("events that come before the first snapshot are kept for it", () => {
  const events = numbered();
  const middle = asSnapshot(run(begin(), events.slice(0, 6)));
  const early = run(initialState(), events);

  assert.deepEqual([early.shared, early.needsSync], [null, true]);
  assert.deepEqual(asSnapshot(reduce(early, { type: "snapshot", snapshot: middle })), asSnapshot(run(begin(), events)));
});

test("every state is frozen all the way down, and messages are not changed", () => {
  const events = numbered();
  const copy = structuredClone(events);
  let state = begin();
  for (const event of events) {
    state = reduce(state, event);
    assert.ok(isFrozen(state));
  }
  assert.deepEqual(events, copy);
});

test("an attendee's copy has no part for staff and passes over their stream", () => {
  const { staff, ...given } = snapshot();
  const state = begin({ ...given, numbers: { all: 0, me: 0 } });
  const after = reduce(state, { type: "event", stream: "all", number: 1, name: "chat.posted", payload: { message: message("M") }, at: AT });

  assert.deepEqual(Object.keys(asSnapshot(after)), ["numbers", "shared", "own"]);
  assert.deepEqual(asSnapshot(after).numbers, { all: 1, me: 0 });
});

test("an unknown event counts its number and changes nothing else", () => {
  const state = begin();
  const after = reduce(state, { type: "event", stream: "all", number: 1, name: "from.the_future", payload: {}, at: AT });

  assert.deepEqual(asSnapshot(after), { ...asSnapshot(state), numbers: { all: 1, staff: 0, me: 0 } });
});

test("a vote is kept apart until it is counted, and survives a snapshot on the way", () => {
  const own = (name, payload) => ({ type: "own", name, payload });
  const chosen = reduce(begin(), own("poll.chosen", { poll: "P1", options: [1] }));
  const again = reduce(chosen, { type: "snapshot", snapshot: snapshot() });
  const counted = reduce(again, own("poll.counted", { poll: "P1", options: [1], counted_at: AT, secret: false }));

  assert.deepEqual([chosen.local.choices, chosen.own.ballots], [{ P1: [1] }, {}]);
  assert.deepEqual(again.local.choices, { P1: [1] });
  assert.deepEqual([counted.local, counted.own.ballots], [{ choices: {}, counted: { P1: AT }, upvotes: {} }, { P1: [1] }]);
});

test("the answer to an older choice does not take the newer one away", () => {
  const own = (name, payload) => ({ type: "own", name, payload });
  const state = run(begin(), [
    own("poll.chosen", { poll: "P1", options: [0] }),
    own("poll.chosen", { poll: "P1", options: [1] }),
    own("poll.counted", { poll: "P1", options: [0], counted_at: AT, secret: false }),
  ]);

  assert.deepEqual(state.local.choices, { P1: [1] });
});

test("tallies, votes, presence and the meter are states: the last one holds", () => {
  const state = (name, payload) => ({ type: "state", name, payload });
  const after = run(begin(), [
    state("poll.tally", { poll: "P1", counts: [1, 0], voters: 1 }), state("poll.tally", { poll: "P1", counts: [1, 1], voters: 2 }),
    state("question.votes", { votes: { Q1: 2 } }), state("question.votes", { votes: { Q2: 1 } }),
    state("room.presence", { people: 9, staff: 2 }), state("credit.meter", { counted_s: 60 }),
  ]);

  assert.deepEqual(after.tallies, { P1: { counts: [1, 1], voters: 2 } });
  assert.deepEqual(after.votes, { Q1: 2, Q2: 1 });
  assert.deepEqual([after.shared.presence, after.own.meter], [{ people: 9, staff: 2 }, { counted_s: 60 }]);
});

test("taking a vote back takes the one of a merged duplicate too", () => {
  const given = snapshot({ own: { ...snapshot().own, upvotes: ["DUP", "OTHER"] } });
  given.shared = { ...given.shared, questions: [question("Q", { merged: ["DUP"] })] };

  const { own } = reduce(begin(given), { type: "own", name: "question.voted", payload: { question: "Q", up: false, votes: 0 } });

  assert.deepEqual(own.upvotes, ["OTHER"]);
});

test("an own question is merged, parked and opened again by notices", () => {
  const told = (name, more) => ({ type: "event", stream: "me", number: 1, name, payload: { question: question("OWN", { author: "Ana", ...more }) }, at: AT });
  const after = (name, more) => run(begin(), [told(name, more)]).own.questions.map(({ state, into }) => [state, into]);

  assert.deepEqual(after("question.merged", { state: "merged", into: "Q" }), [["merged", "Q"]]);
  assert.deepEqual(after("question.parked", { state: "parked", into: null }), [["parked", null]]);
  assert.deepEqual(after("question.reopened", { state: "submitted", into: null }), [["submitted", null]]);
});

test("what a refusal brings stands on the desk at once, and never in the audience", () => {
  const fresh = { type: "own", name: "question.refreshed", payload: { question: question("Q", { state: "dismissed" }) } };
  const { staff, shared } = reduce(begin(), fresh);

  assert.deepEqual([staff.questions.map(({ state }) => state), shared.questions], [["dismissed"], []]);
});

test("what goes to the hosts alone stands with them and with its author, never in the shared part", () => {
  const told = (stream, name, payload) => ({ type: "event", stream, number: 1, name, payload, at: AT });
  const secret = message("S", { to: "staff" });
  const state = run(begin(), [told("staff", "chat.posted", { message: secret }), { type: "own", name: "chat.sent", payload: { message: secret } }, told("me", "chat.sent", { message: secret })]);

  assert.deepEqual([state.staff.messages, state.own.sent, state.shared.messages], [[secret], [secret], []]);
  const gone = run(state, [{ ...told("staff", "chat.hidden", { message: "S" }), number: 2 }, { ...told("me", "chat.hidden", { message: "S" }), number: 2 }]);
  assert.deepEqual([gone.staff.messages, gone.own.sent], [[], []]);
});

test("who is removed stands in a list until they are let back", () => {
  const told = (stream, number, name, payload) => ({ type: "event", stream, number, name, payload, at: AT });
  const person = (code, at) => ({ person: { code, name: code, reason: "Shouted.", at } });
  const state = run(begin(), [told("staff", 1, "room.removed", person("B", "2026-11-03T17:05:00Z")), told("staff", 2, "room.removed", person("A", "2026-11-03T17:09:00Z"))]);

  assert.deepEqual(state.staff.removed.map(({ code }) => code), ["B", "A"]);
  assert.deepEqual(run(state, [told("staff", 3, "room.readmitted", { person: "B" })]).staff.removed.map(({ code }) => code), ["A"]);
});

test("paused people are listed for staff, and each is told", () => {
  const told = (stream, number, name, payload) => ({ type: "event", stream, number, name, payload, at: AT });
  const state = run(begin(), [told("staff", 1, "chat.muted", { person: { code: "B", name: "Bo" } }), told("staff", 2, "chat.muted", { person: { code: "A", name: "Al" } }), told("me", 1, "chat.muted", { muted: true })]);

  assert.deepEqual([state.staff.muted.map(({ code }) => code), state.own.muted], [["A", "B"], true]);
  assert.deepEqual(run(state, [told("staff", 3, "chat.unmuted", { person: "B" })]).staff.muted.map(({ code }) => code), ["A"]);
});

test("staff keep drafts and what is over; the audience hears of what stands", () => {
  const one = (state) => ({ code: "A", text: "Soon", at: AT, expires_at: null, state });
  const told = (number, state) => ({ type: "event", stream: "staff", number, name: "announcement.changed", payload: { announcement: one(state) }, at: AT });
  const { staff, shared } = run(begin(), [told(1, "draft"), told(2, "active"), told(3, "archived")]);

  assert.deepEqual([staff.announcements, shared.announcements], [[one("archived")], []]);
});

test("hands stand in the order of going up, and the own one follows its notices", () => {
  const hand = (code, minute) => ({ code, name: code, raised_at: `2025-10-14T16:${minute}:00.000Z`, called_at: null });
  const told = (stream, number, name, payload) => ({ type: "event", stream, number, name, payload, at: AT });
  const state = run(begin(), [
    told("staff", 1, "hand.raised", { hand: hand("LATE", 40) }), told("staff", 2, "hand.raised", { hand: hand("SOON", 20) }),
    told("staff", 3, "hand.called", { hand: { ...hand("LATE", 40), called_at: AT } }), told("me", 1, "hand.changed", { hand: hand("LATE", 40) }),
  ]);

  assert.deepEqual(state.staff.hands.map(({ code, called_at: called }) => [code, Boolean(called)]), [["SOON", false], ["LATE", true]]);
  assert.equal(state.own.hand.code, "LATE");
  assert.deepEqual(run(state, [told("staff", 4, "hand.lowered", { hand: "SOON" }), told("me", 2, "hand.changed", { hand: null })]).own.hand, null);
});

test("the sums of a second replace those before, and stand in no snapshot", () => {
  const told = (sums) => ({ type: "state", name: "reaction.sums", payload: { sums } });
  const state = run(begin(), [told({ applause: 3 }), told({ agree: 1 })]);

  assert.deepEqual(state.reactions, { agree: 1 });
  assert.deepEqual(asSnapshot(state), asSnapshot(begin()));
});
