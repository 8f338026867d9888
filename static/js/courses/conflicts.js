/* <div data-conflicts="address">: what stands against a time (a presenter, a host, a room) is said while it is typed.
   The server says the same when the form is sent. */
import { notice } from "./reading.js";

const SENT = ["typed", "time_zone", "precision", "fold", "minutes", "venue_name"];
const RHYTHM = ["rhythm", "every", "count", "until", "holidays", "skip", "like"];  // of a series: all its dates are asked about
const WATCHED = new Set([...SENT, ...RHYTHM]);
const PAUSE = 350;

/* Pure: the address that is asked, with what the form holds and the page knows. */
export const addressOf = (base, pairs) => {
  const address = new URL(base, "http://page");
  for (const [name, value] of pairs) if (WATCHED.has(name) && value) address.searchParams.set(name, value);
  return address.pathname + address.search;
};

export const start = (form) => {
  const place = form.querySelector("[data-conflicts]");
  if (!place) return;
  let timer = 0;
  let last = 0;
  const ask = async () => {
    const mine = (last += 1);
    try {
      const response = await fetch(addressOf(place.dataset.conflicts, new FormData(form)), { headers: { Accept: "application/json" } });
      if (!response.ok || mine !== last) return;
      const { conflicts } = await response.json();
      place.replaceChildren(...conflicts.map((sentence) => notice(" notice--now", "people", sentence)));
    } catch { /* The server says it when the form is sent. */ }
  };
  form.addEventListener("input", (event) => {
    if (!WATCHED.has(event.target.name)) return;
    clearTimeout(timer);
    timer = setTimeout(ask, PAUSE);
  });
  if (!place.children.length) ask();
};
