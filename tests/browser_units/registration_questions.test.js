import assert from "node:assert/strict";
import { test } from "node:test";
import { isShown } from "../../static/js/registrations/questions.js";

test("a question is asked where another one has its answer", () => {
  assert.equal(isShown(["Yes"], "yes"), true);
  assert.equal(isShown(["no"], "yes"), false);
  assert.equal(isShown(["Vegan", "No nuts"], "no nuts"), true);
  assert.equal(isShown([], "yes"), false);
});

test("without an answer to wait for, any answer will do", () => {
  assert.equal(isShown(["x"], ""), true);
  assert.equal(isShown(["  "], ""), false);
  assert.equal(isShown([], ""), false);
});
