/* Toasts: one polite region and one for errors. At least six seconds (ten with an undo), paused while somebody is there.
   Flashed messages on the page stay where they are: a toast is never the only place of an error. */

export const lifetime = (hasUndo, text) => Math.max(hasUndo ? 10 : 6, Math.ceil(text.length / 14)) * 1000;

const button = (label, onClick) => {
  const el = document.createElement("button");
  el.type = "button";
  el.className = "button button--small";
  el.textContent = label;
  el.addEventListener("click", onClick);
  return el;
};

/* Shows a sentence; `undo` is a function behind the button. Returns a function that takes the toast away. */
export const toast = (text, { undo = null, urgent = false, undoLabel = "Undo" } = {}) => {
  const region = document.querySelector(urgent ? "[data-toasts-urgent]" : "[data-toasts-polite]");
  if (!region) return () => {};
  const el = document.createElement("div");
  el.className = urgent ? "toast toast--urgent" : "toast";
  const said = document.createElement("span");
  said.textContent = text;
  el.append(said);
  let left = lifetime(Boolean(undo), text);
  let since = performance.now();
  let timer = 0;
  const close = () => {
    clearTimeout(timer);
    el.remove();
  };
  const run = () => {
    since = performance.now();
    timer = setTimeout(close, left);
  };
  const pause = () => {
    clearTimeout(timer);
    left = Math.max(1500, left - (performance.now() - since));
  };
  if (undo) {
    el.append(
      button(undoLabel, () => {
        close();
        undo();
      }),
    );
  }
  el.append(button("Close", close));
  el.addEventListener("pointerenter", pause);
  el.addEventListener("pointerleave", run);
  el.addEventListener("focusin", pause);
  el.addEventListener("focusout", run);
  region.append(el);
  while (region.children.length > 3) region.firstElementChild.remove();
  run();
  return close;
};

export const start = (root = document) => {
  root.querySelectorAll("[data-toast]").forEach((el) => el.addEventListener("click", () => toast(el.dataset.toast)));
};
