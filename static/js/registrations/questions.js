/* Questions that are asked only where another one has a certain answer. The server decides the same without this. */

/* Says whether a question is asked: `given` are the answers to the one it depends on, `wanted` an answer or nothing. */
export const isShown = (given, wanted) => {
  const told = given.map((one) => one.trim()).filter(Boolean);
  return wanted ? told.some((one) => one.toLowerCase() === wanted.toLowerCase()) : told.length > 0;
};

/* Gives the answers of a field as the server reads them: boxes and buttons only where they are ticked. */
const answers = (form, name) => [...form.elements]
  .filter((one) => one.name === name && !one.closest("[hidden]"))
  .filter((one) => !["radio", "checkbox"].includes(one.type) || one.checked)
  .map((one) => (one.type === "checkbox" && one.value === "y" ? "yes" : one.value));

const watch = (form) => {
  const asked = [...form.querySelectorAll("[data-shown-on]")];
  if (!asked.length) return;
  const draw = () => asked.forEach((one) => {
    one.hidden = !isShown(answers(form, one.dataset.shownOn), one.dataset.shownValue);
  });
  form.addEventListener("input", draw);
  form.addEventListener("change", draw);
  draw();
};

if (typeof document !== "undefined") document.querySelectorAll("form").forEach(watch);
