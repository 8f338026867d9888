/* The side panel: tabs and their badges, one composer at a time; on a narrow window the poll is a tab too. */
import { select } from "../lib/tabs.js";
import { toast } from "../lib/toasts.js";
import { isTyping } from "../lib/keys.js";
import { messagesOf } from "./chat.js";
import { attribute, isNarrow, NARROW, show, text } from "./dom.js";
import { may } from "./select.js";

const COMPOSER_RIGHTS = { "t-qa": "question:ask", "t-chat": "chat:post" };

export const attachPanel = ({ store, tabs, place, picture, composers, onChat }) => {
  const pollTab = document.getElementById("tab-poll");
  const badge = (name) => tabs.querySelector(`[data-badge=${name}]`);
  const seen = { qa: null, chat: null, files: null };
  const current = () => tabs.querySelector("[aria-selected=true]").getAttribute("aria-controls");

  const drawComposers = () => {
    const { own } = store.get();
    composers.forEach((form) => {
      const right = COMPOSER_RIGHTS[form.dataset.composer];
      show(form, form.dataset.composer === current() && (!own || may(store.get(), right)));
    });
  };

  const fit = () => {
    const narrow = isNarrow();
    show(pollTab, narrow);
    if (!narrow && current() === "t-poll") select(document.getElementById("tab-qa"));
    attribute(place, "role", narrow ? "tabpanel" : null);
    show(place, !narrow || current() === "t-poll");
  };

  const count = (name, codes) => {
    const fresh = name in seen && seen[name] ? codes.filter((code) => !seen[name].has(code)).length : 0;
    if (!seen[name] || current() === `t-${name}`) seen[name] = new Set(codes);
    const node = badge(name);
    const isNew = fresh > 0 && current() !== `t-${name}`;
    show(node, isNew || (name !== "chat" && codes.length > 0));
    node.classList.toggle("count--now", isNew);
    text(node, isNew ? `${fresh} new` : codes.length);
  };

  const draw = (state) => {
    count("qa", state.shared.questions.map(({ code }) => code));
    count("chat", messagesOf(state).map(({ code }) => code));
    count("files", state.shared.handouts.map(({ code }) => code));
    const open = state.shared.polls.filter((poll) => poll.state === "open").length;
    show(badge("poll"), open > 0);
    text(badge("poll"), open);
    const people = state.shared.presence?.people;
    show(badge("people"), people > 0);
    text(badge("people"), people);
    drawComposers();
  };

  tabs.addEventListener("rostrum:tab", ({ detail: { id } }) => {
    if (id === "t-poll" && !isNarrow()) select(document.getElementById("tab-qa"));
    show(place, !isNarrow() || id === "t-poll");
    drawComposers();
    if (id === "t-chat") onChat();
    if (store.get().shared) draw(store.get());
  });
  document.addEventListener("rostrum:poll", ({ detail: { question, narrow } }) => {
    if (!narrow || current() === "t-poll") return;
    // Who is writing is not moved; the poll waits one press away.
    if (!isTyping(document.activeElement)) select(pollTab);
    else toast(`New poll: ${question}`, { undo: () => select(pollTab), undoLabel: "Show" });
  });
  matchMedia(NARROW).addEventListener("change", fit);
  // Tabs stop under a picture that sticks, and what takes the focus stays between them and the composer.
  new ResizeObserver(() => {
    const height = getComputedStyle(picture).position === "sticky" ? picture.offsetHeight : 0;
    document.documentElement.style.setProperty("--picture", `${height}px`);
  }).observe(picture);
  fit();
  drawComposers();
  return { draw, go: (id) => select(tabs.querySelector(`[aria-controls=${id}]`)) };
};
