/* What each numbered event does to the state, by stream and name. Pure; unknown names change nothing but the number. */

const LAST_MESSAGES = 200;
const LAST_CAPTIONS = 3;

const put = (list, item, order) => {
  const found = list.some(({ code }) => code === item.code);
  const next = found ? list.map((other) => (other.code === item.code ? item : other)) : [...list, item];
  return order ? next.sort(order) : next;
};

const byCode = (a, b) => (a.code < b.code ? -1 : a.code > b.code ? 1 : 0);

const byPosition = (a, b) => a.position - b.position || byCode(a, b);

const byMoment = (a, b) => Date.parse(a.at) - Date.parse(b.at) || byCode(a, b);

const byAsking = (a, b) => Date.parse(a.asked_at) - Date.parse(b.asked_at) || byCode(a, b);

const byRaising = (a, b) => Date.parse(a.raised_at) - Date.parse(b.raised_at) || byCode(a, b);

const drop = (list, code) => list.filter((item) => item.code !== code);

const inShared = (state, part) => ({ ...state, shared: { ...state.shared, ...part } });

const inRoom = (state, part) => inShared(state, { room: { ...state.shared.room, ...part } });

const inStaff = (state, part) => ({ ...state, staff: { ...state.staff, ...part } });

const inOwn = (state, part) => ({ ...state, own: { ...state.own, ...part } });

const withMessage = (list, message) => put(list, message, byMoment).slice(-LAST_MESSAGES);

/* What went to the hosts alone is known to its author too. */
export const withSent = (state, { message }) => inOwn(state, { sent: withMessage(state.own.sent, message) });

/* A whole poll is newer than the tally before it, where it carries results at all. */
const settleTally = (state, poll) => {
  if (!poll.results || !state.tallies[poll.code]) return state;
  const { [poll.code]: old, ...tallies } = state.tallies;
  return { ...state, tallies };
};

const withPoll = (state, { poll }) =>
  inShared(settleTally(state, poll), { polls: put(state.shared.polls, poll, byPosition) });

const settleVotes = (state, question) => {
  if (!(question.code in state.votes)) return state;
  const { [question.code]: old, ...votes } = state.votes;
  return { ...state, votes };
};

/* Two streams tell of an own question, and either may be ahead: the later change holds. */
const isOlder = (question, known) => Boolean(known.changed_at && question.changed_at < known.changed_at);

/* The audience's copy of an own question knows less of its author than the own one. */
const withOwnCopy = (state, question) => {
  const known = state.own.questions.find(({ code }) => code === question.code);
  if (!known || isOlder(question, known)) return state;
  const copy = { ...known, ...question, author: known.author };
  return inOwn(state, { questions: put(state.own.questions, copy, byAsking) });
};

const withQuestion = (state, { question }) =>
  inShared(settleVotes(withOwnCopy(state, question), question), { questions: put(state.shared.questions, question, byAsking) });

const withOwnQuestion = (state, { question }) => {
  const known = state.own.questions.find(({ code }) => code === question.code);
  if (known && isOlder(question, known)) return state;
  return inOwn(state, { questions: put(state.own.questions, question, byAsking) });
};

const forStaff = (change) => (state, payload) => (state.staff ? change(state, payload) : state);

const withStaffPoll = forStaff((state, { poll }) => ({
  ...settleTally(state, poll),
  staff: { ...state.staff, polls: put(state.staff.polls, poll, byPosition) },
}));

export const withStaffQuestion = forStaff((state, { question }) => ({
  ...settleVotes(state, question),
  staff: { ...state.staff, questions: put(state.staff.questions, question, byAsking) },
}));

const withDecks = (change) =>
  forStaff((state, payload) => ({ ...state, staff: { ...state.staff, decks: change(state.staff.decks, payload.deck) } }));

const withHandouts = (change) =>
  forStaff((state, { handout }) => ({ ...state, staff: { ...state.staff, handouts: change(state.staff.handouts, handout) } }));
const withHand = forStaff((state, { hand }) => inStaff(state, { hands: put(state.staff.hands, hand, byRaising) }));

