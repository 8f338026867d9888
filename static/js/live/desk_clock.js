/* The agenda clock: elapsed and left, segments on the ruler, planned polls as diamonds. */
import { elapsedWords, serverNow, split } from "../lib/clock.js";
import { clockIn } from "../lib/zone_words.js";
import { clockWords, minuteOf } from "./board.js";
import { fitLabels } from "./desk_labels.js";
import { attribute, text } from "./dom.js";
import { behind, planOf } from "./plan.js";
import { nounFor, segmentAt } from "./select.js";

const NS = "http://www.w3.org/2000/svg";
const MINUTE = 60_000;

const shape = (name, attributes, words) => {
  const node = document.createElementNS(NS, name);
  Object.entries(attributes).forEach(([key, value]) => node.setAttribute(key, value));
  if (words) node.textContent = words;
  return node;
};

/* How the session stands against its plan, in minutes and words. */
export const standing = (room, now, waits = 0) => {
  const ends = Date.parse(room.ends_at);
  const left = Math.ceil((ends - now) / MINUTE);
  const late = room.went_live_at ? Math.round((Date.parse(room.went_live_at) - Date.parse(room.starts_at)) / MINUTE) : 0;
  if (left < 0) return { figure: `${-left} min`, words: "over the planned end", isNow: true };
  if (waits > 1) return { figure: `${left} min`, words: `left, ${waits} min behind plan`, isNow: true };
  if (late > 0) return { figure: `${left} min`, words: `left, started ${late} min late`, isNow: true };
  return { figure: `${left} min`, words: "left", isNow: false };
};

const percent = (minute, total) => `${Math.min(100, Math.max(0, (100 * minute) / total)).toFixed(3)}%`;

const drawAgenda = (svg, room, acts, minute) => {
  const total = room.minutes;
  const begin = Date.parse(room.starts_at);
  const parts = [];
  const segments = room.segments.length ? room.segments : [{ title: "Session", start_minute: 0, minutes: total, gives_credit: true }];
  segments.forEach(({ title, start_minute: from, minutes }, place) => {
    const kind = place % 2 ? "ruler__plan ruler__plan--alt" : "ruler__plan";
    // A drawing of its own: hovering the segment says its whole title, however short the label had to become.
    // Its time may be wider than a short segment: `fitLabels` leaves out what would touch another.
    const part = shape("svg", { x: percent(from, total), width: percent(minutes, total), height: "100%", overflow: "visible" });
    part.append(
      shape("title", {}, title),
      shape("rect", { class: kind, width: "100%", y: 22, height: 26 }),
      shape("text", { class: "ruler__label ruler__label--strong", y: 14 }, title),
      shape("text", { class: "ruler__label", y: 72 }, clockIn(new Date(begin + from * MINUTE), room.time_zone).replace(/\u00a0.*/, "")),
    );
    parts.push(part);
  });
  if (room.state === "live") parts.push(shape("rect", { class: "ruler__counted", x: 0, y: 22, width: percent(minute, total), height: 26, opacity: 0.9, "pointer-events": "none" }));
  acts
    .filter(({ minute: planned }) => planned !== null)
    .forEach(({ minute: planned, isDone, title }) => {
      const place = shape("svg", { x: percent(planned, total), overflow: "visible" });
      const done = isDone ? " ruler__check--done" : "";
      place.append(shape("title", {}, title), shape("path", { class: `ruler__check${done}`, d: "M0 27l7 8-7 8-7-8z" }));
      parts.push(place);
    });
  const now = percent(minute, total);
  if (room.state === "live") parts.push(shape("line", { class: "ruler__now", x1: now, x2: now, y1: 16, y2: 56 }));
  svg.replaceChildren(...parts);
  fitLabels(svg);
  const { now: segment } = segmentAt(segments, minute);
  const said = room.state === "live" ? ` Now at minute ${Math.floor(minute)}${segment ? ` in ${segment.title}` : ""}.` : "";
  attribute(svg, "aria-label", `Agenda of ${nounFor(total, "minute", "minutes")}.${said}`);
};

/* Everything that has a minute of the plan. */
const marksOf = (staff) => [
  ...(staff?.polls ?? []).map((poll) => ({ minute: poll.planned_minute, title: poll.question, isDone: poll.state !== "draft" })),
  ...(staff?.handouts ?? []).map((file) => ({ minute: file.minute, title: file.title, isDone: Boolean(file.opened_at) })),
];

const twoDigits = (n) => String(n).padStart(2, "0");

export const attachDeskClock = ({ store, elapsed, elapsedSaid, left, leftSaid, svg }) => {
  let drawnMinute = null;
  const tick = () => {
    const { shared, staff } = store.get();
    if (!shared) return;
    const { room } = shared;
    const now = serverNow();
    if (room.state === "live") {
      text(elapsed, elapsedWords(now - Date.parse(room.went_live_at ?? room.starts_at)));
      text(elapsedSaid, `elapsed, ${clockWords(now, room.time_zone)}`);
      const { figure, words, isNow } = standing(room, now, behind(planOf(store.get()), minuteOf(room, now)));
      text(left, figure);
      text(leftSaid, words);
      leftSaid.classList.toggle("mark--now", isNow);
      leftSaid.classList.toggle("mark", isNow);
    } else if (room.state === "ended") {
      const [from, to] = [room.went_live_at ?? room.starts_at, room.ended_at ?? room.ends_at].map((at) => Date.parse(at));
      text(elapsed, elapsedWords(to - from));
      text(elapsedSaid, `on air, ended ${clockWords(to, room.time_zone)}`);
      text(left, `${room.minutes} min`);
      text(leftSaid, "planned");
      leftSaid.className = "";
    } else {
      const begin = Date.parse(room.starts_at);
      const { days, hours, minutes, seconds } = split(Math.abs(begin - now));
      const whole = days * 24 + hours;
      text(elapsed, `${whole ? `${whole}:` : ""}${twoDigits(minutes)}:${twoDigits(seconds)}`);
      text(elapsedSaid, `${begin >= now ? "to" : "after"} ${clockWords(begin, room.time_zone)}`);
      text(left, `${room.minutes} min`);
      text(leftSaid, `planned, ${nounFor(staff?.polls.length ?? 0, "poll", "polls")}`);
    }
    const minute = Math.floor(minuteOf({ ...room, went_live_at: null }, now) * 4) / 4;
    if (minute === drawnMinute) return;
    drawnMinute = minute;
    drawAgenda(svg, room, marksOf(staff), minute);
  };
  setInterval(tick, 500);
  new ResizeObserver(() => {
    drawnMinute = null;
  }).observe(svg);
  return (state, before) => {
    if (before?.staff?.polls === state.staff?.polls && before?.staff?.handouts === state.staff?.handouts && before?.shared?.room === state.shared.room) return;
    drawnMinute = null;
    tick();
  };
};
