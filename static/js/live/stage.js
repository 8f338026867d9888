/* The stage: an HLS stream, an embedded player, words with a link or a telephone number, or a poster. */
import { attribute, show, text } from "./dom.js";

const NAMES = { youtube: "YouTube video of the session", vimeo: "Vimeo video of the session" };
const LINKS = /(https:\/\/[^\s<>"']+)|(\+?\d[\d ()-]{7,}\d)/g;

/* Cuts words into plain text, https links and telephone numbers. Pure. */
export const linked = (words) => {
  const parts = [];
  let last = 0;
  for (const found of words.matchAll(LINKS)) {
    const said = found[1] ? found[0].replace(/[.,;:)]+$/, "") : found[0];
    if (found.index > last) parts.push({ text: words.slice(last, found.index) });
    parts.push({ text: said, href: found[1] ? said : `tel:${said.replace(/[^\d+]/g, "")}` });
    last = found.index + said.length;
  }
  if (last < words.length) parts.push({ text: words.slice(last) });
  return parts;
};

const link = ({ text: words, href }) => {
  if (!href) return document.createTextNode(words);
  const node = document.createElement("a");
  node.href = href;
  node.textContent = words;
  if (href.startsWith("https:")) Object.assign(node, { target: "_blank", rel: "noopener noreferrer" });
  return node;
};

const frame = ({ kind, url }) => {
  const node = document.createElement("iframe");
  node.className = "stage__media";
  node.title = NAMES[kind];
  node.allow = "autoplay; encrypted-media; fullscreen; picture-in-picture";
  node.allowFullscreen = true;
  // The players refuse to start without knowing the embedding site.
  node.referrerPolicy = "strict-origin-when-cross-origin";
  node.src = url;
  return node;
};

export const attachStage = ({ media, poster, words, trouble, mute, unmute, isSilent = false }) => {
  let shown = null;
  let player = null;
  let video = null;

  const said = (sentence) => {
    text(trouble, sentence);
    show(trouble, Boolean(sentence));
  };

  const stop = () => {
    player?.destroy();
    player = null;
    video = null;
    media.replaceChildren();
    said("");
  };

  const drawMute = () => {
    show(mute, Boolean(video));
    show(unmute, Boolean(video?.muted));
    attribute(mute, "aria-pressed", String(Boolean(video?.muted)));
  };

  const play = async () => {
    video.muted = isSilent;
    try {
      await video.play();
    } catch {
      // Browsers let a page play by itself only without sound; one press brings it back.
      if (!video) return;
      video.muted = true;
      await video.play().catch(() => said("Press play to start the picture."));
    }
    drawMute();
  };

  const startHls = async ({ url }) => {
    video = document.createElement("video");
    Object.assign(video, { className: "stage__media", playsInline: true, autoplay: true, controls: false });
    video.setAttribute("aria-label", "Picture and sound of the session");
    video.addEventListener("volumechange", drawMute);
    media.replaceChildren(video);
    const { default: Hls } = await import("../../vendor/hls.js/hls.light.min.mjs");
    if (shown?.url !== url) return;
    if (Hls.isSupported()) {
      const workerPath = new URL("../../vendor/hls.js/hls.worker.js", import.meta.url).href;
      player = new Hls({ liveSyncDuration: 2, liveMaxLatencyDuration: 8, maxLiveSyncPlaybackRate: 1.1, backBufferLength: 30, workerPath });
      player.on(Hls.Events.ERROR, (_, { fatal, type }) => {
        if (!fatal) return;
        said("The picture stopped. It comes back by itself; questions and polls go on.");
        if (type === Hls.ErrorTypes.MEDIA_ERROR) player.recoverMediaError();
        else setTimeout(() => { if (shown?.url === url) player?.loadSource(url); }, 3000 + Math.random() * 3000);
      });
      player.on(Hls.Events.FRAG_BUFFERED, () => said(""));
      player.loadSource(url);
      player.attachMedia(video);
    } else if (video.canPlayType("application/vnd.apple.mpegurl")) {
      video.src = url;
    } else {
      said("This browser cannot play the picture. Use a current Firefox, Chrome, Edge or Safari.");
    }
    play();
  };

  const toggle = () => {
    if (!video) return;
    video.muted = !video.muted;
    if (!video.muted) video.play().catch(() => {});
  };
  mute.addEventListener("click", toggle);
  unmute.addEventListener("click", toggle);

  return ({ shared: { stage, room } }) => {
    const isOver = room.state !== "live";
    const key = isOver ? "none" : stage;
    if (shown === key) return;
    shown = key;
    stop();
    const kind = isOver ? "none" : stage.kind;
    show(media, ["hls", "youtube", "vimeo"].includes(kind));
    show(poster, kind === "none" || kind === "text");
    words.replaceChildren(...(kind === "text" ? linked(stage.text).map(link) : []));
    show(words, kind === "text");
    if (kind === "hls") startHls(stage);
    else if (kind === "youtube" || kind === "vimeo") media.append(frame(stage));
    drawMute();
  };
};
