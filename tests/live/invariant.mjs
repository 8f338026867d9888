/* node invariant.mjs <state.js> <triples.json>: applies each triple's events to its snapshot, prints how many held. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const [, , reducer, place] = process.argv;
const { asSnapshot, initialState, reduce } = await import(pathToFileURL(reducer));

const triples = JSON.parse(readFileSync(place));
const plain = (value) => JSON.parse(JSON.stringify(value));

triples.forEach(({ name, before, events, after }) => {
  const messages = [{ type: "snapshot", snapshot: before }, ...events.map((event) => ({ type: "event", ...event }))];
  const state = messages.reduce(reduce, initialState());
  assert.deepEqual(plain(asSnapshot(state)), after, name);
});
console.log(triples.length);
