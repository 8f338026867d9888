/* Reactions: a press is sent and forgotten; what the room sent in a second rises beside its button and fades. */
import { text } from "./dom.js";
import { may } from "./select.js";

const STAYS = 2600;

/* A sum as it stands beside a button. Pure. */
export const sumWords = (n) => (n > 999 ? "999+" : `+${n}`);

const WORDS = { agree: "agreement", applause: "applause", thanks: "thanks", laugh: "laughter", puzzled: "puzzled" };

/* What a room just sent, for a host to read. Pure. */
export const reactionWords = (sums) => Object.keys(WORDS).filter((kind) => sums[kind]).map((kind) => `${WORDS[kind]} ${sums[kind]}`).join(", ");

const rise = (node) => {
  const isCalm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const moved = (y) => (isCalm ? {} : { transform: `translateY(${y})` });
  node.getAnimations().forEach((animation) => animation.cancel());
  node.animate(
    [{ opacity: 0, ...moved(".5rem") }, { opacity: 1, ...moved("0"), offset: 0.08 }, { opacity: 1, ...moved("0"), offset: 0.8 }, { opacity: 0, ...moved("-.25rem") }],
    { duration: STAYS, easing: isCalm ? "step-end" : "ease-out" },
  );
};

export const attachReactions = ({ connection, place }) => {
  const buttons = [...place.querySelectorAll("[data-reaction]")];
  buttons.forEach((button) => button.addEventListener("click", () => {
    // Nothing is said of a press that came too fast: the sums show what counted.
    if (connection.isUp()) connection.ask("reaction.send", { kind: button.dataset.reaction }).catch(() => {});
  }));
  return (state, before) => {
    if (before?.own !== state.own) buttons.forEach((button) => { button.disabled = !may(state, "chat:post"); });
    if (!state.reactions || before?.reactions === state.reactions) return;
    buttons.forEach((button) => {
      const n = state.reactions[button.dataset.reaction];
      if (!n) return;
      const node = button.querySelector("[data-sum]");
      text(node, sumWords(n));
      rise(node);
    });
  };
};
