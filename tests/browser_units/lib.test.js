import assert from "node:assert/strict";
import test from "node:test";

import { elapsedWords, leftWords, offsetFrom, split } from "../../static/js/lib/clock.js";
import { isConfirmed } from "../../static/js/lib/dialog.js";
import { choose, keyName } from "../../static/js/lib/keys.js";
import { recall, remember } from "../../static/js/lib/memory.js";
import { step } from "../../static/js/lib/tabs.js";
import { nextTheme } from "../../static/js/lib/theme_switch.js";
import { lifetime } from "../../static/js/lib/toasts.js";
import { needsWideFonts } from "../../static/js/lib/wide_fonts.js";

const MINUTE = 60_000;

test("the time left is split into units and never negative", () => {
  assert.deepEqual(split(758_000), { days: 0, hours: 0, minutes: 12, seconds: 38 });
  assert.deepEqual(split(2 * 86_400_000 + 3_600_000), { days: 2, hours: 1, minutes: 0, seconds: 0 });
  assert.deepEqual(split(-5), { days: 0, hours: 0, minutes: 0, seconds: 0 });
});

test("the sentence about the time left changes once a minute", () => {
  assert.equal(leftWords(12 * MINUTE + 1), "Starts in 13 minutes.");
  assert.equal(leftWords(13 * MINUTE), "Starts in 13 minutes.");
  assert.equal(leftWords(1), "Starts in 1 minute.");
  assert.equal(leftWords(61 * MINUTE), "Starts in 1 hour 1 minute.");
  assert.equal(leftWords(3 * 1440 * MINUTE), "Starts in 3 days.");
  assert.equal(leftWords(0), "It starts now.");
});

test("time that has passed, and the difference of clocks", () => {
  assert.equal(elapsedWords(2_054_000), "00:34:14");
  assert.equal(elapsedWords(-1), "00:00:00");
  assert.equal(offsetFrom(5000, 2000), 3000);
  assert.equal(offsetFrom(Number.NaN, 2000), 0);
});

test("a word is confirmed without regard to case and edges", () => {
  assert.equal(isConfirmed(" Delete ", "delete"), true);
  assert.equal(isConfirmed("delet", "delete"), false);
});

test("presses are named", () => {
  const press = (key, more = {}) => keyName({ key, ctrlKey: false, metaKey: false, altKey: false, ...more });

  assert.deepEqual(
    [press("L"), press("?"), press("k", { metaKey: true }), press("ArrowRight"), press("x", { altKey: true })],
    ["l", "?", "ctrl+k", "ArrowRight", "alt+x"],
  );
});

test("single letters are silent while somebody types, or when switched off", () => {
  const registry = new Map([["l", 1], ["?", 2], ["ctrl+k", 3], ["Escape", 4]]);
  const free = { typing: false, off: false };

  assert.equal(choose(registry, "l", free), 1);
  assert.equal(choose(registry, "l", { typing: true, off: false }), null);
  assert.equal(choose(registry, "l", { typing: false, off: true }), null);
  assert.equal(choose(registry, "?", { typing: false, off: true }), 2);
  assert.equal(choose(registry, "ctrl+k", { typing: true, off: true }), 3);
  assert.equal(choose(registry, "Escape", { typing: true, off: false }), 4);
  assert.equal(choose(registry, "z", free), null);
});

test("memory survives a browser that refuses", () => {
  const kept = new Map();
  const store = { getItem: (k) => kept.get(k) ?? null, setItem: (k, v) => kept.set(k, v), removeItem: (k) => kept.delete(k) };
  const refusing = { getItem: () => { throw new Error("no"); }, setItem: () => { throw new Error("no"); } };

  assert.equal(remember("a", { b: 1 }, store), true);
  assert.deepEqual(recall("a", store), { b: 1 });
  remember("a", null, store);
  assert.equal(recall("a", store), null);
  assert.equal(remember("a", 1, refusing), false);
  assert.equal(recall("a", refusing), null);
});

test("arrow keys go round the tabs", () => {
  assert.deepEqual(
    [step(0, 3, "ArrowLeft"), step(2, 3, "ArrowRight"), step(1, 3, "Home"), step(1, 3, "End"), step(1, 3, "a")],
    [2, 0, 0, 2, null],
  );
});

test("themes follow each other", () => {
  assert.deepEqual(["system", "light", "dark"].map(nextTheme), ["light", "dark", "system"]);
});

test("a toast stays six seconds, ten with an undo, longer with more to read", () => {
  assert.equal(lifetime(false, "Copied."), 6000);
  assert.equal(lifetime(true, "Hidden."), 10000);
  assert.equal(lifetime(false, "x".repeat(140)), 10000);
});

test("wide fonts are asked for by Chinese, Japanese and Korean letters only", () => {
  assert.deepEqual(["王 秀英", "さくら", "김민준", "Αθηνά", "فاطمة", "Zoë"].map(needsWideFonts), [true, true, true, false, false, false]);
});
