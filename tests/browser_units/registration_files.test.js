import assert from "node:assert/strict";
import { test } from "node:test";
import { isTooLarge } from "../../static/js/registrations/files.js";

test("a file above the limit is too large, one at it is not, and none never is", () => {
  assert.equal(isTooLarge({ size: 11 }, 10), true);
  assert.equal(isTooLarge({ size: 10 }, 10), false);
  assert.equal(isTooLarge(undefined, 10), false);
});
