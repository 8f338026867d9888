/* The room of an attendee: puts the parts together and nothing else. */
import { adjust } from "../lib/clock.js";
import { register } from "../lib/keys.js";
import { attachAttention } from "./attention.js";
import { attachBoard } from "./board.js";
import { attachCaptions } from "./captions.js";
import { attachChat } from "./chat.js";
import { attachChecks } from "./checks.js";
import { openConnection } from "./connection.js";
import { $, show, text } from "./dom.js";
import { attachEnded, showKept } from "./ended.js";
import { attachFiles } from "./files.js";
import { attachHand } from "./hands.js";
import { attachLine, closedWords } from "./line.js";
import { makeLobby } from "./lobby.js";
import { attachMeter } from "./meter.js";
import { attachPanel } from "./panel.js";
import { attachPeople } from "./people.js";
import { attachPolls, lateVote } from "./polls.js";
import { attachQuestions } from "./questions.js";
import { attachReactions } from "./reactions.js";
import { attachSigning } from "./signing.js";
import { attachSlides } from "./slides.js";
import { attachStage } from "./stage.js";
import { drawing, makeStore } from "./store.js";

const at = (id) => document.getElementById(id);
const page = JSON.parse(at("page").textContent);
const initial = JSON.parse(at("initial").textContent);
const { code, urls } = page;
const LOST = { open: "", reconnecting: "Reconnecting. You keep your place; you are let in as soon as the line is back." };
const forms = [at("ask"), at("chat")];

const view = (name) => {
  document.querySelectorAll("[data-view]").forEach((node) => show(node, node.dataset.view === name));
  document.body.className = name === "live" ? "room" : "waiting";
  at("skip").href = name === "live" ? "#panel" : `#${name}`;
};

const lobby = makeLobby({ room: page.room, address: urls.when, view });

