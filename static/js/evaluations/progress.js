/* After sending: asks what is still missing every few seconds, and shows the certificate as soon as it is there. */
const SOON_MS = 3000;
const LATER_MS = 15000;
const SOON_FOR_MS = 5 * 60 * 1000;

/* Something on its way is looked for every 3 s, at most for five minutes; anything else needs the person. */
export const pause = (told, sinceMs) => (told?.is_waiting !== false && sinceMs < SOON_FOR_MS ? SOON_MS : LATER_MS);

const set = (root, name, change) => root.querySelectorAll(`[data-${name}]`).forEach(change);

const drawSteps = (root, steps) => {
  const list = root.querySelector("[data-steps]");
  if (!list) return;
  const rows = steps.map(({ word, state }) => {
    const row = document.getElementById(`step-${state}`).content.firstElementChild.cloneNode(true);
    row.querySelector("[data-word]").textContent = word;
    return row;
  });
  list.replaceChildren(...rows);
};

const drawMissing = (root, sentences) => {
  set(root, "missing", (list) => {
    list.replaceChildren(...sentences.map((sentence) => Object.assign(document.createElement("li"), { textContent: sentence })));
    list.hidden = sentences.length === 0;
  });
};

const arrive = (root, certificate) => {
  const section = root.querySelector("[data-arrived]");
  set(section, "certificate-words", (node) => { node.textContent = certificate.words; });
  set(section, "certificate-number", (node) => { node.textContent = certificate.number; });
  set(section, "certificate-download", (node) => { node.href = certificate.download_url; });
  set(section, "certificate-page", (node) => { node.href = certificate.url; });
  if (certificate.image_url) {
    set(section, "certificate-image", (node) => {
      const image = Object.assign(new Image(992, 1403), { src: certificate.image_url, alt: "The certificate" });
      node.href = certificate.url;
      node.replaceChildren(image);
      node.hidden = false;
    });
    section.classList.remove("arrived--plain");
  }
  root.querySelector("[data-waiting]").hidden = true;
  section.hidden = false;
  section.focus({ preventScroll: true });
  scrollTo({ top: 0 });
};

const attach = (root) => {
  const begun = Date.now();
  let tag = "";
  let told = null;
  const draw = () => {
    drawSteps(root, told.steps);
    drawMissing(root, told.missing);
    set(root, "waiting-words", (node) => {
      node.textContent = told.is_waiting
        ? "Your certificate appears here by itself, usually within a minute."
        : "This is what the certificate still needs.";
    });
  };
  const look = async () => {
    try {
      const answer = await fetch(root.dataset.progressOf, { headers: tag ? { "If-None-Match": tag } : {}, cache: "no-store" });
      if (answer.status === 200) {
        tag = answer.headers.get("ETag") ?? "";
        told = await answer.json();
        if (told.certificate) {
          arrive(root, told.certificate);
          return;
        }
        draw();
      }
    } catch {
      // Offline for a moment: the next look comes anyway.
    }
    setTimeout(look, pause(told, Date.now() - begun));
  };
  setTimeout(look, SOON_MS);
};

if (typeof document !== "undefined") document.querySelectorAll("[data-progress-of]:not([data-progress-of=''])").forEach(attach);
