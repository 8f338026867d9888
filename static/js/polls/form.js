/* The form of a poll shows the fields that its kind uses, and those in which something stands: nothing is refused or
   dropped out of sight. Without scripts all of them stand there with their help. */

export const isFor = (kinds, kind) => kinds.split(" ").includes(kind);

const start = (form) => {
  const kind = form.querySelector("select[data-kind]");
  const isFilled = (part) => [...part.querySelectorAll("input, textarea")].some(({ value, defaultValue, name }) => value.trim() && !(name === "min_choices" && value === "1") && (value !== defaultValue || part.querySelector("[aria-invalid]")));
  const fit = () => form.querySelectorAll("[data-for]").forEach((part) => part.toggleAttribute("hidden", !isFor(part.dataset.for, kind.value) && !isFilled(part)));
  kind.addEventListener("change", fit);
  // What was kept in this browser comes back after the page, and brings its kind.
  form.addEventListener("input", fit);
  setTimeout(fit, 0);
  fit();
};

if (globalThis.document) document.querySelectorAll("[data-poll-form]").forEach(start);
