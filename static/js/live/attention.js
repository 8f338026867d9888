/* An attention check over the stage: it comes politely, takes no focus, and stays until it is answered or its time is over. */
import { serverNow } from "../lib/clock.js";
import { register } from "../lib/keys.js";
import { clockIn } from "../lib/zone_words.js";
import { $, say, show, text } from "./dom.js";
import { may } from "./select.js";

const THANKS = 6000;
const TITLES = { tap: "Are you here?", choose: "Choose the word", word: "Which word was said?" };
const WHAT = { tap: "One press is enough.", word: "Type the word that the presenter says now." };

/* What is asked of this person now: null, or the check with the end of their time and whether it was answered. Pure. */
export const askedOf = (state, now) => {
  const check = state.shared?.check;
  if (!check || !state.own?.registered || !may(state, "check:answer")) return null;
  const due = Date.parse(state.own.more_time ? check.long_due_at : check.due_at);
  const answered = state.own.checks[check.code] ?? null;
  if (now >= due && !answered) return null;
  return { ...check, due, answered, isSeen: check.code in state.own.checks };
};

export const leftWords = (milliseconds) => {
  const seconds = Math.max(0, Math.ceil(milliseconds / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
};

export const whatWords = ({ kind, word }) => (kind === "choose" ? `Press “${word}”.` : WHAT[kind]);

/* What assistive technology hears, once. */
export const saidFor = (check, now) =>
  `Attention check: ${TITLES[check.kind]} ${whatWords(check)} ${Math.ceil((check.due - now) / 1000)} seconds are left. Press H to go there.`;

export const attachAttention = ({ store, connection, place, zone }) => {
  const part = (name) => $(`[data-attention=${name}]`, place);
  const form = $("form", place);
  const plainTitle = document.title;
  const pending = { seen: null, answer: null };
  let shown = null;
  let thanksUntil = 0;

  const refuse = (sentence) => {
    text(part("refusal"), sentence);
    show(part("refusal"), Boolean(sentence));
  };

  const see = async (code) => {
    if (pending.seen === code) return;
    pending.seen = code;
    try {
      await connection.ask("check.seen", { check: code });
      store.dispatch({ type: "own", name: "check.seen", payload: { check: code } });
    } catch {
      // The line is down or the time over: the next state of the room asks again, if there is still something to see.
    }
    pending.seen = null;
  };

  const answer = async (given) => {
    const asked = askedOf(store.get(), serverNow());
    if (!asked || asked.answered || pending.answer === asked.code) return;
    pending.answer = asked.code;
    refuse("");
    text(part("said"), connection.isUp() ? "Sending" : "Kept here. It goes out when the line is back.");
    try {
      const { answered_at } = await connection.act("check.answer", { check: asked.code, answer: given });
      store.dispatch({ type: "own", name: "check.answered", payload: { check: asked.code, answered_at } });
    } catch (error) {
      text(part("said"), "");
      refuse(error.message);
    }
    pending.answer = null;
  };

  const button = (word, given, isFirst) => {
    const node = document.createElement("button");
    Object.assign(node, { type: "button", className: isFirst ? "button button--primary" : "button", textContent: word });
    node.addEventListener("click", () => answer(given));
    return node;
  };

  const begin = (asked) => {
    thanksUntil = 0;
    place.removeAttribute("data-answered");
    text(part("title"), TITLES[asked.kind]);
    text(part("what"), whatWords(asked));
    text(part("said"), "");
    refuse("");
    form.reset();
    show(part("word"), asked.kind === "word");
    const words = asked.kind === "tap" ? ["I am here"] : asked.options;
    part("options").replaceChildren(...words.map((word) => button(word, asked.kind === "tap" ? "" : word, asked.kind === "tap")));
    show(part("acts"), true);
    document.title = `(!) ${TITLES[asked.kind]} ${plainTitle}`;
    say(saidFor(asked, serverNow()));
  };

  const thank = (asked) => {
    thanksUntil = Date.now() + THANKS;
    const hadFocus = place.contains(document.activeElement);
    place.setAttribute("data-answered", "");
    text(part("title"), "Thank you");
    text(part("what"), `Counted at ${clockIn(new Date(asked.answered), zone())}`);
    text(part("said"), "");
    refuse("");
    show(part("acts"), false);
    if (hadFocus) part("title").focus({ preventScroll: true });
    document.title = plainTitle;
    say(`Thank you. Counted at ${clockIn(new Date(asked.answered), zone())}`);
  };

  const leave = () => {
    if (place.hidden) return;
    // Who stands here goes back to the stage, not to the top of the page.
    if (place.contains(document.activeElement)) document.getElementById("stage").focus({ preventScroll: true });
    show(place, false);
    document.title = plainTitle;
  };

  const draw = () => {
    const now = serverNow();
    const asked = askedOf(store.get(), now);
    const key = asked && `${asked.code} ${asked.answered ? "answered" : "open"}`;
    if (asked && key !== shown) {
      const isReload = asked.answered && shown !== `${asked.code} open`;
      if (!isReload) (asked.answered ? thank : begin)(asked);
      show(place, !isReload);
    }
    shown = key;
    if (asked && !asked.isSeen && !asked.answered && connection.isUp()) see(asked.code);
    if (asked && !asked.answered) text(part("left"), leftWords(asked.due - now));
    if (!asked || (asked.answered && Date.now() >= thanksUntil)) leave();
  };

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const given = form.elements.word.value.trim();
    if (given) answer(given);
    else form.elements.word.focus();
  });
  register("a", "Go to the attention check", () => {
    if (!place.hidden) ($("input:not([hidden] *), button:not([hidden] *)", form) ?? part("title")).focus({ preventScroll: true });
  });
  setInterval(draw, 1000);
  return draw;
};
