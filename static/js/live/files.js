/* Files that were opened to everybody: a list to download from, and a word when one comes. */
import { clockIn } from "../lib/zone_words.js";
import { clone, keyed, part, say, show, text } from "./dom.js";

/* The size as people say it. Pure. */
export const sizeWords = (bytes) => (bytes < 1_000_000 ? `${Math.max(1, Math.ceil(bytes / 1000))} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`);

/* The files that are new since the state before; none at first sight. Pure. */
export const freshOf = (handouts, before) => {
  if (!before) return [];
  const known = new Set(before.map(({ code }) => code));
  return handouts.filter(({ code }) => !known.has(code));
};

export const attachFiles = ({ files, list, empty, part: around, isSaid = false }) => (state, before) => {
  const { handouts, room } = state.shared;
  if (before?.shared?.handouts === handouts) return;
  keyed(list, [...handouts].reverse(), {
    key: ({ code }) => code,
    make: ({ code }) => {
      const row = clone("t-file");
      part(row, "link").href = `${files}/handouts/${code}`;
      return row;
    },
    update: (row, { title, kind, size, at }) => {
      text(part(row, "title"), title);
      text(part(row, "more"), `${kind.toUpperCase()}, ${sizeWords(size)}, since ${clockIn(new Date(at), room.time_zone)}`);
    },
  });
  show(empty, handouts.length === 0);
  show(around, handouts.length > 0);
  const [fresh] = freshOf(handouts, before?.shared?.handouts);
  if (fresh && isSaid) say(`New file: ${fresh.title}. It is under Files.`);
};
