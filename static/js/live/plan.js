/* What comes next: polls, slides, files, drafted announcements and the spoken word in one order. Pure. */

const LAST = 1e6;
const KINDS = ["deck", "poll", "handout", "announcement", "spoken"];
const KEPT = { poll: "Launch this poll", deck: "Show these slides", handout: "Open this file", announcement: "Announce this", spoken: "Ask for a spoken word" };

export const launchWords = ({ kind }) => KEPT[kind];

const act = (kind, code, title, { minute = null, slide = null } = {}) => ({ id: `${kind}:${code}`, kind, code, title, minute, slide });

const decksOf = ({ staff, shared }) =>
  shared.stage?.kind === "slides" ? [] : (staff.decks ?? []).filter(({ state }) => state === "ready").map(({ code, name }) => act("deck", code, `Slides: ${name}`));

const pollsOf = ({ staff }) =>
  (staff.polls ?? [])
    .filter(({ state }) => state === "draft")
    .sort((a, b) => a.position - b.position)
    .map((poll) => act("poll", poll.code, poll.question, { minute: poll.planned_minute, slide: poll.planned_slide }));

const filesOf = ({ staff }) =>
  (staff.handouts ?? [])
    .filter(({ state, opened_at: opened }) => state === "ready" && !opened)
    .sort((a, b) => Date.parse(a.at) - Date.parse(b.at))
    .map(({ code, title, minute }) => act("handout", code, `File: ${title}`, { minute }));

const draftsOf = ({ staff }) =>
  (staff.announcements ?? []).filter(({ state }) => state === "draft").map(({ code, text }) => act("announcement", code, text));

/* All acts to come. One of the slide that is on stands first, then by minute; what has no minute keeps its order, and the
   spoken word, which can be asked again and again, is last. */
export const planOf = (state, { withSpoken = true } = {}) => {
  const page = state.shared.stage?.slides?.page ?? null;
  const acts = [...decksOf(state), ...pollsOf(state), ...filesOf(state), ...draftsOf(state)];
  if (withSpoken && !state.shared.check) acts.push(act("spoken", "word", "Ask everybody for a spoken word"));
  const rank = ({ slide }) => (page !== null && slide === page ? 0 : 1);
  const spoken = ({ kind }) => (kind === "spoken" ? 1 : 0);
  return acts.sort((a, b) => spoken(a) - spoken(b) || rank(a) - rank(b) || (a.minute ?? LAST) - (b.minute ?? LAST) || KINDS.indexOf(a.kind) - KINDS.indexOf(b.kind));
};

/* The act that L launches: the one that was chosen while it is still to come, else the first; never the spoken word by itself. */
export const nextAct = (plan, picked = null) => plan.find(({ id }) => id === picked) ?? plan.find(({ kind }) => kind !== "spoken") ?? null;

/* The act so many places further down, round and round. */
export const stepped = (plan, current, by) => {
  if (!plan.length) return null;
  const place = plan.findIndex(({ id }) => id === current?.id);
  return plan[(place + by + plan.length) % plan.length];
};

/* How many whole minutes the plan waits: since the earliest act that was due and has not been launched. */
export const behind = (plan, minute) => {
  const due = plan.filter((one) => one.minute !== null && one.minute < minute).map((one) => one.minute);
  return due.length ? Math.floor(minute - Math.min(...due)) : 0;
};
