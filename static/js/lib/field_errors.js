/* Sentences beside controls, tied to them for assistive technology; and what a browser would drop without a word. */

const READ = {
  date: "Write the whole date, or empty the field.",
  time: "Write the whole time, or empty the field.",
  "datetime-local": "Write the whole date and time, or empty the field.",
  number: "Write a number, or empty the field.",
};

/* What cannot be sent as it stands: half a date is nothing to a browser, a large file is refused after a long wait. Pure. */
export const troubleOf = ({ type, validity, files, dataset }) => {
  if (validity?.badInput) return READ[type] ?? "Write this in full, or empty the field.";
  const most = Number(dataset?.mostMegabytes);
  const isLarge = most && [...(files ?? [])].some(({ size }) => size > most * 1024 * 1024);
  return isLarge ? `Choose a file of at most ${most} MB.` : "";
};

const names = (control) => (control.getAttribute("aria-describedby") ?? "").split(" ").filter(Boolean);

const describe = (control, id, isSaid) => {
  const rest = names(control).filter((name) => name !== id);
  const all = isSaid ? [...rest, id] : rest;
  if (all.length) control.setAttribute("aria-describedby", all.join(" "));
  else control.removeAttribute("aria-describedby");
  if (isSaid) control.setAttribute("aria-invalid", "true");
  else if (!rest.some((name) => name.endsWith("-error"))) control.removeAttribute("aria-invalid");
};

const noteFor = (control) => {
  const note = document.createElement("p");
  note.className = "field__error";
  note.id = `${control.id || control.name}-told`;
  control.before(note);
  return note;
};

/* Says a sentence beside a control, in `note` where the page brings one; an empty sentence takes it away. */
export const tell = (control, sentence, note = document.getElementById(`${control.id || control.name}-told`)) => {
  if (!note && !sentence) return;
  const place = note ?? noteFor(control);
  place.id ||= `${control.id || control.name}-told`;
  place.textContent = sentence;
  place.hidden = !sentence;
  describe(control, place.id, Boolean(sentence));
};

/* Says beside each control of a form what keeps it from being sent; gives whether nothing does. */
export const isReadable = (form) => {
  const wrong = [...form.elements].filter((control) => {
    const sentence = troubleOf(control);
    tell(control, sentence);
    return sentence;
  });
  wrong[0]?.focus();
  return wrong.length === 0;
};
