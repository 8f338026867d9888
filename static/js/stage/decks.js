/* Slides that are being drawn: how far it is, asked for every second, and the whole page once something is finished. */
const STEP_MS = 1000;

const isMoving = ({ state }) => state === "waiting" || state === "drawing";

const draw = (row, { drawn, pages }) => {
  const bar = row.querySelector("progress");
  if (!bar) return;
  if (pages) Object.assign(bar, { max: pages, value: drawn });
  bar.setAttribute("aria-label", `Drawing the slides: ${drawn} of ${pages || "?"}`);
  row.querySelector("[data-progress-said]").textContent = `${drawn} of ${pages || "?"}`;
};

let isTouched = false;
document.addEventListener("input", () => { isTouched = true; });

const follow = (section) => {
  const look = async () => {
    const answer = await fetch(section.dataset.decks, { headers: { Accept: "application/json" } }).catch(() => null);
    if (answer?.ok) {
      const { decks } = await answer.json();
      decks.forEach((deck) => {
        const row = section.querySelector(`[data-deck="${deck.code}"]`);
        if (row) draw(row, deck);
      });
      if (!decks.some(isMoving)) {
        // Whoever is filling in the form above is not interrupted.
        if (isTouched) section.querySelectorAll("[data-progress] .note").forEach((node) => { node.textContent = "Done. Reload the page to choose them."; });
        else location.reload();
        return;
      }
    }
    setTimeout(look, STEP_MS);
  };
  setTimeout(look, STEP_MS);
};

document.querySelectorAll("[data-decks][data-moving]").forEach(follow);
