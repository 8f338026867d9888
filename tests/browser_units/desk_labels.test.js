import assert from "node:assert/strict";
import test from "node:test";

import { apart, shortened } from "../../static/js/live/desk_labels.js";

const widthOf = (words) => words.length;

test("a label keeps as many whole words as fit", () => {
  const title = "Trust, empathy, collaboration: components and evidence";

  const found = [60, 40, 20, 8, 4, 0].map((room) => shortened(title, room, widthOf));

  assert.deepEqual(found, [title, "Trust, empathy, collaboration…", "Trust, empathy…", "Trust…", "", ""]);
});

test("a time that would touch the one before or the end is left out", () => {
  const times = [{ at: 0, width: 25 }, { at: 16, width: 25 }, { at: 64, width: 30 }, { at: 200, width: 30 }];

  assert.deepEqual(apart(times, 220), [true, false, true, false]);
});
