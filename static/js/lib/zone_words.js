/* Words for moments in zones, the same as the server's filters write them. Pure. */

const NBSP = "\u00a0";
const SPOKEN = {
  "America/New_York": "ET",
  "America/Chicago": "CT",
  "America/Denver": "MT",
  "America/Los_Angeles": "PT",
  // Browsers and the server's tables differ on these.
  "Asia/Dubai": "UTC+4",
  "Asia/Tokyo": "JST",
};

const parts = (date, zone) =>
  Object.fromEntries(
    new Intl.DateTimeFormat("en-US", {
      timeZone: zone,
      weekday: "long",
      day: "numeric",
      month: "long",
      year: "numeric",
      hour: "numeric",
      minute: "2-digit",
      hourCycle: "h23",
    })
      .formatToParts(date)
      .map(({ type, value }) => [type, value]),
  );

export const isZone = (zone) => {
  try {
    new Intl.DateTimeFormat("en-US", { timeZone: zone });
    return Boolean(zone);
  } catch {
    return false;
  }
};

export const hourIn = (date, zone) => Number(parts(date, zone).hour);

export const minuteIn = (date, zone) => Number(parts(date, zone).minute);

export const dayIn = (date, zone) => {
  const { weekday, day, month, year } = parts(date, zone);
  return `${weekday} ${day} ${month} ${year}`;
};

export const clockIn = (date, zone) => {
  const { hour, minute } = parts(date, zone);
  const h = Number(hour);
  return `${((h + 11) % 12) + 1}:${minute}${NBSP}${h < 12 ? "a.m." : "p.m."}`;
};

/* Day and clock of a moment, as the server's macro `time` writes them in each of its forms. */
export const timeWords = (date, zone, form = "when") => {
  const { day, month, year } = parts(date, zone);
  const days = { when: dayIn(date, zone), short: `${day} ${month.slice(0, 3)} ${year}`, day: dayIn(date, zone) };
  return { day: days[form] ?? "", clock: form === "day" ? "" : `${clockIn(date, zone)}${NBSP}${zoneLabel(date, zone)}` };
};

export const offsetLabel = (date, zone) => {
  const minutes = offsetMinutes(date, zone);
  if (!minutes) return "UTC";
  const [hours, rest] = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60];
  return `UTC${minutes > 0 ? "+" : "−"}${hours}${rest ? `:${String(rest).padStart(2, "0")}` : ""}`;
};

export const offsetMinutes = (date, zone) => {
  const p = parts(date, zone);
  const month = new Intl.DateTimeFormat("en-US", { timeZone: zone, month: "numeric" }).format(date);
  const wall = Date.UTC(p.year, month - 1, p.day, p.hour, p.minute);
  return Math.round((wall - Math.floor(date.getTime() / 60000) * 60000) / 60000);
};

export const zoneLabel = (date, zone) => {
  if (SPOKEN[zone]) return SPOKEN[zone];
  // Which abbreviations a browser knows depends on the English it speaks; a bare offset is the honest last resort.
  const names = ["en-AU", "en-US", "en-GB", "en-CA", "en-IN", "en-ZA", "en-NZ"].map((locale) =>
    new Intl.DateTimeFormat(locale, { timeZone: zone, timeZoneName: "short" })
      .formatToParts(date)
      .find(({ type }) => type === "timeZoneName").value,
  );
  return names.find((word) => /^[A-Z]{2,5}$/.test(word)) ?? offsetLabel(date, zone);
};

/* Browsers still name some zones by what their city was called once; `core/zones.py` has the same list. */
const PLACES = {
  "Africa/Asmera": "Asmara",
  "America/Godthab": "Nuuk",
  "America/Sao_Paulo": "São Paulo",
  "America/St_Johns": "St John’s",
  "Asia/Calcutta": "Kolkata",
  "Asia/Katmandu": "Kathmandu",
  "Asia/Rangoon": "Yangon",
  "Asia/Saigon": "Ho Chi Minh City",
  "Asia/Ho_Chi_Minh": "Ho Chi Minh City",
  "Atlantic/Faeroe": "Faroe",
  "Europe/Kiev": "Kyiv",
  "Pacific/Ponape": "Pohnpei",
  "Pacific/Truk": "Chuuk",
};

export const cityOf = (zone) => PLACES[zone] ?? zone.split("/").pop().replaceAll("_", " ");

export const isSameClock = (date, one, other) => offsetMinutes(date, one) === offsetMinutes(date, other);

const dayNumber = (date, zone) => Math.floor((date.getTime() + offsetMinutes(date, zone) * 60000) / 86400000);

export const dayShift = (date, home, yours) => dayNumber(date, yours) - dayNumber(date, home);

const SHORT = (date, zone) => {
  const { weekday, day, month } = parts(date, zone);
  return `${weekday.slice(0, 3)} ${day} ${month.slice(0, 3)}`;
};

/* What stands beside a moment for the viewer, or "" where both clocks agree: "9:00 a.m. PT", "Wed 15 Oct, 3:00 a.m. AEDT". */
export const besideWords = (date, home, yours) => {
  if (isSameClock(date, home, yours)) return "";
  const said = `${clockIn(date, yours)}${NBSP}${zoneLabel(date, yours)}`;
  return dayShift(date, home, yours) ? `${SHORT(date, yours)}, ${said}` : said;
};

/* The span for the viewer, with the weekday where it differs. */
export const spanWords = (begin, end, home, yours) => {
  const span = `${clockIn(begin, yours)} to ${clockIn(end, yours)}`;
  if (!dayShift(begin, home, yours)) return span;
  return `${dayIn(begin, yours).replace(/ \d{4}$/, "")}, ${span}`;
};
