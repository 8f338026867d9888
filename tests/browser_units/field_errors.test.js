import assert from "node:assert/strict";
import test from "node:test";

import { troubleOf } from "../../static/js/lib/field_errors.js";

const MEGABYTE = 1024 * 1024;
const file = (size) => ({ type: "file", validity: { badInput: false }, files: [{ size }], dataset: { mostMegabytes: "10" } });

test("what a browser would send as nothing is said", () => {
  const half = (type) => troubleOf({ type, validity: { badInput: true }, dataset: {} });

  assert.equal(half("date"), "Write the whole date, or empty the field.");
  assert.equal(half("number"), "Write a number, or empty the field.");
  assert.equal(half("week"), "Write this in full, or empty the field.");
});

test("a file that is too large is said before it is sent", () => {
  assert.equal(troubleOf(file(10 * MEGABYTE)), "");
  assert.equal(troubleOf(file(10 * MEGABYTE + 1)), "Choose a file of at most 10 MB.");
});

test("everything else is left to the server", () => {
  assert.equal(troubleOf({ type: "text", validity: { badInput: false, valueMissing: true }, dataset: {} }), "");
  assert.equal(troubleOf({ type: "fieldset" }), "");
});
