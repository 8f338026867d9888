import assert from "node:assert/strict";
import test from "node:test";

import { lineVerdict } from "../../static/js/live/checks.js";
import { isSame, nextAsk } from "../../static/js/live/lobby.js";
import { changeWords } from "../../static/js/live/moved.js";

const ROOM = {
  state: "scheduled", starts_at: "2026-12-01T17:00:00.000Z", ends_at: "2026-12-01T18:15:00.000Z", time_zone: "America/New_York",
  minutes: 75, lobby_opens_at: "2026-12-01T16:45:00.000Z", title: "One",
};
const LATER = { ...ROOM, starts_at: "2026-12-08T19:30:00.000Z" };
const plain = (words) => words.replaceAll("\u00a0", " ");
const said = (room, zone = "Europe/London", before = ROOM) => plain(changeWords(before, room, zone));

test("a move is said with both clocks, and with one where they agree", () => {
  assert.equal(said(LATER), "This session has moved. It now starts Tuesday 8 December 2026, 2:30 p.m. ET (7:30 p.m. GMT for you).");
  assert.equal(said(LATER, "America/Toronto"), "This session has moved. It now starts Tuesday 8 December 2026, 2:30 p.m. ET.");
  assert.equal(
    said(LATER, "Australia/Sydney"),
    "This session has moved. It now starts Tuesday 8 December 2026, 2:30 p.m. ET (Wed 9 Dec, 6:30 a.m. AEDT for you).",
  );
});

test("what is no move is not called one", () => {
  assert.equal(said(ROOM), "");
  assert.equal(said({ ...ROOM, lobby_opens_at: "2026-12-01T16:30:00.000Z" }), "");
  assert.equal(said({ ...ROOM, minutes: 90 }), "This session now lasts 90 minutes.");
  assert.equal(
    said({ ...ROOM, time_zone: "America/Chicago" }),
    "The time stays. The organiser now gives it as Tuesday 1 December 2026, 11:00 a.m. CT (5:00 p.m. GMT for you).",
  );
});

test("a cancelled session is said once, whatever else changed with it", () => {
  const off = { ...LATER, state: "cancelled" };

  assert.equal(said(off), "This session is cancelled.");
  assert.equal(said({ ...off, minutes: 5 }, "UTC", off), "");
});

test("only what the lobby shows is a change for it", () => {
  assert.equal(isSame(ROOM, { ...ROOM, title: "Two", server_now: "x" }), true);
  for (const name of ["state", "starts_at", "ends_at", "time_zone", "minutes", "lobby_opens_at"]) {
    assert.equal(isSame(ROOM, { ...ROOM, [name]: "other" }), false, name);
  }
});

test("who waits asks again, later where the server is busy, and never where the answer stays the same", () => {
  const asked = (status, retry = 0) => nextAsk({ ok: status === 200, status }, retry, 3500);

  assert.deepEqual([200, 500, 503, 429, 408].map((status) => asked(status)), [3500, 3500, 3500, 3500, 3500]);
  assert.equal(asked(503, 30), 30_000);
  assert.deepEqual([401, 403, 404].map((status) => asked(status)), [null, null, null]);
});

test("a line that is not there yet is no fault of it", () => {
  assert.deepEqual(lineVerdict(undefined), ["open", "Tried when the lobby opens."]);
  assert.equal(lineVerdict(null)[0], "stop");
});
