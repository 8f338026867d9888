/* The ballot of each kind of poll: its controls, what was chosen or written, and the words for it. Every kind works by
   keyboard alone; a ranking is moved by buttons. */
import { troubleWith } from "./composer.js";
import { attribute, clone, part, say, text } from "./dom.js";

const FAMILIES = {
  rating: "scale", rating_7: "scale", rating_10: "scale", grid: "grid", ranking: "ranking", text: "text", words: "words", number: "number",
};
const LONGEST = { text: 200, words: 30 };
const END = { rating: ["1 is lowest", "5 highest"], rating_7: ["1 is lowest", "7 highest"], rating_10: ["0 is lowest", "10 highest"] };

export const familyOf = ({ kind }) => FAMILIES[kind] ?? "choice";

export const isWritten = (poll) => ["text", "words", "number"].includes(familyOf(poll));

const takesMany = (poll) => poll.kind === "multiple" || (poll.kind === "quiz" && poll.max_choices > 1);

/* What is not whole at the first touch waits for a button; so does what cannot be taken back. */
export const needsButton = (poll) => takesMany(poll) || poll.privacy === "secret" || ["grid", "ranking", "text", "words", "number"].includes(familyOf(poll));

const rangeWords = ([low, high] = []) => {
  if (low != null && high != null) return `Write a number from ${low} to ${high}`;
  if (low != null) return `Write a number from ${low} upwards`;
  return high != null ? `Write a number up to ${high}` : "Write a number";
};

export const choiceWords = (poll) => {
  const { kind, min_choices: least, max_choices: most } = poll;
  const words = { grid: "Choose one answer in each row", ranking: "Put them in your order, the first on top", text: "Write a short answer", words: most > 1 ? `Write up to ${most} words or short phrases` : "Write one word or short phrase" };
  if (kind === "number") return rangeWords(poll.range);
  if (kind === "quiz" && most > 1) return "Choose all that are right";
  if (kind !== "multiple") return words[kind] ?? "Choose one";
  return least === most ? `Choose ${least}` : `Choose ${least} to ${most}`;
};

/* What goes to the server beside the poll's code. */
export const voteOf = (poll, answer) => (isWritten(poll) ? { options: [], texts: answer } : { options: answer });

/* The sentence for an answer that cannot be sent yet, or nothing. The server has the last word. */
export const missingIn = (poll, answer) => {
  const given = answer.filter((one) => one !== null && one !== "").length;
  if (isWritten(poll)) {
    return given ? (answer.map((words) => troubleWith(words, { longest: LONGEST[poll.kind] })).find(Boolean) ?? "") : `${choiceWords(poll)}.`;
  }
  if (poll.kind === "grid" || poll.kind === "ranking") {
    const left = poll.options.length - given;
    return left ? `${choiceWords(poll)}. ${left} ${left === 1 ? "is" : "are"} left.` : "";
  }
  const isRight = given >= Math.max(1, poll.min_choices) && (!takesMany(poll) || given <= poll.max_choices);
  return isRight ? "" : `${choiceWords(poll)}. You have chosen ${given}.`;
};

/* What anybody answered, as one line of a list. */
export const listWords = (poll, answer) => {
  if (isWritten(poll)) return answer.join(", ") || "–";
  if (poll.kind === "grid") return answer.map((column, row) => `${poll.options[row]}: ${poll.columns[column]}`).join("; ");
  return answer.map((place) => poll.options[place]).join(", ");
};

/* What a person answered, in words. */
export const answerWords = (poll, answer) => {
  const named = answer.map((place) => poll.options[place]);
  if (isWritten(poll)) return `You wrote: ${answer.join(", ")}.`;
  if (poll.kind === "grid") return `You answered ${answer.length === 1 ? "the row" : `all ${answer.length} rows`}.`;
  if (poll.kind === "ranking") return `Your order: ${named.join(", ")}.`;
  const right = poll.quiz?.right;
  if (right && String(right) === String(answer)) return `Right: ${named.join(", ")}.`;
  if (right) return `You chose: ${named.join(", ")}. Right: ${right.map((place) => poll.options[place]).join(", ")}.`;
  return `You chose: ${named.join(", ")}.`;
};

const option = (poll, { name, value, label, isMany }) => {
  const node = clone("t-option");
  const input = node.querySelector("input");
  input.type = isMany ? "checkbox" : "radio";
  input.name = name;
  input.value = value;
  text(part(node, "label"), label);
  return node;
};

const fillChoices = (poll, place) =>
  place.append(...poll.options.map((label, value) => option(poll, { name: `poll-${poll.code}`, value, label, isMany: takesMany(poll) })));

