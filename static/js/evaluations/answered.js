/* Says how many questions are answered and about how long the rest takes. Answers stay in the form. */
const SECONDS_EACH = 6;

export const countAnswered = (controls) => {
  const answered = new Set();
  for (const control of controls) {
    if (!control.name || control.type === "hidden" || control.type === "submit") continue;
    const isChoice = control.type === "radio" || control.type === "checkbox";
    if (isChoice ? control.checked : control.value.trim()) answered.add(control.name);
  }
  return answered.size;
};

export const leftWords = (left) => {
  if (left <= 0) return "all answered";
  const minutes = Math.max(1, Math.round((left * SECONDS_EACH) / 60));
  return `about ${minutes} ${minutes === 1 ? "minute" : "minutes"} left`;
};

const attach = (form) => {
  const total = Number(form.dataset.answers);
  const place = document.querySelector(`[data-answered-of="${form.dataset.autosave}"]`);
  if (!place) return;
  const bar = place.querySelector("progress");
  const draw = () => {
    const count = countAnswered(form.elements);
    bar.value = count;
    place.querySelector("[data-answered-count]").textContent = `${count} of ${total} answered`;
    place.querySelector("[data-answered-left]").textContent = leftWords(total - count);
  };
  form.addEventListener("input", draw);
  form.addEventListener("change", draw);
  draw();
};

if (typeof document !== "undefined") document.querySelectorAll("form[data-answers]").forEach(attach);
