import assert from "node:assert/strict";
import test from "node:test";

import { kept, nextEnd, standing } from "../../static/js/live/announcing.js";

const NOW = Date.parse("2025-10-14T16:30:00.000Z");
const one = (code, seconds = null, state = "active") => ({ code, state, expires_at: seconds === null ? null : new Date(NOW + seconds * 1000).toISOString() });
const codes = (list) => list.map(({ code }) => code);

test("what is over by the server's clock stands no longer, before any event says so", () => {
  assert.deepEqual(codes(standing([one("OLD", 0), one("LONG", 60), one("OPEN")], NOW)), ["OPEN", "LONG"]);
});

test("the next end is the nearest that is still to come", () => {
  assert.equal(nextEnd([one("OLD", -5), one("LATE", 90), one("SOON", 30), one("OPEN")], NOW), 30_000);
  assert.equal(nextEnd([one("OPEN"), one("OLD", -5)], NOW), null);
});

test("staff see what shows, then drafts, then what is over, the newest first", () => {
  const given = [one("PAST", -5), one("FIRST"), one("DRAFT", null, "draft"), one("DOWN", null, "archived"), one("LAST", 60)];

  assert.deepEqual(kept(given, NOW).map(({ code, state }) => [code, state]), [["LAST", "active"], ["FIRST", "active"], ["DRAFT", "draft"], ["DOWN", "archived"], ["PAST", "archived"]]);
});