const fillScale = (poll, place) => {
  fillChoices(poll, place);
  const ends = document.createElement("p");
  ends.className = "poll__ends";
  END[poll.kind].forEach((words) => ends.append(Object.assign(document.createElement("span"), { textContent: words })));
  place.append(ends);
};

const fillGrid = (poll, place) => {
  poll.options.forEach((label, row) => {
    const set = clone("t-grid-row");
    text(part(set, "statement"), label);
    part(set, "steps").append(...poll.columns.map((words, value) => option(poll, { name: `poll-${poll.code}-${row}`, value, label: words })));
    place.append(set);
  });
};

const numberOrder = (list) => {
  const items = [...list.children];
  items.forEach((item, at) => {
    text(part(item, "place"), at + 1);
    attribute(part(item, "up"), "aria-disabled", at === 0 ? "true" : null);
    attribute(part(item, "down"), "aria-disabled", at === items.length - 1 ? "true" : null);
  });
};

const fillOrder = (poll, place) => {
  const list = document.createElement("ol");
  list.className = "poll__order";
  list.setAttribute("role", "list");
  const move = (item, step) => {
    const next = step < 0 ? item.previousElementSibling : item.nextElementSibling;
    if (!next) return;
    const focused = document.activeElement;
    if (step < 0) list.insertBefore(item, next);
    else list.insertBefore(next, item);
    numberOrder(list);
    focused?.focus({ preventScroll: true });
    say(`${poll.options[item.dataset.position]}: ${[...list.children].indexOf(item) + 1} of ${list.children.length}`);
    list.dispatchEvent(new Event("change", { bubbles: true }));
  };
  poll.options.forEach((label, position) => {
    const item = clone("t-order");
    item.dataset.position = position;
    text(part(item, "label"), label);
    [["up", -1], ["down", 1]].forEach(([name, step]) => {
      part(item, name).setAttribute("aria-label", `Move ${label} ${name}`);
      part(item, name).addEventListener("click", () => move(item, step));
    });
    list.append(item);
  });
  place.append(list);
  numberOrder(list);
};

const fillWritten = (poll, place) => {
  for (let n = 0; n < (poll.kind === "words" ? poll.max_choices : 1); n += 1) {
    const field = document.createElement(poll.kind === "text" ? "textarea" : "input");
    field.className = "input poll__write";
    field.setAttribute("aria-label", n ? `Word ${n + 1}, if you have one more` : choiceWords(poll));
    field.setAttribute("autocomplete", "off");
    if (poll.kind === "number") field.inputMode = "decimal";
    if (poll.kind === "text") field.rows = 2;
    place.append(field);
  }
};

const FILL = { scale: fillScale, grid: fillGrid, ranking: fillOrder, text: fillWritten, words: fillWritten, number: fillWritten };

export const fillBallot = (poll, place) => {
  (FILL[familyOf(poll)] ?? fillChoices)(poll, place);
  attribute(place, "data-kind", poll.kind);
  attribute(place, "data-family", familyOf(poll));
};

/* What stands on the ballot now; a row of a grid without an answer is null. */
export const readBallot = (poll, place) => {
  if (isWritten(poll)) return [...place.querySelectorAll(".poll__write")].map(({ value }) => value.trim()).filter(Boolean);
  if (poll.kind === "ranking") return [...place.querySelectorAll("[data-position]")].map(({ dataset }) => Number(dataset.position));
  if (poll.kind !== "grid") return [...place.querySelectorAll("input:checked")].map(({ value }) => Number(value));
  return [...place.querySelectorAll("[data-part=steps]")].map((row) => {
    const checked = row.querySelector("input:checked");
    return checked ? Number(checked.value) : null;
  });
};

export const showBallot = (poll, place, answer) => {
  if (isWritten(poll)) {
    place.querySelectorAll(".poll__write").forEach((field, at) => { field.value = answer[at] ?? ""; });
  } else if (poll.kind === "ranking") {
    const list = place.querySelector(".poll__order");
    list.append(...answer.map((position) => list.querySelector(`[data-position="${position}"]`)).filter(Boolean));
    numberOrder(list);
  } else if (poll.kind === "grid") {
    place.querySelectorAll("[data-part=steps]").forEach((row, at) => row.querySelectorAll("input").forEach((input) => { input.checked = Number(input.value) === answer[at]; }));
  } else {
    place.querySelectorAll("input").forEach((input) => { input.checked = answer.includes(Number(input.value)); });
  }
};
