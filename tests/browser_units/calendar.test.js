import assert from "node:assert/strict";
import { test } from "node:test";
import { addressOf } from "../../static/js/courses/conflicts.js";
import { clockWords, minuteAt, moveAddress, placeWords, stampOf, step } from "../../static/js/portal/moves.js";

test("a height in a column is a quarter of an hour of the day", () => {
  assert.equal(minuteAt(0, 558, 9, 9), 540);
  assert.equal(minuteAt(62, 558, 9, 9), 600);
  assert.equal(minuteAt(70, 558, 9, 9), 615);
  assert.equal(minuteAt(-9999, 558, 9, 9), 0);
  assert.equal(minuteAt(9999, 558, 9, 9), 24 * 60 - 15);
});

test("a drop is a day and a time on the calendar's own clock", () => {
  assert.equal(stampOf({ day: "2026-11-03", minute: 9 * 60 + 5 }), "2026-11-03T09:05");
  assert.equal(placeWords({ day: "2026-12-01", minute: 915 }), "Tue 1 Dec, 3:15 p.m.");
  const address = moveAddress("/manage/webinars/A/move", "2026-12-01T17:00", "2026-12-31T23:45");
  assert.equal(address, "/manage/webinars/A/move?to=2026-12-31T23%3A45&stood=2026-12-01T17%3A00");
  assert.deepEqual([0, 720, 735, 780].map(clockWords), ["12:00 a.m.", "12:00 p.m.", "12:15 p.m.", "1:00 p.m."]);
});

test("a check asks with what counts and nothing else", () => {
  const pairs = [["typed", "noon"], ["minutes", ""], ["csrf_token", "x"], ["venue_name", "Hall 2"]];
  assert.equal(addressOf("/manage/sittings/check?course=a", pairs), "/manage/sittings/check?course=a&typed=noon&venue_name=Hall+2");
  const rhythm = [["typed", "noon"], ["rhythm", "months"], ["count", "3"], ["holidays", ""], ["confirm", "1"]];
  assert.equal(addressOf("/series/check", rhythm), "/series/check?typed=noon&rhythm=months&count=3");
});

test("arrow keys take a session to the next quarter, hour, day or week", () => {
  const at = { day: "2026-12-31", minute: 911 };
  const taken = (key, more) => { const to = step(at, key, more); return to && stampOf(to); };
  assert.deepEqual(
    ["ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight", "PageUp", "PageDown", "Tab"].map((key) => taken(key)),
    ["2026-12-31T15:00", "2026-12-31T15:15", "2026-12-30T15:11", "2027-01-01T15:11", "2026-12-24T15:11", "2027-01-07T15:11", null],
  );
  assert.equal(taken("ArrowDown", { isFar: true }), "2026-12-31T16:00");
  assert.deepEqual(["ArrowUp", "ArrowDown"].map((key) => taken(key, { hasHours: false })), ["2026-12-24T15:11", "2027-01-07T15:11"]);
});

test("a session stays within its day, and a leap day is a day", () => {
  assert.equal(stampOf(step({ day: "2028-02-28", minute: 0 }, "ArrowRight")), "2028-02-29T00:00");
  assert.equal(step({ day: "2026-12-01", minute: 5 }, "ArrowUp").minute, 0);
  assert.equal(step({ day: "2026-12-01", minute: 1430 }, "ArrowDown", { isFar: true }).minute, 1425);
});
