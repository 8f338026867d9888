/* Disclosure menus: one open at a time, Esc and a press elsewhere close, focus goes back. Works without JS as <details>. */

export const start = (root = document) => {
  const menus = [...root.querySelectorAll("details[data-menu]")];
  if (!menus.length) return;
  const closeAll = (except) => menus.forEach((menu) => { if (menu !== except) menu.open = false; });
  document.addEventListener("click", (event) => closeAll(event.target.closest("details[data-menu]")));
  menus.forEach((menu) => {
    menu.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !menu.open) return;
      event.stopPropagation();
      menu.open = false;
      menu.querySelector("summary").focus();
    });
    menu.addEventListener("focusout", (event) => {
      if (event.relatedTarget && !menu.contains(event.relatedTarget)) menu.open = false;
    });
  });
};
