/* Announcements: which of them stand now, by the server's clock; and the dialog in which staff write, keep and show them. */
import { forget } from "../lib/autosave.js";
import { serverNow } from "../lib/clock.js";
import { open as openDialog } from "../lib/dialog.js";
import { toast } from "../lib/toasts.js";
import { clockIn } from "../lib/zone_words.js";
import { clone, keyed, part, show, text } from "./dom.js";
import { refuse, sendFrom } from "./refusals.js";

const LONGEST_TIMER = 3600_000;
const ORDER = { active: 0, draft: 1, archived: 2 };
const ACT_WORDS = { active: "Take down", draft: "Show", archived: "Show again" };

const isOver = ({ expires_at: ends }, now) => Boolean(ends) && Date.parse(ends) <= now;

/* What stands above the room now; the newest comes first. Pure. */
export const standing = (announcements, now) => announcements.filter((one) => !isOver(one, now)).reverse();

/* How long until the next one ends, in milliseconds, or null. Pure. */
export const nextEnd = (announcements, now) => {
  const ends = announcements.map((one) => (one.expires_at ? Date.parse(one.expires_at) - now : 0)).filter((left) => left > 0);
  return ends.length ? Math.min(...ends) : null;
};

/* What staff see: showing, drafts, over; the newest first. Pure. */
export const kept = (announcements, now) =>
  announcements
    .map((one) => (one.state === "active" && isOver(one, now) ? { ...one, state: "archived" } : one))
    .reverse()
    .sort((a, b) => ORDER[a.state] - ORDER[b.state]);

/* Draws again when an announcement ends, so that nobody waits for an event that a worker writes. */
export const redrawing = (draw) => {
  let timer = 0;
  return (announcements) => {
    clearTimeout(timer);
    const left = nextEnd(announcements, serverNow());
    if (left !== null) timer = setTimeout(draw, Math.min(LONGEST_TIMER, left + 50));
  };
};

const words = (one, zone) => {
  if (one.state === "draft") return "Draft";
  if (one.state === "archived") return "Over";
  return one.expires_at ? `Showing until ${clockIn(new Date(one.expires_at), zone)}` : "Showing";
};

export const attachAnnouncements = ({ store, dialog, draft, act, list, empty }) => {
  const form = dialog.querySelector("form");
  const minutes = () => Number(form.elements.minutes.value) || null;
  const again = redrawing(() => draw(store.get(), null));

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const isDraft = event.submitter?.value === "draft";
    const payload = { text: form.elements.text.value.trim(), minutes: minutes(), draft: isDraft };
    if (!(await sendFrom(form, act, "announcement.make", payload))) return;
    form.elements.text.value = "";
    forget(draft);
    toast(isDraft ? "Kept as a draft." : "Everybody sees it under the picture.");
  });

  // A toast would stand behind the open dialog.
  const refused = (error) => refuse(form, error);
  const press = async (code) => {
    const one = kept(store.get().staff.announcements, serverNow()).find((other) => other.code === code);
    if (!one) return;
    if (one.state !== "active") {
      await act("announcement.show", { announcement: code, minutes: minutes() }, refused);
    } else if (await act("announcement.withdraw", { announcement: code }, refused)) {
      const left = one.expires_at ? Math.max(1, Math.round((Date.parse(one.expires_at) - serverNow()) / 60_000)) : null;
      toast("Taken down.", { undo: () => act("announcement.show", { announcement: code, minutes: left }) });
    }
  };

  const draw = (state, before) => {
    if (before?.staff?.announcements === state.staff.announcements) return;
    const { announcements } = state.staff;
    keyed(list, kept(announcements, serverNow()), {
      key: ({ code }) => code,
      make: ({ code }) => {
        const row = clone("t-desk-announcement");
        part(row, "act").addEventListener("click", () => press(code));
        part(row, "drop").addEventListener("click", () => act("announcement.withdraw", { announcement: code }, refused));
        return row;
      },
      update: (row, one) => {
        text(part(row, "text"), one.text);
        text(part(row, "state"), words(one, state.shared.room.time_zone));
        text(part(row, "act"), ACT_WORDS[one.state]);
        show(part(row, "drop"), one.state === "draft");
      },
    });
    show(empty, announcements.length === 0);
    again(announcements);
  };
  return { draw, show: () => { openDialog(dialog); form.elements.text.focus(); } };
};
