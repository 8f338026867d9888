/* One's own raised hand: a button that says how it stands; being called is told, the focus stays where it is. */
import { toast } from "../lib/toasts.js";
import { attribute, say, show, text } from "./dom.js";
import { may } from "./select.js";

/* What the button says. Pure. */
export const handWords = (hand) => (hand ? (hand.called_at ? "Called on" : "Lower hand") : "Raise hand");

export const attachHand = ({ store, connection, button, words }) => {
  let isSending = false;
  let isOwnWish = false;
  const press = async () => {
    if (isSending) return;
    const { hand } = store.get().own;
    isSending = true;
    isOwnWish = Boolean(hand);
    try {
      const done = await connection.act(hand ? "hand.lower" : "hand.raise", {});
      const own = hand ? null : { code: done.hand, raised_at: new Date().toISOString(), called_at: null };
      store.dispatch({ type: "own", name: "hand.changed", payload: { hand: own } });
      say(hand ? "Your hand is down." : "Your hand is up. The hosts see it.");
    } catch (error) {
      isOwnWish = false;
      toast(error.message, { urgent: true });
    } finally {
      isSending = false;
    }
  };
  button.addEventListener("click", press);

  return (state, before) => {
    const { hand } = state.own;
    if (before?.own === state.own) return;
    show(button, may(state, "question:ask"));
    text(words, handWords(hand));
    attribute(button, "aria-pressed", String(Boolean(hand)));
    attribute(button, "data-called", Boolean(hand?.called_at));
    if (before && hand?.called_at && !before.own?.hand?.called_at) toast("A host calls on you. You may speak.");
    // The page is drawn a frame later than the answer comes, so who wished it is kept.
    if (before?.own?.hand && !hand) {
      if (!isOwnWish) toast("Your hand was taken down.");
      isOwnWish = false;
    }
  };
};
