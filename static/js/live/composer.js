/* A line to write in: one act per send, a sentence for what cannot go, and refused words back where they came from. */
import { forget } from "../lib/autosave.js";
import { tell } from "../lib/field_errors.js";

/* What keeps these words from being sent, as a sentence; "" when nothing does. People count characters, not units. Pure. */
export const troubleWith = (words, { empty = "", longest = 0 } = {}) => {
  const length = [...words].length;
  if (!length) return empty;
  return longest && length > longest ? `Keep this within ${longest} characters; this has ${length}.` : "";
};

/* Refused words stand before what was typed since; they are not there twice. Pure. */
export const together = (refused, typed) => {
  if (!typed.trim()) return refused;
  return typed.includes(refused) ? typed : `${refused}\n${typed}`;
};

export const attachComposer = ({ form, refusal, draft, empty, send, redraw }) => {
  const field = form.elements.text;
  const refuse = (words) => tell(field, words, refusal);

  const giveBack = (said, error) => {
    field.value = together(said, field.value);
    refuse(error.fields?.text ?? error.message);
    // The draft of this browser holds them again.
    field.dispatchEvent(new Event("input", { bubbles: true }));
  };

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const said = field.value.trim();
    const trouble = troubleWith(said, { empty, longest: Number(field.dataset.longest) });
    refuse(trouble);
    if (trouble) {
      field.focus();
      return;
    }
    const sent = send(said);
    field.value = "";
    forget(draft);
    redraw();
    await sent.catch((error) => giveBack(said, error));
    redraw();
  });
  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); form.requestSubmit(); }
  });
  return { giveBack, refuse };
};
