/* The screen across the room: follows the desk by itself and has nothing to press. */
import { adjust, serverNow } from "../lib/clock.js";
import { openConnection } from "./connection.js";
import { $, attribute, clone, keyed, show, text } from "./dom.js";
import { attachLine } from "./line.js";
import { drawTimes } from "./moved.js";
import { drawResult } from "./results.js";
import { onScreen, openResult, votersOf } from "./screen.js";
import { nounFor, votesOf } from "./select.js";
import { addresses, loader } from "./slides.js";
import { drawing, makeStore } from "./store.js";

const at = (id) => document.getElementById(id);
const { code, urls } = JSON.parse(at("page").textContent);
const initial = JSON.parse(at("initial").textContent);
const store = makeStore();
const put = loader(at("screen-picture"));
let moved = 0;

const connection = openConnection({
  code, ticketUrl: urls.ticket, csrf: $("meta[name=csrf-token]").content, store,
  onSynced: ({ roundTrip, snapshot }) => { if (snapshot) adjust(Date.parse(snapshot.shared.room.server_now), roundTrip); },
});

/* The staff's copy of a poll knows its numbers; what of them is everybody's is decided in `screen.js`. */
const staffPoll = (state, poll) => state.staff?.polls.find((other) => other.code === poll.code) ?? poll;

const drawPoll = (state, poll) => {
  text(at("screen-poll"), poll.question);
  const full = staffPoll(state, poll);
  const result = openResult(state, full);
  drawResult(at("screen-result"), full, result);
  const options = result ? [] : poll.options.map((label, place) => ({ label, place }));
  keyed(at("screen-options"), options, {
    key: ({ place }) => place,
    make: () => clone("t-screen-option"),
    update: (row, { label }) => text(row, label),
  });
  show(at("screen-options"), !result);
  const voters = votersOf(state, full);
  const people = Math.max(state.shared.presence?.people ?? 0, voters);
  text(at("screen-count"), poll.state === "open" ? `${voters} of ${people} answered` : `${voters} answered`);
  text(at("screen-who"), poll.privacy_words);
};

const drawQuestion = (state, question) => {
  const votes = votesOf(state, question);
  text(at("screen-question"), question.text);
  text(at("screen-votes"), votes || "");
  text(at("screen-noun"), votes ? (votes === 1 ? "vote" : "votes") : "");
  text(at("screen-author"), question.anonymous ? "Asked without a name" : question.author ?? "");
};

const drawSlides = ({ deck, page, pages, text: words }) => {
  put(addresses(urls.files, deck, page).picture);
  attribute(at("screen-picture"), "alt", `Slide ${page} of ${pages}`);
  text(at("screen-slide"), `Slide ${page} of ${pages}`);
  text(at("screen-said"), words);
};

const DRAW = { poll: drawPoll, question: drawQuestion, slides: (_, slides) => drawSlides(slides), poster: () => {} };

const draw = (state, before) => {
  if (before?.shared && before.shared.stage !== state.shared.stage) moved = serverNow();
  if (before?.shared && before.shared.room !== state.shared.room) drawTimes(state.shared.room);
  const { kind, item } = onScreen(state, moved);
  document.querySelectorAll("[data-screen]").forEach((node) => show(node, node.dataset.screen === kind));
  document.body.dataset.shows = kind;
  if (kind !== "poll") {
    const people = state.shared.presence?.people ?? 0;
    text(at("screen-count"), people ? nounFor(people, "person here", "people here") : "");
    text(at("screen-who"), "");
  }
  DRAW[kind](state, item);
  keyed(at("screen-announcements"), state.shared.announcements, {
    key: ({ code: name }) => name,
    make: () => clone("t-screen-option"),
    update: (row, { text: words }) => text(row, words),
  });
};

if (initial) store.dispatch({ type: "snapshot", snapshot: initial });
store.subscribe(attachLine({
  banner: at("line"), words: ["Reconnecting.", "The screen goes on by itself."],
  onState: (line) => { document.body.dataset.state = line === "open" ? "open" : "reconnecting"; },
}));
drawing(store, [draw]);
connection.start();
