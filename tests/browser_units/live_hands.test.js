import assert from "node:assert/strict";
import test from "node:test";

import { nextHand } from "../../static/js/live/desk_hands.js";
import { handWords } from "../../static/js/live/hands.js";

test("the key calls the first who was not called, then takes the first down", () => {
  const [called, waits] = [{ code: "A", called_at: "2025-10-14T16:30:00.000Z" }, { code: "B", called_at: null }];

  assert.deepEqual([nextHand([called, waits]), nextHand([called]), nextHand([])], [waits, called, null]);
});

test("the button says how the hand stands", () => {
  assert.deepEqual([null, { called_at: null }, { called_at: "2025-10-14T16:30:00.000Z" }].map(handWords), ["Raise hand", "Lower hand", "Called on"]);
});
