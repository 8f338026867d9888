/* Ballots in the place that is kept for them. One node per poll, rewritten in place, so that a choice is never lost. */
import { serverNow } from "../lib/clock.js";
import { recall, remember } from "../lib/memory.js";
import { clockIn } from "../lib/zone_words.js";
import { answerWords, choiceWords, fillBallot, isWritten, missingIn, needsButton, readBallot, showBallot, voteOf } from "./ballots.js";
import { attribute, clone, isNarrow, keyed, part, say, show, text } from "./dom.js";
import { attachPollPeople } from "./poll_people.js";
import { attachTwin, drawResult } from "./results.js";
import { ballotOf, leftWords, may, nounFor, partOf, pollsInRoom, resultOf } from "./select.js";

const PAUSE = 350;
const SOON = 10;

const draftOf = ({ code }) => `ballot-${code}`;

export const saidFor = (poll, ballot, { isUp, zone, canVote, refusal, role = "staff" }) => {
  const isOpen = poll.state === "open";
  if (refusal) return refusal;
  if (ballot.stand === "sending") return isUp ? "Sending" : "Kept here. It goes out when the line is back.";
  // The time of day brings its own full stop: "12:33 p.m."
  const counted = ballot.at ? `Counted at ${clockIn(new Date(ballot.at), zone)}` : "Counted.";
  if (ballot.stand === "secret") return `${counted} A secret vote cannot be changed.`;
  if (ballot.stand === "counted") {
    if (isOpen) return `${counted} Yours to change until it closes.`;
    return answerWords(poll, ballot.options);
  }
  if (!isOpen) return canVote ? "You did not vote." : "";
  if (!canVote) return `${{ captioner: "Captioners", observer: "Observers" }[role] ?? "Staff"} do not vote. This is what people see.`;
  return needsButton(poll) ? `${choiceWords(poll)}, then send.` : `${choiceWords(poll)}. It counts at once.`;
};

