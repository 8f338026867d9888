/* Applies the remembered theme before the first paint, and says that scripts run. A plain script, because modules wait. */
(() => {
  const root = document.documentElement;
  root.classList.add("js");
  let theme = null;
  try {
    theme = localStorage.getItem("rostrum.theme");
  } catch {
    // A private window may refuse; the system's theme stays.
  }
  if (theme === "light" || theme === "dark") root.dataset.theme = theme;
})();
