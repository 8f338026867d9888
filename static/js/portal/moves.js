/* Pure: where a session is taken on a calendar, from a pointer's height or an arrow key, and how that is said. */

const SNAP = 15;
const LAST = 24 * 60 - SNAP;
const two = (number) => String(number).padStart(2, "0");

/* The minute of the day at a height inside a column of `hours` hours from hour `from`, on the quarter hour. */
export const minuteAt = (y, height, from, hours) => {
  const minute = Math.round(((y / height) * hours * 60) / SNAP) * SNAP + from * 60;
  return Math.min(Math.max(minute, 0), LAST);
};

/* A day and a minute of it as the address takes them. */
export const stampOf = ({ day, minute }) => `${day}T${two(Math.floor(minute / 60))}:${two(minute % 60)}`;

export const clockWords = (minute) =>
  `${((Math.floor(minute / 60) + 11) % 12) + 1}:${two(minute % 60)} ${minute < 720 ? "a.m." : "p.m."}`;

/* Such as `Tue 1 Dec, 3:15 p.m.`. */
export const placeWords = ({ day, minute }) => {
  const on = new Date(`${day}T00:00Z`);
  const said = on.toLocaleDateString("en-GB", { weekday: "short", day: "numeric", month: "short", timeZone: "UTC" });
  return `${said.replace(",", "")}, ${clockWords(minute)}`;
};

/* Where an arrow key takes a place: a week shows hours, a month only days; `isFar` is an hour at once. Null for other keys. */
export const step = ({ day, minute }, key, { hasHours = true, isFar = false } = {}) => {
  const byDay = { ArrowLeft: -1, ArrowRight: 1, PageUp: -7, PageDown: 7, ...(hasHours ? {} : { ArrowUp: -7, ArrowDown: 7 }) };
  if (byDay[key]) {
    const on = new Date(`${day}T00:00Z`);
    on.setUTCDate(on.getUTCDate() + byDay[key]);
    return { day: on.toISOString().slice(0, 10), minute };
  }
  const quarters = { ArrowUp: -1, ArrowDown: 1 }[key];
  if (!quarters) return null;
  const round = quarters < 0 ? Math.ceil : Math.floor;  // a session at 3:11 goes to 3:15 or 3:00, not to 3:26
  const to = (round(minute / SNAP) + quarters * (isFar ? 4 : 1)) * SNAP;
  return { day, minute: Math.min(Math.max(to, 0), LAST) };
};

/* The address of the page that says who is told; `stood` is where this calendar showed the session. */
export const moveAddress = (move, stood, to) => `${move}?to=${encodeURIComponent(to)}&stood=${encodeURIComponent(stood)}`;
