/* What a host writes during a session: an announcement, what stands on the stage. Each in a native dialog. */
import { forget } from "../lib/autosave.js";
import { open as openDialog } from "../lib/dialog.js";
import { toast } from "../lib/toasts.js";
import { clone, keyed, part, show, text } from "./dom.js";
import { quiet, refuse, sendFrom } from "./refusals.js";

const ADDRESS_HELP = {
  hls: "The https address of an HLS playlist; it ends in .m3u8.",
  youtube: "The address of the video at youtube.com or youtu.be.",
  vimeo: "The address of the video at vimeo.com.",
};

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

export const attachStageForm = ({ store, dialog, act }) => {
  const form = dialog.querySelector("form");
  const fit = () => {
    const kind = form.elements.kind.value;
    show(part(form, "address"), kind in ADDRESS_HELP);
    show(part(form, "words"), kind === "text");
    text(part(form, "help"), ADDRESS_HELP[kind] ?? "");
  };
  let isTyped = false;
  form.addEventListener("change", fit);
  form.addEventListener("input", () => { isTyped = true; });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const { kind, address, text: words } = form.elements;
    const payload = { kind: kind.value, address: kind.value in ADDRESS_HELP ? address.value.trim() : "", text: kind.value === "text" ? words.value.trim() : "" };
    if (!(await sendFrom(form, act, "stage.change", payload))) return;
    isTyped = false;
    dialog.close();
    toast("The stage has changed for everybody.");
  });
  const fill = ({ kind, text: words, url }) => {
    form.elements.kind.value = kind;
    form.elements.text.value = words ?? "";
    form.elements.address.value = kind === "hls" ? (url ?? "") : "";
  };
  return () => {
    quiet(form);
    // What was typed and not sent is still there when the dialog opens again.
    if (!isTyped) fill(store.get().shared.stage);
    fit();
    openDialog(dialog);
  };
};
