/* Under the picture: where the agenda stands, and what the hosts announce. Also the clock of the bar. */
import { serverNow } from "../lib/clock.js";
import { clockIn, zoneLabel } from "../lib/zone_words.js";
import { redrawing, standing } from "./announcing.js";
import { clone, keyed, part, text } from "./dom.js";
import { segmentAt } from "./select.js";

const MINUTE = 60_000;

export const minuteOf = (room, now) => (now - Date.parse(room.went_live_at ?? room.starts_at)) / MINUTE;

export const clockWords = (now, zone) => `${clockIn(new Date(now), zone)}\u00a0${zoneLabel(new Date(now), zone)}`;

export const attachBoard = ({ store, clock, now, next, list }) => {
  const tick = () => {
    const { shared } = store.get();
    if (!shared) return;
    const { room } = shared;
    text(clock, clockWords(serverNow(), room.time_zone));
    const { now: segment, next: following } = segmentAt(room.segments, minuteOf(room, serverNow()));
    const begin = Date.parse(room.went_live_at ?? room.starts_at);
    text(now, segment?.title ?? (room.segments.length ? "After the agenda" : "The session"));
    text(next, following ? `Then, at ${clockIn(new Date(begin + following.start_minute * MINUTE), room.time_zone)}: ${following.title}` : "");
  };
  setInterval(tick, 5000);

  const drawSaid = () => {
    const { announcements } = store.get().shared;
    keyed(list, standing(announcements, serverNow()), {
      key: ({ code }) => code,
      make: () => clone("t-announcement"),
      update: (row, { text: words }) => text(part(row, "text"), words),
    });
    again(announcements);
  };
  const again = redrawing(drawSaid);

  return (state, before) => {
    if (before?.shared?.room !== state.shared.room) tick();
    if (before?.shared?.announcements !== state.shared.announcements) drawSaid();
  };
};
