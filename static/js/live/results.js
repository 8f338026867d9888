/* Bars of a poll in reserved space: fills move by transform, numbers are text, a table says the same. */
import { attribute, clone, keyed, part, show, text } from "./dom.js";

const NBSP = "\u00a0";

/* `node` holds [data-part=bars], and [data-part=twin] with its table. */
export const drawResult = (node, poll, result) => {
  show(node, Boolean(result));
  if (!result) return;
  const top = Math.max(...result.counts);
  const rows = poll.options.map((label, place) => ({ label, place, count: result.counts[place], share: result.shares[place] }));
  const bars = part(node, "bars");
  attribute(bars, "aria-label", poll.question);
  keyed(bars, rows, {
    key: ({ place }) => place,
    make: () => clone("t-bar"),
    update: (row, { label, count, share }) => {
      attribute(row, "data-lead", top > 0 && count === top);
      text(part(row, "label"), label);
      text(part(row, "share"), `${share}${NBSP}%`);
      text(part(row, "count"), count);
      part(row, "fill").style.transform = `scaleX(${share / 100})`;
    },
  });
  const body = part(node, "twin-rows");
  if (!body.closest("details").open) return;
  drawTwin(body, rows);
};

const drawTwin = (body, rows) =>
  keyed(body, rows, {
    key: ({ place }) => place,
    make: () => clone("t-twin-row"),
    update: (row, { label, count, share }) => {
      text(part(row, "label"), label);
      text(part(row, "share"), `${share}${NBSP}%`);
      text(part(row, "count"), count);
    },
  });

/* The table is filled when it is opened, so that twelve closed tables cost nothing. */
export const attachTwin = (node, redraw) => node.querySelector("details")?.addEventListener("toggle", redraw);
