/* Questions beside the stage: vote, read, ask; own ones with where they stand. */
import { clockIn } from "../lib/zone_words.js";
import { attachComposer } from "./composer.js";
import { attribute, clone, keyed, part, show, text } from "./dom.js";
import { isKnownUpvote, isMine, isUpvoted, may, nounFor, questionsForMe, stateWords, votesOf } from "./select.js";
import { attachSorter } from "./sorter.js";

const OPEN = new Set(["published", "answering"]);

const authorWords = (question, isOwn) => {
  if (isOwn) return question.anonymous ? "You, without your name" : "You";
  return question.author ?? "Asked without a name";
};

const fate = (question) => {
  if (question.state === "dismissed") return question.reason ? `Not taken up: ${question.reason}` : "Not taken up";
  return stateWords(question);
};

/* Where a question stands; a duplicate says where the one stands that holds it. Pure. */
export const meta = (question) => {
  const { holder } = question;
  if (question.state !== "merged" || !holder) return fate(question);
  const beside = holder.text ? `Counts together with: “${holder.text}”` : "Counts together with another that asks the same.";
  return holder.state === "published" ? beside : `${beside} ${fate(holder)}`;
};

const sameWords = (question, isOwn) => {
  const same = question.merged?.length ?? 0;
  if (!same) return "";
  return isOwn ? "Yours and others, counted together" : nounFor(same + 1, "person asks", "people ask") + " this";
};

export const attachQuestions = ({ store, connection, list, empty, form, refusal, draft, sort }) => {
  const sorter = attachSorter(sort, () => redraw());
  const voting = async (code) => {
    const up = !isUpvoted(store.get(), code);
    store.dispatch({ type: "own", name: "question.voting", payload: { question: code, up } });
    try {
      const { votes } = await connection.act("question.upvote", { question: code, up });
      store.dispatch({ type: "own", name: "question.voted", payload: { question: code, up, votes } });
    } catch (error) {
      store.dispatch({ type: "own", name: "question.not_voted", payload: { question: code } });
      composer.refuse(error.message);
    }
  };

  const make = (question) => {
    const row = clone("t-question");
    const button = part(row, "vote");
    button.addEventListener("click", () => { if (button.getAttribute("aria-disabled") !== "true") voting(question.code); });
    return row;
  };

  const update = (row, question) => {
    const state = store.get();
    const isAuthor = question.isPending || state.own.questions.some(({ code }) => code === question.code);
    const isOwn = isAuthor || isMine(state, question.code);
    const up = !question.isPending && isUpvoted(state, question.code);
    const waits = state.local.upvotes[question.code];
    const known = isKnownUpvote(state, question.code);
    const votes = votesOf(state, question) + (waits === undefined || waits === known ? 0 : waits ? 1 : -1);
    const canVote = OPEN.has(question.state) && !isOwn && may(state, "question:ask");
    const button = part(row, "vote");
    attribute(button, "aria-pressed", String(up));
    attribute(button, "aria-disabled", canVote ? null : "true");
    attribute(button, "aria-label", isOwn ? `Your question, ${votes} votes` : `Vote for this question, ${votes} votes`);
    text(part(row, "votes"), votes);
    text(part(row, "text"), question.text);
    const zone = state.shared.room.time_zone;
    text(part(row, "author"), authorWords(question, isAuthor));
    text(part(row, "same"), sameWords(question, isOwn));
    show(part(row, "same"), Boolean(question.merged?.length));
    text(part(row, "at"), question.asked_at ? clockIn(new Date(question.asked_at), zone) : "");
    text(part(row, "state"), question.isPending ? "Sending" : meta(question));
    show(part(row, "state"), question.isPending || Boolean(meta(question)));
    const answer = question.answer ?? question.holder?.answer;
    text(part(row, "answer"), answer ?? "");
    show(part(row, "answer"), Boolean(answer));
    attribute(row, "data-now", question.state === "answering");
    attribute(row, "data-own", isAuthor && !OPEN.has(question.state));
  };

  const pending = () =>
    connection.pending("question.ask").map(({ payload }) => ({
      code: payload.key, text: payload.text, anonymous: payload.anonymous, author: null, votes: 0, answer: null,
      state: "submitted", asked_at: "", isPending: true,
    }));

  const asked = ({ text: said, anonymous }, code) => {
    const question = {
      code, text: said, anonymous, author: store.get().own.name, votes: 0, answer: null, state: "submitted",
      asked_at: new Date().toISOString(), changed_at: null,
    };
    store.dispatch({ type: "own", name: "question.asked", payload: { question } });
  };

  const ask = async (said) => {
    const payload = { text: said, anonymous: form.elements.anonymous.checked };
    asked(payload, (await connection.act("question.ask", payload)).question);
  };

  /* The answer to a question of the page before a reload. */
  const late = ({ payload }, answer) => {
    if (answer.ok) {
      asked(payload, answer.data.question);
      return;
    }
    form.elements.anonymous.checked = payload.anonymous;
    composer.giveBack(payload.text, answer.error);
  };

  const draw = (state, before) => {
    const isSame = before && ["votes", "own", "local"].every((name) => state[name] === before[name]);
    if (isSame && before.shared?.questions === state.shared.questions) return;
    const shown = [...pending(), ...questionsForMe(state, sorter.by())];
    // Nothing moves away under a pointer or a focus; the order is made good when both have gone.
    const hold = list.matches(":hover") || list.contains(document.activeElement);
    keyed(list, shown, { key: ({ code }) => code, make, update, hold });
    show(empty, shown.length === 0);
    show(sort, shown.length > 0);
  };

  const redraw = () => { if (store.get().shared) draw(store.get(), null); };
  const composer = attachComposer({ form, refusal, draft, empty: "Write your question.", send: ask, redraw });
  list.addEventListener("pointerleave", redraw);
  connection.onPending(redraw);
  return { draw, late };
};
