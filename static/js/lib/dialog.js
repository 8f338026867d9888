/* Native dialogs: [data-dialog="id"] opens, [data-dialog-close] closes, focus goes back to the opener.
   An input with data-confirm="word" holds the verb back until the word is typed. */

export const isConfirmed = (typed, wanted) => typed.trim().toLowerCase() === wanted.trim().toLowerCase();

export const open = (dialog, opener = document.activeElement) => {
  if (dialog.open) return;
  dialog.showModal();
  dialog.addEventListener("close", () => opener?.focus?.(), { once: true });
};

const guard = (input) => {
  const verb = input.form?.querySelector("[type=submit]");
  const check = () => verb?.toggleAttribute("disabled", !isConfirmed(input.value, input.dataset.confirm));
  input.addEventListener("input", check);
  check();
};

export const start = (root = document) => {
  root.querySelectorAll("[data-dialog]").forEach((opener) => {
    opener.addEventListener("click", (event) => {
      const dialog = document.getElementById(opener.dataset.dialog);
      if (!dialog) return;
      event.preventDefault();
      open(dialog, opener);
    });
  });
  root.querySelectorAll("dialog").forEach((dialog) => {
    dialog.querySelectorAll("[data-dialog-close]").forEach((el) => el.addEventListener("click", () => dialog.close()));
    // A press on the ground beside the dialog closes it, as Esc does.
    dialog.addEventListener("pointerdown", (event) => {
      if (event.target !== dialog) return;
      const box = dialog.getBoundingClientRect();
      const inside = event.clientX >= box.left && event.clientX <= box.right && event.clientY >= box.top && event.clientY <= box.bottom;
      if (!inside) dialog.close();
    });
  });
  root.querySelectorAll("input[data-confirm]").forEach(guard);
};
