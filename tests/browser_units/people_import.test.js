/* How far a list is, in words. */
import assert from "node:assert/strict";
import test from "node:test";

import { words } from "../../static/js/people/import.js";

test("how far a list is reads as on the page that the server draws", () => {
  assert.equal(words({ handled: 0, good: 12 }), "0 of 12");
  assert.equal(words({ handled: 4963, good: 10000 }), "4,963 of 10,000");
});
