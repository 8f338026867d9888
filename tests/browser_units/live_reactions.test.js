import assert from "node:assert/strict";
import test from "node:test";

import { reactionWords, sumWords } from "../../static/js/live/reactions.js";

test("a sum stays short", () => {
  assert.deepEqual([1, 999, 5000].map(sumWords), ["+1", "+999", "999+"]);
});

test("a host reads what the room sent, in one order", () => {
  assert.equal(reactionWords({ laugh: 2, applause: 8 }), "applause 8, laughter 2");
  assert.equal(reactionWords({}), "");
});
