/* The order of a list of questions, by votes or by time, kept in this browser. */
import { recall, remember } from "../lib/memory.js";
import { attribute } from "./dom.js";

const PLACE = "questions.by";

export const attachSorter = (node, changed) => {
  let by = recall(PLACE) === "time" ? "time" : "votes";
  const buttons = [...node.querySelectorAll("[data-by]")];
  const draw = () => buttons.forEach((button) => attribute(button, "aria-pressed", String(button.dataset.by === by)));
  const choose = (next) => {
    by = next;
    remember(PLACE, by);
    draw();
    changed();
  };
  buttons.forEach((button) => button.addEventListener("click", () => choose(button.dataset.by)));
  draw();
  return { by: () => by, turn: () => choose(by === "votes" ? "time" : "votes") };
};
