import assert from "node:assert/strict";
import { test } from "node:test";
import { addressOf } from "../../static/js/courses/conflicts.js";
import { clockWords, minuteAt, stampOf } from "../../static/js/portal/calendar.js";

test("a height in a column is a quarter of an hour of the day", () => {
  assert.equal(minuteAt(0, 558, 9, 9), 540);
  assert.equal(minuteAt(62, 558, 9, 9), 600);
  assert.equal(minuteAt(70, 558, 9, 9), 615);
  assert.equal(minuteAt(-9999, 558, 9, 9), 0);
  assert.equal(minuteAt(9999, 558, 9, 9), 24 * 60 - 15);
});

test("a drop is a day and a time on the calendar's own clock", () => {
  assert.equal(stampOf("2026-11-03", 9 * 60 + 5), "2026-11-03T09:05");
  assert.deepEqual([0, 720, 735, 780].map(clockWords), ["12:00 a.m.", "12:00 p.m.", "12:15 p.m.", "1:00 p.m."]);
});

test("a check asks with what counts and nothing else", () => {
  const pairs = [["typed", "noon"], ["minutes", ""], ["csrf_token", "x"], ["venue_name", "Hall 2"]];
  assert.equal(addressOf("/manage/sittings/check?course=a", pairs), "/manage/sittings/check?course=a&typed=noon&venue_name=Hall+2");
});
