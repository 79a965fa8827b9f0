// What the browser keeps. Where it refuses to, the page works all the same, and forgets.

/** @typedef {"localStorage" | "sessionStorage"} Where `sessionStorage` ends with the tab */

/** @param {Where} where @param {string} key */
export function kept(where, key) {
  try {
    return window[where].getItem(key);
  } catch {
    return null;
  }
}

/** @param {Where} where @param {string} key @param {string} value */
export function keep(where, key, value) {
  try {
    window[where].setItem(key, value);
  } catch {
    // as said above
  }
}
