/* The desk of a host: puts the parts together, gives every act a key, and keeps refusals in sight. */
import { adjust } from "../lib/clock.js";
import { open as openDialog } from "../lib/dialog.js";
import { select } from "../lib/tabs.js";
import { toast } from "../lib/toasts.js";
import { viewerZone } from "../lib/zones.js";
import { attachAnnouncements } from "./announcing.js";
import { attachChat, messagesOf } from "./chat.js";
import { openConnection } from "./connection.js";
import { attachChatRules, makeTools } from "./desk_chat.js";
import { attachDeskClock } from "./desk_clock.js";
import { attachGauges, drawPeople } from "./desk_gauges.js";
import { attachHands } from "./desk_hands.js";
import { attachKeys } from "./desk_keys.js";
import { attachPlan } from "./desk_plan.js";
import { attachPollForm } from "./desk_poll_form.js";
import { attachDeskPolls } from "./desk_polls.js";
import { attachQueue } from "./desk_queue.js";
import { attachDeskHandouts } from "./desk_handouts.js";
import { attachDeskSlides } from "./desk_slides.js";
import { attachRemoving } from "./desk_removing.js";
import { attachStageForm } from "./desk_stage.js";
import { $, show, text } from "./dom.js";
import { attachLine } from "./line.js";
import { changeWords } from "./moved.js";
import { quiet, sendFrom } from "./refusals.js";
import { may, nounFor } from "./select.js";
import { attachSpoken } from "./spoken.js";
import { drawing, makeStore } from "./store.js";

const at = (id) => document.getElementById(id);
const { code, urls } = JSON.parse(at("page").textContent);
const initial = JSON.parse(at("initial").textContent);
const store = makeStore();
const measures = [];

const connection = openConnection({
  code, ticketUrl: urls.ticket, csrf: $("meta[name=csrf-token]").content, store,
  onSynced: ({ roundTrip, snapshot }) => {
    if (snapshot) adjust(Date.parse(snapshot.shared.room.server_now), roundTrip);
    measures.forEach((measure) => measure(roundTrip));
  },
  // An answer to an act of the page before a reload; its dialog has gone, its words are kept as a draft.
  onLate: (entry, answer) => {
    if (entry.name === "chat.post") chat.late(entry, answer);
    else if (!answer.ok) toast(answer.error.message, { urgent: true });
  },
});

/* Does an act of a host now. What cannot go now is refused at once: nobody wants a poll to open after a tunnel. */
const act = async (name, payload, refused = (error) => toast(error.message, { urgent: true })) => {
  if (!connection.isUp()) {
    refused({ code: "offline", message: "Not sent: the line is down. Try again when it is back." });
    return null;
  }
  try {
    return (await connection.act(name, payload)) ?? {};
  } catch (error) {
    refused(error);
    return null;
  }
};

const part = (id) => at(id);
const polls = attachDeskPolls({
  store, act, ask: connection.ask,
  nodes: {
    chart: part("chart"), chartEmpty: part("no-chart"), stand: part("chart-stand"), voted: part("chart-voted"), ofPeople: part("chart-of"),
    question: part("chart-question"), result: part("chart-result"), seen: part("chart-seen"), close: part("poll-close"),
    reveal: part("poll-reveal"), revealWords: part("reveal-words"), reopen: part("poll-reopen"),
    tools: { extend: part("poll-extend"), pin: part("poll-pin"), repeat: part("poll-repeat"), archive: part("poll-archive"), texts: part("poll-texts") },
  },
});
const plan = attachPlan({
  store, act, look: { shown: polls.shown, pick: polls.pick },
  nodes: {
    nextHead: part("next"), nextWhat: part("next-what"), launch: part("launch"), launchWords: part("launch-words"),
    launchNote: part("launch-note"), list: part("polls"), listEmpty: part("no-polls"), listHead: part("after"),
  },
});
const queue = attachQueue({
  store, act, list: at("queue"), empty: at("no-questions"), count: at("queue-count"), dialog: at("answer-dialog"),
  mergeDialog: at("merge-dialog"), sort: at("sort"),
});
const chat = attachChat({
  store, connection, list: at("messages"), scroller: at("d-chat"), empty: at("no-messages"), form: at("chat"),
  refusal: at("chat-refusal"), draft: `desk-chat-${code}`, pinned: at("pinned"), tools: makeTools({ store, act }),
});
const drawRules = attachChatRules({ store, act, form: at("chat-rules"), muted: at("muted"), unpin: at("unpin") });
const announcements = attachAnnouncements({
  store, act, dialog: at("announce-dialog"), draft: `announce-${code}`, list: at("announcements"), empty: at("no-announcements"),
});
const hands = attachHands({ store, act, list: at("hands"), place: at("hands-place"), badge: $("[data-badge=hands]") });
const removing = attachRemoving({ store, act, dialog: at("remove-dialog"), list: at("removed"), onDone: () => people() });
const newPoll = attachPollForm({ dialog: at("poll-dialog"), draft: `poll-${code}`, act, launchNow: (poll) => act("poll.open", { poll }) });
const changeStage = attachStageForm({ store, dialog: at("stage-dialog"), act, ask: connection.ask, files: urls.files });
const slides = attachDeskSlides({
  store, act, urls, csrf: $("meta[name=csrf-token]").content,
  nodes: {
    box: at("slides"), now: at("slide-now"), nowWords: at("slide-now-words"), next: at("slide-next"),
    nextBox: at("slide-next-box"), dialog: at("slides-dialog"), list: at("decks"), empty: at("no-decks"),
    grid: at("slide-grid"), search: at("slides-search"), none: at("no-slide"), form: at("slides-form"),
    refusal: at("slides-refusal"), bar: at("slides-bar"),
  },
});
const handouts = attachDeskHandouts({
  store, act, urls, csrf: $("meta[name=csrf-token]").content,
  nodes: {
    dialog: at("handouts-dialog"), list: at("desk-handouts"), empty: at("no-handouts"), form: at("handouts-form"),
    refusal: at("handout-refusal"), bar: at("handouts-bar"),
  },
});
const gauges = attachGauges({ gauge: (name) => $(`[data-gauge=${name}]`), spark: $("[data-gauge=people] .spark") });
measures.push(gauges.measured);

