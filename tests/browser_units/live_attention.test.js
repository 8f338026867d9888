import assert from "node:assert/strict";
import { test } from "node:test";
import { askedOf, leftWords, saidFor, whatWords } from "../../static/js/live/attention.js";
import { checksWords } from "../../static/js/live/meter.js";
import { mustSign } from "../../static/js/live/signing.js";
import { initialState, reduce } from "../../static/js/live/state.js";

const START = Date.parse("2026-11-03T17:00:00.000Z");
const check = {
  code: "CHECK001", kind: "choose", word: "harbor", options: ["apple", "harbor"], opened_at: "2026-11-03T17:00:00.000Z",
  due_at: "2026-11-03T17:01:30.000Z", long_due_at: "2026-11-03T17:03:00.000Z",
};
const own = { rights: ["check:answer"], registered: true, checks: {}, more_time: false, questions: [] };
const room = (changes = {}) => ({ shared: { check, ...changes.shared }, own: { ...own, ...changes.own } });
const live = () =>
  reduce(initialState(), {
    type: "snapshot", snapshot: { numbers: { all: 0, me: 0 }, shared: { polls: [], check: null }, own },
  });
const event = (number, name, payload) => ({ type: "event", stream: "all", number, name, payload });

test("a check is asked until its time is over, and longer of those with more time", () => {
  assert.equal(askedOf(room(), START + 89_999).code, "CHECK001");
  assert.equal(askedOf(room(), START + 90_000), null);
  assert.equal(askedOf(room({ own: { more_time: true } }), START + 179_999).due, START + 180_000);
});

test("staff, guests and a room without a check are asked nothing", () => {
  assert.equal(askedOf(room({ own: { rights: [] } }), START), null);
  assert.equal(askedOf(room({ own: { registered: false } }), START), null);
  assert.equal(askedOf(room({ shared: { check: null } }), START), null);
});

test("an answered check is still told after its time, and a seen one is known", () => {
  const answered = room({ own: { checks: { CHECK001: "2026-11-03T17:00:10.000Z" } } });
  assert.equal(askedOf(answered, START + 100_000).answered, "2026-11-03T17:00:10.000Z");
  assert.deepEqual([askedOf(room(), START).isSeen, askedOf(room({ own: { checks: { CHECK001: null } } }), START).isSeen], [false, true]);
});

test("words say what to do and how long", () => {
  assert.equal(whatWords(check), "Press “harbor”.");
  assert.equal(
    saidFor({ ...check, due: START + 90_000 }, START),
    "Attention check: Choose the word Press “harbor”. 90 seconds are left. Press H to go there.",
  );
  assert.deepEqual([90_000, 61_001, 9_000, -5].map(leftWords), ["1:30", "1:02", "0:09", "0:00"]);
});

test("the meter counts answers among the checks that count", () => {
  assert.equal(checksWords({ checks: [{ at_s: 1, answered: true }, { at_s: 2, answered: false }] }), "Checks answered: 1 of 2");
  assert.deepEqual([checksWords({ checks: [] }), checksWords(null)], ["", ""]);
  const said = { checks: [{ at_s: 1, answered: false }], words: ["9 of 75 min counted.", "Checks answered: 0 of 1; 75 % are needed."] };
  assert.equal(checksWords(said), "");
});

test("a check opens and closes in order, and closing another changes nothing", () => {
  const opened = reduce(live(), event(1, "check.opened", { check }));
  assert.equal(opened.shared.check.code, "CHECK001");
  const kept = reduce(opened, event(2, "check.closed", { check: "OTHER001" }));
  assert.equal(kept.shared.check.code, "CHECK001");
  assert.equal(reduce(kept, event(3, "check.closed", { check: "CHECK001" })).shared.check, null);
});

test("seen and answered are kept as the person's own", () => {
  const seen = reduce(live(), { type: "own", name: "check.seen", payload: { check: "CHECK001" } });
  const answered = reduce(seen, { type: "own", name: "check.answered", payload: { check: "CHECK001", answered_at: "x" } });
  const again = reduce(answered, { type: "own", name: "check.seen", payload: { check: "CHECK001" } });
  assert.deepEqual([seen.own.checks, answered.own.checks], [{ CHECK001: null }, { CHECK001: "x" }]);
  assert.equal(again, answered);
});

test("who is registered and has not signed is asked once the session is live", () => {
  const signing = { in: { signed_at: null }, out: { signed_at: null } };
  const at = (room, own) => mustSign({ shared: { room: { state: room } }, own: { registered: true, signing, ...own } });
  assert.deepEqual([at("live"), at("scheduled"), at("live", { registered: false }), at("live", { signing: null })], [true, false, false, false]);
  const state = { ...live(), own: { ...own, signing } };
  const signed = reduce(state, { type: "own", name: "signing.signed", payload: { kind: "in", signed_at: "x" } });
  assert.deepEqual(signed.own.signing, { in: { signed_at: "x" }, out: { signed_at: null } });
});
