/* Calendar: an entry that may move is dragged to another time or day, and the page of who is told what opens.
   Nothing is written here. By keyboard and touch the entry's own "Move" link leads to the same page. */

const SNAP = 15;
const SLACK = 6;
const two = (number) => String(number).padStart(2, "0");

/* Pure: the minute of the day at a height inside a column of `hours` hours from hour `from`, on the quarter hour. */
export const minuteAt = (y, height, from, hours) => {
  const minute = Math.round(((y / height) * hours * 60) / SNAP) * SNAP + from * 60;
  return Math.min(Math.max(minute, 0), 24 * 60 - SNAP);
};

/* Pure: a day and a minute of it as the address takes it. */
export const stampOf = (day, minute) => `${day}T${two(Math.floor(minute / 60))}:${two(minute % 60)}`;

/* Pure: the words that stand on the entry while it is carried. */
export const clockWords = (minute) =>
  `${((Math.floor(minute / 60) + 11) % 12) + 1}:${two(minute % 60)} ${minute < 720 ? "a.m." : "p.m."}`;

const under = (x, y, sheet) => document.elementsFromPoint(x, y).find((one) => one.dataset?.day && sheet.contains(one));

const spotOf = (event, drag, sheet) => {
  const cell = under(event.clientX, event.clientY, sheet);
  if (!cell) return null;
  if (!sheet.dataset.hours) return { cell, minute: Number(drag.entry.dataset.minute) };
  const box = cell.getBoundingClientRect();
  const minute = minuteAt(event.clientY - drag.grip - box.top, box.height, Number(sheet.dataset.from), Number(sheet.dataset.hours));
  return { cell, minute };
};

const start = (sheet) => {
  let drag = null;
  const over = (cell) => {
    for (const one of sheet.querySelectorAll("[data-over]")) if (one !== cell) delete one.dataset.over;
    if (cell) cell.dataset.over = "";
  };
  const drop = () => {
    drag?.ghost?.remove();
    drag?.entry.classList.remove("entry--carried");
    over(null);
    drag = null;
  };
  const carry = () => {
    const box = drag.entry.getBoundingClientRect();
    drag.ghost = Object.assign(document.createElement("div"), { className: "entry-ghost" });
    drag.ghost.setAttribute("aria-hidden", "true");
    drag.ghost.style.inlineSize = `${box.width}px`;
    document.body.append(drag.ghost);
    drag.entry.classList.add("entry--carried");
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
    if (!drag.ghost) carry();
    const spot = spotOf(event, drag, sheet);
    over(spot?.cell ?? null);
    drag.ghost.style.translate = `${event.clientX + 8}px ${event.clientY + 8}px`;
    drag.ghost.textContent = spot ? `${spot.cell.dataset.dayWords}, ${clockWords(spot.minute)}` : "Drop it on a day";
  });
  addEventListener("pointerup", (event) => {
    if (!drag?.ghost) {
      drag = null;
      return;
    }
    const spot = spotOf(event, drag, sheet);
    const { move, start: stood } = drag.entry.dataset;
    drop();
    // The click that ends a drag opens no link; where none comes, the next one is the person's own.
    const swallow = (click) => { click.preventDefault(); click.stopPropagation(); };
    addEventListener("click", swallow, { capture: true, once: true });
    setTimeout(() => removeEventListener("click", swallow, { capture: true }), 0);
    const to = spot && stampOf(spot.cell.dataset.day, spot.minute);
    if (to && to !== stood) location.assign(`${move}?to=${encodeURIComponent(to)}`);
  });
  addEventListener("keydown", (event) => { if (event.key === "Escape") drop(); });
  addEventListener("pointercancel", drop);
};

if (typeof document !== "undefined") for (const sheet of document.querySelectorAll("[data-movable]")) start(sheet);
