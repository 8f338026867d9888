import assert from "node:assert/strict";
import test from "node:test";
import { isWhole, stagePayload } from "../../static/js/live/desk_stage.js";

const typed = { address: " https://youtu.be/dQw4w9WgXcQ ", words: " Call us. ", deck: "D" };
const payload = (kind) => stagePayload({ kind, ...typed });

test("what a kind does not use is not sent", () => {
  assert.deepEqual(payload("youtube"), { kind: "youtube", address: "https://youtu.be/dQw4w9WgXcQ", text: "", deck: "" });
  assert.deepEqual(payload("text"), { kind: "text", address: "", text: "Call us.", deck: "" });
  assert.deepEqual(payload("slides"), { kind: "slides", address: "", text: "", deck: "D" });
  assert.deepEqual(payload("none"), { kind: "none", address: "", text: "", deck: "" });
});

test("a preview waits until there is something to see", () => {
  const nothing = { address: "", words: "", deck: "" };
  const kinds = ["none", "hls", "youtube", "vimeo", "text", "slides"];
  assert.deepEqual(kinds.map((kind) => isWhole(payload(kind))), [true, true, true, true, true, true]);
  assert.deepEqual(kinds.map((kind) => isWhole(stagePayload({ kind, ...nothing }))), [true, false, false, false, false, false]);
});
