/* The captioner's page: one line after the other, sent by Enter, in order, and kept while the line is down. */
import { adjust } from "../lib/clock.js";
import { clockIn } from "../lib/zone_words.js";
import { attachComposer } from "./composer.js";
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
let composer = null;
let sent = [];

const connection = openConnection({
  code, ticketUrl: urls.ticket, csrf: $("meta[name=csrf-token]").content, store,
  onLate: ({ name, payload }, { ok, error }) => { if (name === "stage.caption" && !ok) composer.giveBack(payload.text, error); },
  onSynced: ({ roundTrip, snapshot }) => { if (snapshot) adjust(Date.parse(snapshot.shared.room.server_now), roundTrip); },
});

const waits = () => {
  const count = connection.pending("stage.caption").length;
  text(at("caption-waits"), count ? `${count} ${count === 1 ? "line waits" : "lines wait"} to go out` : "");
};

composer = attachComposer({
  form, refusal: at("caption-refusal"), draft: form.dataset.autosave, empty: "Write a line first.",
  send: (words) => connection.act("stage.caption", { text: words }), redraw: waits,
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
  onState: (line) => {
    show(at("line-good"), line === "open");
    show(at("line-lost"), line !== "open");
    text(at("line-lost"), line === "closed" ? "Not connected" : "Reconnecting");
  },
}));
drawing(store, [draw]);
connection.start();
