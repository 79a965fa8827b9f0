// Which language the page speaks. Every string is in strings.js.

import { REPORT, STRINGS } from "../strings.js";
import { keep, kept } from "./store.js";

/** @typedef {keyof typeof STRINGS.en} Key */
/** @typedef {keyof typeof STRINGS} Language */

const KEPT = "language";
/** @type {Language} */
let language = preferred();

/** @returns {Language} */
function preferred() {
  const chosen = kept("localStorage", KEPT);
  const wanted = chosen ? [chosen] : navigator.languages;
  const known = wanted.map((tag) => tag.slice(0, 2)).find((tag) => tag in STRINGS);
  return /** @type {Language} */ (known ?? "en");
}

export const current = () => language;

/** @param {Language} to */
export function speak(to) {
  language = to;
  keep("localStorage", KEPT, to);
}

/**
 * A string, `{name}` in it replaced.
 * @param {Key} key
 * @param {Record<string, string | number>} [values]
 */
export const say = (key, values = {}) => fill(STRINGS[language][key], values);

/** @param {string} text @param {Record<string, string | number>} values */
const fill = (text, values) => text.replace(/\{(\w+)\}/g, (whole, name) => String(values[name] ?? whole));

/** @param {number} value @param {Intl.NumberFormatOptions} [options] */
export const number = (value, options) => new Intl.NumberFormat(language, options).format(value);

/** @param {number} share */
export const percent = (share, digits = 1) =>
  number(share, { style: "percent", minimumFractionDigits: digits, maximumFractionDigits: digits });

/**
 * A text of the training's report, which is in English: looked up as it is written, its numbers aside,
 * whole or sentence by sentence. What is not found stays as it is.
 * @param {string} text
 */
export function translated(text) {
  const table = REPORT[/** @type {keyof typeof REPORT} */ (language)];
  const trimmed = text.trim();
  if (!table || trimmed === "") return text;
  const said = found(table, trimmed)
    ?? trimmed.split(/(?<=\.) (?=\S)/).map((sentence) => found(table, sentence) ?? sentence).join(" ");
  const [before, after] = [text.slice(0, text.length - text.trimStart().length), text.slice(text.trimEnd().length)];
  return before + said + after;
}

/** @param {Record<string, string>} table @param {string} text */
function found(table, text) {
  if (Object.hasOwn(table, text)) return table[text];
  /** @type {string[]} */
  const numbers = [];
  // a number is no part of a word
  const key = text.replace(/(?<!\w)-?\d+(?:\.\d+)?/g, (digits) => { numbers.push(digits); return "#"; });
  if (!Object.hasOwn(table, key)) return undefined;
  return table[key].replace(/#/g, () => numbers.shift() ?? "#");
}
