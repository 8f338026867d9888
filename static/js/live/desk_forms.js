/* What a host writes during a session: an announcement, what stands on the stage. Each in a native dialog. */
import { forget } from "../lib/autosave.js";
import { open as openDialog } from "../lib/dialog.js";
import { toast } from "../lib/toasts.js";
import { clone, keyed, part, show, text } from "./dom.js";
import { quiet, refuse, sendFrom } from "./refusals.js";


export const attachAnnouncements = ({ dialog, draft, act, list, empty }) => {
  const form = dialog.querySelector("form");
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (!(await sendFrom(form, act, "announcement.make", { text: form.elements.text.value.trim() }))) return;
    form.reset();
    forget(draft);
    toast("Everybody sees it under the picture.");
  });
  const withdraw = async (announcement) => {
    // A toast would stand behind the open dialog.
    if (!(await act("announcement.withdraw", { announcement: announcement.code }, (error) => refuse(form, error)))) return;
    toast("Taken down.", { undo: () => act("announcement.make", { text: announcement.text }), undoLabel: "Show it again" });
  };
  const draw = (state, before) => {
    if (before?.shared?.announcements === state.shared.announcements) return;
    keyed(list, state.shared.announcements, {
      key: ({ code }) => code,
      make: (announcement) => {
        const row = clone("t-desk-announcement");
        part(row, "withdraw").addEventListener("click", () => withdraw(announcement));
        return row;
      },
      update: (row, { text: words }) => text(part(row, "text"), words),
    });
    show(empty, state.shared.announcements.length === 0);
  };
  return { draw, show: () => { openDialog(dialog); form.elements.text.focus(); } };
};