const ALL = {
  "room.changed": (state, { room }) => inRoom(state, room),
  "room.went_live": (state, { at }) => inRoom(state, { state: "live", went_live_at: at }),
  "room.ended": (state, { at, evaluation_url }) => inRoom(state, { state: "ended", ended_at: at, evaluation_url }),
  "poll.opened": withPoll,
  "poll.closed": withPoll,
  "poll.changed": withPoll,
  "poll.results_changed": withPoll,
  "poll.archived": (state, { poll }) => inShared(state, { polls: drop(state.shared.polls, poll) }),
  "question.published": withQuestion,
  "question.changed": withQuestion,
  "question.hidden": (state, { question }) => inShared(state, { questions: drop(state.shared.questions, question) }),
  "chat.posted": (state, { message }) => inShared(state, { messages: withMessage(state.shared.messages, message) }),
  "chat.hidden": (state, { message }) => inShared(state, { messages: drop(state.shared.messages, message) }),
  "chat.changed": (state, { chat }) => inShared(state, { chat }),
  "announcement.made": (state, { announcement }) =>
    inShared(state, { announcements: put(state.shared.announcements, announcement, byMoment) }),
  "announcement.withdrawn": (state, { announcement }) =>
    inShared(state, { announcements: drop(state.shared.announcements, announcement) }),
  "stage.changed": (state, { stage }) => inShared(state, { stage }),
  "handout.opened": (state, { handout }) => inShared(state, { handouts: put(state.shared.handouts, handout, byMoment) }),
  "handout.closed": (state, { handout }) => inShared(state, { handouts: drop(state.shared.handouts, handout) }),
  "stage.captioned": (state, { lines }) => inShared(state, { captions: [...state.shared.captions, ...lines].slice(-LAST_CAPTIONS) }),
  "stage.slide_moved": (state, { slides }) => inShared(state, { stage: { ...state.shared.stage, slides } }),
  "check.opened": (state, { check }) => inShared(state, { check }),
  "check.closed": (state, { check }) => (state.shared.check?.code === check ? inShared(state, { check: null }) : state),
};

const STAFF = {
  "poll.drafted": withStaffPoll,
  "poll.changed": withStaffPoll,
  "check.called": forStaff((state, { spoken }) => ({ ...state, staff: { ...state.staff, spoken } })),
  "poll.removed": forStaff((state, { poll }) => ({ ...state, staff: { ...state.staff, polls: drop(state.staff.polls, poll) } })),
  "question.asked": withStaffQuestion,
  "handout.changed": withHandouts((handouts, handout) => put(handouts, handout, byMoment)),
  "handout.removed": withHandouts(drop),
  "stage.deck_changed": withDecks((decks, deck) => put(decks, deck, byMoment)),
  "stage.deck_removed": withDecks(drop),
  "question.changed": withStaffQuestion,
  "chat.posted": forStaff((state, { message }) => inStaff(state, { messages: withMessage(state.staff.messages, message) })),
  "chat.hidden": forStaff((state, { message }) => inStaff(state, { messages: drop(state.staff.messages, message) })),
  "hand.raised": withHand,
  "hand.called": withHand,
  "hand.lowered": forStaff((state, { hand }) => inStaff(state, { hands: drop(state.staff.hands, hand) })),
  "announcement.changed": forStaff((state, { announcement }) =>
    inStaff(state, { announcements: put(state.staff.announcements, announcement, byMoment) })),
  "room.removed": forStaff((state, { person }) => inStaff(state, { removed: put(state.staff.removed, person, byMoment) })),
  "room.readmitted": forStaff((state, { person }) => inStaff(state, { removed: drop(state.staff.removed, person) })),
  "chat.muted": forStaff((state, { person }) => inStaff(state, { muted: put(state.staff.muted, person, byCode) })),
  "chat.unmuted": forStaff((state, { person }) => inStaff(state, { muted: drop(state.staff.muted, person) })),
};

const ME = {
  "certificate.issued": (state, certificate) => ({ ...state, certificate }),
  "question.answered": withOwnQuestion,
  "question.dismissed": withOwnQuestion,
  "question.parked": withOwnQuestion,
  "question.merged": withOwnQuestion,
  "question.reopened": withOwnQuestion,
  "question.changed": withOwnQuestion,
  "hand.changed": (state, { hand }) => inOwn(state, { hand }),
  "chat.sent": withSent,
  "chat.hidden": (state, { message }) => inOwn(state, { sent: drop(state.own.sent, message) }),
  "chat.muted": (state, { muted }) => inOwn(state, { muted }),
};

export const APPLY = { all: ALL, staff: STAFF, me: ME };
