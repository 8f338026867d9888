/* The desk of a host: puts the parts together, gives every act a key, and keeps refusals in sight. */
import { adjust } from "../lib/clock.js";
import { open as openDialog } from "../lib/dialog.js";
import { register } from "../lib/keys.js";
import { select } from "../lib/tabs.js";
import { toast } from "../lib/toasts.js";
import { attachChat } from "./chat.js";
import { openConnection } from "./connection.js";
import { attachDeskClock } from "./desk_clock.js";
import { attachAnnouncements, attachPollForm, attachStageForm } from "./desk_forms.js";
import { attachGauges, drawPeople } from "./desk_gauges.js";
import { attachDeskPolls } from "./desk_polls.js";
import { attachQueue } from "./desk_queue.js";
import { $, show, text } from "./dom.js";
import { attachLine } from "./line.js";
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
  store, act,
  nodes: {
    nextHead: part("next"), nextWhat: part("next-what"), launch: part("launch"), launchWords: part("launch-words"),
    launchNote: part("launch-note"), list: part("polls"), listEmpty: part("no-polls"), chart: part("chart"),
    chartEmpty: part("no-chart"), stand: part("chart-stand"), voted: part("chart-voted"), ofPeople: part("chart-of"),
    question: part("chart-question"), result: part("chart-result"), seen: part("chart-seen"), close: part("poll-close"),
    reveal: part("poll-reveal"), revealWords: part("reveal-words"), reopen: part("poll-reopen"),
  },
});
const queue = attachQueue({
  store, act, list: at("queue"), empty: at("no-questions"), count: at("queue-count"), dialog: at("answer-dialog"),
});
const chat = attachChat({
  store, connection, list: at("messages"), scroller: at("d-chat"), empty: at("no-messages"), form: at("chat"),
  refusal: at("chat-refusal"), draft: `desk-chat-${code}`, canHide: () => may(store.get(), "chat:moderate"),
});
const announcements = attachAnnouncements({
  act, dialog: at("announce-dialog"), list: at("announcements"), empty: at("no-announcements"),
});
const newPoll = attachPollForm({ dialog: at("poll-dialog"), act, launchNow: (poll) => act("poll.open", { poll }) });
const changeStage = attachStageForm({ store, dialog: at("stage-dialog"), act });
const gauges = attachGauges({ gauge: (name) => $(`[data-gauge=${name}]`), spark: $("[data-gauge=people] .spark") });
measures.push(gauges.measured);

const askToEnd = () => {
  const { shared } = store.get();
  if (shared.room.state !== "live" || !may(store.get(), "room:end")) return;
  const people = nounFor(shared.presence?.people ?? 0, "person", "people");
  text(at("end-title"), `End the session for ${people}?`);
  text(at("end-send"), `End it for ${people}`);
  openDialog(at("end-dialog"));
};
at("end-dialog").querySelector("form").addEventListener("submit", async (event) => {
  event.preventDefault();
  if (await act("room.end", {})) at("end-dialog").close();
});

const drawFrame = (state, before) => {
  if (before?.shared?.room === state.shared.room && before.own === state.own && before.shared.messages === state.shared.messages) return;
  const { state: stand } = state.shared.room;
  const isLive = stand === "live";
  document.querySelectorAll("[data-when]").forEach((node) => show(node, node.dataset.when.split(" ").includes(stand === "live" || stand === "ended" ? stand : "greenroom")));
  show(at("end"), isLive && may(state, "room:end"));
  show(at("change-stage"), may(state, "stage:control"));
  const unread = $("[data-badge=chat]");
  const isOpen = at("tab-chat").getAttribute("aria-selected") === "true";
  if (isOpen || seen === null) seen = state.shared.messages.length;
  const fresh = Math.max(0, state.shared.messages.length - seen);
  show(unread, fresh > 0);
  text(unread, `${fresh} new`);
};
let seen = null;

const people = async () => {
  if (!connection.isUp()) return;
  const { data, roundTrip } = await connection.ask("room.people", {}).catch(() => ({ data: null }));
  if (!data) return;
  gauges.measured(roundTrip);
  drawPeople(at("people"), data.people);
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
  polls.draw, queue.draw, chat.draw, announcements.draw, gauges.draw,
  attachSpoken({ store, act, button: at("spoken-call"), place: at("spoken"), word: at("spoken-word") }),
]);

const tab = (id) => () => select(at(id));
at("tabs").addEventListener("rostrum:tab", ({ detail: { id } }) => {
  show(at("chat"), id === "d-chat");
  if (id === "d-chat") { chat.follow(); drawFrame(store.get(), null); }
  if (id === "d-people") people();
});
at("new-poll").addEventListener("click", newPoll);
at("announce").addEventListener("click", announcements.show);
at("change-stage").addEventListener("click", changeStage);
at("end").addEventListener("click", askToEnd);
register("l", "Launch the next poll (3, 2, 1; again: now)", () => { if (polls.isLive() && polls.hasNext()) polls.press(); });
register("g", "Go live (3, 2, 1; again: now)", () => { if (!polls.isLive() && !at("launch").hidden) polls.press(); });
register("Escape", "Stop the countdown", () => polls.cancel());
register("c", "Close the open poll", polls.close);
register("r", "Show or hide the result", polls.reveal);
register("n", "New poll", newPoll);
register("b", "Announce something", announcements.show);
register("s", "Change the stage", changeStage);
register("j", "Next question", () => queue.step(1));
register("k", "Question before", () => queue.step(-1));
register("p", "Publish the chosen question", () => queue.run("publish"));
register("t", "Take the chosen question up", () => queue.run("answering"));
register("a", "Mark the question as answered live", () => queue.run("live"));
register("w", "Answer the question in writing", () => queue.run("writing"));
register("d", "Dismiss the question with a reason", () => queue.run("dismiss"));
register("1", "Questions", tab("tab-questions"));
register("2", "Chat", tab("tab-chat"));
register("3", "People", tab("tab-people"));
register("e", "End the session", askToEnd);
setInterval(people, 20_000);
connection.start();
