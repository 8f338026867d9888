/* The lobby: who is here, and what becomes of the session while people wait: it moves, is cancelled, begins. */
import { serverNow } from "../lib/clock.js";
import { viewerZone } from "../lib/zones.js";
import { $, say, show, text } from "./dom.js";
import { changeWords, drawTimes } from "./moved.js";
import { nounFor } from "./select.js";

const PATIENCE = 10_000;
const SHOWN = ["state", "starts_at", "ends_at", "time_zone", "minutes", "lobby_opens_at"];

/* A move is on the page within five seconds, and many pages never ask at once. */
const pause = () => 2500 + Math.random() * 1000;

export const isSame = (room, other) => SHOWN.every((name) => room[name] === other[name]);

/* How long to wait before asking again; null where the answer stays the same: a rehearsal, a sitting that is gone. */
export const nextAsk = ({ ok, status }, retryAfter, usual) => {
  if (ok) return usual;
  if (status >= 400 && status < 500 && status !== 408 && status !== 429) return null;
  return Math.max(usual, 1000 * (retryAfter || 0));
};

/* `room`: as the page was made; `address`: says how it is now, to who has no socket. */
export const makeLobby = ({ room, address, view }) => {
  const at = (id) => document.getElementById(id);
  const timers = { ask: 0, opening: 0 };
  let shown = room;
  let isWaiting = false;

  const isEarly = () => Date.parse(shown.lobby_opens_at) > serverNow();

  const late = () => show(at("late"), Date.parse(shown.starts_at) <= serverNow());

  const draw = (next) => {
    if (isSame(shown, next)) return;
    // Without a time there is no room; its page says so.
    if (!next.starts_at) { location.reload(); return; }
    const words = changeWords(shown, next, viewerZone());
    shown = next;
    const isOff = next.state === "cancelled";
    drawTimes(next);
    late();
    show(at("lobby-early"), isEarly());
    show(at("lobby-open"), !isEarly());
    document.querySelectorAll("[data-lobby]").forEach((node) => show(node, (node.dataset.lobby === "cancelled") === isOff));
    if (isOff) document.title = document.title.replace(/^[^:]*/, "Cancelled");
    if (!words) return;
    text($("#lobby-changed span"), words);
    show(at("lobby-changed"), !isOff);
    say(words);
  };

  /* The page comes again by itself when the lobby opens. */
  const arm = () => {
    clearTimeout(timers.opening);
    const soon = Math.max(1000, Date.parse(shown.lobby_opens_at) - serverNow() + Math.random() * 4000);
    // Timers longer than 24 days overflow and would fire at once.
    if (soon < 2 ** 31) timers.opening = setTimeout(() => location.reload(), soon);
  };

  const stop = () => {
    isWaiting = false;
    Object.values(timers).forEach(clearTimeout);
  };

  const heard = ({ phase, room: next }) => {
    if (phase !== "before" && phase !== "cancelled") { stop(); location.reload(); return; }
    draw(next);
    if (phase === "cancelled") stop();
    else arm();
  };

  const ask = async () => {
    clearTimeout(timers.ask);
    if (!isWaiting || document.hidden) return;
    let next = pause();
    try {
      // Anybody may know it: without a cookie the server looks nobody up.
      const options = { headers: { Accept: "application/json" }, credentials: "omit", signal: AbortSignal.timeout(PATIENCE) };
      const answer = await fetch(address, options);
      if (answer.ok) heard(await answer.json());
      next = nextAsk(answer, Number(answer.headers.get("Retry-After")), next);
    } catch {
      // No line, or no answer: asked again.
    }
    if (isWaiting && next !== null) timers.ask = setTimeout(ask, next);
  };

  /* There is nothing to connect to: what happens meanwhile is asked for while somebody looks, and when they look again. */
  const wait = () => {
    if (isWaiting) return;
    isWaiting = true;
    arm();
    ask();
  };
  document.addEventListener("visibilitychange", ask);
  document.addEventListener("rostrum:due", late);
  if (room.starts_at) late();

  return {
    wait,
    isWaiting: () => isWaiting,
    drawing: ({ leave }) => (state) => {
      const { room: next } = state.shared;
      const people = state.shared.presence?.people ?? 0;
      text(at("lobby-people"), `${nounFor(people, "person is", "people are")} here.`);
      show(at("lobby-people"), people > 0);
      if (next.state === "live" && document.body.className !== "room") {
        view("live");
        at("stage").focus({ preventScroll: true });
        scrollTo(0, 0);
        say("The session has started. You are in the room.");
      }
      if (isSame(shown, next)) return;
      draw(next);
      if (next.state === "cancelled") leave();
      if (next.state === "scheduled" && isEarly() && !state.own.is_staff) {
        leave();
        wait();
      }
    },
  };
};
