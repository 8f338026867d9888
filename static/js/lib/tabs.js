/* Tabs: arrows, Home and End move, the panel follows; the choice is announced as "rostrum:tab" on the list. */

export const step = (index, length, key) => {
  if (key === "ArrowRight" || key === "ArrowDown") return (index + 1) % length;
  if (key === "ArrowLeft" || key === "ArrowUp") return (index - 1 + length) % length;
  if (key === "Home") return 0;
  if (key === "End") return length - 1;
  return null;
};

export const select = (tab) => {
  const list = tab.closest("[role=tablist]");
  [...list.querySelectorAll("[role=tab]")].forEach((other) => {
    const on = other === tab;
    other.setAttribute("aria-selected", String(on));
    other.tabIndex = on ? 0 : -1;
    const panel = document.getElementById(other.getAttribute("aria-controls"));
    if (panel) panel.hidden = !on;
  });
  list.dispatchEvent(new CustomEvent("rostrum:tab", { detail: { id: tab.getAttribute("aria-controls") } }));
};

export const start = (root = document) => {
  root.querySelectorAll("[role=tablist]").forEach((list) => {
    const tabs = [...list.querySelectorAll("[role=tab]")];
    const isRtl = getComputedStyle(list).direction === "rtl";
    const mirrored = { ArrowRight: "ArrowLeft", ArrowLeft: "ArrowRight" };
    tabs.forEach((tab, index) => {
      tab.addEventListener("click", () => select(tab));
      tab.addEventListener("keydown", (event) => {
        const next = step(index, tabs.length, isRtl ? (mirrored[event.key] ?? event.key) : event.key);
        if (next === null) return;
        event.preventDefault();
        select(tabs[next]);
        tabs[next].focus();
      });
    });
  });
};
