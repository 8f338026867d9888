/* A typed date and time is read back while it is typed; what is unclear is asked, not refused. */

const icon = (name) => {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  const known = document.querySelector("svg.icon use")?.getAttribute("href") ?? "";
  use.setAttribute("href", `${known.split("#")[0]}#i-${name}`);
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  svg.append(use);
  return svg;
};

const make = (tag, props = {}, ...children) => {
  const element = Object.assign(document.createElement(tag), props);
  element.append(...children);
  return element;
};

export const notice = (kind, drawing, ...content) =>
  make("div", { className: `notice${kind}` }, icon(drawing), make("div", {}, make("p", {}, ...content)));

/* Pure: the sentence of a reading as parts, [text, isStrong]. */
export const sentence = (reading) => {
  const parts = [["People will read ", false], [reading.words, true]];
  if (reading.utc) parts.push([` = ${reading.utc}`, false]);
  if (reading.helper) parts.push([`, ${reading.helper}`, false]);
  parts.push([".", false]);
  if (reading.yours) parts.push([" For you: ", false], [reading.yours, true], [".", false]);
  return parts;
};

const choicesOf = (reading, chosen) => {
  if (!reading.choices.length) return [];
  if (reading.choices[0].fold === null) {
    const buttons = reading.choices.map((choice) =>
      make("button", { className: "button button--small", type: "submit", name: "do", value: `time.use:${choice.typed}` }, `Use ${choice.words}`));
    return [make("p", { className: "row" }, ...buttons)];
  }
  const rows = reading.choices.map((choice) => {
    const input = make("input", { type: "radio", name: "fold", value: String(choice.fold), checked: chosen === String(choice.fold) });
    return make("label", { className: "choice" }, input, make("span", {}, choice.words));
  });
  return [make("fieldset", { className: "field", id: "fold", tabIndex: -1 }, make("legend", {}, "Which of the two"), ...rows)];
};

const draw = (place, reading, chosen) => {
  const parts = [];
  if (reading.words) {
    parts.push(notice("", "globe", ...sentence(reading).map(([text, strong]) => (strong ? make("b", {}, text) : text))));
  } else if (reading.problem) parts.push(notice(" notice--now", "alert", reading.problem));
  parts.push(...reading.warnings.map((warning) => notice(" notice--now", "alert", warning)), ...choicesOf(reading, chosen));
  const focused = place.contains(document.activeElement) ? document.activeElement.value : null;
  place.replaceChildren(...parts);
  if (focused !== null) place.querySelector(`input[name=fold][value="${focused}"]`)?.focus();
};

const query = (form) => {
  const data = new FormData(form);
  const sent = new URLSearchParams();
  for (const name of ["typed", "time_zone", "precision", "fold", "minutes"]) {
    if (data.get(name)) sent.set(name, data.get(name));
  }
  for (const name of ["title", "subtitle"]) if (data.get(name)) sent.append("title", data.get(name));
  return sent;
};

const WATCHED = new Set(["typed", "time_zone", "precision", "fold", "minutes", "title", "subtitle"]);

export const start = (form) => {
  const field = form.querySelector("[data-typed]");
  if (!field) return;
  let timer = 0;
  let last = 0;
  const ask = async () => {
    const mine = (last += 1);
    const sent = query(form);
    try {
      const response = await fetch(`${field.dataset.typed}?${sent}`, { headers: { Accept: "application/json" } });
      const place = form.querySelector("[data-reading]");
      if (response.ok && mine === last && place) draw(place, await response.json(), sent.get("fold"));
    } catch { /* The server reads it again when the form is sent. */ }
  };
  const soon = (event) => {
    if (!WATCHED.has(event.target.name)) return;
    if (event.target.name === "typed") form.querySelectorAll("input[name=fold]:checked").forEach((one) => { one.checked = false; });
    clearTimeout(timer);
    timer = setTimeout(ask, 300);
  };
  form.addEventListener("input", soon);
  if (field.value !== field.defaultValue) ask();  // a draft came back
};
