// The shares of n-grams → the words of the question, as `by_token` in model/src/explain.rs does it.

/** @typedef {import("./api.js").Contribution} Contribution */
/** @typedef {{text: string, share: number | null}} Piece */

/**
 * The question in pieces: a word with its share of the margin, or what lies between words (null). The
 * share of an n-gram is spread evenly over those of its characters that lie in a word.
 * @param {string} query
 * @param {Contribution[]} contributions
 * @returns {Piece[]}
 */
export function pieces(query, contributions) {
  const bytes = new TextEncoder().encode(query);
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  const text = (/** @type {number} */ from, /** @type {number} */ to) => decoder.decode(bytes.subarray(from, to));
  const before = charactersBefore(bytes);
  const words = disjoint(contributions);
  const shares = words.map(() => 0);
  for (const { start, end, share } of contributions) {
    // an n-gram of a bracket alone has no bytes, but a word that it is at the edge of
    const empty = start === end;
    let first = 0;
    for (let high = words.length; first < high;) {
      const middle = (first + high) >> 1;
      if (words[middle][1] < start || (words[middle][1] === start && !empty)) first = middle + 1;
      else high = middle;
    }
    let last = first;
    while (last < words.length && (words[last][0] < end || (empty && words[last][0] === end))) last += 1;
    const over = words.slice(first, last).map(([from, to]) => {
      const [a, b] = [Math.max(from, start), Math.min(to, end)];
      return b > a ? before[b] - before[a] : 0;
    });
    const total = over.reduce((sum, part) => sum + part, 0);
    over.forEach((part, i) => { shares[first + i] += share * (total > 0 ? part / total : 1 / over.length); });
  }
  /** @type {Piece[]} */
  const all = [];
  let at = 0;
  words.forEach(([from, to], i) => {
    if (from > at) all.push({ text: text(at, from), share: null });
    all.push({ text: text(from, to), share: shares[i] });
    at = to;
  });
  if (at < bytes.length) all.push({ text: text(at, bytes.length), share: null });
  return all;
}

/**
 * The bytes of the words, those that overlap made one. Each word is an n-gram by itself, and the
 * shortest that begins where it does: longer ones are pairs.
 * @param {Contribution[]} contributions
 * @returns {[number, number][]}
 */
function disjoint(contributions) {
  const ofWords = contributions.filter(({ family, start, end }) => family === "words" && end > start);
  /** @type {Map<number, number>} */
  const shortest = new Map();
  for (const { start, end } of ofWords) shortest.set(start, Math.min(end, shortest.get(start) ?? Infinity));
  /** @type {[number, number][]} */
  const words = [];
  for (const [start, end] of [...shortest].sort((a, b) => a[0] - b[0])) {
    const last = words.at(-1);
    if (last && start < last[1]) last[1] = Math.max(last[1], end);
    else words.push([start, end]);
  }
  return words;
}

/** How many characters begin before each byte. @param {Uint8Array} bytes */
function charactersBefore(bytes) {
  const before = new Uint32Array(bytes.length + 1);
  bytes.forEach((byte, i) => { before[i + 1] = before[i] + ((byte & 0xc0) === 0x80 ? 0 : 1); });
  return before;
}
