/* Drafts: what is typed is kept in this browser within a second, and on the server every few seconds.
   The server's copy draws the page; a copy that it never got is sent first, and the page drawn anew from it. */
import { recall, remember } from "../lib/memory.js";

const PAUSE = 3000;
const SOON = 400;
const PRIVATE = new Set(["csrf_token", "_key", "do", "link_presenter"]);

/* Turns name and value pairs into the record that the server keeps. */
export const recordOf = (pairs) => {
  const record = {};
  for (const [name, value] of pairs) if (!PRIVATE.has(name) && typeof value === "string") (record[name] ??= []).push(value);
  return record;
};

export const savedWords = (date) =>
  `Draft saved ${String(date.getHours()).padStart(2, "0")}:${String(date.getMinutes()).padStart(2, "0")}:${String(date.getSeconds()).padStart(2, "0")}`;

const post = (address, place, fields) =>
  fetch(address, {
    method: "POST",
    headers: {
      "Content-Type": "application/json",
      Accept: "application/json",
      "X-CSRFToken": document.querySelector('meta[name="csrf-token"]')?.content ?? "",
    },
    body: JSON.stringify({ place, fields }),
  });

export const start = (form) => {
  const { draft: place, draftAddress: address } = form.dataset;
  const key = `draft.course-${place}`;
  const said = document.querySelector("[data-draft-said]");
  const say = (words) => { if (said) said.textContent = words; };
  let kept = JSON.stringify(recordOf(new FormData(form)));
  let timer = 0;
  let near = 0;
  let gone = false;

  const keep = () => {
    near = 0;
    const fields = recordOf(new FormData(form));
    if (!gone && JSON.stringify(fields) !== kept) remember(key, { fields, sent: false });
  };

  const save = async () => {
    timer = 0;
    const fields = recordOf(new FormData(form));
    const now = JSON.stringify(fields);
    if (now === kept || gone) return;
    remember(key, { fields, sent: false });
    say("Saving the draft…");
    try {
      const response = await post(address, place, fields);
      if (!response.ok) throw new Error(String(response.status));
      kept = now;
      remember(key, { fields: null, sent: true });
      say(savedWords(new Date()));
    } catch {
      say("Kept in this browser; the server could not be reached.");
      if (!timer && !gone) timer = setTimeout(save, PAUSE * 3);
    }
  };
  const soon = () => {
    if (!near) near = setTimeout(keep, SOON);
    if (!timer) timer = setTimeout(save, PAUSE);
  };

  const left = recall(key);
  const refused = document.querySelector("[data-error-summary]");
  if (left && !left.sent && left.fields && !refused && JSON.stringify(left.fields) !== kept) {
    post(address, place, left.fields).then((response) => {
      remember(key, { fields: null, sent: true });
      if (response.ok) location.reload();
    }).catch(() => say("A draft is kept in this browser; the server could not be reached."));
  }
  form.addEventListener("input", soon);
  form.addEventListener("change", soon);
  addEventListener("pagehide", () => { if (near) keep(); });
  addEventListener("submit", (event) => {  // at the window: whoever holds the form back has done so by now
    if (event.target !== form || event.defaultPrevented || event.submitter?.name === "do") return;
    gone = true;
    clearTimeout(timer);
    // Forgotten by the page that follows a success (`autosave-done`); kept when the connection breaks now.
    remember(key, { fields: recordOf(new FormData(form)), sent: false });
  });
};