export const attachPolls = ({ store, connection, place, empty }) => {
  const refusals = new Map();
  const timers = new Map();
  const people = new WeakMap();
  let known = null;

  const vote = async (poll, form) => {
    const options = readBallot(poll, part(form, "options"));
    const missing = missingIn(poll, options);
    if (missing) {
      refusals.set(poll.code, missing);
      redraw();
      return;
    }
    refusals.delete(poll.code);
    store.dispatch({ type: "own", name: "poll.chosen", payload: { poll: poll.code, options } });
    try {
      const { counted_at } = await connection.act("poll.vote", { poll: poll.code, ...voteOf(poll, options) });
      const secret = poll.privacy === "secret";
      remember(draftOf(poll), null);
      store.dispatch({ type: "own", name: "poll.counted", payload: { poll: poll.code, options, counted_at, secret } });
    } catch (error) {
      refusals.set(poll.code, error.message);
      store.dispatch({ type: "own", name: "poll.refused", payload: { poll: poll.code } });
    }
  };

  const soon = (poll, form) => {
    refusals.delete(poll.code);
    clearTimeout(timers.get(poll.code));
    // Arrow keys walk through the options; only where they rest is a vote.
    timers.set(poll.code, setTimeout(() => vote(poll, form), PAUSE));
  };

  const make = (poll) => {
    const form = clone("t-ballot");
    const list = part(form, "options");
    fillBallot(poll, list);
    if (poll.privacy !== "secret") showBallot(poll, list, recall(draftOf(poll)) ?? readBallot(poll, list));
    text(part(form, "legend"), choiceWords(poll));
    const title = part(form, "question");
    title.id = `poll-${poll.code}`;
    attribute(form, "aria-labelledby", title.id);
    form.addEventListener("submit", (event) => { event.preventDefault(); vote(poll, form); });
    form.addEventListener("change", () => { if (!needsButton(poll)) soon(poll, form); });
    // What takes a while to answer outlives a reload; of a secret poll nothing is kept here either.
    if (needsButton(poll) && poll.privacy !== "secret") {
      ["input", "change"].forEach((kind) => form.addEventListener(kind, () => remember(draftOf(poll), readBallot(poll, list))));
    }
    attachTwin(form, () => redraw());
    people.set(form, attachPollPeople({ node: form, ask: connection.ask, poll: () => store.get().shared.polls.find(({ code }) => code === poll.code) }));
    return form;
  };

  const update = (form, poll) => {
    const state = store.get();
    const isOpen = poll.state === "open";
    const ballot = ballotOf(state, poll);
    const canVote = may(state, "poll:vote");
    const role = partOf(state.own);
    const result = resultOf(state, poll);
    const isLocked = !isOpen || !canVote || ballot.stand === "secret";
    const refusal = refusals.get(poll.code);
    text(part(form, "stand"), isOpen ? "Poll, open" : "Poll, closed");
    part(form, "stand").className = `mark ${isOpen ? "mark--now" : "mark--open"}`;
    text(part(form, "answered"), result ? `${nounFor(result.voters, "answer", "answers")}` : "");
    text(part(form, "question"), poll.question);
    text(part(form, "who"), isOpen ? `${poll.privacy_words} ${poll.visibility_words}` : poll.privacy_words);
    attribute(form, "data-reads", role === "observer" || role === "captioner");
    attribute(form, "data-closes", isOpen ? poll.closes_at : null);
    tickOne(form);
    show(part(form, "options"), isOpen);
    part(form, "options").disabled = isLocked;
    show(part(form, "send"), isOpen && needsButton(poll) && !isLocked);
    text(part(form, "send"), `${ballot.stand === "counted" ? "Change" : "Send"} my ${isWritten(poll) ? "answer" : "vote"}`);
    if (form.dataset.shown !== String(ballot.options) && ballot.stand !== "none") {
      form.dataset.shown = String(ballot.options);
      if (ballot.stand !== "secret") showBallot(poll, part(form, "options"), ballot.options);
    }
    const isUp = state.connection.status === "open";
    text(part(form, "said"), saidFor(poll, ballot, { isUp, zone: state.shared.room.time_zone, canVote, refusal, role }));
    const said = part(form, "said").parentElement;
    attribute(said, "data-stand", refusal ? "refused" : ballot.stand);
    show(said.querySelector(".icon"), ballot.stand === "counted" || ballot.stand === "secret");
    drawResult(part(form, "result"), poll, result, state.shared.room.time_zone);
    people.get(form)(result, state.own.is_staff);
  };

  const tickOne = (form) => {
    const left = form.dataset.closes ? Math.max(0, Math.round((Date.parse(form.dataset.closes) - serverNow()) / 1000)) : null;
    show(part(form, "timer"), left !== null);
    text(part(form, "timer"), left === null ? "" : leftWords(left));
    attribute(part(form, "timer"), "data-soon", left !== null && left <= SOON);
    if (left === SOON) say(`${SOON} seconds left to answer.`);
  };

  const announce = (polls) => {
    const open = polls.filter(({ state }) => state === "open");
    const fresh = known ? open.filter(({ code }) => !known.has(code)) : [];
    known = new Set(open.map(({ code }) => code));
    if (fresh.length) {
      say(`New poll: ${fresh[0].question}`);
      const scroller = place.parentElement;
      const card = place.children[polls.indexOf(fresh[0])];
      if (!isNarrow() && !scroller.matches(":hover, :focus-within")) scroller.scrollTop = card.offsetTop - scroller.offsetTop;
      document.dispatchEvent(new CustomEvent("rostrum:poll", { detail: { question: fresh[0].question, narrow: isNarrow() } }));
    }
  };

  const draw = (state, before) => {
    const isSame = before && ["tallies", "own", "local", "connection"].every((name) => state[name] === before[name]);
    if (isSame && before.shared?.polls === state.shared.polls) return;
    const polls = pollsInRoom(state);
    const isOpen = ({ state: stand }) => stand === "open";
    // What stands above a card: another height there makes it another card.
    let above = polls.filter(isOpen).map(({ code }) => code).join();
    const keys = new Map(polls.map((poll) => {
      const key = `${poll.code} ${isOpen(poll) ? "open" : above}`;
      if (!isOpen(poll)) above += resultOf(state, poll) ? "+" : "-";
      return [poll.code, key];
    }));
    const hadFocus = place.contains(document.activeElement);
    // A closed poll is a new card in its new place: cards are exchanged, they do not push each other.
    keyed(place, polls, { key: ({ code }) => keys.get(code), make, update });
    if (hadFocus && !place.contains(document.activeElement)) place.parentElement.focus({ preventScroll: true });
    show(empty, polls.length === 0);
    announce(polls);
  };

  setInterval(() => place.querySelectorAll("[data-closes]").forEach(tickOne), 1000);

  const redraw = () => draw(store.get(), null);
  return draw;
};

/* An answer that came for a vote of the page before a reload. */
export const lateVote = (store, { payload }, answer) => {
  const { poll } = payload;
  const options = payload.texts?.length ? payload.texts : payload.options;
  const secret = store.get().shared?.polls.find(({ code }) => code === poll)?.privacy === "secret";
  if (answer.ok) store.dispatch({ type: "own", name: "poll.counted", payload: { poll, options, secret, ...answer.data } });
  else store.dispatch({ type: "own", name: "poll.refused", payload: { poll } });
};
