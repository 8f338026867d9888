/* What a moderator does with the chat: who writes to whom and how often, hide and pin messages, pause a person's. */
import { toast } from "../lib/toasts.js";
import { clone, keyed, part, show, text } from "./dom.js";
import { may } from "./select.js";

/* The buttons of one message; each can be taken back. */
export const makeTools = ({ store, act }) => (row, message) => {
  const button = (name, run) => {
    const node = part(row, name);
    show(node, may(store.get(), "chat:moderate") && !message.isPending);
    node.addEventListener("click", run);
  };
  const hide = async () => {
    row.dataset.leaving = "";
    if (!(await act("chat.hide", { message: message.code }))) {
      delete row.dataset.leaving;
      return;
    }
    toast("Hidden for everybody.", { undo: () => act("chat.show", { message: message.code }) });
  };
  const pause = async () => {
    const done = await act("chat.mute", { message: message.code });
    if (done) toast(`${message.author} cannot write for now, and is told.`, { undo: () => act("chat.unmute", { registration: done.registration }) });
  };
  button("hide", hide);
  button("pin", () => act("chat.pin", { message: message.code, pinned: true }));
  button("mute", pause);
  show(part(row, "pin"), !part(row, "pin").hidden && message.to !== "staff");
  show(part(row, "mute"), !part(row, "mute").hidden && !message.is_host);
};

export const attachChatRules = ({ store, act, form, muted, unpin }) => {
  const { mode, slow_seconds: slow, links } = form.elements;
  const draw = (state, before) => {
    const { chat } = state.shared;
    if (before?.shared?.chat !== chat) {
      mode.value = chat.mode;
      slow.value = String(chat.slow_seconds);
      links.value = chat.links;
    }
    show(form, may(state, "chat:moderate"));
    if (before?.staff?.muted === state.staff.muted) return;
    keyed(muted, state.staff.muted, {
      key: ({ code }) => code,
      make: ({ code }) => {
        const row = clone("t-muted");
        part(row, "unmute").addEventListener("click", () => act("chat.unmute", { registration: code }));
        return row;
      },
      update: (row, { name }) => text(part(row, "name"), name),
    });
    show(muted, state.staff.muted.length > 0);
  };
  form.addEventListener("change", async () => {
    const wanted = { mode: mode.value, slow_seconds: Number(slow.value), links: links.value };
    if (!(await act("chat.configure", wanted))) draw(store.get(), null);
  });
  unpin.addEventListener("click", () => {
    const { pinned } = store.get().shared.chat;
    if (pinned) act("chat.pin", { message: pinned.code, pinned: false });
  });
  return draw;
};
