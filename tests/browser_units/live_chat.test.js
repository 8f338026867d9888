import assert from "node:assert/strict";
import test from "node:test";

import { composing, messagesOf } from "../../static/js/live/chat.js";

const CHAT = { mode: "everyone", slow_seconds: 0, links: "text", pinned: null };
const ATTENDEE = { muted: false, is_staff: false };
const HOST = { muted: false, is_staff: true };
const at = (code, minute, to = "all") => ({ code, to, at: `2025-10-14T16:${minute}:00.000Z` });

test("an attendee reads the shared messages and what they wrote to the hosts, in order", () => {
  const given = { shared: { messages: [at("A", 10), at("C", 30)] }, staff: null, own: { sent: [at("B", 20, "staff")] } };

  assert.deepEqual(messagesOf(given).map(({ code }) => code), ["A", "B", "C"]);
});

test("a host reads what went to the hosts, from everybody", () => {
  const given = { shared: { messages: [at("A", 20)] }, staff: { messages: [at("B", 15, "staff")] }, own: { sent: [] } };

  assert.deepEqual(messagesOf(given).map(({ code }) => code), ["B", "A"]);
});

test("beside the field stands who reads a message, and how often one may write", () => {
  const { may, to, note, choice } = composing({ ...CHAT, slow_seconds: 60 }, ATTENDEE, false);

  assert.deepEqual([may, to, choice, note], [true, "all", true, "Everybody in the room reads this. One message every 1 min."]);
  assert.equal(composing({ ...CHAT, mode: "hosts", slow_seconds: 10 }, ATTENDEE, false).note, "Only hosts and moderators read this. One message every 10 s.");
  assert.equal(composing(CHAT, ATTENDEE, true).to, "staff");
});

test("a closed chat and a pause say what is still possible", () => {
  assert.deepEqual([composing({ ...CHAT, mode: "off" }, ATTENDEE, false).may, composing(CHAT, { ...ATTENDEE, muted: true }, false).may], [false, false]);
  assert.match(composing({ ...CHAT, mode: "off" }, ATTENDEE, false).note, /Ask a question/);
});

test("a host writes in every mode, to everybody or to the other hosts", () => {
  assert.deepEqual([composing({ ...CHAT, mode: "off" }, HOST, false).to, composing(CHAT, HOST, true).to], ["all", "staff"]);
});
