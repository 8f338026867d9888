/* Acts on their way. Each has a key made once, stays here until it is acknowledged, and goes out again with the same key
   after a reconnect or a reload; acts of one name keep their order, others do not wait for them. */
import { recall, remember } from "../lib/memory.js";

export const AGAIN = new Set(["busy", "try_again", "outcome_unknown", "too_fast"]);
const TOO_OLD = 4 * 3600_000;

export const makeOutbox = ({ place, store = globalThis.sessionStorage, now = Date.now, makeKey = () => crypto.randomUUID() }) => {
  const kept = recall(place, store) ?? [];
  let entries = kept.filter((entry) => now() - entry.at < TOO_OLD);
  const promises = new Map();
  const listeners = new Set();

  const changed = () => {
    remember(place, entries.length ? entries : null, store);
    listeners.forEach((listener) => listener(entries));
  };

  const add = (name, payload) => {
    const entry = { name, payload: { ...payload, key: makeKey() }, at: now() };
    entries = [...entries, entry];
    const promise = new Promise((done, refused) => promises.set(entry.payload.key, { done, refused }));
    // Who asked may have gone with the page before; nobody then waits for the refusal.
    promise.catch(() => {});
    changed();
    return promise;
  };

  const finish = (entry, answer) => {
    entries = entries.filter((other) => other.payload.key !== entry.payload.key);
    const waiting = promises.get(entry.payload.key);
    promises.delete(entry.payload.key);
    changed();
    if (answer.ok) waiting?.done(answer.data);
    else waiting?.refused(answer.error);
    return Boolean(waiting);
  };

  /* The first of each name: what may be sent now. */
  const heads = () => entries.filter((entry, index) => entries.findIndex(({ name }) => name === entry.name) === index);

  return {
    add,
    finish,
    heads,
    list: (name) => entries.filter((entry) => entry.name === name),
    listen: (listener) => listeners.add(listener),
  };
};
