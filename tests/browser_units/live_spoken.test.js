import assert from "node:assert/strict";
import test from "node:test";

import { whyNot } from "../../static/js/live/spoken.js";

const room = { time_zone: "America/New_York" };

test("a check that is open says from when on a word can be asked for", () => {
  const told = ["2025-10-14T16:07:30.000Z", "2025-10-14T16:08:00.000Z", "2025-10-14T16:08:01.000Z"].map((at) => whyNot({ room, check: { long_due_at: at } }));

  assert.deepEqual(told.map((words) => words.replace(/\s/g, " ").match(/From (.*) on/)[1]), ["12:08 p.m.", "12:08 p.m.", "12:09 p.m."]);
  assert.equal(whyNot({ room, check: null }), "");
});
