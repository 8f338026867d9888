/* While a PDF is made: asks every two seconds where it stands, and offers it as soon as it is there. */
const PAUSE_MS = 2000;
const WORDS = { ready: "The PDF is here.", failed: "The PDF could not be made. Look again to try once more." };

const show = (root, state) => {
  root.querySelector("[data-paper-words]").textContent = WORDS[state];
  root.querySelector("[data-paper-bar]").hidden = true;
  root.querySelector("[data-paper-file]").hidden = state !== "ready";
  root.querySelector("[data-paper-again]").hidden = state === "ready";
};

const attach = (root) => {
  const look = async () => {
    try {
      const answer = await fetch(root.dataset.paper, { headers: { Accept: "application/json" }, cache: "no-store" });
      const { state } = answer.ok ? await answer.json() : {};
      if (state in WORDS) {
        show(root, state);
        return;
      }
    } catch {
      // Offline for a moment: the next look comes anyway.
    }
    setTimeout(look, PAUSE_MS);
  };
  setTimeout(look, PAUSE_MS);
};

document.querySelectorAll("[data-paper]").forEach(attach);
