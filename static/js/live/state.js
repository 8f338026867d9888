/* What a browser knows of a room: `reduce(state, message)` is pure, gives frozen plain objects, and never asks the clock.
   What the person did here and nobody else knows (choices on their way, the moment a vote counted) stands in `local`. */
import { APPLY, withSent, withStaffQuestion } from "./events.js";

const freeze = (value) => {
  if (value === null || typeof value !== "object" || Object.isFrozen(value)) return value;
  Object.values(value).forEach(freeze);
  return Object.freeze(value);
};

export const initialState = () =>
  freeze({
    connection: { status: "connecting", reason: null, message: null },
    numbers: { all: null, staff: null, me: null },
    waiting: [],
    needsSync: false,
    shared: null,
    staff: null,
    own: null,
    tallies: {},
    votes: {},
    reactions: null,
    certificate: null,
    local: { choices: {}, counted: {}, upvotes: {} },
  });

const applyEvent = (state, { stream, number, name, payload, at }) => {
  const apply = APPLY[stream]?.[name];
  const next = apply ? apply(state, payload, at) : state;
  return { ...next, numbers: { ...next.numbers, [stream]: number } };
};

/* Applies what waits and now follows; what still has a gap before it stays, and asks for a sync. */
const settle = (state) => {
  let next = state;
  let found = true;
  while (found) {
    const event = next.waiting.find(({ stream, number }) => number === next.numbers[stream] + 1 && next.numbers[stream] !== null);
    found = Boolean(event);
    if (event) next = applyEvent({ ...next, waiting: next.waiting.filter((other) => other !== event) }, event);
  }
  const waiting = next.waiting.filter(({ stream, number }) => next.numbers[stream] === null || number > next.numbers[stream]);
  return { ...next, waiting, needsSync: waiting.length > 0 };
};

const onEvent = (state, message) => {
  const { stream, number } = message;
  const last = state.numbers[stream];
  if (last === undefined || (last !== null && number <= last)) return state;
  if (state.waiting.some((other) => other.stream === stream && other.number === number)) return state;
  const { type, ...event } = message;
  return settle({ ...state, waiting: [...state.waiting, event] });
};

const onSnapshot = (state, { snapshot }) => {
  const { numbers, shared, staff = null, own } = snapshot;
  const unseen = (poll) => poll.results === null && state.tallies[poll.code];
  const tallies = Object.fromEntries(shared.polls.filter(unseen).map(({ code }) => [code, state.tallies[code]]));
  const full = { all: numbers.all ?? 0, staff: staff ? (numbers.staff ?? 0) : null, me: numbers.me ?? 0 };
  // The meter comes by itself, a moment after a snapshot that holds none.
  const mine = { meter: state.own?.meter ?? null, ...own };
  return settle({ ...state, numbers: full, shared, staff, own: mine, tallies, votes: {} });
};

const STATES = {
  "poll.tally": (state, { poll, ...tally }) => ({ ...state, tallies: { ...state.tallies, [poll]: tally } }),
  "question.votes": (state, { votes }) => ({ ...state, votes: { ...state.votes, ...votes } }),
  "reaction.sums": (state, { sums }) => ({ ...state, reactions: sums }),
  "room.presence": (state, presence) => (state.shared ? { ...state, shared: { ...state.shared, presence } } : state),
  "credit.meter": (state, meter) => (state.own ? { ...state, own: { ...state.own, meter } } : state),
};

const without = (record, key) => Object.fromEntries(Object.entries(record).filter(([other]) => other !== key));

/* The person's own acts: chosen, counted, refused. The next snapshot says the same. */
const OWN = {
  "poll.chosen": (state, { poll, options }) => ({
    ...state,
    local: { ...state.local, choices: { ...state.local.choices, [poll]: options } },
  }),
  "poll.counted": (state, { poll, options, counted_at, secret }) => {
    const isLast = String(state.local.choices[poll] ?? "") === String(options);
    const choices = isLast ? without(state.local.choices, poll) : state.local.choices;
    const own = secret
      ? { ...state.own, voted: [...new Set([...state.own.voted, poll])] }
      : { ...state.own, ballots: { ...state.own.ballots, [poll]: options } };
    return { ...state, own, local: { ...state.local, choices, counted: { ...state.local.counted, [poll]: counted_at } } };
  },
  "poll.refused": (state, { poll }) => ({ ...state, local: { ...state.local, choices: without(state.local.choices, poll) } }),
  "question.voting": (state, { question, up }) => ({
    ...state,
    local: { ...state.local, upvotes: { ...state.local.upvotes, [question]: up } },
  }),
  "question.voted": (state, { question, up, votes }) => {
    // A vote may stand at a duplicate; taking it back takes that one too.
    const merged = up ? [] : (state.shared.questions.find(({ code }) => code === question)?.merged ?? []);
    const others = state.own.upvotes.filter((code) => code !== question && !merged.includes(code));
    return {
      ...state,
      own: { ...state.own, upvotes: up ? [...others, question] : others },
      votes: { ...state.votes, [question]: votes },
      local: { ...state.local, upvotes: without(state.local.upvotes, question) },
    };
  },
  "question.not_voted": (state, { question }) => ({
    ...state,
    local: { ...state.local, upvotes: without(state.local.upvotes, question) },
  }),
  "hand.changed": (state, { hand }) => ({ ...state, own: { ...state.own, hand } }),
  "chat.sent": (state, { message }) => (state.own.sent.some(({ code }) => code === message.code) ? state : withSent(state, { message })),
  /* What a refusal brought along; the numbered event says the same. */
  "question.refreshed": withStaffQuestion,
  "check.seen": (state, { check }) =>
    check in state.own.checks ? state : { ...state, own: { ...state.own, checks: { ...state.own.checks, [check]: null } } },
  "check.answered": (state, { check, answered_at }) => ({
    ...state,
    own: { ...state.own, checks: { ...state.own.checks, [check]: answered_at } },
  }),
  "signing.signed": (state, { kind, signed_at }) => {
    const signing = { ...state.own.signing, [kind]: { ...state.own.signing[kind], signed_at } };
    return { ...state, own: { ...state.own, signing } };
  },
  "question.asked": (state, { question }) => {
    const isKnown = state.own.questions.some(({ code }) => code === question.code);
    return isKnown ? state : { ...state, own: { ...state.own, questions: [...state.own.questions, question] } };
  },
};

const onState = (state, { name, payload }) => STATES[name]?.(state, payload) ?? state;

const onOwn = (state, { name, payload }) => (state.own ? (OWN[name]?.(state, payload) ?? state) : state);

const onConnection = (state, { status, reason = null, message = null }) => ({
  ...state,
  connection: { status, reason, message },
});

const TYPES = { snapshot: onSnapshot, event: onEvent, state: onState, own: onOwn, connection: onConnection };

export const reduce = (state, message) => {
  const next = TYPES[message.type]?.(state, message) ?? state;
  return next === state ? state : freeze(next);
};

/* The part of a state that a snapshot holds: what proves that snapshot(n) and events give snapshot(m). */
export const asSnapshot = ({ numbers, shared, staff, own }) =>
  staff ? { numbers, shared, staff, own } : { numbers: { all: numbers.all, me: numbers.me }, shared, own };
