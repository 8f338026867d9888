/* Chat: a log that follows its end while the reader is there, with what is still on its way, and who reads what one writes. */
import { clockIn } from "../lib/zone_words.js";
import { attachComposer } from "./composer.js";
import { attribute, clone, keyed, part, show, text } from "./dom.js";
import { linked } from "./stage.js";

const NEAR = 80;
const byMoment = (a, b) => Date.parse(a.at) - Date.parse(b.at) || (a.code < b.code ? -1 : 1);

/* What this person reads: what everybody does, and what went to the hosts alone if they are one or wrote it. Pure. */
export const messagesOf = ({ shared, staff, own }) => [...shared.messages, ...(staff?.messages ?? own.sent)].sort(byMoment);

const pace = (seconds) => (seconds ? ` One message every ${seconds < 60 ? `${seconds} s` : `${seconds / 60} min`}.` : "");

/* Whether an attendee may write, who reads it, and what stands beside the field. Pure. */
export const composing = ({ mode, slow_seconds: slow }, { muted, is_staff: isStaff }, onlyHosts) => {
  const to = mode === "hosts" || onlyHosts ? "staff" : "all";
  if (isStaff) return { may: true, to: onlyHosts ? "staff" : "all", choice: true, prompt: onlyHosts ? "Write to the other hosts" : "Write to everybody", note: "" };
  if (mode === "off") return { may: false, to, choice: false, prompt: "Chat is off", note: "Chat is off. Ask a question instead; what you wrote stays here." };
  if (muted) return { may: false, to, choice: false, prompt: "Paused", note: "A moderator has paused your messages. You can still ask a question." };
  const note = to === "staff" ? "Only hosts and moderators read this." : "Everybody in the room reads this.";
  return { may: true, to, choice: mode === "everyone", prompt: to === "staff" ? "Write to the hosts" : "Write to everybody", note: note + pace(slow) };
};

/* A host's links can be pressed; an attendee's are words like any others. */
const drawText = (node, message) => {
  if (node.dataset.said === message.text) return;
  node.dataset.said = message.text;
  if (!message.is_host) {
    text(node, message.text);
    return;
  }
  node.replaceChildren(...linked(message.text).map(({ text: words, href }) => {
    if (!href?.startsWith("https:")) return document.createTextNode(words);
    return Object.assign(document.createElement("a"), { href, textContent: words, target: "_blank", rel: "noopener noreferrer" });
  }));
};

/* The line to write in, which says who reads it; a closed chat gives the words back. */
const attachWriting = ({ store, connection, form, refusal, draft, redraw, sent }) => {
  const { only } = form.elements;
  const stand = () => {
    const { shared, own } = store.get();
    return composing(shared.chat, own, only.checked);
  };
  const draw = () => {
    const { may, choice, prompt, note } = stand();
    form.elements.text.placeholder = prompt;
    attribute(form.querySelector("[type=submit]"), "aria-disabled", may ? null : "true");
    attribute(form, "data-closed", !may);
    show(only.closest("label"), choice);
    const said = form.querySelector("[data-part=note]");
    if (said) text(said, note);
  };
  const known = ({ text: said, to }, code) => {
    const { own } = store.get();
    if (to !== "staff" || own.is_staff) return;
    const message = { code, author: own.name, is_host: false, text: said, to, at: new Date().toISOString() };
    store.dispatch({ type: "own", name: "chat.sent", payload: { message } });
  };
  const send = async (said) => {
    const { may, to, note } = stand();
    if (!may) throw { message: note };
    sent();
    const payload = { text: said, to };
    known(payload, (await connection.act("chat.post", payload)).message);
  };
  const composer = attachComposer({ form, refusal, draft, empty: "Write a message.", send, redraw });
  only.addEventListener("change", draw);
  /* The answer to a message of the page before a reload. */
  const late = ({ payload }, answer) => {
    if (answer.ok) known(payload, answer.data.message);
    else composer.giveBack(payload.text, answer.error);
  };
  return { draw, late };
};

/* `tools(row, message)`, where given, makes the buttons of a moderator. */
export const attachChat = ({ store, connection, list, scroller, empty, form, refusal, draft, pinned, tools = () => {} }) => {
  let isAtEnd = true;

  const make = (message) => {
    const row = clone("t-message");
    row.dataset.code = message.code;
    tools(row, message);
    return row;
  };

  const update = (row, message) => {
    const { own, shared } = store.get();
    const isOwn = message.isPending || (message.author === own.name && message.is_host === own.is_staff);
    row.classList.toggle("message--own", isOwn);
    text(part(row, "author"), isOwn ? "You" : message.author);
    show(part(row, "role"), message.is_host);
    show(part(row, "only"), message.to === "staff");
    text(part(row, "at"), message.isPending ? "Sending" : clockIn(new Date(message.at), shared.room.time_zone));
    drawText(part(row, "text"), message);
    attribute(row, "data-pending", message.isPending);
  };

  const pending = () =>
    connection.pending("chat.post").map(({ payload }) => ({ code: payload.key, text: payload.text, to: payload.to, isPending: true, is_host: false }));

  const drawPinned = ({ chat }) => {
    show(pinned, Boolean(chat.pinned));
    if (!chat.pinned) return;
    text(part(pinned, "author"), chat.pinned.author);
    drawText(part(pinned, "text"), chat.pinned);
  };

  const follow = () => { if (isAtEnd && scroller) scroller.scrollTop = scroller.scrollHeight; };

  const draw = (state, before) => {
    const isSame = before?.shared && state.shared.messages === before.shared.messages && state.shared.chat === before.shared.chat;
    if (isSame && before.own === state.own && before.staff?.messages === state.staff?.messages) return;
    const shown = [...messagesOf(state), ...pending()];
    keyed(list, shown, { key: ({ code }) => code, make, update });
    show(empty, shown.length === 0);
    drawPinned(state.shared);
    writing.draw();
    follow();
  };

  const redraw = () => { if (store.get().shared) draw(store.get(), null); };
  const writing = attachWriting({ store, connection, form, refusal, draft, redraw, sent: () => { isAtEnd = true; } });

  scroller?.addEventListener("scroll", () => {
    isAtEnd = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < NEAR;
  }, { passive: true });
  connection.onPending(redraw);
  /* The answer to a message of the page before a reload. */
  const late = ({ payload }, answer) => { if (!answer.ok) composer.giveBack(payload.text, answer.error); };
  return { draw, late, follow: () => { isAtEnd = true; follow(); } };
};
