/* Signing in: the statement stands under the stage, and one press signs it. Nothing waits for it. */
import { say, show, text } from "./dom.js";

/* Whether this person has still to sign in: registered, and the session is on. Pure. */
export const mustSign = (state) =>
  Boolean(state.own?.registered && state.shared?.room.state === "live" && state.own.signing && !state.own.signing.in.signed_at);

export const attachSigning = ({ store, place }) => {
  const form = place.querySelector("form");
  const refusal = place.querySelector("[data-signing=refusal]");

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    event.stopImmediatePropagation();
    const button = form.querySelector("button");
    button.setAttribute("aria-busy", "true");
    show(refusal, false);
    try {
      const answer = await fetch(form.action, { method: "POST", body: new FormData(form), headers: { Accept: "application/json" } });
      const told = await answer.json();
      if (!answer.ok) throw new Error(told.detail);
      store.dispatch({ type: "own", name: "signing.signed", payload: { kind: "in", ...told } });
      say("Thank you. You are signed in.");
    } catch (error) {
      text(refusal, error instanceof TypeError ? "Not sent: the line is down. Press again when it is back." : error.message);
      show(refusal, true);
    }
    button.removeAttribute("aria-busy");
  });

  return (state, before) => {
    const isShown = mustSign(state);
    if (before && isShown === !place.hidden) return;
    if (!isShown && place.contains(document.activeElement)) document.getElementById("stage").focus({ preventScroll: true });
    if (isShown) text(place.querySelector("[data-signing=words]"), state.own.signing.in.words);
    if (isShown) form.elements.version.value = state.own.signing.in.version;
    show(place, isShown);
    if (isShown) say(`Please sign in: ${state.own.signing.in.words}`);
  };
};
