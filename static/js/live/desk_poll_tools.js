/* What a host does with the poll on the chart: more time, pin, ask again, put away, and take texts out. */
import { serverNow } from "../lib/clock.js";
import { toast } from "../lib/toasts.js";
import { clone, keyed, part, show, text } from "./dom.js";
import { attachPollPeople } from "./poll_people.js";
import { leftWords } from "./select.js";

const MORE_SECONDS = 30;

const foldedOf = (words) => words.toLowerCase();

/* The texts of a poll for its moderator: shown ones as people see them, then those that were taken out. */
export const moderated = (poll, result) => [
  ...(result?.labels ?? []).map((words) => ({ words, isHidden: false })),
  ...(poll.hidden ?? []).filter((words) => !(result?.labels ?? []).some((other) => foldedOf(other) === foldedOf(words))).map((words) => ({ words, isHidden: true })),
];

export const attachPollTools = ({ act, ask, nodes, shown }) => {
  const extend = async () => {
    const poll = shown();
    if (poll?.state === "open" && (await act("poll.extend", { poll: poll.code, seconds: MORE_SECONDS }))) toast(`${MORE_SECONDS} seconds more.`);
  };
  const pin = async () => {
    const poll = shown();
    if (!poll) return;
    const pinned = !poll.pinned;
    if (await act("poll.pin", { poll: poll.code, pinned })) toast(pinned ? "It stands first for everybody." : "It stands in its order again.");
  };
  const repeat = async () => {
    const poll = shown();
    if (poll && (await act("poll.repeat", { poll: poll.code }))) toast("The same question is in the list; its result will stand beside this one.");
  };
  const archive = async () => {
    const poll = shown();
    if (poll?.state !== "closed" || !(await act("poll.archive", { poll: poll.code, archived: true }))) return;
    toast("Put away; nobody in the room sees it.", { undo: () => act("poll.archive", { poll: poll.code, archived: false }), undoLabel: "Bring it back" });
  };
  const hide = async (poll, { words, isHidden }) => {
    if (!(await act("poll.hide_text", { poll: poll.code, text: words, hidden: !isHidden }))) return;
    toast(isHidden ? "It is in the result again." : "Taken out of the result.");
  };
  nodes.extend.addEventListener("click", extend);
  nodes.pin.addEventListener("click", pin);
  nodes.repeat.addEventListener("click", repeat);
  nodes.archive.addEventListener("click", archive);

  const drawTexts = (poll, result) => {
    const isModerated = ["text", "words"].includes(poll.kind);
    show(nodes.texts, isModerated);
    if (!isModerated) return;
    keyed(part(nodes.texts, "texts"), moderated(poll, result), {
      key: ({ words, isHidden }) => `${poll.code} ${isHidden} ${words}`,
      make: (entry) => {
        const row = clone("t-desk-text");
        part(row, "hide").addEventListener("click", () => hide(poll, entry));
        return row;
      },
      update: (row, { words, isHidden }) => {
        text(part(row, "text"), words);
        text(part(row, "hide"), isHidden ? "Show again" : "Take out");
        part(row, "hide").setAttribute("aria-label", `${isHidden ? "Show again" : "Take out"}: ${words}`);
        row.toggleAttribute("data-hidden", isHidden);
      },
    });
  };

  const drawPeople = attachPollPeople({ node: nodes.result, ask, poll: shown });

  const draw = (poll, result) => {
    const isOpen = poll.state === "open";
    show(nodes.extend, isOpen);
    show(nodes.archive, poll.state === "closed");
    text(part(nodes.pin, "words"), poll.pinned ? "Unpin" : "Pin");
    nodes.pin.setAttribute("aria-pressed", String(Boolean(poll.pinned)));
    drawTexts(poll, result);
    drawPeople(result, true);
  };

  /* The rest of a running timer, or nothing. */
  const left = (poll) => (poll.state === "open" && poll.closes_at ? `, ${leftWords(Math.max(0, Math.round((Date.parse(poll.closes_at) - serverNow()) / 1000)))}` : "");

  return { draw, left, extend, pin, repeat, archive };
};
