import assert from "node:assert/strict";
import test from "node:test";

import * as words from "../../static/js/lib/zone_words.js";

const NOON = new Date("2025-10-14T16:00:00Z");
const END = new Date("2025-10-14T17:15:00Z");
const [EAST, SYDNEY, ST_JOHNS] = ["America/New_York", "Australia/Sydney", "America/St_Johns"];

test("clocks use twelve hours and never break", () => {
  assert.equal(words.clockIn(NOON, EAST), "12:00\u00a0p.m.");
  assert.equal(words.clockIn(NOON, SYDNEY), "3:00\u00a0a.m.");
  assert.equal(words.clockIn(new Date("2025-10-14T04:05:00Z"), EAST), "12:05\u00a0a.m.");
});

test("offsets know half hours and the change of clocks", () => {
  assert.equal(words.offsetMinutes(NOON, ST_JOHNS), -150);
  assert.equal(words.offsetMinutes(new Date("2025-11-03T16:00:00Z"), EAST), -300);
  assert.equal(words.offsetLabel(NOON, "Asia/Kolkata"), "UTC+5:30");
  assert.equal(words.offsetLabel(NOON, ST_JOHNS), "UTC−2:30");
  assert.equal(words.offsetLabel(NOON, "UTC"), "UTC");
});

test("zones are called what people call them", () => {
  const said = Object.fromEntries(
    [EAST, "America/Los_Angeles", SYDNEY, "Europe/London", "Asia/Dubai"].map((zone) => [zone, words.zoneLabel(NOON, zone)]),
  );

  assert.deepEqual(said, {
    [EAST]: "ET",
    "America/Los_Angeles": "PT",
    [SYDNEY]: "AEDT",
    "Europe/London": "BST",
    "Asia/Dubai": "UTC+4",
  });
});

test("beside a time stands nothing when both clocks agree", () => {
  assert.equal(words.besideWords(NOON, EAST, "America/Toronto"), "");
});

test("beside a time stands the day when it differs", () => {
  assert.equal(words.besideWords(NOON, EAST, "America/Los_Angeles"), "9:00\u00a0a.m.\u00a0PT");
  assert.equal(words.besideWords(NOON, EAST, SYDNEY), "Wed 15 Oct, 3:00\u00a0a.m.\u00a0AEDT");
});

test("a span names the day of the viewer when it differs", () => {
  assert.equal(words.spanWords(NOON, END, EAST, SYDNEY), "Wednesday 15 October, 3:00\u00a0a.m. to 4:15\u00a0a.m.");
  assert.equal(words.spanWords(NOON, END, EAST, ST_JOHNS), "1:30\u00a0p.m. to 2:45\u00a0p.m.");
});

test("days shift both ways, over the end of a year too", () => {
  assert.equal(words.dayShift(NOON, EAST, SYDNEY), 1);
  assert.equal(words.dayShift(NOON, SYDNEY, EAST), -1);
  assert.equal(words.dayShift(new Date("2025-12-31T16:00:00Z"), EAST, SYDNEY), 1);
  assert.equal(words.dayShift(NOON, EAST, "Europe/London"), 0);
});

test("places and zones", () => {
  assert.equal(words.cityOf("America/St_Johns"), "St John’s");
  assert.equal(words.cityOf("America/Argentina/Buenos_Aires"), "Buenos Aires");
  assert.equal(words.cityOf("Asia/Calcutta"), "Kolkata");
  assert.equal(words.isZone("Mars/Olympus"), false);
  assert.equal(words.isZone(null), false);
  assert.equal(words.isZone(SYDNEY), true);
});

test("a moment is told in each form of the page", () => {
  assert.deepEqual(words.timeWords(NOON, EAST), { day: "Tuesday 14 October 2025", clock: "12:00\u00a0p.m.\u00a0ET" });
  assert.deepEqual(words.timeWords(NOON, SYDNEY, "short"), { day: "15 Oct 2025", clock: "3:00\u00a0a.m.\u00a0AEDT" });
  assert.deepEqual(words.timeWords(NOON, EAST, "day"), { day: "Tuesday 14 October 2025", clock: "" });
  assert.deepEqual(words.timeWords(NOON, EAST, "clock"), { day: "", clock: "12:00\u00a0p.m.\u00a0ET" });
});