const askToEnd = () => {
  const { shared } = store.get();
  if (shared.room.state !== "live" || !may(store.get(), "room:end")) return;
  const people = nounFor(shared.presence?.people ?? 0, "person", "people");
  text(at("end-title"), `End the session for ${people}?`);
  text(at("end-send"), `End it for ${people}`);
  quiet(at("end-dialog"));
  openDialog(at("end-dialog"));
};
at("end-dialog").querySelector("form").addEventListener("submit", async (event) => {
  event.preventDefault();
  if (await sendFrom(event.target, act, "room.end", {})) at("end-dialog").close();
});

const drawFrame = (state, before) => {
  if (before?.shared?.room === state.shared.room && before.own === state.own && before.shared.messages === state.shared.messages && before.staff?.messages === state.staff?.messages) return;
  const { state: stand } = state.shared.room;
  const isLive = stand === "live";
  const when = ["live", "ended", "cancelled"].includes(stand) ? stand : "greenroom";
  document.querySelectorAll("[data-when]").forEach((node) => show(node, node.dataset.when.split(" ").includes(when)));
  const words = before?.shared ? changeWords(before.shared.room, state.shared.room, viewerZone()) : "";
  if (words) toast(words, { urgent: true });
  show(at("end"), isLive && may(state, "room:end"));
  show(at("change-stage"), may(state, "stage:control"));
  ["show-slides", "show-handouts"].forEach((id) => show(at(id), may(state, "stage:control")));
  const unread = $("[data-badge=chat]");
  const isOpen = at("tab-chat").getAttribute("aria-selected") === "true";
  if (isOpen || seen === null) seen = messagesOf(state).length;
  const fresh = Math.max(0, messagesOf(state).length - seen);
  show(unread, fresh > 0);
  text(unread, `${fresh} new`);
};
let seen = null;

const people = async () => {
  if (!connection.isUp()) return;
  const { data, roundTrip } = await connection.ask("room.people", {}).catch(() => ({ data: null }));
  if (!data) return;
  gauges.measured(roundTrip);
  drawPeople(at("people"), data.people, removing.ask);
  if (store.get().shared) gauges.draw(store.get());
};

if (initial) store.dispatch({ type: "snapshot", snapshot: initial });
store.subscribe(attachLine({
  banner: at("line"),
  words: ["Reconnecting. The room goes on.", "Nothing is sent until the line is back; what you typed stays."],
  onState: (line) => {
    show(at("line-good"), line === "open");
    show(at("line-lost"), line !== "open");
  },
}));
drawing(store, [
  drawFrame,
  attachDeskClock({
    store, elapsed: at("elapsed"), elapsedSaid: at("elapsed-said"), left: at("left"), leftSaid: at("left-said"), svg: at("agenda"),
  }),
  polls.draw, plan.draw, slides.draw, handouts.draw, queue.draw, chat.draw, drawRules, hands.draw, removing.draw, announcements.draw, gauges.draw,
  attachSpoken({ store, act, button: at("spoken-call"), place: at("spoken"), word: at("spoken-word") }),
]);

at("tabs").addEventListener("rostrum:tab", ({ detail: { id } }) => {
  show(at("chat"), id === "d-chat");
  if (id === "d-chat") { chat.follow(); drawFrame(store.get(), null); }
  if (id === "d-people") people();
});
at("new-poll").addEventListener("click", newPoll);
at("announce").addEventListener("click", announcements.show);
const toStage = () => { if (may(store.get(), "stage:control")) changeStage(); };
at("change-stage").addEventListener("click", toStage);
at("show-slides").addEventListener("click", slides.show);
at("show-handouts").addEventListener("click", handouts.show);
at("end").addEventListener("click", askToEnd);
at("synthetic")?.addEventListener("focus", ({ target }) => target.select());
attachKeys({
  plan, polls, queue, slides, hands, newPoll, changeStage: toStage, askToEnd, announce: announcements.show, files: handouts.show,
  tab: (id) => select(at(id)),
});
setInterval(people, 20_000);
connection.start();
