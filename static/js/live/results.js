/* Results of a poll in reserved space: fills move by transform, numbers are text, a table says the same. */
import { attribute, clone, keyed, part, show, text } from "./dom.js";
import { beforeWords, rowsOf, statWords, twinOf } from "./result_words.js";

const SVG = "http://www.w3.org/2000/svg";
const SIZES = 5;
const STEPS = 5;

/* The colour of a column: the five of agreement, spread over as many columns as there are. */
const stepOf = (at, count) => 1 + Math.round((at * (STEPS - 1)) / Math.max(1, count - 1));

const drawBars = (bars, poll, result, zone) => {
  const rows = rowsOf(poll, result);
  const top = Math.max(0, ...rows.map(({ count }) => count));
  keyed(bars, rows, {
    key: ({ key }) => key,
    make: () => clone("t-bar"),
    update: (row, { label, count, share, note, isRight, before }) => {
      attribute(row, "data-lead", top > 0 && count === top);
      text(part(row, "label"), label);
      show(part(row, "right"), isRight);
      text(part(row, "share"), share);
      text(part(row, "count"), note);
      part(row, "fill").style.transform = `scaleX(${parseInt(share, 10) / 100})`;
      show(part(row, "before-track"), before !== null);
      show(part(row, "before"), before !== null);
      if (before === null) return;
      part(row, "before-fill").style.transform = `scaleX(${before / 100})`;
      text(part(row, "before"), beforeWords(poll.earlier, before, zone));
    },
  });
};

const drawGrid = (bars, poll, result) => {
  const width = poll.columns.length;
  keyed(bars, poll.options.map((label, at) => ({ label, at })), {
    key: ({ at }) => `${poll.code} ${at}`,
    make: () => {
      const row = clone("t-grid-bar");
      poll.columns.forEach((_, column) => {
        const rect = document.createElementNS(SVG, "rect");
        rect.setAttribute("class", `agree__${stepOf(column, width)}`);
        rect.setAttribute("height", "100%");
        part(row, "steps").append(rect);
      });
      return row;
    },
    update: (row, { label, at }) => {
      const shares = result.shares.slice(at * width, (at + 1) * width);
      text(part(row, "label"), label);
      text(part(row, "mean"), result.stats[at] ? `mean ${result.stats[at].mean}` : "");
      let from = 0;
      [...part(row, "steps").children].forEach((rect, column) => {
        rect.setAttribute("x", `${from}%`);
        rect.setAttribute("width", `${shares[column]}%`);
        from += shares[column];
      });
    },
  });
};

const drawKey = (key, poll) => {
  show(key, poll.kind === "grid");
  if (poll.kind !== "grid") return;
  keyed(key, poll.columns.map((label, at) => ({ label, at })), {
    key: ({ at }) => `${poll.code} ${at}`,
    make: ({ at }) => {
      const item = clone("t-key");
      item.querySelector("rect").setAttribute("class", `agree__${stepOf(at, poll.columns.length)}`);
      return item;
    },
    update: (item, { label }) => text(part(item, "label"), label),
  });
};

/* Words in the order of the alphabet, so that a new one moves as little as possible; the size tells how often. */
const drawCloud = (cloud, result) => {
  const top = Math.max(1, ...result.counts);
  const words = result.labels.map((label, at) => ({ label, count: result.counts[at] }));
  keyed(cloud, words.sort((a, b) => a.label.localeCompare(b.label)), {
    key: ({ label }) => label.toLowerCase(),
    make: () => clone("t-word"),
    update: (item, { label, count }) => {
      attribute(item, "data-size", Math.ceil((count / top) * SIZES));
      text(part(item, "label"), label);
      text(part(item, "count"), count > 1 ? count : "");
    },
  });
};

const drawTwin = (table, { head, rows }) => {
  keyed(part(table, "twin-head"), head, {
    key: (words) => words,
    make: () => Object.assign(document.createElement("th"), { scope: "col" }),
    update: (cell, words) => { text(cell, words); cell.className = words === head[0] ? "" : "num"; },
  });
  keyed(part(table, "twin-rows"), rows, {
    key: ([label]) => label,
    make: () => {
      const row = document.createElement("tr");
      row.append(Object.assign(document.createElement("th"), { scope: "row", dir: "auto" }));
      return row;
    },
    update: (row, [label, ...cells]) => {
      text(row.firstElementChild, label);
      while (row.children.length > cells.length + 1) row.lastElementChild.remove();
      cells.forEach((words, at) => {
        if (!row.children[at + 1]) row.append(Object.assign(document.createElement("td"), { className: "num" }));
        text(row.children[at + 1], words);
      });
    },
  });
};

/* `node` holds what `live/_result.html` makes. */
export const drawResult = (node, poll, result, zone = "UTC") => {
  show(node, Boolean(result));
  if (!result) return;
  const isCloud = poll.kind === "words";
  const bars = part(node, "bars");
  show(bars, !isCloud);
  show(part(node, "cloud"), isCloud);
  [bars, part(node, "cloud")].forEach((list) => attribute(list, "aria-label", poll.question));
  drawKey(part(node, "key"), poll);
  if (isCloud) drawCloud(part(node, "cloud"), result);
  else if (poll.kind === "grid") drawGrid(bars, poll, result);
  else drawBars(bars, poll, result, zone);
  attribute(bars, "data-texts", poll.kind === "text");
  attribute(bars, "data-scale", poll.kind.startsWith("rating"));
  text(part(node, "stats"), statWords(poll, result));
  // The table is filled when it is opened, so that twelve closed tables cost nothing.
  if (node.querySelector("[data-twin]").open) drawTwin(node.querySelector("table"), twinOf(poll, result, zone));
};

export const attachTwin = (node, redraw) => node.querySelector("[data-twin]")?.addEventListener("toggle", redraw);
