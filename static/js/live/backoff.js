/* When to try again: full jitter, from half a second; the ceiling is 5 s at first and doubles up to 30 s. Pure. */

const LEAST = 500;

export const ceiling = (attempt) => Math.min(30_000, 5_000 * 2 ** Math.max(0, attempt));

export const delay = (attempt, { random = Math.random, retryAfter = 0 } = {}) =>
  1000 * retryAfter + LEAST + random() * (ceiling(attempt) - LEAST);

/* A random part of the time in which a restarting server wants its clients back. */
export const spread = (seconds, random = Math.random) => random() * 1000 * Math.max(1, seconds);
