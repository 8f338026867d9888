/* The captioner's page: one line after the other, sent by Enter, in order, and kept while the line is down. */
import { forget } from "../lib/autosave.js";
import { adjust } from "../lib/clock.js";
import { clockIn } from "../lib/zone_words.js";
import { openConnection } from "./connection.js";
import { $, clone, keyed, part, show, text } from "./dom.js";
import { attachLine } from "./line.js";
import { makeStore, drawing } from "./store.js";

const KEPT = 40;
const at = (id) => document.getElementById(id);
const { code, urls } = JSON.parse(at("page").textContent);
const initial = JSON.parse(at("initial").textContent);
const store = makeStore();
const form = at("caption");
const field = at("caption-text");
let sent = [];

const connection = openConnection({
  code, ticketUrl: urls.ticket, csrf: $("meta[name=csrf-token]").content, store,
  onSynced: ({ roundTrip, snapshot }) => { if (snapshot) adjust(Date.parse(snapshot.shared.room.server_now), roundTrip); },
});

const waits = () => {
  const count = connection.pending("stage.caption").length;
  text(at("caption-waits"), count ? `${count} ${count === 1 ? "line waits" : "lines wait"} to go out` : "");
};

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const words = field.value.trim();
  if (!words) return;
  field.value = "";
  forget(form.dataset.autosave);
  show(at("caption-refusal"), false);
  try {
    await connection.act("stage.caption", { text: words });
  } catch (error) {
    // Nothing that was typed is lost: it stands before what was typed since.
    field.value = [words, field.value].filter(Boolean).join("\n");
    text(at("caption-refusal"), error.message);
    show(at("caption-refusal"), true);
  }
});
field.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  form.requestSubmit();
});
connection.onPending(waits);

const draw = (state, before) => {
  if (before?.shared?.captions === state.shared.captions) return;
  const known = new Set(sent.map(({ number }) => number));
  sent = [...sent, ...state.shared.captions.filter(({ number }) => !known.has(number))].slice(-KEPT);
  keyed(at("lines"), sent, {
    key: ({ number }) => number,
    make: () => clone("t-line"),
    update: (row, line) => {
      text(part(row, "at"), clockIn(new Date(line.at), state.shared.room.time_zone));
      text(part(row, "text"), line.text);
    },
  });
  show(at("no-lines"), sent.length === 0);
  at("lines").scrollTop = at("lines").scrollHeight;
};

if (initial) store.dispatch({ type: "snapshot", snapshot: initial });
store.subscribe(attachLine({
  banner: at("line"),
  words: ["Reconnecting.", "Go on typing: your lines go out in their order as soon as the line is back."],
  onState: (line) => { show(at("line-good"), line === "open"); show(at("line-lost"), line !== "open"); },
}));
drawing(store, [draw]);
connection.start();
