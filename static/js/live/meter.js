/* The credit meter: what counted, in words and on the ruler of minutes. The words are the server's. */
import { serverNow } from "../lib/clock.js";
import { attribute, text } from "./dom.js";
import { partOf } from "./select.js";

const NS = "http://www.w3.org/2000/svg";
const percent = (value, total) => `${Math.min(100, Math.max(0, (100 * value) / total)).toFixed(3)}%`;

const shape = (name, attributes) => {
  const node = document.createElementNS(NS, name);
  Object.entries(attributes).forEach(([key, value]) => node.setAttribute(key, value));
  return node;
};

const WORDS = {
  staff: ["You are here as staff.", "Staff are not counted."],
  captioner: ["You are here as captioner.", "Nothing is counted for you."],
  observer: ["You are here as observer.", "Nothing is counted for you."],
};

/* Gives the three places of the words: the count in bold, what is missing, everything else. */
export const wordsOf = (meter, role) => {
  if (!meter) return [...(WORDS[role] ?? ["", "Your minutes appear here."]), ""];
  const [first = "", second = "", ...rest] = meter.words;
  return [first, second, rest.join(" ")];
};

/* How many checks counted so far, and how many of these were answered; nothing before the first, or when said. */
export const checksWords = (meter) => {
  // The words say it themselves as soon as too few were answered.
  if (meter?.words?.some((said) => said.startsWith("Checks answered"))) return "";
  const marks = meter?.checks ?? [];
  return marks.length ? `Checks answered: ${marks.filter(({ answered }) => answered).length} of ${marks.length}` : "";
};

/* A filled diamond is an answer, a cross a miss: not told by colour alone. */
const markOf = ({ at_s: at, answered }, total) => {
  const node = shape("svg", { x: percent(at, total), overflow: "visible" });
  node.append(shape("path", answered ? { class: "ruler__check", d: "M0 2l6 7-6 7-6-7z" } : { class: "ruler__miss", d: "M-5 4l10 10M5 4l-10 10" }));
  return node;
};

export const attachMeter = ({ words, more, checks, ruler }) => {
  const [count, missing] = words;

  const drawRuler = (meter, room) => {
    const total = meter?.total_s || room.minutes * 60;
    const spans = meter?.spans ?? [];
    const begin = Date.parse(room.went_live_at ?? room.starts_at);
    const at = (serverNow() - begin) / 1000;
    const parts = [shape("rect", { class: "ruler__open", width: "100%", height: "100%" })];
    spans.forEach(([from, to]) =>
      parts.push(shape("rect", { class: "ruler__counted", x: percent(from, total), width: percent(to - from, total), height: "100%" })),
    );
    (meter?.checks ?? []).forEach((mark) => parts.push(markOf(mark, total)));
    const need = meter ? percent(meter.needed_s, total) : null;
    if (need && meter.needed_s < total) parts.push(shape("line", { class: "ruler__need", x1: need, x2: need, y1: -2, y2: "100%" }));
    const now = percent(at, total);
    if (at > 0 && room.state === "live") parts.push(shape("line", { class: "ruler__now", x1: now, x2: now, y1: -4, y2: "100%" }));
    ruler.replaceChildren(...parts);
    attribute(ruler, "data-total", Math.round(total / 60));
    attribute(ruler, "aria-label", meter ? [...meter.words, checksWords(meter)].filter(Boolean).join(" ") : "No minutes are counted yet");
  };

  return (state, before) => {
    const { meter } = state.own;
    if (before?.own?.meter === meter && before.shared?.room === state.shared.room) return;
    const [first, second, rest] = wordsOf(meter, partOf(state.own));
    text(count, first);
    text(missing, second ? ` ${second}` : "");
    text(more, rest);
    text(checks, checksWords(meter));
    drawRuler(meter, state.shared.room);
  };
};
