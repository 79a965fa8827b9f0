// Watch: what the host does now, from /metrics, looked at each second.

import { metrics } from "../lib/api.js";
import { lines } from "../lib/chart.js";
import { bar, element } from "../lib/dom.js";
import { number, say } from "../lib/language.js";
import { look, quantile } from "../lib/metrics.js";

/** @typedef {import("../lib/metrics.js").Look} Look */

const EVERY = 1000;
const SPAN = 5 * 60 * 1000;
/** How much time a chart shows, at first. */
const LEAST = 60 * 1000;
/** Latencies are of the calls of so many looks together: of one, there are few. */
const TOGETHER = 10;
const MOST_INTENTS = 12;
/** The looks of the last minutes, kept while another view is open. @type {Look[]} */
let looks = [];

/** @param {HTMLElement} root @param {import("../app.js").Context} context */
export async function watch(root, { models, asked, sorry, leave }) {
  const field = element("div", { class: "watched" });
  root.append(element("h1", {}, say("watchTitle")), element("p", { class: "hint" }, say("lastMinutes")), field);
  const about = models.versions.find(({ version }) => version === models.default)?.about;
  const names = new Map(about?.intents ?? []);
  let timer = 0;
  let left = false;
  leave(() => { left = true; clearTimeout(timer); });
  const turn = async () => {
    try {
      const text = await asked(metrics);
      const now = performance.now();
      looks = [...looks.filter(({ at }) => now - at <= SPAN), look(text, models.model ?? "", now)];
      if (left) return;
      field.replaceChildren(...tiles(looks, names));
    } catch (error) {
      if (left) return;
      field.replaceChildren(element("p", { class: "sorry", role: "alert" }, sorry(error)));
    }
    timer = setTimeout(turn, EVERY);
  };
  await turn();
}

/** @param {Look[]} all @param {Map<number, string>} names */
function tiles(all, names) {
  const now = all[all.length - 1];
  const rate = (/** @type {(look: Look) => number} */ of) => all.slice(1).map((look, i) => {
    // a host that began again counts from zero
    const counted = Math.max(0, of(look) - of(all[i]));
    return { at: look.at, value: counted / Math.max(0.001, (look.at - all[i].at) / 1000) };
  });
  const quantiles = (/** @type {number} */ share) => all.slice(1).map((look, i) => {
    const seconds = quantile(all[Math.max(0, i + 1 - TOGETHER)].buckets, look.buckets, share);
    return { at: look.at, value: seconds === null ? null : seconds * 1000 };
  });
  const asked = rate(({ requests }) => requests);
  const [median, p95] = [quantiles(0.5), quantiles(0.95)];
  const turned = rate(({ queue, connectionsFull, errors }) => queue + connectionsFull + errors);
  return [
    tile(say("requests"), shown(asked), chart(say("requests"), [asked], now.at), say("sinceStart", { count: number(now.requests) })),
    tile(say("latency"), shown(median), chart(say("latency"), [median, p95], now.at), key()),
    tile(say("turnedAway"), number(now.queue + now.connectionsFull + now.errors), chart(say("turnedAway"), [turned], now.at),
      [[say("queueFull"), now.queue], [say("connectionsFull"), now.connectionsFull], [say("errors"), now.errors]]
        .map(([name, count]) => `${name} ${number(Number(count))}`).join(" · ")),
    tile(say("connections"), number(now.connections), chart(say("connections"), [all.map(({ at, connections }) => ({ at, value: connections }))], now.at),
      `${say("waiting")} ${number(now.waiting)}`),
    intents(all[0], now, names),
  ];
}

/** @typedef {import("../lib/chart.js").Points} Points */

/** @param {number | null} value */
const brief = (value) => (value === null ? "–" : number(value, value < 10 ? { maximumSignificantDigits: 2 } : { maximumFractionDigits: 0 }));

/** @param {Points} points */
const shown = (points) => brief(points.at(-1)?.value ?? null);

/** @param {string} name @param {Points[]} all @param {number} now */
function chart(name, all, now) {
  const most = Math.max(0, ...all.flatMap((points) => points.map(({ value }) => value ?? 0)));
  const since = now - (all[0][0]?.at ?? now);
  return lines(say("chartNow", { name, now: shown(all[0]), most: brief(most) }), all, now, Math.max(LEAST, since));
}

const key = () => element("span", {},
  element("span", { class: "key key-1" }, say("median")), " ", element("span", { class: "key key-2" }, say("p95")));

/** @param {string} name @param {string} value @param {Node} chart @param {Node | string} note */
const tile = (name, value, chart, note) => element("section", { class: "tile" },
  element("h2", {}, name), element("p", { class: "value" }, value), chart, element("p", { class: "hint" }, note));

/** What was answered between two looks, the most frequent first. @param {Look} from @param {Look} to @param {Map<number, string>} names */
function intents(from, to, names) {
  const counts = [...to.intents].map(([intent, count]) => ({ intent, count: count - (from.intents.get(intent) ?? 0) }));
  const asked = counts.filter(({ count }) => count > 0).sort((a, b) => b.count - a.count);
  const total = asked.reduce((sum, { count }) => sum + count, 0);
  const line = (/** @type {{intent: number, count: number}} */ { intent, count }) => element("li", {},
    element("span", { class: "name" }, names.get(intent) ?? String(intent)), bar(count / asked[0].count, "blue"),
    element("span", { class: "share" }, number(count)));
  return element("section", { class: "tile intents" }, element("h2", {}, say("answers")),
    total === 0 ? element("p", { class: "hint" }, say("nothingYet")) : element("ol", { class: "bars" }, ...asked.slice(0, MOST_INTENTS).map(line)));
}
