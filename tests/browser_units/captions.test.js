import assert from "node:assert/strict";
import test from "node:test";
import { settingsOf, shownLines } from "../../static/js/live/captions.js";
import { initialState, reduce } from "../../static/js/live/state.js";

test("what a browser remembers is made whole", () => {
  const usual = { isOn: true, size: "medium", place: "bottom", isSaid: false };
  assert.deepEqual(settingsOf(null), usual);
  assert.deepEqual(settingsOf({ size: "huge", place: 7, isSaid: "yes" }), usual);
  assert.deepEqual(settingsOf({ isOn: false, size: "large", place: "top", isSaid: true }), { isOn: false, size: "large", place: "top", isSaid: true });
});

test("two lines are shown, and none after a silence", () => {
  const lines = [1, 2, 3].map((number) => ({ number, text: String(number) }));
  assert.deepEqual(shownLines(lines, false).map(({ number }) => number), [2, 3]);
  assert.deepEqual(shownLines(lines, true), []);
});

test("the state keeps the last three lines", () => {
  const line = (number) => ({ number, text: "x", at: "2026-11-03T17:00:00.000Z" });
  const snapshot = { numbers: { all: 0, me: 0 }, shared: { captions: [line(1), line(2)], polls: [] }, own: {} };
  const before = reduce(initialState(), { type: "snapshot", snapshot });
  const event = { stream: "all", number: 1, name: "stage.captioned", payload: { lines: [line(3), line(4)] } };
  assert.deepEqual(reduce(before, { type: "event", ...event }).shared.captions.map(({ number }) => number), [2, 3, 4]);
});
