/* The spoken word: one press asks everybody, and the desk shows the word that has to be said. */
import { register } from "../lib/keys.js";
import { show, text } from "./dom.js";
import { may } from "./select.js";

export const attachSpoken = ({ store, act, button, place, word }) => {
  const call = () => {
    const { shared } = store.get();
    if (shared?.room.state === "live" && may(store.get(), "check:call")) act("check.call", {});
  };
  button.addEventListener("click", call);
  register("y", "Ask for a spoken word", call, "The session");
  return (state) => {
    const spoken = state.staff?.spoken ?? null;
    text(word, spoken?.word ?? "");
    show(place, Boolean(spoken));
    show(button, may(state, "check:call") && state.shared.room.state === "live");
    button.disabled = Boolean(state.shared.check);
  };
};
