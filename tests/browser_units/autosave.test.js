import assert from "node:assert/strict";
import test from "node:test";

import { collect, keptWords, restore } from "../../static/js/lib/autosave.js";

const text = (name, value, type = "text") => ({ name, type, value });
const box = (name, value, checked, type = "checkbox") => ({ name, type, value, checked });
const many = (name, values, chosen) => ({
  name,
  type: "select-multiple",
  options: values.map((value) => ({ value, selected: chosen.includes(value) })),
});

test("collect keeps what is typed and chosen, and no secrets", () => {
  const record = collect([
    text("name", "Corinne"),
    box("kind", "a", false, "radio"),
    box("kind", "b", true, "radio"),
    box("agree", "y", false),
    many("topics", ["1", "2", "3"], ["1", "3"]),
    text("csrf_token", "secret", "hidden"),
    text("password", "secret", "password"),
    text("", "nameless"),
  ]);

  assert.deepEqual(record, { name: ["Corinne"], kind: ["b"], agree: [], topics: ["1", "3"] });
});

test("restore brings back what collect kept", () => {
  const before = [text("a", "1"), text("a", "2"), box("c", "x", true), box("c", "y", false), many("m", ["1", "2"], ["2"])];
  const after = [text("a", ""), text("a", ""), box("c", "x", false), box("c", "y", true), many("m", ["1", "2"], ["1"])];

  const changed = restore(after, collect(before));

  assert.equal(changed, 4);
  assert.deepEqual(collect(after), collect(before));
});

test("restore leaves unknown controls and secrets alone", () => {
  const controls = [text("new", "kept"), text("token", "fresh", "hidden")];

  const changed = restore(controls, { token: ["old"], gone: ["x"] });

  assert.equal(changed, 0);
  assert.deepEqual(controls, [text("new", "kept"), text("token", "fresh", "hidden")]);
  assert.equal(restore(controls, null), 0);
});

test("the words say the time in two digits", () => {
  assert.equal(keptWords(new Date(2025, 9, 14, 14, 3)), "Kept in this browser 14:03");
});

test("what the page says the person had before them belongs to the draft", () => {
  const seen = (value) => ({ ...text("seen", value, "hidden"), dataset: { keep: "" } });
  const controls = [seen("now"), { ...text("csrf_token", "fresh", "hidden"), dataset: {} }];

  const record = collect([seen("before"), text("csrf_token", "old", "hidden")]);
  restore(controls, record);

  assert.deepEqual(record, { seen: ["before"] });
  assert.deepEqual(controls.map((control) => control.value), ["before", "fresh"]);
});
