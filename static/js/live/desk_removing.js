/* Removes somebody from the session with a reason that they read, and lets them back. */
import { open as openDialog } from "../lib/dialog.js";
import { toast } from "../lib/toasts.js";
import { clone, keyed, part, show, text } from "./dom.js";
import { quiet, sendFrom } from "./refusals.js";
import { may } from "./select.js";

export const attachRemoving = ({ store, act, dialog, list, onDone }) => {
  const form = dialog.querySelector("form");
  let person = null;

  const readmit = (registration) => act("room.readmit", { registration });

  const ask = (asked) => {
    if (!may(store.get(), "room:remove")) return;
    if (person?.registration !== asked.registration) form.reset();
    person = asked;
    text(dialog.querySelector("h2"), `Remove ${person.name} from the session?`);
    quiet(form);
    openDialog(dialog);
  };

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const { name, registration } = person;
    if (!(await sendFrom(form, act, "room.remove", { registration, reason: form.elements.reason.value }))) return;
    form.reset();
    dialog.close();
    toast(`${name} is removed.`, { undo: () => readmit(registration), undoLabel: "Let them back" });
    setTimeout(onDone, 1200);
  });

  const draw = (state, before) => {
    if (before?.staff?.removed === state.staff.removed) return;
    keyed(list, state.staff.removed, {
      key: ({ code }) => code,
      make: ({ code }) => {
        const row = clone("t-removed");
        part(row, "readmit").addEventListener("click", () => readmit(code));
        return row;
      },
      update: (row, { name, reason }) => {
        text(part(row, "name"), name);
        text(part(row, "reason"), reason);
      },
    });
    show(list, state.staff.removed.length > 0);
  };

  return { ask, draw };
};
