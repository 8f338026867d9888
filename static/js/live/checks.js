/* The system check of the lobby: sound, video, live messages, clock; each with a verdict and what to do. */
import { serverNow } from "../lib/clock.js";
import { show, text } from "./dom.js";

const HLS = 'video/mp4; codecs="avc1.42E01E,mp4a.40.2"';

export const clockVerdict = (skew) => {
  const minutes = Math.round(Math.abs(skew) / 60_000);
  if (minutes < 1) return ["pass", "Yours agrees with ours."];
  return ["pass", `Yours is ${minutes} ${minutes === 1 ? "minute" : "minutes"} ${skew > 0 ? "slow" : "fast"}. We use ours, you need do nothing.`];
};

export const lineVerdict = (milliseconds) => {
  if (milliseconds === undefined) return ["open", "Tried when the lobby opens."];
  if (milliseconds === null) return ["stop", "No answer. A firewall may hold back WebSockets; try another network or a telephone’s."];
  const said = `Answer in ${Math.round(milliseconds)} ms.`;
  return milliseconds < 1500 ? ["pass", said] : ["open", `${said} Slow, and enough for polls and questions.`];
};

export const videoVerdict = (canStream, canNative) =>
  canStream || canNative
    ? ["pass", "This browser can play the picture."]
    : ["stop", "This browser cannot play the picture. Use a current Firefox, Chrome, Edge or Safari."];

const chime = () => {
  const audio = new AudioContext();
  [523.25, 659.25, 783.99].forEach((pitch, place) => {
    const tone = audio.createOscillator();
    const volume = audio.createGain();
    const begin = audio.currentTime + place * 0.22;
    tone.frequency.value = pitch;
    volume.gain.setValueAtTime(0, begin);
    volume.gain.linearRampToValueAtTime(0.25, begin + 0.03);
    volume.gain.exponentialRampToValueAtTime(0.001, begin + 0.7);
    tone.connect(volume).connect(audio.destination);
    tone.start(begin);
    tone.stop(begin + 0.75);
  });
  setTimeout(() => audio.close(), 2000);
};

export const attachChecks = ({ list, again, ping }) => {
  const row = (name) => list.querySelector(`[data-check=${name}]`);
  const tell = (name, [kind, words]) => {
    text(row(name).querySelector("[data-check-said]"), words);
    row(name).querySelectorAll("[data-mark]").forEach((mark) => show(mark, mark.dataset.mark === kind));
  };
  const heard = list.querySelectorAll("[data-heard]");

  const run = async () => {
    tell("clock", clockVerdict(serverNow() - Date.now()));
    const canStream = Boolean(globalThis.MediaSource?.isTypeSupported?.(HLS) || globalThis.ManagedMediaSource?.isTypeSupported?.(HLS));
    tell("video", videoVerdict(canStream, Boolean(document.createElement("video").canPlayType("application/vnd.apple.mpegurl"))));
    if (!ping) return;
    tell("line", ["open", "Trying."]);
    tell("line", lineVerdict(await ping().catch(() => null)));
  };

  document.getElementById("chime").addEventListener("click", () => {
    chime();
    tell("sound", ["open", "Three rising tones. Did you hear them?"]);
    heard.forEach((button) => show(button, true));
  });
  heard.forEach((button) =>
    button.addEventListener("click", () => {
      heard.forEach((other) => show(other, false));
      if (button.dataset.heard === "yes") tell("sound", ["pass", "You heard the tones."]);
      else tell("sound", ["stop", "Turn the volume up, and check which speaker this device uses. Then play it again."]);
    }),
  );
  again.addEventListener("click", run);
  run();
  return { line: (milliseconds) => tell("line", lineVerdict(milliseconds)) };
};
