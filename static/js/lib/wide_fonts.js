/* Chinese, Japanese and Korean letters: their rules are long, so the style sheet is asked for when the first such letter
   stands on the page. A system's own fonts come first in it. */

export const needsWideFonts = (text) => /[\u1100-\u11ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af]/.test(text);

export const start = () => {
  const href = document.querySelector('meta[name="wide-fonts"]')?.content;
  if (!href) return;
  const load = () => {
    const link = document.createElement("link");
    link.rel = "stylesheet";
    link.href = href;
    document.head.append(link);
  };
  if (needsWideFonts(document.body.textContent)) {
    load();
    return;
  }
  const texts = (change) =>
    change.type === "characterData" ? [change.target.data] : [...change.addedNodes].map((node) => node.textContent);
  const observer = new MutationObserver((changes) => {
    if (!changes.flatMap(texts).some(needsWideFonts)) return;
    observer.disconnect();
    load();
  });
  observer.observe(document.body, { childList: true, characterData: true, subtree: true });
};
