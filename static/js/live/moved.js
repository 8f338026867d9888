/* What a page says when its session changes, and every time on it once more. */
import { besideWords, timeWords } from "../lib/zone_words.js";
import { retime } from "../lib/zones.js";
import { attribute, text } from "./dom.js";

const saidTime = ({ starts_at: starts, time_zone: home }, zone) => {
  const moment = new Date(starts);
  const { day, clock } = timeWords(moment, home);
  const yours = besideWords(moment, home, zone);
  return `${day}, ${clock}${yours ? ` (${yours} for you)` : ""}`;
};

/* The one sentence for who knew `before`, or "" where nothing of it concerns them. `zone` is the reader's own. Pure. */
export const changeWords = (before, room, zone) => {
  if (room.state === "cancelled") return before.state === "cancelled" ? "" : "This session is cancelled.";
  if (!room.starts_at) return "";
  if (before.starts_at !== room.starts_at) return `This session has moved. It now starts ${saidTime(room, zone)}.`;
  if (before.time_zone !== room.time_zone) return `The time stays. The organiser now gives it as ${saidTime(room, zone)}.`;
  return before.minutes === room.minutes ? "" : `This session now lasts ${room.minutes} minutes.`;
};

/* Every [data-room-time] and [data-room-minutes] of the page, and what counts down to the start. */
export const drawTimes = (room, root = document) => {
  root.querySelectorAll("[data-room-time]").forEach((node) => {
    const moment = room[node.dataset.roomTime];
    if (moment) retime(node.querySelector("time"), moment, room.time_zone);
  });
  root.querySelectorAll("[data-room-minutes]").forEach((node) => text(node, room.minutes));
  root.querySelectorAll("[data-countdown]").forEach((node) => attribute(node, "data-countdown", room.starts_at));
};
