import assert from "node:assert/strict";
import test from "node:test";
import { makeMover, matching } from "../../static/js/live/desk_slides.js";
import { addresses, lookAt, stepped } from "../../static/js/live/slides.js";
import { initialState, reduce } from "../../static/js/live/state.js";

const slides = { deck: "D", page: 3, pages: 9, furthest: 5, text: "", links: [] };

test("the live page is followed until somebody looks back", () => {
  assert.deepEqual(lookAt(slides, null), { page: 3, isLive: true, isFirst: false, isLast: false });
  assert.deepEqual(lookAt(slides, 1), { page: 1, isLive: false, isFirst: true, isLast: false });
  assert.deepEqual(lookAt({ ...slides, furthest: 4 }, 5), { page: 4, isLive: false, isFirst: false, isLast: true });
});

test("a step onto the live page follows it again, and no step leaves what was shown", () => {
  assert.equal(stepped(slides, null, -1), 2);
  assert.equal(stepped(slides, 2, 1), null);
  assert.equal(stepped(slides, null, 1), 4);
  assert.equal(stepped(slides, 5, 1), 5);
  assert.equal(stepped(slides, 1, -1), 1);
});

test("addresses name room, deck and page", () => {
  assert.equal(addresses("/files/R", "D", 2).picture, "/files/R/slides/D/2/picture.webp");
});

test("a slide that moves keeps the rest of the stage, and decks stand in their order", () => {
  const stage = { kind: "slides", url: null, text: "", slides };
  const snapshot = {
    numbers: { all: 0, staff: 0, me: 0 }, shared: { stage, polls: [] }, own: {},
    staff: { polls: [], questions: [], decks: [{ code: "B", at: "2026-11-03T17:00:00.000Z" }] },
  };
  const before = reduce(initialState(), { type: "snapshot", snapshot });
  const moved = { ...slides, page: 4 };
  const events = [
    { stream: "all", number: 1, name: "stage.slide_moved", payload: { slides: moved } },
    { stream: "staff", number: 1, name: "stage.deck_changed", payload: { deck: { code: "A", at: "2026-11-03T16:00:00.000Z" } } },
    { stream: "staff", number: 2, name: "stage.deck_removed", payload: { deck: "B" } },
  ];
  const after = events.reduce((state, event) => reduce(state, { type: "event", ...event }), before);

  assert.deepEqual(after.shared.stage, { ...stage, slides: moved });
  assert.deepEqual(after.staff.decks.map(({ code }) => code), ["A"]);
});

test("whoever runs through slides sends one wish at a time and drops what was passed over", async () => {
  const sent = [];
  let answer;
  const mover = makeMover((page) => { sent.push(page); return new Promise((done) => { answer = done; }); });
  [2, 3, 4].forEach(mover.go);
  assert.deepEqual(sent, [2]);
  assert.equal(mover.ahead(2), 4);
  answer();
  await new Promise(setImmediate);
  assert.deepEqual(sent, [2, 4]);
  answer();
  await new Promise(setImmediate);
  mover.go(5);
  assert.deepEqual(sent, [2, 4, 5]);
});

test("slides are found by their words and their number", () => {
  const all = [{ page: 1, text: "Trust and Empathy" }, { page: 2, text: "Practice in pairs" }];
  const pages = (typed) => matching(all, typed).map(({ page }) => page);
  assert.deepEqual([pages(""), pages("emp trust"), pages("2"), pages("nothing")], [[1, 2], [1], [2], []]);
});
