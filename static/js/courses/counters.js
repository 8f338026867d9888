/* <textarea data-counted="250">: says under the label how much of the limit is used. */

export const countWords = (length, limit) => `${length} of ${limit} characters`;

export const start = (form) => {
  for (const field of form.querySelectorAll("[data-counted]")) {
    const hint = document.getElementById(`${field.id}-help`);
    if (!hint) continue;
    const say = () => { hint.textContent = countWords([...field.value].length, field.dataset.counted); };
    field.addEventListener("input", say);
    say();
  }
};
