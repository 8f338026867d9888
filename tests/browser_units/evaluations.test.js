import assert from "node:assert/strict";
import test from "node:test";

import { countAnswered, leftWords } from "../../static/js/evaluations/answered.js";
import { pause } from "../../static/js/evaluations/progress.js";

const radio = (name, checked) => ({ name, type: "radio", value: "1", checked });
const text = (name, value, type = "text") => ({ name, type, value });

test("a question counts once, and only when it is answered", () => {
  const controls = [
    radio("a", false), radio("a", true), radio("b", false), text("c", " "), text("d", "words", "textarea"),
    text("_key", "k", "hidden"), { type: "submit", value: "Send" },
  ];

  assert.equal(countAnswered(controls), 2);
});

test("what is left is told in whole minutes", () => {
  assert.deepEqual([0, 1, 12, 20].map(leftWords), ["all answered", "about 1 minute left", "about 1 minute left", "about 2 minutes left"]);
});

test("what comes by itself is looked for every 3 s, at most for five minutes", () => {
  const minute = 60_000;

  assert.deepEqual(
    [pause(null, 0), pause({ is_waiting: true }, minute), pause({ is_waiting: true }, 6 * minute), pause({ is_waiting: false }, 0)],
    [3000, 3000, 15_000, 15_000],
  );
});
