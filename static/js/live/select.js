/* What is shown, worked out from the state. Pure. */

const GROUPS = { answering: 0, published: 1, submitted: 1, dismissed: 3, merged: 3 };
const STATE_WORDS = {
  answering: "Being answered now",
  answered_live: "Answered live",
  answered_writing: "Answered in writing",
  answered_privately: "Answered to you alone",
  parked: "Kept for a follow-up after the session",
  submitted: "Waiting for a moderator",
  dismissed: "Not taken up",
};

/* The newest numbers of a poll, or null for who may not see them. */
export const resultOf = (state, poll) => state.tallies[poll.code] ?? poll.results;

/* Where a person's ballot stands: none, sending, counted (positions and time), or marked as voted in secret. */
export const ballotOf = (state, poll) => {
  const sending = state.local.choices[poll.code];
  if (sending) return { stand: "sending", options: sending, at: null };
  const at = state.local.counted[poll.code] ?? null;
  if (state.own.voted.includes(poll.code)) return { stand: "secret", options: [], at };
  const options = state.own.ballots[poll.code];
  return options ? { stand: "counted", options, at } : { stand: "none", options: [], at: null };
};

/* Polls in the order in which a person needs them: the pinned one, open ones, then results, the newest first. Of closed
   ones without a result only the last stays, so that a vote does not vanish with its poll. */
export const pollsInRoom = (state) => {
  const { polls } = state.shared;
  const open = polls.filter((poll) => poll.state === "open");
  const closed = polls.filter((poll) => poll.state === "closed").sort((a, b) => Date.parse(b.closed_at) - Date.parse(a.closed_at));
  const shown = [...open, ...closed.filter((poll, place) => place === 0 || poll.pinned || resultOf(state, poll))];
  return [...shown.filter(({ pinned }) => pinned), ...shown.filter(({ pinned }) => !pinned)];
};

export const votesOf = (state, question) => state.votes[question.code] ?? question.votes;

const rankOf = ({ state }) => GROUPS[state] ?? 2;

/* Being answered, waiting, answered, dismissed; within each by votes, then in the order of asking, or by that alone. */
export const rank = (state, questions, by = "votes") =>
  [...questions].sort(
    (a, b) =>
      rankOf(a) - rankOf(b) ||
      (by === "votes" ? votesOf(state, b) - votesOf(state, a) : 0) ||
      Date.parse(a.asked_at) - Date.parse(b.asked_at) ||
      (a.code < b.code ? -1 : 1),
  );

/* What an attendee reads: own questions that nobody else sees first, then the public ones. */
export const questionsForMe = (state, by = "votes") => {
  const shown = new Set(state.shared.questions.map(({ code }) => code));
  return [...state.own.questions.filter(({ code }) => !shown.has(code)), ...rank(state, state.shared.questions, by)];
};

/* The codes under which a question gathers votes: its own, and those of the duplicates merged into it. */
const codesOf = (state, code) => [code, ...(state.shared.questions.find((one) => one.code === code)?.merged ?? [])];

export const isKnownUpvote = (state, code) => codesOf(state, code).some((one) => state.own.upvotes.includes(one));

export const isUpvoted = (state, code) => state.local.upvotes[code] ?? isKnownUpvote(state, code);

/* Whether the person asked this, or asked a duplicate that was merged into it. */
export const isMine = (state, code) => codesOf(state, code).some((one) => state.own.questions.some((own) => own.code === one));

/* The moderator who is on a question now: their name and whether it is me, or null. Claims end by the server's clock. */
export const claimOf = (state, { claim }, now) =>
  claim && Date.parse(claim.until) > now ? { name: claim.name, isMine: claim.by === state.own.person } : null;

const wordsOf = (text) => new Set(text.toLowerCase().match(/[\p{L}\p{N}]{3,}/gu) ?? []);

/* How alike two questions are, 0 to 1: the share of their words that both have. */
export const likeness = (a, b) => {
  const [one, other] = [wordsOf(a), wordsOf(b)];
  const both = [...one].filter((word) => other.has(word)).length;
  return both ? both / (one.size + other.size - both) : 0;
};

const TARGETS = new Set(["submitted", "published", "answering", "parked", "answered_live", "answered_writing"]);

/* What a question may be merged into, the most alike first, then the most wanted. */
export const mergeTargets = (state, question) =>
  rank(state, state.staff.questions.filter(({ code, state: stand }) => code !== question.code && TARGETS.has(stand)))
    .map((target) => ({ target, alike: likeness(target.text, question.text) }))
    .sort((a, b) => b.alike - a.alike)
    .map(({ target }) => target);

export const stateWords = ({ state }) => STATE_WORDS[state] ?? "";

export const may = (state, right) => state.own.rights.includes(right);

/* What somebody is in the room: staff, attendee, captioner or observer. */
export const partOf = ({ is_staff: isStaff, registered, rights }) => {
  if (isStaff) return "staff";
  if (registered) return "attendee";
  return rights.includes("captions:write") ? "captioner" : "observer";
};

/* The segment of the agenda at a minute, and the one after it. */
export const segmentAt = (segments, minute) => {
  const index = segments.findLastIndex(({ start_minute: begin }) => begin <= minute);
  const now = segments[index] ?? null;
  const isOver = now && minute >= now.start_minute + now.minutes;
  return { now: isOver ? null : now, next: segments[index + 1] ?? null };
};

/* Seconds that are left, as people read them from a clock. */
export const leftWords = (seconds) => `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")} left`;

export const nounFor = (n, one, many) => `${n} ${n === 1 ? one : many}`;
