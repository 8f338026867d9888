/* [data-copy="id"] puts the value of that field into the clipboard and says so; without permission it selects the text. */
import { toast } from "./toasts.js";

export const start = (root = document) => {
  root.querySelectorAll("[data-copy]").forEach((el) => {
    el.addEventListener("click", async () => {
      const field = document.getElementById(el.dataset.copy);
      try {
        await navigator.clipboard.writeText(field.value ?? field.textContent);
        toast(el.dataset.copied || "Copied.");
      } catch {
        field.focus();
        field.select?.();
        toast("Selected. Press Ctrl C to copy.");
      }
    });
  });
};
