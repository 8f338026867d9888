import assert from "node:assert/strict";
import test from "node:test";

import { ceiling, delay, spread } from "../../static/js/live/backoff.js";
import { makeLaunch } from "../../static/js/live/launch.js";
import { makeOutbox } from "../../static/js/live/outbox.js";

const memory = () => {
  const kept = new Map();
  return { getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => kept.set(key, value), removeItem: (key) => kept.delete(key) };
};

const keys = () => {
  let n = 0;
  return () => `key-${(n += 1)}`;
};

test("the ceiling of a delay is 5 s twice and then doubles up to 30 s", () => {
  assert.deepEqual([0, 1, 2, 3, 4, 9].map(ceiling), [5_000, 5_000, 10_000, 20_000, 30_000, 30_000]);
});

test("delays are spread over the whole room between half a second and the ceiling", () => {
  assert.deepEqual([delay(0, { random: () => 0 }), delay(0, { random: () => 1 })], [500, 5_000]);
  assert.equal(delay(5, { random: () => 1 }), 30_000);
  assert.equal(delay(0, { random: () => 0, retryAfter: 3 }), 3_500);
  const bins = Array(10).fill(0);
  for (let n = 0; n < 10_000; n += 1) bins[Math.floor(((delay(0) - 500) / 4500) * 10)] += 1;
  assert.ok(Math.max(...bins) < 2 * 1000, "the longest bin of arrivals is at most twice the mean");
});

test("a restarting server gets its clients back over its own time", () => {
  assert.deepEqual([spread(5, () => 0), spread(5, () => 0.5), spread(0, () => 1)], [5000, 6250, 1500]);
});

test("an act keeps its key over a reload and leaves with its answer", async () => {
  const store = memory();
  const first = makeOutbox({ place: "o", store, makeKey: keys() });
  first.add("poll.vote", { poll: "P", options: [1] });
  const second = makeOutbox({ place: "o", store });

  assert.deepEqual(second.heads().map(({ name, payload }) => [name, payload]), [["poll.vote", { poll: "P", options: [1], key: "key-1" }]]);
  assert.equal(second.finish(second.heads()[0], { ok: true, data: {} }), false, "nobody of this page waits for it");
  assert.deepEqual(makeOutbox({ place: "o", store }).heads(), []);
});

test("acts of one name go one after the other, others do not wait", () => {
  const outbox = makeOutbox({ place: "o", store: memory(), makeKey: keys() });
  outbox.add("poll.vote", { poll: "P", options: [0] });
  outbox.add("poll.vote", { poll: "P", options: [1] });
  outbox.add("chat.post", { text: "Hi" });

  assert.deepEqual(outbox.heads().map(({ payload }) => payload.key), ["key-1", "key-3"]);
  outbox.finish(outbox.heads()[0], { ok: true, data: {} });
  assert.deepEqual(outbox.heads().map(({ payload }) => payload.key), ["key-2", "key-3"]);
});

test("the one who acted gets the data or the refusal", async () => {
  const outbox = makeOutbox({ place: "o", store: memory() });
  const good = outbox.add("chat.post", { text: "Hi" });
  outbox.finish(outbox.heads()[0], { ok: true, data: { message: "M" } });
  const bad = outbox.add("chat.post", { text: "" });
  outbox.finish(outbox.heads()[0], { ok: false, error: { code: "chat.empty" } });

  assert.deepEqual(await good, { message: "M" });
  await assert.rejects(bad, { code: "chat.empty" });
});

test("acts of yesterday are not sent today", () => {
  const store = memory();
  makeOutbox({ place: "o", store, now: () => 0 }).add("chat.post", { text: "Hi" });

  assert.deepEqual(makeOutbox({ place: "o", store, now: () => 24 * 3600_000 }).heads(), []);
});

test("a browser that keeps nothing still sends", () => {
  const refusing = { getItem: () => { throw new Error(); }, setItem: () => { throw new Error(); }, removeItem: () => { throw new Error(); } };
  const outbox = makeOutbox({ place: "o", store: refusing });
  outbox.add("chat.post", { text: "Hi" });

  assert.equal(outbox.heads().length, 1);
});

const launching = () => {
  const seen = [];
  let tick = null;
  const timers = { setInterval: (run) => { tick = run; return 1; }, clearInterval: () => { tick = null; } };
  const launch = makeLaunch({ fire: () => seen.push("fire"), draw: ({ left, wasStopped }) => seen.push(wasStopped ? "stopped" : left), timers });
  return { launch, seen, tick: () => tick?.() };
};

test("a launch counts three, two, one and fires once", () => {
  const { launch, seen, tick } = launching();
  launch.press();
  tick();
  tick();
  tick();
  tick();

  assert.deepEqual(seen, [3, 2, 1, 0, "fire"]);
});

test("Esc stops a launch, a second press fires at once", () => {
  const stopped = launching();
  stopped.launch.press();
  assert.equal(stopped.launch.cancel(), true);
  assert.equal(stopped.launch.cancel(), false);
  assert.deepEqual(stopped.seen, [3, "stopped"]);
  const twice = launching();
  twice.launch.press();
  twice.launch.press();
  assert.deepEqual(twice.seen, [3, 0, "fire"]);
});
