/* The spoken word: one press asks everybody, and the desk shows the word that has to be said. */
import { register } from "../lib/keys.js";
import { toast } from "../lib/toasts.js";
import { clockIn } from "../lib/zone_words.js";
import { show, text } from "./dom.js";
import { may } from "./select.js";

const MINUTE = 60_000;
const ASK = "Ask for a spoken word";

/* Why no word can be asked for now, and from which full minute on it can, or "". Pure. */
export const whyNot = ({ check, room }) => {
  if (!check) return "";
  const free = new Date(Date.parse(check.long_due_at) + MINUTE - 1);
  return `People are being asked already. From ${clockIn(free, room.time_zone)} on you can ask for your word.`;
};

export const attachSpoken = ({ store, act, button, place, word }) => {
  const call = () => {
    const { shared } = store.get();
    if (shared?.room.state !== "live" || !may(store.get(), "check:call")) return;
    if (shared.check) toast(whyNot(shared));
    else act("check.call", {});
  };
  button.addEventListener("click", call);
  register("y", ASK, call, "The session");
  return (state) => {
    const spoken = state.staff?.spoken ?? null;
    text(word, spoken?.word ?? "");
    show(place, Boolean(spoken));
    show(button, may(state, "check:call") && state.shared.room.state === "live");
    button.disabled = Boolean(state.shared.check);
    button.title = whyNot(state.shared) || ASK;
  };
};
