import assert from "node:assert/strict";
import { test } from "node:test";
import { roomLines } from "../../static/js/live/desk_gauges.js";
import { behind, nextAct, planOf, stepped } from "../../static/js/live/plan.js";
import { grouped } from "../../static/js/lib/keys.js";

const poll = (code, more = {}) => ({ code, state: "draft", question: code, position: 1, planned_minute: null, planned_slide: null, ...more });
const file = (code, minute, more = {}) => ({ code, title: code, state: "ready", opened_at: null, minute, at: "2026-11-30T12:00:00Z", ...more });
const room = (staff, shared = {}) => ({ staff: { polls: [], decks: [], handouts: [], announcements: [], ...staff }, shared: { stage: { kind: "none", slides: null }, check: null, ...shared } });
const ids = (plan) => plan.map(({ id }) => id);

test("acts of every kind stand in the order of their minutes, the spoken word last", () => {
  const state = room({
    polls: [poll("LATE", { planned_minute: 30 }), poll("FREE"), poll("SOON", { planned_minute: 5 }), poll("OPEN", { state: "open" })],
    handouts: [file("F", 12), file("GONE", 1, { opened_at: "x" })], decks: [{ code: "D", name: "Day", state: "ready" }, { code: "E", state: "drawing" }],
    announcements: [{ code: "A", text: "Hello", state: "draft" }, { code: "B", text: "Now", state: "active" }],
  });

  assert.deepEqual(ids(planOf(state)), ["poll:SOON", "handout:F", "poll:LATE", "deck:D", "poll:FREE", "announcement:A", "spoken:word"]);
});

test("the poll of the slide that is on comes first, and slides on the stage are no act", () => {
  const state = room(
    { polls: [poll("SOON", { planned_minute: 5 }), poll("HERE", { planned_slide: 7 })], decks: [{ code: "D", name: "Day", state: "ready" }] },
    { stage: { kind: "slides", slides: { page: 7 } }, check: { code: "C" } },
  );

  assert.deepEqual(ids(planOf(state)), ["poll:HERE", "poll:SOON"]);
});

test("the chosen act is next while it is to come; the spoken word never by itself", () => {
  const plan = planOf(room({ polls: [poll("ONE", { planned_minute: 1 }), poll("TWO", { planned_minute: 2 })] }));

  assert.equal(nextAct(plan).id, "poll:ONE");
  assert.equal(nextAct(plan, "poll:TWO").id, "poll:TWO");
  assert.equal(nextAct(plan, "poll:GONE").id, "poll:ONE");
  assert.equal(nextAct(plan, "spoken:word").kind, "spoken");
  assert.equal(nextAct(planOf(room({}))), null);
});

test("choosing goes round", () => {
  const plan = planOf(room({ polls: [poll("ONE", { planned_minute: 1 })] }));

  assert.equal(stepped(plan, plan[0], 1).kind, "spoken");
  assert.equal(stepped(plan, plan[1], 1).id, "poll:ONE");
  assert.equal(stepped(plan, plan[0], -1).kind, "spoken");
  assert.equal(stepped([], null, 1), null);
});

test("the plan waits since its earliest act that was due", () => {
  const plan = planOf(room({ polls: [poll("ONE", { planned_minute: 5 }), poll("TWO", { planned_minute: 9 })] }));

  assert.deepEqual([4, 5.9, 7.5, 20].map((minute) => behind(plan, minute)), [0, 0, 2, 15]);
});

test("lines of the room are told by who was here within a minute", () => {
  assert.deepEqual(roomLines([[0, 200]], 187, 61_000), ["Steady", "nobody dropped out"]);
  assert.deepEqual(roomLines([[0, 200]], 199, 30_000), ["1", "of 200 dropped within a minute"]);
  assert.deepEqual(roomLines([[0, 200]], 150, 30_000), ["50", "of 200 dropped within a minute: look at it"]);
});

test("shortcuts are listed in their groups", () => {
  const registry = new Map([["a", { group: "One" }], ["b", { group: "Two" }], ["c", { group: "One" }]]);

  assert.deepEqual(grouped(registry).map(([name, rows]) => [name, rows.map(([key]) => key)]), [["One", ["a", "c"]], ["Two", ["b"]]]);
});
