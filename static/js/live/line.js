/* How the connection stands, said calmly: nothing for two seconds, then what is safe and what happens next. */
import { attribute, show, text } from "./dom.js";

const PATIENCE = 2000;
const LOST = ["Reconnecting. Your time is kept.", "Everything you wrote is saved here and goes out as soon as the line is back."];
const WORDS = {
  signed_out: ["You are signed out", "Sign in again to come back. What you wrote is kept in this browser."],
  replaced: ["The room is open in another window", "Go on there, or reload to take it back here."],
  cancelled: ["Your registration was cancelled", "Nothing more happens here. A mail tells you what comes next."],
  removed: ["The hosts removed you from this session", "Your time until now is kept. Reload to read why, and whom to ask."],
  role: ["Your part in this session has changed", "Reload to come back with your new rights."],
};

export const closedWords = ({ reason, message }) => WORDS[reason] ?? ["The room could not be opened", message ?? "Reload the page and try again."];

const agoWords = (seconds) => (seconds < 60 ? `${seconds} seconds ago` : `${Math.floor(seconds / 60)} min ago`);

/* Shows what stands behind [data-line=title|text|reload] of `banner`, and switches body[data-state]. */
export const attachLine = ({ banner, words: [lostTitle, lostWords] = LOST, onState = () => {} }) => {
  const title = banner.querySelector("[data-line=title]");
  const words = banner.querySelector("[data-line=text]");
  const reload = banner.querySelector("[data-line=reload]");
  let since = 0;
  let timer = 0;
  let last = null;
  reload?.addEventListener("click", () => location.reload());

  const lost = () => {
    attribute(document.body, "data-state", "reconnecting");
    onState("reconnecting");
    text(title, lostTitle);
    const seconds = Math.round((Date.now() - since) / 1000);
    text(words, `${lostWords} Last contact ${agoWords(seconds)}.`);
    show(banner, true);
  };

  return ({ connection }) => {
    const { status, reason, message } = connection;
    if (last && last.status === status && last.reason === reason) return;
    last = connection;
    clearInterval(timer);
    if (status === "open" || status === "connecting") {
      since = 0;
      attribute(document.body, "data-state", "open");
      onState("open");
      show(banner, false);
      show(reload, false);
      return;
    }
    since ||= Date.now();
    if (status === "reconnecting") {
      timer = setInterval(() => { if (Date.now() - since >= PATIENCE) lost(); }, 1000);
      return;
    }
    const [heading, sentence] = closedWords({ reason, message });
    attribute(document.body, "data-state", "reconnecting");
    onState("closed");
    text(title, heading);
    text(words, sentence);
    show(reload, true);
    show(banner, true);
  };
};
