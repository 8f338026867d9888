/* Polls on the desk: the next act with its three seconds, the live chart, the list, and what comes after. */
import { toast } from "../lib/toasts.js";
import { serverNow } from "../lib/clock.js";
import { clockIn } from "../lib/zone_words.js";
import { attribute, clone, keyed, part, say, show, text } from "./dom.js";
import { makeLaunch } from "./launch.js";
import { attachPollTools } from "./desk_poll_tools.js";
import { attachTwin, drawResult } from "./results.js";
import { may, nextDraft, nounFor, resultOf } from "./select.js";

const AUDIENCE = { hosts_only: "Only you and the moderators see the result", after_vote: "Who has voted sees the result", after_close: "Everybody sees the result after it closes", always: "Everybody sees the result as it grows", never: "Only staff ever see the result" };

/* Who sees the result of a poll at this moment. */
export const seenBy = ({ state, visibility, results_shown: isShown }) => {
  if (isShown || visibility === "always" || (visibility === "after_close" && state === "closed")) return "Everybody sees this.";
  if (visibility === "never") return "Only staff ever see this: the ballot says so.";
  return visibility === "after_vote" ? "Who has voted sees this." : "Only you and the moderators see this so far.";
};

export const attachDeskPolls = ({ store, act, ask, nodes }) => {
  let picked = null;
  const polls = () => store.get().staff?.polls ?? [];
  const open = () => polls().find(({ state }) => state === "open") ?? null;
  const people = () => store.get().shared.presence?.people ?? 0;
  const next = () => polls().find(({ code, state }) => code === picked && state === "draft") ?? nextDraft(polls(), store.get().shared.stage?.page ?? null);

  /* The poll on the chart: the one that was picked, else the open one, else the last that was. */
  const shown = () => {
    const chosen = polls().find(({ code, state }) => code === picked && state !== "draft");
    const closed = polls().filter(({ state }) => state === "closed").sort((a, b) => Date.parse(b.closed_at) - Date.parse(a.closed_at));
    return chosen ?? open() ?? closed[0] ?? null;
  };

  const tools = attachPollTools({ act, ask, nodes: { ...nodes.tools, result: nodes.result }, shown: () => shown() });

  const isLive = () => store.get().shared.room.state === "live";

  const fire = async () => {
    if (!isLive()) {
      if (await act("room.go_live", {})) say("You are on air.");
      return;
    }
    const poll = next();
    if (!poll) return;
    picked = null;
    if (await act("poll.open", { poll: poll.code })) toast(`The poll is open for ${nounFor(people(), "person", "people")}.`);
  };

  const drawCount = ({ left, wasStopped }) => {
    const verb = isLive() ? "Open" : "Go live";
    text(nodes.launchWords, left ? `${verb} now (${left})` : isLive() ? "Launch this poll" : "Go live");
    text(nodes.launchNote, left ? "Esc stops it. Nobody has seen anything yet." : note());
    attribute(nodes.launch, "data-counting", left > 0);
    if (left === 3) say(`${verb} in 3 seconds. Escape stops it.`);
    if (wasStopped) toast("Stopped. Nobody saw it.");
  };

  const launch = makeLaunch({ fire, draw: drawCount });

  const note = () => {
    if (store.get().shared.room.state === "ended") return "Everybody was signed out and taken to the evaluation.";
    if (!isLive()) return "3, 2, 1, and Esc takes it back. Until then nobody hears you and nothing counts.";
    const poll = next();
    return poll ? `${poll.privacy_words} ${AUDIENCE[poll.visibility]}. Opens after 3, 2, 1.` : "";
  };

  const close = async () => {
    const poll = open();
    if (!poll || !(await act("poll.close", { poll: poll.code }))) return;
    toast("The poll is closed.", { undo: () => act("poll.open", { poll: poll.code }), undoLabel: "Open it again" });
  };

  const reveal = async () => {
    const poll = shown();
    if (!poll) return;
    const isShown = !poll.results_shown;
    if (await act("poll.show_results", { poll: poll.code, shown: isShown })) toast(isShown ? "Everybody sees the result." : "The result is hidden again.");
  };

  const drawAct = (state) => {
    const { room } = state.shared;
    const poll = next();
    const canRun = room.state === "live" ? may(state, "poll:run") : may(state, "room:end");
    if (room.state !== "live") {
      text(nodes.nextHead, room.state === "ended" ? "Done" : `Next, at ${clockIn(new Date(room.starts_at), room.time_zone)}`);
      text(nodes.nextWhat, room.state === "ended" ? "The session has ended" : `Go live to ${nounFor(people(), "person", "people")} in the lobby`);
    } else {
      const begin = Date.parse(room.went_live_at ?? room.starts_at);
      const planned = poll?.planned_minute ?? null;
      const due = planned === null ? null : begin + planned * 60_000;
      text(nodes.nextHead, due === null ? "Next" : `Next, planned for ${clockIn(new Date(due), room.time_zone)}${due < serverNow() ? ", due" : ""}`);
      text(nodes.nextWhat, poll ? poll.question : "No further poll is planned");
    }
    show(nodes.launch, canRun && room.state !== "ended" && (room.state !== "live" || Boolean(poll)));
    if (!launch.isCounting()) drawCount({ left: 0, wasStopped: false });
    nodes.launch.querySelector("kbd").textContent = room.state === "live" ? "L" : "G";
  };

  const drawList = (state) => {
    const { room } = state.shared;
    const begin = Date.parse(room.went_live_at ?? room.starts_at);
    const current = shown()?.code;
    const upcoming = next()?.code;
    const words = { draft: "Planned", open: "Open", closed: "Closed", archived: "Closed" };
    keyed(nodes.list, polls(), {
      key: ({ code }) => code,
      make: (poll) => {
        const row = clone("t-desk-poll");
        part(row, "pick").addEventListener("click", () => { picked = picked === poll.code ? null : poll.code; draw(store.get(), null); });
        return row;
      },
      update: (row, poll) => {
        const planned = poll.planned_minute;
        const onSlide = poll.planned_slide === null ? "–" : `p. ${poll.planned_slide}`;
        text(part(row, "at"), planned === null ? onSlide : clockIn(new Date(begin + planned * 60_000), room.time_zone).replace(/\u00a0.*/, ""));
        text(part(row, "question"), poll.question);
        text(part(row, "state"), poll.code === upcoming && room.state === "live" ? "Next" : poll.state === "closed" && poll.results_shown ? "Shown" : words[poll.state]);
        attribute(part(row, "pick"), "aria-current", poll.code === current || poll.code === upcoming ? "true" : null);
        attribute(row, "data-state", poll.state);
      },
    });
    show(nodes.listEmpty, polls().length === 0);
  };

  const openFor = (poll) => {
    const seconds = Math.max(0, Math.floor((serverNow() - Date.parse(poll.opened_at)) / 1000));
    return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
  };

  const drawStand = () => {
    const poll = store.get().shared ? shown() : null;
    if (poll) text(nodes.stand, poll.state === "open" ? `Poll, open ${openFor(poll)}${tools.left(poll)}` : "Poll, closed");
  };

  const drawChart = (state) => {
    const poll = shown();
    show(nodes.chart, Boolean(poll));
    show(nodes.chartEmpty, !poll);
    if (!poll) return;
    const result = resultOf(state, poll);
    const isOpen = poll.state === "open";
    nodes.stand.className = `mark ${isOpen ? "mark--now" : "mark--open"}`;
    drawStand();
    const voters = result?.voters ?? 0;
    text(nodes.voted, voters);
    text(nodes.ofPeople, isOpen ? ` of ${Math.max(people(), voters)} answered` : " answered");
    text(nodes.question, poll.question);
    drawResult(nodes.result, poll, result, state.shared.room.time_zone);
    tools.draw(poll, result);
    text(nodes.seen, seenBy(poll));
    show(nodes.close, isOpen);
    show(nodes.reveal, poll.visibility !== "never");
    text(nodes.revealWords, poll.results_shown ? "Hide the result" : "Show result to all");
    show(nodes.reopen, poll.state === "closed" && !open() && isLive());
  };

  const draw = (state, before) => {
    const isSame = before && before.staff?.polls === state.staff?.polls && before.tallies === state.tallies;
    if (isSame && before.shared?.room === state.shared.room && before.shared.presence === state.shared.presence) return;
    drawAct(state);
    drawList(state);
    drawChart(state);
  };

  nodes.launch.addEventListener("click", launch.press);
  nodes.close.addEventListener("click", close);
  nodes.reveal.addEventListener("click", reveal);
  nodes.reopen.addEventListener("click", () => { const poll = shown(); if (poll) act("poll.open", { poll: poll.code }); });
  attachTwin(nodes.result, () => draw(store.get(), null));
  setInterval(drawStand, 1000);
  return { draw, press: launch.press, cancel: launch.cancel, close, reveal, isLive, hasNext: () => Boolean(next()), tools };
};
