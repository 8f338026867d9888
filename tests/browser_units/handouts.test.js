import assert from "node:assert/strict";
import test from "node:test";
import { standOf } from "../../static/js/live/desk_handouts.js";
import { freshOf, sizeWords } from "../../static/js/live/files.js";
import { initialState, reduce } from "../../static/js/live/state.js";

const file = (code, more = {}) => ({ code, title: code, kind: "pdf", size: 120_400, state: "ready", refusal: "", minute: null, opened_at: null, at: `2026-11-03T17:0${code.length}:00.000Z`, ...more });

test("a file says how it stands", () => {
  assert.deepEqual(
    [file("A"), file("A", { minute: 7 }), file("A", { state: "checking" }), file("A", { state: "refused", refusal: "Why." }), file("A", { opened_at: "x" })].map(standOf),
    ["PDF, 121 kB", "PDF, 121 kB. Opens at minute 7", "Being checked", "Why.", "Everybody can fetch it"],
  );
});

test("sizes are whole kilobytes, then megabytes", () => {
  assert.deepEqual([1, 1000, 999_001, 2_540_000].map(sizeWords), ["1 kB", "1 kB", "1000 kB", "2.5 MB"]);
});

test("at first sight no file is new", () => {
  assert.deepEqual(freshOf([file("A")], undefined), []);
  assert.deepEqual(freshOf([file("A"), file("B")], [file("A")]).map(({ code }) => code), ["B"]);
});

test("files come and go in the state", () => {
  const snapshot = { numbers: { all: 0, staff: 0, me: 0 }, shared: { handouts: [], polls: [] }, own: {}, staff: { handouts: [], polls: [] } };
  const events = [
    { stream: "all", number: 1, name: "handout.opened", payload: { handout: file("B") } },
    { stream: "all", number: 2, name: "handout.opened", payload: { handout: file("A") } },
    { stream: "all", number: 3, name: "handout.closed", payload: { handout: "B" } },
    { stream: "staff", number: 1, name: "handout.changed", payload: { handout: file("C") } },
    { stream: "staff", number: 2, name: "handout.removed", payload: { handout: "C" } },
  ];
  const start = reduce(initialState(), { type: "snapshot", snapshot });
  const { shared, staff } = events.reduce((state, event) => reduce(state, { type: "event", ...event }), start);
  assert.deepEqual([shared.handouts.map(({ code }) => code), staff.handouts], [["A"], []]);
});
