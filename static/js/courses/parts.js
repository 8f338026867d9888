/* Parts of the editor: the one being read is marked in the list beside it. */

/* Which part is being read, by their upper edges: the lowest one that has passed the line, else the uppermost. */
export const current = (tops, line) => {
  const passed = tops.filter((top) => top <= line);
  return tops.indexOf(passed.length ? Math.max(...passed) : Math.min(...tops));
};

export const start = (nav) => {
  const links = [...nav.querySelectorAll('a[href^="#"]')];
  const parts = links.map((link) => document.getElementById(link.hash.slice(1)));
  if (!parts.length || parts.includes(null)) return;
  let planned = false;
  const mark = () => {
    planned = false;
    const isAtEnd = innerHeight + scrollY >= document.documentElement.scrollHeight - 2;
    const tops = parts.map((part) => part.getBoundingClientRect().top);
    const place = current(tops, isAtEnd && scrollY > 0 ? Infinity : innerHeight / 3);
    links.forEach((link, at) => (at === place ? link.setAttribute("aria-current", "true") : link.removeAttribute("aria-current")));
  };
  const plan = () => {
    if (!planned) requestAnimationFrame(mark);
    planned = true;
  };
  addEventListener("scroll", plan, { passive: true });
  addEventListener("resize", plan);
  mark();
};
