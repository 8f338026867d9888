/* Says at once that a file is too large: the server could refuse it only after all of it was sent. */

export const isTooLarge = (file, most) => Boolean(file) && file.size > most;

const watch = (input) => {
  const most = Number(input.dataset.mostBytes);
  const said = document.createElement("p");
  said.className = "field__error";
  said.setAttribute("role", "alert");
  input.before(said);
  input.addEventListener("change", () => {
    const isRefused = isTooLarge(input.files[0], most);
    said.textContent = isRefused ? `This file is larger than ${most / 1e6} MB. Make it smaller, then choose it again.` : "";
    if (isRefused) input.value = "";
  });
};

if (typeof document !== "undefined") document.querySelectorAll("input[data-most-bytes]").forEach(watch);
