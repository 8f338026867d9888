/* The theme switch: system, light, dark, in this order; [data-theme-switch]. theme.js applies the choice on the next page. */

const ORDER = ["system", "light", "dark"];

export const nextTheme = (theme) => ORDER[(ORDER.indexOf(theme) + 1) % ORDER.length];

const name = (button, theme) => {
  button.setAttribute("aria-label", `Theme: ${theme}. Change`);
  button.title = `Theme: ${theme}. Change`;
};

export const start = (root = document) => {
  const html = document.documentElement;
  const current = () => html.dataset.theme ?? "system";
  const buttons = [...root.querySelectorAll("[data-theme-switch]")];
  buttons.forEach((button) => {
    name(button, current());
    button.addEventListener("click", () => {
      const theme = nextTheme(current());
      if (theme === "system") delete html.dataset.theme;
      else html.dataset.theme = theme;
      try {
        // Stored bare, because theme.js reads it before any module can help.
        localStorage.setItem("rostrum.theme", theme);
      } catch {
        // A private window may refuse; the choice then lasts for this page.
      }
      buttons.forEach((other) => name(other, theme));
    });
  });
};
