/* What a screen across the room shows, worked out from the state. Pure. */
import { resultOf } from "./select.js";

const at = (moment) => (moment ? Date.parse(moment) : 0);

/* Whether a result may hang on a wall: only what everybody may see by now, whoever runs the screen. */
export const isOpenly = ({ state, visibility, results_shown: isShown }) =>
  isShown || visibility === "always" || (visibility === "after_close" && state === "closed");

/* `{kind, item}`: the open poll; else what came last of the question being answered, the closed poll whose result everybody
   sees, and the slides (`moved`: when they last moved); else slides that stand there; else the poster. */
export const onScreen = ({ shared: { polls, questions, stage, room } }, moved) => {
  if (room.state !== "live") return { kind: "poster", item: null };
  const open = polls.filter(({ state }) => state === "open").sort((a, b) => at(b.opened_at) - at(a.opened_at))[0];
  if (open) return { kind: "poll", item: open };
  const slides = stage.kind === "slides" ? stage.slides : null;
  const found = [
    ...polls.filter((poll) => poll.state === "closed" && isOpenly(poll)).map((item) => ({ kind: "poll", item, moment: at(item.closed_at) })),
    ...questions.filter(({ state }) => state === "answering").map((item) => ({ kind: "question", item, moment: at(item.changed_at) })),
    ...(slides ? [{ kind: "slides", item: slides, moment: moved }] : []),
  ].sort((a, b) => b.moment - a.moment)[0];
  return found ? { kind: found.kind, item: found.item } : { kind: "poster", item: null };
};

/* The newest numbers of a poll, or null while they are not everybody's. */
export const openResult = (state, poll) => (isOpenly(poll) ? resultOf(state, poll) : null);

export const votersOf = (state, poll) => resultOf(state, poll)?.voters ?? 0;
