/* The name as it will be printed, the viewer's time zone, and the fields of another licence. */
import { cityOf } from "../lib/zone_words.js";
import { viewerZone } from "../lib/zones.js";

/* Gives the name on one line, as it will be printed; an empty one gives the placeholder. */
export const printed = (typed, placeholder) => typed.replace(/\s+/gu, " ").trim() || placeholder;

const preview = (input) => {
  const output = document.getElementById(input.dataset.prints);
  const draw = () => {
    const name = printed(input.value, "Your name");
    output.querySelector("bdi").textContent = name;
    output.parentElement.toggleAttribute("data-empty", !input.value.trim());
  };
  input.addEventListener("input", draw);
  draw();
};

const guess = (select) => {
  const zone = viewerZone();
  if (!zone?.includes("/") || "kept" in select.form.dataset) return;
  if (![...select.options].some((option) => option.value === zone)) {
    select.prepend(new Option(cityOf(zone), zone));
  }
  select.value = zone;
};

const other = (block) => {
  const radios = document.querySelectorAll('input[name="licence"]');
  const draw = () => { block.hidden = document.querySelector('input[name="licence"]:checked')?.value !== "another"; };
  radios.forEach((radio) => radio.addEventListener("change", draw));
  draw();
};

if (typeof document !== "undefined") {
  document.querySelectorAll("[data-guess-zone]").forEach(guess);
  document.querySelectorAll("[data-prints]").forEach(preview);
  document.querySelectorAll("[data-other-licence]").forEach(other);
}
