/* The queue of raised hands, in the order in which they went up: call, take down. */
import { clockIn } from "../lib/zone_words.js";
import { attribute, clone, keyed, part, show, text } from "./dom.js";

/* Whom a key means: the first who has not been called yet, else the first. Pure. */
export const nextHand = (hands) => hands.find(({ called_at: called }) => !called) ?? hands[0] ?? null;

export const attachHands = ({ store, act, list, place, badge }) => {
  const make = ({ code }) => {
    const row = clone("t-hand");
    part(row, "call").addEventListener("click", () => act("hand.call", { hand: code }));
    part(row, "down").addEventListener("click", () => act("hand.put_down", { hand: code }));
    return row;
  };
  const draw = (state, before) => {
    if (before?.staff?.hands === state.staff.hands) return;
    const { hands } = state.staff;
    keyed(list, hands, {
      key: ({ code }) => code,
      make,
      update: (row, { name, raised_at: raised, called_at: called }) => {
        text(part(row, "name"), name);
        text(part(row, "at"), called ? "Called" : clockIn(new Date(raised), state.shared.room.time_zone));
        attribute(row, "data-called", Boolean(called));
        show(part(row, "call"), !called);
      },
    });
    show(place, hands.length > 0);
    show(badge, hands.length > 0);
    text(badge, hands.length === 1 ? "1 hand" : `${hands.length} hands`);
  };
  /* One key calls the next, and takes down whoever has spoken. */
  const call = async () => {
    const hands = store.get().staff?.hands ?? [];
    const next = nextHand(hands);
    if (!next) return;
    if (next.called_at) await act("hand.put_down", { hand: next.code });
    else await act("hand.call", { hand: next.code });
  };
  return { draw, call };
};
