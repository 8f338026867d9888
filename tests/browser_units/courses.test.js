import assert from "node:assert/strict";
import { test } from "node:test";

import { countWords } from "../../static/js/courses/counters.js";
import { recordOf } from "../../static/js/courses/drafts.js";
import { current } from "../../static/js/courses/parts.js";
import { sentence } from "../../static/js/courses/reading.js";

test("a draft holds every field but tokens, keys and acts", () => {
  const pairs = [["csrf_token", "a"], ["_key", "b"], ["do", "c"], ["title", "Alliance"], ["objectives-0-ref", "7"], ["tag", "x"], ["tag", "y"]];

  assert.deepEqual(recordOf(pairs), { title: ["Alliance"], "objectives-0-ref": ["7"], tag: ["x", "y"] });
});

test("a reading is said as the server says it", () => {
  const reading = { words: "Tuesday 14 October 2025, 12:00 p.m. ET", utc: "16:00 UTC", helper: "noon", yours: "5:00 p.m. BST" };

  assert.equal(
    sentence(reading).map(([text]) => text).join(""),
    "People will read Tuesday 14 October 2025, 12:00 p.m. ET = 16:00 UTC, noon. For you: 5:00 p.m. BST.",
  );
});

test("the counter names use and limit", () => {
  assert.equal(countWords(98, 250), "98 of 250 characters");
});

test("the part being read is the lowest whose edge has passed the line", () => {
  const found = [[300, 20, 900], [-400, -900, 250], [-2, -8, -4]].map((tops) => current(tops, 100));

  assert.deepEqual(found, [1, 0, 0]);
  assert.equal(current([10, 300, 600], Infinity), 2);
});
