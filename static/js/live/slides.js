/* Slides on the stage: everybody follows the presenter's page, may look back, and comes back to it with one press. */
import { attribute, show, text } from "./dom.js";

const PREFETCH_MS = 8000;
const TRIES = 4;

/* What somebody sees: the live page, or the one that they look back at (`own`). Pure. */
export const lookAt = ({ page, furthest }, own) => {
  const shown = own === null ? page : Math.min(own, furthest);
  return { page: shown, isLive: own === null, isFirst: shown <= 1, isLast: shown >= furthest };
};

/* Where a step leads: null is the live page. Pure. */
export const stepped = (slides, own, by) => {
  const next = Math.min(slides.furthest, Math.max(1, lookAt(slides, own).page + by));
  return next === slides.page ? null : next;
};

export const addresses = (files, deck, page) => {
  const base = `${files}/slides/${deck}/${page}`;
  return { picture: `${base}/picture.webp`, thumb: `${base}/thumb.webp`, words: `${base}/words` };
};

/* Shows a picture once it is whole, so that the one before stays until then. */
export const loader = (image, onTrouble = () => {}) => {
  let wanted = "";
  const load = async (address, left) => {
    const next = new Image();
    next.src = address;
    try {
      await next.decode();
      if (wanted !== address) return;
      image.src = address;
      onTrouble("");
    } catch {
      if (wanted !== address) return;
      if (left) setTimeout(() => load(address, left - 1), 1000 + Math.random() * 2000);
      else onTrouble("This slide could not be loaded. The next one will be.");
    }
  };
  return (address) => {
    if (wanted === address) return;
    wanted = address;
    if (address) load(address, TRIES);
  };
};

const linkRow = (address) => {
  const row = document.createElement("li");
  const node = Object.assign(document.createElement("a"), { href: address, target: "_blank", rel: "noopener noreferrer" });
  node.textContent = address.replace(/^https:\/\/(www\.)?/, "").replace(/\/$/, "");
  row.append(node);
  return row;
};

export const attachSlides = ({ files, nodes }) => {
  const { figure, picture, words, controls, before, label, after, live, links, linkList, trouble } = nodes;
  const known = new Map();
  const put = loader(picture, (sentence) => { text(trouble, sentence); show(trouble, Boolean(sentence)); });
  let slides = null;
  let own = null;
  let timer = 0;

  const wordsOf = async (deck, page, address) => {
    const key = `${deck}/${page}`;
    if (!known.has(key)) {
      const answer = await fetch(address).catch(() => null);
      if (answer?.ok) known.set(key, await answer.json());
    }
    return known.get(key) ?? { text: "", links: [] };
  };

  const drawWords = async (page) => {
    const { deck } = slides;
    const told = await wordsOf(deck, page, addresses(files, deck, page).words);
    if (slides?.deck !== deck || lookAt(slides, own).page !== page) return;
    text(words, told.text || "This slide has no words.");
    show(links, told.links.length > 0);
    linkList.replaceChildren(...told.links.map(linkRow));
  };

  const prefetch = () => {
    clearTimeout(timer);
    const { deck, furthest, pages } = slides;
    if (furthest >= pages) return;
    // The whole room would ask in the same moment; spread out, the next slide is there before it is shown.
    timer = setTimeout(() => { new Image().src = addresses(files, deck, furthest + 1).picture; }, 500 + Math.random() * PREFETCH_MS);
  };

  const draw = () => {
    const view = lookAt(slides, own);
    put(addresses(files, slides.deck, view.page).picture);
    attribute(picture, "alt", `Slide ${view.page} of ${slides.pages}`);
    text(label, view.isLive ? `Slide ${view.page} of ${slides.pages}` : `Slide ${view.page}, live is ${slides.page}`);
    attribute(before, "aria-disabled", view.isFirst || null);
    attribute(after, "aria-disabled", view.isLast || null);
    live.classList.toggle("is-waiting", view.isLive);
    attribute(live, "aria-hidden", view.isLive ? "true" : null);
    live.tabIndex = view.isLive ? -1 : 0;
    drawWords(view.page);
  };

  const step = (by) => {
    if (!slides) return;
    own = stepped(slides, own, by);
    draw();
  };

  const jump = () => {
    if (!slides || own === null) return;
    own = null;
    draw();
    before.focus({ preventScroll: true });
  };

  before.addEventListener("click", () => step(-1));
  after.addEventListener("click", () => step(1));
  live.addEventListener("click", jump);

  return {
    step,
    jump,
    draw: ({ shared: { stage, room } }) => {
      const next = stage.kind === "slides" && room.state === "live" ? stage.slides : null;
      if (next === slides) return;
      if (next?.deck !== slides?.deck) own = null;
      slides = next;
      show(figure, Boolean(slides));
      show(controls, Boolean(slides));
      if (!slides) { put(""); show(links, false); clearTimeout(timer); return; }
      known.set(`${slides.deck}/${slides.page}`, { text: slides.text, links: slides.links });
      draw();
      prefetch();
    },
  };
};
