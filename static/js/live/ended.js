/* The end: sign-out is done, the evaluation comes by itself, and what was typed is never thrown away. */
import { recall } from "../lib/memory.js";
import { say, show, text } from "./dom.js";

const SECONDS = 12;

export const draftsOf = (forms) => forms.map((form) => form.elements.text.value.trim()).filter(Boolean);

export const countWords = ({ counted_s: counted, total_s: total }) =>
  `${Math.floor(counted / 60)} of ${Math.floor(total / 60)} min counted.`;

const showDrafts = (drafts, place, section) => {
  place.replaceChildren(
    ...drafts.map((words) => {
      const field = document.createElement("textarea");
      Object.assign(field, { className: "input", readOnly: true, value: words, rows: 3 });
      field.setAttribute("aria-label", "What you had typed");
      return field;
    }),
  );
  show(section, drafts.length > 0);
};

/* Counts down to the evaluation; Esc or the button keeps the person here. */
const leaveSoon = (address, said, stay) => {
  let left = SECONDS;
  const stop = () => {
    clearInterval(timer);
    show(stay, false);
    text(said, "You stay here. The evaluation waits for you, also under My learning.");
  };
  const timer = setInterval(() => {
    left -= 1;
    text(said, `The evaluation opens in ${left} seconds.`);
    if (left <= 0) {
      clearInterval(timer);
      location.assign(address);
    }
  }, 1000);
  show(stay, true);
  stay.addEventListener("click", stop, { once: true });
  document.addEventListener("keydown", (event) => { if (event.key === "Escape" && left > 0) stop(); }, { once: true });
};

/* On the page of an ended session: what the room had kept of words that were never sent. */
export const showKept = (keys) => {
  const kept = keys.flatMap((key) => recall(`draft.${key}`)?.values?.text ?? []).map((words) => words.trim()).filter(Boolean);
  showDrafts(kept, document.getElementById("ended-texts"), document.getElementById("ended-drafts"));
};

export const attachEnded = ({ view, forms, urls }) => {
  const at = (id) => document.getElementById(id);
  let isShown = false;

  const drawCredit = ({ own }) => {
    // What leaving would mean is no longer of use; the count is.
    if (own.meter?.total_s) text(at("ended-credit"), countWords(own.meter));
  };

  return (state, before) => {
    if (state.shared.room.state !== "ended") return;
    if (before?.own?.meter !== state.own.meter) drawCredit(state);
    if (state.certificate && at("ended-certificate")) text(at("ended-certificate"), `It is here: ${state.certificate.number}.`);
    if (isShown) return;
    isShown = true;
    const drafts = draftsOf(forms);
    view("ended");
    at("ended").focus({ preventScroll: true });
    showDrafts(drafts, at("ended-texts"), at("ended-drafts"));
    const address = state.shared.room.evaluation_url ?? urls.evaluation;
    const go = at("ended-go");
    if (go) go.href = address;
    // Signing out is an act of the person's own; the evaluation comes with it.
    const signsFirst = Boolean(at("sign-out"));
    const goes = state.own.registered && drafts.length === 0 && before !== null && !signsFirst;
    say(`The session has ended. ${state.own.registered ? "The evaluation comes next." : ""}`);
    // A person who was writing decides alone when to go on.
    if (goes) leaveSoon(address, at("ended-said"), at("ended-stay"));
    else if (state.own.registered && !signsFirst) text(at("ended-said"), drafts.length ? "Go on when you have kept what you typed." : "");
  };
};
