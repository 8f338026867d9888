import assert from "node:assert/strict";
import test from "node:test";
import { isOpenly, onScreen, openResult } from "../../static/js/live/screen.js";

const poll = (more) => ({ code: "P", kind: "single", state: "open", visibility: "hosts_only", results_shown: false, results: { counts: [1], shares: [100], voters: 1 }, opened_at: "2026-11-03T17:10:00Z", closed_at: null, ...more });
const closed = (more) => poll({ state: "closed", closed_at: "2026-11-03T17:12:00Z", visibility: "after_close", ...more });
const asked = { code: "Q", state: "answering", changed_at: "2026-11-03T17:15:00Z" };
const slides = { deck: "D", page: 1 };
const room = (part) => ({ shared: { polls: [], questions: [], stage: { kind: "none", slides: null }, room: { state: "live" }, ...part }, tallies: {} });
const kindOf = (part, moved = 0) => onScreen(room(part), moved).kind;

test("an open poll stands before everything else", () => {
  assert.equal(kindOf({ polls: [poll()], questions: [asked], stage: { kind: "slides", slides } }, Date.now()), "poll");
});

test("then what came last", () => {
  const stage = { kind: "slides", slides };
  assert.equal(kindOf({ polls: [closed()], questions: [asked], stage }), "question");
  assert.equal(kindOf({ polls: [closed()], stage }), "poll");
  assert.equal(kindOf({ polls: [closed()], questions: [asked], stage }, Date.parse("2026-11-03T17:20:00Z")), "slides");
  assert.equal(kindOf({ polls: [closed({ visibility: "hosts_only" })] }), "poster");
  assert.equal(kindOf({ stage }), "slides");
});

test("before and after the session there is the poster", () => {
  assert.equal(kindOf({ polls: [poll()], room: { state: "ended" } }), "poster");
});

test("no result hangs on the wall before the audience may see it", () => {
  const hidden = [poll(), poll({ visibility: "after_vote" }), poll({ visibility: "after_close" }), closed({ visibility: "after_vote" })];
  const open = [poll({ visibility: "always" }), poll({ results_shown: true }), closed()];

  assert.deepEqual(hidden.map(isOpenly), [false, false, false, false]);
  assert.deepEqual(open.map(isOpenly), [true, true, true]);
  assert.equal(openResult(room({}), hidden[0]), null);
  assert.deepEqual(openResult(room({}), open[0]), open[0].results);
});
