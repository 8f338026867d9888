/* When to try again: full jitter, from half a second; the ceiling is 5 s twice, since a killed server is back within
   seconds, and then doubles up to 30 s. Pure. */

const LEAST = 500;

export const ceiling = (attempt) => Math.min(30_000, 5_000 * 2 ** Math.max(0, attempt - 1));

export const delay = (attempt, { random = Math.random, retryAfter = 0 } = {}) =>
  1000 * retryAfter + LEAST + random() * (ceiling(attempt) - LEAST);

/* What a restarting server asks for, and up to half of it more: it is up by then, and not everybody comes at once. */
export const spread = (seconds, random = Math.random) => (1 + random() / 2) * 1000 * Math.max(1, seconds);
