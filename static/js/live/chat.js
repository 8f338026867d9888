/* Chat: a log that follows its end while the reader is there, with what is still on its way; staff may hide a message. */
import { toast } from "../lib/toasts.js";
import { clockIn } from "../lib/zone_words.js";
import { attachComposer } from "./composer.js";
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

  const composer = attachComposer({
    form, refusal, draft, empty: "Write a message.", redraw,
    send: (said) => {
      isAtEnd = true;
      return connection.act("chat.post", { text: said });
    },
  });
  scroller?.addEventListener("scroll", () => {
    isAtEnd = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < NEAR;
  }, { passive: true });
  connection.onPending(redraw);
  /* The answer to a message of the page before a reload. */
  const late = ({ payload }, answer) => { if (!answer.ok) composer.giveBack(payload.text, answer.error); };
  return { draw, late, follow: () => { isAtEnd = true; follow(); } };
};
