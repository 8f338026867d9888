/* What this browser remembers. Every call may be refused (private window, full disk) and then does nothing. */

export const recall = (key, store = globalThis.localStorage) => {
  try {
    return JSON.parse(store.getItem(`rostrum.${key}`));
  } catch {
    return null;
  }
};

export const remember = (key, value, store = globalThis.localStorage) => {
  try {
    if (value === null || value === undefined) store.removeItem(`rostrum.${key}`);
    else store.setItem(`rostrum.${key}`, JSON.stringify(value));
    return true;
  } catch {
    return false;
  }
};
