/* Rows come from <template> elements of the page; server text goes in by textContent only. */

export const $ = (selector, root = document) => root.querySelector(selector);

export const part = (node, name) => node.querySelector(`[data-part="${name}"]`);

export const clone = (id) => document.getElementById(id).content.firstElementChild.cloneNode(true);

/* Writes only what changed, so that selections, focus and screen readers are left alone. */
export const text = (node, words) => {
  const said = String(words ?? "");
  if (node && node.textContent !== said) node.textContent = said;
};

export const attribute = (node, name, value) => {
  if (value === null || value === undefined || value === false) node.removeAttribute(name);
  else if (node.getAttribute(name) !== String(value === true ? "" : value)) node.setAttribute(name, value === true ? "" : value);
};

/* Works on drawings too, which have the attribute but not the property. */
export const show = (node, isShown) => node?.toggleAttribute("hidden", !isShown);

const rows = new WeakMap();

/* Keeps one node per key in `parent`; with `hold` nodes stay where they are and new ones come last. */
export const keyed = (parent, items, { key, make, update, hold = false }) => {
  const old = rows.get(parent) ?? new Map();
  const next = new Map();
  const focused = document.activeElement;
  items.forEach((item) => {
    const id = key(item);
    const node = old.get(id) ?? make(item);
    next.set(id, node);
    update(node, item);
  });
  old.forEach((node, id) => { if (!next.has(id)) node.remove(); });
  let index = 0;
  next.forEach((node) => {
    if (hold ? !node.isConnected : parent.children[index] !== node) parent.insertBefore(node, hold ? null : (parent.children[index] ?? null));
    index += 1;
  });
  if (focused && focused !== document.activeElement && parent.contains(focused)) focused.focus({ preventScroll: true });
  rows.set(parent, next);
};

/* Where the poll is a tab: the windows of room-narrow.css. */
export const NARROW = "(max-width: 56rem), (orientation: landscape) and (max-width: 60rem) and (max-height: 30rem)";

export const isNarrow = () => matchMedia(NARROW).matches;

/* Tells assistive technology once, without taking the focus. */
export const say = (words) => {
  const region = document.getElementById("said");
  if (!region) return;
  region.textContent = "";
  setTimeout(() => { region.textContent = words; }, 60);
};
