/* Captions over the stage: everybody chooses size and place, or none, and whether a screen reader says them. */
import { recall, remember } from "../lib/memory.js";
import { attribute, show, text } from "./dom.js";

const SILENCE_MS = 9000;
const SIZES = ["small", "medium", "large"];
const PLACES = ["bottom", "top"];

/* What a browser remembers, made whole. Pure. */
export const settingsOf = (kept) => ({
  isOn: kept?.isOn !== false,
  size: SIZES.includes(kept?.size) ? kept.size : "medium",
  place: PLACES.includes(kept?.place) ? kept.place : "bottom",
  isSaid: kept?.isSaid === true,
});

/* The lines that are shown: the last two, while the newest is young enough. Pure. */
export const shownLines = (captions, isSilent) => (isSilent ? [] : captions.slice(-2));

export const attachCaptions = ({ box, old, now, said, controls, toggle, form }) => {
  let settings = settingsOf(recall("captions"));
  let captions = [];
  let isSilent = true;
  let timer = 0;

  const drawLines = () => {
    const lines = shownLines(captions, isSilent);
    show(box, settings.isOn && lines.length > 0);
    text(old, lines.length > 1 ? lines[0].text : "");
    text(now, lines.at(-1)?.text ?? "");
  };

  const drawSettings = () => {
    attribute(toggle, "aria-pressed", String(settings.isOn));
    attribute(box, "data-size", settings.size);
    attribute(box, "data-place", settings.place);
    attribute(said, "aria-live", settings.isSaid ? "polite" : "off");
    form.elements.size.value = settings.size;
    form.elements.place.value = settings.place;
    form.elements.said.checked = settings.isSaid;
    drawLines();
  };

  const change = (part) => {
    settings = { ...settings, ...part };
    remember("captions", settings);
    drawSettings();
  };

  toggle.addEventListener("click", () => change({ isOn: !settings.isOn }));
  form.addEventListener("change", () =>
    change({ size: form.elements.size.value, place: form.elements.place.value, isSaid: form.elements.said.checked }));
  form.addEventListener("submit", (event) => event.preventDefault());
  drawSettings();

  return (state, before) => {
    const next = state.shared.captions ?? [];
    if (before?.shared?.captions === next) return;
    const isNew = next.at(-1)?.number !== captions.at(-1)?.number;
    captions = next;
    show(controls, next.length > 0);
    if (!isNew) return;
    isSilent = !before?.shared && Date.now() - Date.parse(next.at(-1)?.at) > SILENCE_MS;
    clearTimeout(timer);
    timer = setTimeout(() => { isSilent = true; drawLines(); }, SILENCE_MS);
    drawLines();
    if (settings.isSaid) text(said, next.at(-1)?.text ?? "");
  };
};
