import assert from "node:assert/strict";
import test from "node:test";

import { together, troubleWith } from "../../static/js/live/composer.js";
import { rangeTrouble } from "../../static/js/live/refusals.js";

test("nothing and too much are said, counted as people count", () => {
  const limits = { empty: "Write a message.", longest: 3 };

  assert.equal(troubleWith("", limits), "Write a message.");
  assert.equal(troubleWith("abc", limits), "");
  assert.equal(troubleWith("😀😀😀", limits), "");
  assert.equal(troubleWith("abcd", limits), "Keep this within 3 characters; this has 4.");
  assert.equal(troubleWith("abcd", {}), "");
});

test("refused words come back before what was typed since, and once only", () => {
  assert.equal(together("refused", " "), "refused");
  assert.equal(together("refused", "typed since"), "refused\ntyped since");
  assert.equal(together("refused", "refused\ntyped since"), "refused\ntyped since");
});

test("a number that its field does not take is said with the range", () => {
  const number = (validity) => rangeTrouble({ type: "number", validity, min: "1", max: "12" });

  assert.equal(number({ stepMismatch: true }), "Write a whole number from 1 to 12.");
  assert.equal(number({ rangeUnderflow: true }), "Write a whole number from 1 to 12.");
  assert.equal(number({ rangeOverflow: true }), "Write a whole number from 1 to 12.");
  assert.equal(number({}), "");
  assert.equal(rangeTrouble({ type: "text", validity: { rangeOverflow: true } }), "");
});
