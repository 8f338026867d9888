/* Chat: a log that follows its end while the reader is there, with what is still on its way; staff may hide a message. */
import { forget } from "../lib/autosave.js";
import { toast } from "../lib/toasts.js";
import { clockIn } from "../lib/zone_words.js";
import { attribute, clone, keyed, part, show, text } from "./dom.js";

const NEAR = 80;

export const attachChat = ({ store, connection, list, scroller, empty, form, refusal, draft, canHide = () => false }) => {
  let isAtEnd = true;

  const hide = (message) => {
    // Ten seconds to take it back; the audience sees the message until then.
    const row = [...list.children].find((node) => node.dataset.code === message.code);
    if (row) row.dataset.leaving = "";
    let isKept = false;
    const timer = setTimeout(() => {
      if (!isKept) connection.act("chat.hide", { message: message.code }).catch((error) => toast(error.message, { urgent: true }));
    }, 4000);
    toast("Hidden for everybody in 4 seconds.", {
      undo: () => {
        isKept = true;
        clearTimeout(timer);
        if (row) delete row.dataset.leaving;
      },
      undoLabel: "Keep it",
    });
  };

  const make = (message) => {
    const row = clone("t-message");
    row.dataset.code = message.code;
    const button = part(row, "hide");
    if (button) {
      show(button, canHide());
      button.addEventListener("click", () => hide(message));
    }
    return row;
  };

  const update = (row, message) => {
    const { own, shared } = store.get();
    const isOwn = message.isPending || (message.author === own.name && message.is_host === own.is_staff);
    row.classList.toggle("message--own", isOwn);
    text(part(row, "author"), isOwn ? "You" : message.author);
    show(part(row, "role"), message.is_host);
    text(part(row, "at"), message.isPending ? "Sending" : clockIn(new Date(message.at), shared.room.time_zone));
    text(part(row, "text"), message.text);
    attribute(row, "data-pending", message.isPending);
  };

  const pending = () =>
    connection.pending("chat.post").map(({ payload }) => ({ code: payload.key, text: payload.text, isPending: true, is_host: false }));

  const follow = () => { if (isAtEnd && scroller) scroller.scrollTop = scroller.scrollHeight; };

  const draw = (state, before) => {
    if (before && before.shared?.messages === state.shared.messages && before.own === state.own) return;
    const shown = [...state.shared.messages, ...pending()];
    keyed(list, shown, { key: ({ code }) => code, make, update });
    show(empty, shown.length === 0);
    follow();
  };

  const redraw = () => { if (store.get().shared) draw(store.get(), null); };

  const post = async (event) => {
    event.preventDefault();
    const field = form.elements.text;
    const said = field.value.trim();
    show(refusal, false);
    if (!said) return;
    isAtEnd = true;
    const sent = connection.act("chat.post", { text: said });
    field.value = "";
    forget(draft);
    redraw();
    try {
      await sent;
    } catch (error) {
      if (!field.value) field.value = said;
      text(refusal, error.fields?.text ?? error.message);
      show(refusal, true);
    }
    redraw();
  };

  form?.addEventListener("submit", post);
  form?.elements.text.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); form.requestSubmit(); }
  });
  scroller?.addEventListener("scroll", () => {
    isAtEnd = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < NEAR;
  }, { passive: true });
  connection.onPending(redraw);
  return { draw, follow: () => { isAtEnd = true; follow(); } };
};
