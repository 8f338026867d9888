/* Slides on the desk: what is shown and what comes next, a key for each step, all of them to search in, and new ones. */
import { open as openDialog } from "../lib/dialog.js";
import { toast } from "../lib/toasts.js";
import { attribute, clone, keyed, part, show, text } from "./dom.js";
import { may } from "./select.js";
import { addresses, loader } from "./slides.js";
import { sendFile } from "./upload.js";

/* Sends one wish at a time and drops what was passed over: whoever runs through slides moves the room at its speed. */
export const makeMover = (send) => {
  let wanted = null;
  let isBusy = false;
  const run = async () => {
    isBusy = true;
    while (wanted !== null) {
      const page = wanted;
      wanted = null;
      await send(page);
    }
    isBusy = false;
  };
  return {
    go: (page) => { wanted = page; if (!isBusy) run(); },
    /* The page that will be shown when everything on its way has arrived. */
    ahead: (page) => wanted ?? page,
  };
};

/* Slides whose words hold every word that was typed. Pure. */
export const matching = (slides, typed) => {
  const wanted = typed.toLowerCase().split(/\s+/).filter(Boolean);
  return slides.filter(({ page, text: words }) => {
    const said = `${page} ${words.toLowerCase()}`;
    return wanted.every((word) => said.includes(word));
  });
};

const STANDS = {
  waiting: () => "Waits to be drawn",
  drawing: ({ drawn, pages }) => `Drawing ${drawn} of ${pages}`,
  ready: ({ pages }) => `${pages} slides`,
  refused: ({ refusal }) => refusal,
};

export const attachDeskSlides = ({ store, act, urls, csrf, nodes }) => {
  const { box, now, nowWords, next, nextBox, dialog, list, empty, grid, search, none, form, refusal, bar } = nodes;
  const put = { now: loader(now), next: loader(next) };
  let words = [];
  let wordsOf = "";
  let target = 0;
  const slides = () => store.get().shared?.stage.slides ?? null;
  const mover = makeMover(async (page) => { await act("stage.show_slide", { deck: slides().deck, page }); target = slides()?.page ?? 0; });

  const goTo = (page) => {
    const shown = slides();
    if (!shown || page < 1 || page > shown.pages || page === target) return;
    target = page;
    mover.go(page);
    drawThumbs();
  };

  const drawThumbs = () => {
    const shown = slides();
    if (!shown) return;
    const page = target || shown.page;
    put.now(addresses(urls.files, shown.deck, page).thumb);
    attribute(now, "alt", `Slide ${page}, which everybody sees`);
    text(nowWords, `Slide ${page} of ${shown.pages}`);
    const isLast = page >= shown.pages;
    nextBox.classList.toggle("is-waiting", isLast);
    if (!isLast) put.next(addresses(urls.files, shown.deck, page + 1).thumb);
    attribute(next, "alt", isLast ? "" : `Next: slide ${page + 1}`);
  };

  const drawGrid = () => {
    const shown = slides();
    const found = shown ? matching(words, search.value) : [];
    keyed(grid, found, {
      key: ({ page }) => `${wordsOf}/${page}`,
      make: ({ page }) => {
        const row = clone("t-desk-slide");
        part(row, "picture").src = addresses(urls.files, shown.deck, page).thumb;
        part(row, "pick").setAttribute("aria-label", `Show slide ${page}`);
        part(row, "pick").addEventListener("click", () => { goTo(page); dialog.close(); });
        return row;
      },
      update: (row, { page }) => {
        text(part(row, "number"), page);
        attribute(part(row, "pick"), "aria-current", page === shown?.page ? "true" : null);
      },
    });
    show(none, Boolean(shown) && found.length === 0);
    show(search.closest(".field"), Boolean(shown));
  };

  const loadWords = async () => {
    const shown = slides();
    if (!shown || shown.deck === wordsOf) { drawGrid(); return; }
    const answer = await fetch(`${urls.files}/slides/${shown.deck}/words`).catch(() => null);
    if (!answer?.ok) return;
    words = (await answer.json()).slides;
    wordsOf = shown.deck;
    drawGrid();
  };

  const putOn = async (deck) => {
    if (!(await act("stage.change", { kind: "slides", address: "", text: "", deck: deck.code }))) return;
    dialog.close();
    toast("The slides stand on the stage.");
  };

  const drawDecks = (decks) => {
    keyed(list, decks, {
      key: ({ code }) => code,
      make: (deck) => {
        const row = clone("t-desk-deck");
        part(row, "show").addEventListener("click", () => putOn(deck));
        return row;
      },
      update: (row, deck) => {
        text(part(row, "name"), deck.name);
        text(part(row, "stand"), STANDS[deck.state](deck));
        attribute(row, "data-state", deck.state);
        const progress = part(row, "progress");
        show(progress, deck.state === "drawing");
        Object.assign(progress, { max: deck.pages || 1, value: deck.drawn });
        const isShown = slides()?.deck === deck.code;
        show(part(row, "show"), deck.state === "ready" && !isShown);
        show(part(row, "shown"), isShown);
      },
    });
    show(empty, decks.length === 0);
  };

  form.addEventListener("change", () => { delete form.dataset.key; });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    show(refusal, false);
    const told = await sendFile({ url: urls.slides, csrf, form, bar });
    text(refusal, told.message ?? "");
    show(refusal, Boolean(told.message));
    if (told.message) return;
    form.reset();
    toast("The slides are here. Their pages are being drawn.");
  });
  search.addEventListener("input", drawGrid);
  nextBox.addEventListener("click", () => goTo((target || slides()?.page) + 1));

  return {
    show: () => { if (may(store.get(), "stage:control")) { openDialog(dialog); loadWords(); } },
    step: (by) => { if (may(store.get(), "stage:control")) goTo((target || slides()?.page) + by); },
    draw: (state, before) => {
      if (before && before.shared?.stage === state.shared.stage && before.staff?.decks === state.staff?.decks) return;
      const shown = state.shared.stage.slides;
      target = shown ? mover.ahead(shown.page) : 0;
      show(box, Boolean(shown));
      drawThumbs();
      drawDecks(state.staff?.decks ?? []);
      if (dialog.open) loadWords();
    },
  };
};
