/* Adds the viewer's time beside every <time data-zone>, and keeps the two-clocks block in the zone that was chosen.
   The choice is remembered and announced as the event "rostrum:zone" on the document. */
import { recall, remember } from "./memory.js";
import * as words from "./zone_words.js";

const own = () => Intl.DateTimeFormat().resolvedOptions().timeZone;

const profile = () => document.querySelector("meta[name=viewer-zone][data-profile]");

/* The profile's zone where somebody is signed in and has one, else what was chosen here, else the browser's own. */
export const viewerZone = () => {
  const found = [profile()?.content, recall("zone")].find((zone) => words.isZone(zone));
  return found ?? own();
};

/* The server prints times in this zone from the next page on. */
const tell = (zone) => {
  const token = document.querySelector("meta[name=csrf-token]")?.content ?? "";
  const body = new URLSearchParams({ zone });
  fetch("/account/zone", { method: "POST", body, headers: { "X-CSRFToken": token } }).catch(() => {});
};

const keepCookie = (zone) => {
  document.cookie = `zone=${encodeURIComponent(zone)}; path=/; max-age=31536000; samesite=lax`;
};

export const localise = (root, zone) => {
  root.querySelectorAll("time[data-zone]").forEach((el) => {
    const how = el.dataset.local ?? "beside";
    if (how === "off" || !el.dateTime) return;
    const text = words.besideWords(new Date(el.dateTime), el.dataset.zone, zone);
    if (how === "title") {
      el.title = text ? `For you: ${text}` : "";
      return;
    }
    let beside = el.nextElementSibling;
    if (!beside?.matches(".time__yours")) {
      if (!text) return;
      beside = document.createElement("span");
      beside.className = "time__yours";
      el.after(beside);
    }
    beside.textContent = text ? ` (${text} for you)` : "";
  });
};

/* Lets a <time data-zone> say another moment, in the form that the page chose for it. */
export const retime = (el, moment, zone) => {
  const { day, clock } = words.timeWords(new Date(moment), zone, el.dataset.form);
  const kept = document.createElement("span");
  kept.className = "keep";
  kept.textContent = clock;
  el.dateTime = moment;
  el.dataset.zone = zone;
  el.replaceChildren(...(clock ? [...(day ? [`${day}, `] : []), kept] : [day]));
  localise(el.parentElement, viewerZone());
};

const place = (el, percent, names) => names.forEach((name) => el.setAttribute(name, `${percent}%`));

const drawHours = (block, zone) => {
  const base = new Date(block.dataset.base);
  const shift = ((60 - words.minuteIn(base, zone)) % 60) / 60;
  const x = (number) => Math.round((6 + 11 * (number + shift)) * 1000) / 1000;
  const hour = (number) => words.hourIn(new Date(base.getTime() + (number + shift) * 3600000), zone);
  const isNight = (h) => h < 6 || h > 21;
  block.querySelectorAll("[data-clock-night]").forEach((el) => {
    const number = Number(el.dataset.clockNight);
    el.toggleAttribute("data-night", isNight(hour(number)));
    if (number >= 0) place(el, x(number), ["x"]);
    else el.setAttribute("width", `${x(0)}%`);
  });
  block.querySelectorAll("[data-clock-tick]").forEach((tick) => {
    const number = Number(tick.dataset.clockTick);
    tick.querySelectorAll("line").forEach((line) => place(line, x(number), ["x1", "x2"]));
    const text = tick.querySelector("text");
    place(text, x(number), ["x"]);
    text.textContent = ((hour(number) + 11) % 12) + 1;
    tick.querySelector(".clock__midnight").toggleAttribute("data-on", hour(number) === 0);
    tick.classList.toggle("clock__gone", x(number) > 98);
  });
};

const drawClocks = (block, zone) => {
  const [start, end] = [new Date(block.dataset.start), new Date(block.dataset.end)];
  const { home } = block.dataset;
  const same = words.isSameClock(start, home, zone);
  const part = (name) => block.querySelector(`[data-clock-${name}]`);
  part("same").hidden = !same;
  part("other").hidden = same;
  part("days").hidden = same;
  part("time").textContent = words.spanWords(start, end, home, zone);
  const [label, offset] = [words.zoneLabel(start, zone), words.offsetLabel(start, zone)];
  part("zone").textContent = label === offset || offset === "UTC" ? label : `${label}, ${offset}`;
  const days = words.dayShift(start, home, zone);
  part("shift").hidden = !days;
  part("shift").textContent = days > 0 ? "A day later for you" : "A day earlier for you";
  part("row").textContent = `${words.dayIn(start, zone).split(" ")[0]}, ${words.cityOf(zone)}`;
  drawHours(block, zone);
  const select = block.querySelector("[data-zone-switch]");
  if (![...select.options].some((option) => option.value === zone)) select.prepend(new Option(words.cityOf(zone), zone));
  select.value = zone;
  block.querySelector("[data-zone-back]").disabled = zone === own();
};

export const start = (root = document) => {
  const draw = () => {
    const zone = viewerZone();
    localise(root, zone);
    root.querySelectorAll("[data-clocks]").forEach((block) => drawClocks(block, zone));
  };
  const choose = (zone) => {
    remember("zone", zone === own() ? null : zone);
    profile()?.setAttribute("content", zone);
    draw();
    tell(zone);
    document.dispatchEvent(new CustomEvent("rostrum:zone", { detail: { zone: viewerZone() } }));
  };
  root.querySelectorAll("[data-zone-switch]").forEach((el) => el.addEventListener("change", () => choose(el.value)));
  root.querySelectorAll("[data-zone-back]").forEach((el) => el.addEventListener("click", () => choose(own())));
  keepCookie(viewerZone());
  draw();
};
