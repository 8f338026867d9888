/* A list that is being registered: how far it is, asked for every second, and the whole page once it is over. */
const STEP_MS = 1000;
const SPOKEN_MS = 15000;

export const words = ({ handled, good }) => `${handled.toLocaleString("en-US")} of ${good.toLocaleString("en-US")}`;

const attach = (section) => {
  let spokenAt = 0;
  const draw = (told) => {
    const bar = section.querySelector("progress");
    Object.assign(bar, { max: told.good, value: told.handled });
    bar.setAttribute("aria-label", `Registering: ${words(told)}`);
    section.querySelector("[data-progress-said]").textContent = words(told);
    if (Date.now() - spokenAt < SPOKEN_MS) return;
    spokenAt = Date.now();
    section.querySelector("[data-import-said]").textContent = `${words(told)} registered`;
  };
  const look = async () => {
    const answer = await fetch(section.dataset.import, { headers: { Accept: "application/json" }, cache: "no-store" }).catch(() => null);
    if (answer?.ok) {
      const told = await answer.json();
      if (told.state !== "running") {
        location.reload();
        return;
      }
      draw(told);
    }
    setTimeout(look, STEP_MS);
  };
  setTimeout(look, STEP_MS);
};

if (typeof document !== "undefined") document.querySelectorAll("[data-import]").forEach(attach);
