/* Files on the desk: send one, open it to everybody by a key, take it back. */
import { open as openDialog } from "../lib/dialog.js";
import { toast } from "../lib/toasts.js";
import { attribute, clone, keyed, part, show, text } from "./dom.js";
import { sizeWords } from "./files.js";
import { may } from "./select.js";
import { sendFile } from "./upload.js";

export const standOf = ({ state, refusal, minute, size, kind, opened_at: opened }) => {
  if (state === "checking") return "Being checked";
  if (state === "refused") return refusal;
  if (opened) return "Everybody can fetch it";
  const what = `${kind.toUpperCase()}, ${sizeWords(size)}`;
  return minute === null ? what : `${what}. Opens at minute ${minute}`;
};

export const attachDeskHandouts = ({ store, act, urls, csrf, nodes }) => {
  const { dialog, list, empty, form, refusal, bar } = nodes;
  const all = () => store.get().staff?.handouts ?? [];

  const set = async (handout, open) => {
    if (!(await act("handout.open", { handout: handout.code, open }))) return;
    if (open) toast(`Everybody can fetch “${handout.title}”.`, { undo: () => set(handout, false), undoLabel: "Close it again" });
    else toast("It is closed again.");
  };

  form.addEventListener("change", () => { delete form.dataset.key; });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    show(refusal, false);
    const told = await sendFile({ url: urls.handouts, csrf, form, bar });
    text(refusal, told.message ?? "");
    show(refusal, Boolean(told.message));
    if (told.message) return;
    form.reset();
    toast("The file is here. Nobody sees it before you open it.");
  });

  return {
    show: () => { if (may(store.get(), "stage:control")) openDialog(dialog); },
    draw: (state, before) => {
      if (before && before.staff?.handouts === state.staff?.handouts) return;
      keyed(list, all(), {
        key: ({ code }) => code,
        make: ({ code }) => {
          const row = clone("t-desk-handout");
          part(row, "open").addEventListener("click", () => {
            const now = all().find((one) => one.code === code);
            if (now) set(now, !now.opened_at);
          });
          return row;
        },
        update: (row, one) => {
          text(part(row, "title"), one.title);
          text(part(row, "stand"), standOf(one));
          attribute(row, "data-state", one.state);
          show(part(row, "open"), one.state === "ready");
          text(part(row, "words"), one.opened_at ? "Close again" : "Open to everybody");
        },
      });
      show(empty, all().length === 0);
    },
  };
};
