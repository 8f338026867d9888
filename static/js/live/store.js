/* Holds the state and draws it: many messages, one draw. A hidden tab draws rarely, and is up to date when it is seen. */
import { initialState, reduce } from "./state.js";

export const makeStore = (begin = initialState()) => {
  let state = begin;
  const listeners = new Set();
  return {
    get: () => state,
    dispatch: (message) => {
      const next = reduce(state, message);
      if (next === state) return;
      state = next;
      listeners.forEach((listener) => listener(state));
    },
    subscribe: (listener) => listeners.add(listener),
  };
};

export const drawing = (store, draws) => {
  let drawn = null;
  let asked = false;
  const draw = () => {
    asked = false;
    const state = store.get();
    const before = drawn;
    drawn = state;
    if (state.shared) draws.forEach((part) => part(state, before));
  };
  const soon = () => {
    if (asked) return;
    asked = true;
    if (document.hidden) setTimeout(draw, 250);
    else requestAnimationFrame(draw);
  };
  store.subscribe(soon);
  document.addEventListener("visibilitychange", soon);
  draw();
  return soon;
};