const start = () => {
  const store = makeStore();
  let checks = null;
  let reloading = false;
  const synced = ({ roundTrip, snapshot }) => {
    if (snapshot) adjust(Date.parse(snapshot.shared.room.server_now), roundTrip);
    checks?.line(roundTrip);
  };
  const late = (entry, answer) => {
    if (entry.name === "poll.vote") lateVote(store, entry, answer);
    if (entry.name === "question.ask") questions.late(entry, answer);
    if (entry.name === "chat.post") chat.late(entry, answer);
    if (entry.name === "check.answer" && answer.ok) {
      store.dispatch({ type: "own", name: "check.answered", payload: { check: entry.payload.check, ...answer.data } });
    }
  };
  const connection = openConnection({
    code, ticketUrl: urls.ticket, csrf: $("meta[name=csrf-token]").content, store, onSynced: synced, onLate: late,
  });
  const ping = async () => {
    if (lobby.isWaiting()) return undefined;
    const { all, staff, me } = store.get().numbers;
    return (await connection.ask("room.sync", { all, staff, me })).roundTrip;
  };
  if (at("checks")) checks = attachChecks({ list: at("checks"), again: at("check-again"), ping });
  const chat = attachChat({
    store, connection, list: at("messages"), scroller: at("t-chat"), empty: at("no-messages"), form: at("chat"),
    refusal: at("chat-refusal"), draft: `chat-${code}`, pinned: at("pinned"),
  });
  const questions = attachQuestions({
    store, connection, list: at("questions"), empty: at("no-questions"), form: at("ask"), refusal: at("ask-refusal"), draft: `ask-${code}`,
    sort: at("sort"),
  });
  const slides = attachSlides({
    files: urls.files,
    nodes: {
      figure: at("stage-slide"), picture: at("slide-picture"), words: at("slide-words"), controls: at("slide-controls"),
      before: at("slide-before"), label: at("slide-at"), after: at("slide-after"), live: at("slide-live"),
      links: at("slide-links"), linkList: at("slide-link-list"), trouble: at("stage-trouble"),
    },
  });
  const panel = attachPanel({ store, tabs: at("tabs"), place: at("t-poll"), picture: at("stage-view"), composers: forms, onChat: chat.follow });
  const onState = (line) => {
    show($("[data-live=open]"), line === "open");
    show($("[data-live=reconnecting]"), line !== "open");
    text($("[data-live=reconnecting]"), line === "closed" ? "Not connected" : "Reconnecting");
    show(at("lobby-line"), line !== "open" && !lobby.isWaiting());
    text($("#lobby-line span"), line === "closed" ? closedWords(store.get().connection).join(". ") : LOST[line]);
  };
  if (initial) store.dispatch({ type: "snapshot", snapshot: initial });
  // Who was away when the session moved or was cancelled asks how it stands.
  store.subscribe(({ connection: { reason } }) => {
    if (reason === "room.early" || reason === "room.cancelled") lobby.wait();
  });
  const line = attachLine({ banner: at("line"), onState });
  store.subscribe(line);
  // Who was away when the session ended comes back to a closed room: the page then knows what is left to do.
  store.subscribe(({ connection: { reason } }) => {
    if (reason !== "room.ended" || reloading) return;
    reloading = true;
    setTimeout(() => location.reload(), Math.random() * 3000);
  });
  drawing(store, [
    attachMeter({
      words: [$("[data-credit=count]"), $("[data-credit=missing]")], more: $("[data-credit=more]"), checks: $("[data-credit=checks]"),
      ruler: at("credit-ruler"),
    }),
    attachSigning({ store, place: at("signing") }),
    attachAttention({ store, connection, place: at("attention"), zone: () => store.get().shared.room.time_zone }),
    attachPolls({ store, connection, place: at("polls"), empty: at("no-polls") }),
    questions.draw,
    chat.draw,
    attachFiles({ files: urls.files, list: at("files"), empty: at("no-files"), isSaid: true }),
    attachFiles({ files: urls.files, list: at("ended-files"), part: at("ended-files-part") }),
    attachPeople({ list: at("people") }),
    attachBoard({
      store, clock: $("[data-clock]"), now: $("[data-board=now]"), next: $("[data-board=next]"), list: at("announcements"),
    }),
    attachStage({
      media: at("stage-media"), poster: at("stage-poster"), words: at("stage-words"), trouble: at("stage-trouble"),
      mute: at("stage-mute"), unmute: at("stage-unmute"),
    }),
    slides.draw,
    attachCaptions({
      box: at("captions"), old: at("caption-old"), now: at("caption-now"), said: at("caption-said"),
      controls: at("caption-controls"), toggle: at("caption-toggle"), form: at("caption-form"),
    }),
    attachHand({ store, connection, button: at("hand"), words: at("hand-words") }),
    attachReactions({ connection, place: at("reactions") }),
    panel.draw,
    lobby.drawing({ leave: connection.leave }),
    attachEnded({ view, forms, urls }),
  ]);
  $("[data-leave]").addEventListener("click", async (event) => {
    event.preventDefault();
    const address = event.currentTarget.href;
    await connection.leave();
    location.assign(address);
  });
  at("stage-full").addEventListener("click", () => {
    if (document.fullscreenElement) document.exitFullscreen();
    else at("stage-view").requestFullscreen?.().catch(() => {});
  });
  const goTo = (id, field) => () => { panel.go(id); at(field)?.focus(); };
  register("q", "Ask a question", goTo("t-qa", "ask-text"));
  register("c", "Write in the chat", goTo("t-chat", "chat-text"));
  register("h", "Raise or lower your hand", () => at("hand").click());
  register("p", "Go to the poll", () => {
    if (!at("tab-poll").hidden) panel.go("t-poll");
    (at("polls").querySelector("input:checked, input, h2") ?? at("t-poll")).focus();
  });
  connection.start();
};

/* Before the lobby opens there is nothing to connect to. */
const waitForLobby = () => {
  attachChecks({ list: at("checks"), again: at("check-again"), ping: null });
  lobby.wait();
};

if (page.phase === "before") waitForLobby();
else if (page.phase === "ended") showKept([`ask-${code}`, `chat-${code}`]);
else start();
