/* Calendar: an entry that may move is taken to another time or day by pointer, or by the arrow keys on its "Move" link, and
   the page of who is told what opens. Nothing is written here. By touch the link leads to a form for the same. */
import { toast } from "../lib/toasts.js";
import { minuteAt, moveAddress, placeWords, stampOf, step } from "./moves.js";

const SLACK = 6;

const go = ({ move, start: stood }, to) => {
  if (!to || to === stood) return;
  if (navigator.onLine === false) {
    toast("There is no connection. The session stays where it is; try again when you are online.", { urgent: true });
    return;
  }
  location.assign(moveAddress(move, stood, to));
};

const under = (x, y, sheet) => document.elementsFromPoint(x, y).find((one) => one.dataset?.day && sheet.contains(one));

const spotOf = (event, drag, sheet) => {
  const cell = under(event.clientX, event.clientY, sheet);
  if (!cell) return null;
  const { day } = cell.dataset;
  if (!sheet.dataset.hours) return { cell, day, minute: Number(drag.entry.dataset.minute) };
  const box = cell.getBoundingClientRect();
  const minute = minuteAt(event.clientY - drag.grip - box.top, box.height, Number(sheet.dataset.from), Number(sheet.dataset.hours));
  return { cell, day, minute };
};

const over = (sheet, cell) => {
  for (const one of sheet.querySelectorAll("[data-over]")) if (one !== cell) delete one.dataset.over;
  if (cell) cell.dataset.over = "";
};

const lift = (entry) => {
  const ghost = Object.assign(document.createElement("div"), { className: "entry-ghost" });
  ghost.setAttribute("aria-hidden", "true");
  ghost.style.minInlineSize = `${entry.getBoundingClientRect().width}px`;
  document.body.append(ghost);
  entry.classList.add("entry--carried");
  return ghost;
};

const byPointer = (sheet) => {
  let drag = null;
  const drop = () => {
    drag?.ghost?.remove();
    drag?.entry.classList.remove("entry--carried");
    over(sheet, null);
    drag = null;
  };
  sheet.addEventListener("dragstart", (event) => event.preventDefault());
  sheet.addEventListener("pointerdown", (event) => {
    const entry = event.target.closest("[data-move]");
    if (!entry || event.button !== 0 || event.pointerType === "touch" || event.target.closest(".entry__move")) return;
    drag = { entry, x: event.clientX, y: event.clientY, grip: event.clientY - entry.getBoundingClientRect().top, ghost: null };
  });
  addEventListener("pointermove", (event) => {
    if (!drag) return;
    if (!drag.ghost && Math.hypot(event.clientX - drag.x, event.clientY - drag.y) < SLACK) return;
    drag.ghost ??= lift(drag.entry);
    const spot = spotOf(event, drag, sheet);
    over(sheet, spot?.cell ?? null);
    drag.ghost.style.translate = `${event.clientX + 8}px ${event.clientY + 8}px`;
    drag.ghost.textContent = spot ? placeWords(spot) : "Drop it on a day";
  });
  addEventListener("pointerup", (event) => {
    if (!drag?.ghost) {
      drag = null;
      return;
    }
    const spot = spotOf(event, drag, sheet);
    const { dataset } = drag.entry;
    drop();
    // The click that ends a drag opens no link; where none comes, the next one is the person's own.
    const swallow = (click) => { click.preventDefault(); click.stopPropagation(); };
    addEventListener("click", swallow, { capture: true, once: true });
    setTimeout(() => removeEventListener("click", swallow, { capture: true }), 0);
    go(dataset, spot && stampOf(spot));
  });
  addEventListener("keydown", (event) => { if (event.key === "Escape") drop(); });
  addEventListener("pointercancel", drop);
};

const byKeys = (sheet) => {
  const said = document.querySelector("[data-move-said]");
  const hasHours = Boolean(sheet.dataset.hours);
  let held = null;
  const drop = (words = "") => {
    held?.ghost.remove();
    held?.entry.classList.remove("entry--carried");
    over(sheet, null);
    if (held && said) said.textContent = words;
    held = null;
  };
  const show = () => {
    over(sheet, sheet.querySelector(`[data-day="${held.at.day}"]`));
    const box = held.entry.getBoundingClientRect();
    held.ghost.style.translate = `${box.left}px ${box.bottom + 4}px`;
    held.ghost.textContent = placeWords(held.at);
    if (said) said.textContent = `${placeWords(held.at)} Enter shows who is told, Escape leaves it where it is.`;
  };
  sheet.addEventListener("keydown", (event) => {
    const entry = event.target.closest(".entry__move")?.closest("[data-move]");
    if (!entry || event.altKey || event.ctrlKey || event.metaKey) return;
    if (held && event.key === "Enter") {
      event.preventDefault();
      const { at } = held;
      drop();
      go(entry.dataset, stampOf(at));
    } else if (held && event.key === "Escape") {
      drop("It stays where it is.");
    } else {
      const from = held?.at ?? { day: entry.dataset.start.slice(0, 10), minute: Number(entry.dataset.minute) };
      const at = step(from, event.key, { hasHours, isFar: event.shiftKey });
      if (!at) return;
      event.preventDefault();
      held = { entry, at, ghost: held?.ghost ?? lift(entry) };
      show();
    }
  });
  sheet.addEventListener("focusout", () => drop());
};

for (const sheet of document.querySelectorAll("[data-movable]")) {
  byPointer(sheet);
  byKeys(sheet);
}
