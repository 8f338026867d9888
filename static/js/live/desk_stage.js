/* The stage on the desk: choose what everybody sees, look at it first, change it with one press. */
import { open as openDialog } from "../lib/dialog.js";
import { toast } from "../lib/toasts.js";
import { part, show, text } from "./dom.js";
import { quiet, sendFrom } from "./refusals.js";
import { addresses, loader } from "./slides.js";
import { attachStage } from "./stage.js";

const PAUSE_MS = 500;
const NOTHING = { kind: "none", url: null, text: "", slides: null };
const ADDRESS_HELP = {
  hls: "The https address of an HLS playlist; it ends in .m3u8.",
  youtube: "The address of the video at youtube.com or youtu.be.",
  vimeo: "The address of the video at vimeo.com.",
};

/* What goes to the server for the stage's form: what the kind does not use stays here. Pure. */
export const stagePayload = ({ kind, address, words, deck }) => ({
  kind,
  address: kind in ADDRESS_HELP ? address.trim() : "",
  text: kind === "text" ? words.trim() : "",
  deck: kind === "slides" ? deck : "",
});

/* Whether enough is there to look at. Pure. */
export const isWhole = ({ kind, address, text: words, deck }) =>
  kind === "none" || (kind === "text" ? words !== "" : kind === "slides" ? deck !== "" : address !== "");

const WANTED = { text: "Write how people join.", slides: "Send a PDF under Slides first.", address: "Give the address to see it here." };

export const attachStageForm = ({ store, dialog, act, ask, files }) => {
  const form = dialog.querySelector("form");
  const note = part(form, "preview-note");
  const picture = loader(part(form, "preview-picture"));
  const typed = {};
  let kindBefore = "";
  let isTyped = false;
  let timer = 0;
  let asked = 0;
  // A preview must not be heard in the room: it plays without sound, and has no buttons of its own.
  const stage = attachStage({
    media: part(form, "preview-media"), poster: part(form, "preview-poster"), words: part(form, "preview-words"),
    trouble: part(form, "preview-trouble"), mute: document.createElement("button"), unmute: document.createElement("button"),
    isSilent: true,
  });

  const draw = (value) => {
    const { slides } = value;
    stage({ shared: { stage: value, room: { state: "live" } } });
    show(part(form, "preview-page"), Boolean(slides));
    picture(slides ? addresses(files, slides.deck, slides.page).picture : "");
  };

  const payload = () => {
    const { kind, address, text: words, deck } = form.elements;
    return stagePayload({ kind: kind.value, address: address.value, words: words.value, deck: deck.value });
  };

  const preview = async () => {
    const wanted = payload();
    const turn = (asked += 1);
    if (!isWhole(wanted)) {
      draw(NOTHING);
      text(note, WANTED[wanted.kind] ?? WANTED.address);
      return;
    }
    const { data, error } = await ask("stage.preview", wanted).then(({ data: found }) => ({ data: found }), (refused) => ({ error: refused }));
    if (turn !== asked || !dialog.open) return;
    draw(data?.stage ?? NOTHING);
    text(note, error ? (error.message ?? "The preview comes when the line is back.") : "");
  };

  const soon = () => {
    clearTimeout(timer);
    timer = setTimeout(preview, PAUSE_MS);
  };

  const fit = () => {
    const kind = form.elements.kind.value;
    // Each kind keeps the address that was typed for it, so that a switch back is one press.
    if (kind !== kindBefore) {
      if (kindBefore in ADDRESS_HELP) typed[kindBefore] = form.elements.address.value;
      if (kind in ADDRESS_HELP) form.elements.address.value = typed[kind] ?? "";
      kindBefore = kind;
    }
    show(part(form, "address"), kind in ADDRESS_HELP);
    show(part(form, "words"), kind === "text");
    show(part(form, "deck"), kind === "slides");
    text(part(form, "help"), ADDRESS_HELP[kind] ?? "");
    soon();
  };

  form.addEventListener("change", fit);
  form.addEventListener("input", () => { isTyped = true; soon(); });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (!(await sendFrom(form, act, "stage.change", payload()))) return;
    isTyped = false;
    dialog.close();
    toast("The stage has changed for everybody.");
  });
  dialog.addEventListener("close", () => { clearTimeout(timer); draw(NOTHING); });

  const fillDecks = () => {
    const list = form.elements.deck;
    const chosen = list.value || store.get().shared.stage.slides?.deck;
    const ready = (store.get().staff?.decks ?? []).filter(({ state }) => state === "ready");
    list.replaceChildren(...ready.map(({ code, name, pages }) => new Option(`${name}, ${pages} slides`, code)));
    if (!ready.length) list.append(new Option("None yet: send a PDF under Slides", ""));
    if (ready.some(({ code }) => code === chosen)) list.value = chosen;
  };

  const fill = ({ kind, text: words, url }) => {
    form.elements.kind.value = kind;
    kindBefore = kind;
    form.elements.text.value = words ?? "";
    form.elements.address.value = kind in ADDRESS_HELP ? (url ?? "") : "";
  };

  return () => {
    quiet(form);
    fillDecks();
    // What was typed and not sent is still there when the dialog opens again.
    if (!isTyped) fill(store.get().shared.stage);
    openDialog(dialog);
    fit();
  };
};
