/* The course page: [data-print] prints it, and [data-due] is shown when the countdown on the page reaches zero. */

export const start = (root = document) => {
  root.querySelectorAll("[data-print]").forEach((el) => el.addEventListener("click", () => globalThis.print()));
  root.addEventListener("rostrum:due", () => {
    root.querySelectorAll("[data-due]").forEach((el) => (el.hidden = false));
  });
};

start();
