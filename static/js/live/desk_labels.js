/* Labels on the agenda ruler: as many whole words as their segment has room for, and no time over another. */
const GAP = 6;

/* As many whole words as fit, with an ellipsis when some are missing; nothing when not even the first fits.
   `widthOf` tells how wide words are drawn. */
export const shortened = (words, room, widthOf) => {
  if (widthOf(words) <= room) return words;
  const parts = words.split(" ");
  for (let many = parts.length - 1; many > 0; many -= 1) {
    const fewer = `${parts.slice(0, many).join(" ").replace(/[,:;.]+$/, "")}…`;
    if (widthOf(fewer) <= room) return fewer;
  }
  return "";
};

/* Which of the labels, from left to right, stand without touching the one before or the end. */
export const apart = (labels, end) => {
  let free = 0;
  return labels.map(({ at, width }) => {
    if (at < free || at + width > end) return false;
    free = at + width + GAP;
    return true;
  });
};

/* Shorten the titles and leave out times, by the width that the drawing has now. */
export const fitLabels = (svg) => {
  const end = svg.clientWidth;
  const begin = svg.getBoundingClientRect().left;
  if (!end) return;
  const segments = [...svg.querySelectorAll(":scope > svg:has(rect)")].map((node) => {
    const { left, width } = node.querySelector("rect").getBoundingClientRect();
    const [title, time] = node.querySelectorAll("text");
    return { at: left - begin, width, title, time };
  });
  segments.forEach(({ title, width }) => {
    const widthOf = (words) => {
      title.textContent = words;
      return title.getComputedTextLength();
    };
    title.textContent = shortened(title.textContent, width - GAP, widthOf);
  });
  const shown = apart(segments.map(({ at, time }) => ({ at, width: time.getComputedTextLength() })), end);
  segments.forEach(({ time }, place) => shown[place] || time.remove());
};
