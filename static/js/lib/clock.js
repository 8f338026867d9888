/* Time by the server: `<meta name="server-now">` gives the moment the page was made; the visitor's date is never asked.
   [data-countdown=ISO] counts down, [data-elapsed-from=ISO] counts up; assistive technology hears one change a minute. */

export const offsetFrom = (serverNow, browserNow) => (Number.isNaN(serverNow) ? 0 : serverNow - browserNow);

let offset = 0;

/* Takes a better measurement, for example from the socket's handshake: the server's time and the way there and back. */
export const adjust = (serverNow, roundTrip = 0) => {
  offset = serverNow + roundTrip / 2 - Date.now();
};

export const serverNow = () => Date.now() + offset;

export const split = (milliseconds) => {
  const left = Math.max(0, Math.ceil(milliseconds / 1000));
  return {
    days: Math.floor(left / 86400),
    hours: Math.floor(left / 3600) % 24,
    minutes: Math.floor(left / 60) % 60,
    seconds: left % 60,
  };
};

const count = (n, word) => `${n} ${word}${n === 1 ? "" : "s"}`;

export const leftWords = (milliseconds) => {
  const minutes = Math.ceil(milliseconds / 60000);
  if (minutes <= 0) return "It starts now.";
  if (minutes < 60) return `Starts in ${count(minutes, "minute")}.`;
  if (minutes < 1440) return `Starts in ${count(Math.floor(minutes / 60), "hour")} ${count(minutes % 60, "minute")}.`;
  return `Starts in ${count(Math.floor(minutes / 1440), "day")}.`;
};

export const elapsedWords = (milliseconds) => {
  const s = Math.max(0, Math.floor(milliseconds / 1000));
  return [s / 3600, (s / 60) % 60, s % 60].map((n) => String(Math.floor(n)).padStart(2, "0")).join(":");
};

const attachCountdown = (el) => {
  let end = 0;
  const said = el.nextElementSibling?.matches("[data-countdown-said]") ? el.nextElementSibling : null;
  let spoken = said?.textContent ?? "";
  let isOver = false;
  const draw = () => {
    const asked = Date.parse(el.dataset.countdown);  // what it counts to may move
    if (asked !== end) isOver = false;
    end = asked;
    const left = end - serverNow();
    const units = split(left);
    el.querySelectorAll("[data-unit]").forEach((part) => {
      const { unit } = part.dataset;
      part.querySelector("b").textContent = unit === "days" ? units.days : String(units[unit]).padStart(2, "0");
      if (unit === "days") part.hidden = !units.days;
      if (unit === "hours") part.hidden = !units.days && !units.hours;
    });
    const text = leftWords(left);
    if (text !== spoken) {
      spoken = text;
      el.setAttribute("aria-label", text);
      if (said) said.textContent = text;
    }
    if (left <= 0 && !isOver) {
      isOver = true;
      el.dispatchEvent(new CustomEvent("rostrum:due", { bubbles: true }));
    }
  };
  draw();
  return draw;
};

const attachElapsed = (el) => () => {
  el.textContent = elapsedWords(serverNow() - Date.parse(el.dataset.elapsedFrom));
};

export const start = (root = document) => {
  const meta = document.querySelector('meta[name="server-now"]');
  // The page was made before it arrived; the time of its first byte belongs to the moment the server wrote down.
  const arrived = performance.timeOrigin + (performance.getEntriesByType("navigation")[0]?.responseStart ?? 0);
  if (meta) offset = offsetFrom(Date.parse(meta.content), arrived);
  const draws = [
    ...[...root.querySelectorAll("[data-countdown]")].map(attachCountdown),
    ...[...root.querySelectorAll("[data-elapsed-from]")].map(attachElapsed),
  ];
  if (draws.length) setInterval(() => draws.forEach((draw) => draw()), 500);
};
