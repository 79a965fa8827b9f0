// Prometheus' text format → what the view Watch draws.

/** @typedef {{name: string, labels: Record<string, string>, value: number}} Sample */
/** @typedef {{bound: number, count: number}[]} Buckets */
/** @typedef {{at: number, requests: number, errors: number, queue: number, connectionsFull: number, connections: number, waiting: number, buckets: Buckets, intents: Map<number, number>}} Look */

/** @param {string} text @returns {Sample[]} */
export function parse(text) {
  /** @type {Sample[]} */
  const samples = [];
  for (const line of text.split("\n")) {
    const found = /^([A-Za-z_:][\w:]*)(?:\{(.*)\})? (\S+)/.exec(line);
    if (!found) continue;
    const [, name, inner, value] = found;
    /** @type {Record<string, string>} */
    const labels = {};
    for (const [, key, said] of (inner ?? "").matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)) {
      labels[key] = said.replace(/\\(.)/g, (_, char) => (char === "n" ? "\n" : char));
    }
    samples.push({ name, labels, value: Number(value) });
  }
  return samples;
}

/** The sums over the versions of `model`. @param {string} text @param {string} model @param {number} at @returns {Look} */
export function look(text, model, at) {
  /** @type {Look} */
  const seen = { at, requests: 0, errors: 0, queue: 0, connectionsFull: 0, connections: 0, waiting: 0, buckets: [], intents: new Map() };
  /** @type {Map<number, number>} */
  const buckets = new Map();
  for (const { name, labels, value } of parse(text)) {
    if (name === "intent_connections") seen.connections = value;
    else if (name === "intent_waiting_requests") seen.waiting = value;
    else if (name === "intent_rejections_total" && labels.reason === "Queue") seen.queue = value;
    else if (name === "intent_rejections_total") seen.connectionsFull = value;
    if (labels.model !== model) continue;
    if (name === "intent_requests_total") seen.requests += value;
    else if (name === "intent_errors_total") seen.errors += value;
    else if (name === "intent_latency_seconds_bucket") {
      const bound = labels.le === "+Inf" ? Infinity : Number(labels.le);
      buckets.set(bound, (buckets.get(bound) ?? 0) + value);
    } else if (name === "intent_predictions_total") {
      const intent = Number(labels.intent);
      seen.intents.set(intent, (seen.intents.get(intent) ?? 0) + value);
    }
  }
  seen.buckets = [...buckets].sort((a, b) => a[0] - b[0]).map(([bound, count]) => ({ bound, count }));
  return seen;
}

/**
 * A quantile of what came between two looks, in seconds; null where nothing did. Inside a bucket, linear.
 * @param {Buckets} before
 * @param {Buckets} after
 * @param {number} share
 */
export function quantile(before, after, share) {
  const counts = after.map(({ bound, count }, i) => ({ bound, count: count - (before[i]?.count ?? 0) }));
  const total = counts.at(-1)?.count ?? 0;
  if (total <= 0) return null;
  const rank = share * total;
  const place = counts.findIndex(({ count }) => count >= rank);
  const [low, below] = place > 0 ? [counts[place - 1].bound, counts[place - 1].count] : [0, 0];
  const { bound, count } = counts[place];
  // of the last bucket, only where it begins is known
  if (bound === Infinity) return low;
  return low + ((bound - low) * (rank - below)) / Math.max(1, count - below);
}
