/* The poll on the desk: its live chart, who sees it, and what a host does with it. */
import { toast } from "../lib/toasts.js";
import { serverNow } from "../lib/clock.js";
import { show, text } from "./dom.js";
import { attachPollTools } from "./desk_poll_tools.js";
import { attachTwin, drawResult } from "./results.js";
import { resultOf } from "./select.js";

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

  /* The poll on the chart: the one that was picked, else the open one, else the last that was. */
  const shown = () => {
    const chosen = polls().find(({ code, state }) => code === picked && state !== "draft");
    const closed = polls().filter(({ state }) => state === "closed").sort((a, b) => Date.parse(b.closed_at) - Date.parse(a.closed_at));
    return chosen ?? open() ?? closed[0] ?? null;
  };

  const tools = attachPollTools({ act, ask, nodes: { ...nodes.tools, result: nodes.result }, shown: () => shown() });

  const isLive = () => store.get().shared.room.state === "live";

  const close = async () => {
    const poll = open();
    if (!poll || !(await act("poll.close", { poll: poll.code }))) return;
    toast("The poll is closed.", { undo: () => act("poll.open", { poll: poll.code }), undoLabel: "Open it again" });
  };

  const reopen = async () => {
    const poll = shown();
    if (poll?.state === "closed" && !open() && isLive() && (await act("poll.open", { poll: poll.code }))) toast("The poll is open again.");
  };

  const reveal = async () => {
    const poll = shown();
    if (!poll) return;
    const isShown = !poll.results_shown;
    if (await act("poll.show_results", { poll: poll.code, shown: isShown })) toast(isShown ? "Everybody sees the result." : "The result is hidden again.");
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
    drawChart(state);
  };

  nodes.close.addEventListener("click", close);
  nodes.reveal.addEventListener("click", reveal);
  nodes.reopen.addEventListener("click", reopen);
  attachTwin(nodes.result, () => draw(store.get(), null));
  setInterval(drawStand, 1000);
  const pick = (code) => { picked = code; draw(store.get(), null); };
  return { draw, isOpen: () => Boolean(open()), close, reveal, reopen, tools, shown: () => (store.get().shared ? (shown()?.code ?? null) : null), pick };
};
