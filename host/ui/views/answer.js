// One answer: what was decided, the intent, the next ones, and why. Shared by the views Ask and Compare.

import { bar, element } from "../lib/dom.js";
import { pieces } from "../lib/explain.js";
import { number, percent, say } from "../lib/language.js";

/**
 * @typedef {import("../lib/api.js").Answered} Answered
 * @typedef {import("../lib/api.js").Candidate} Candidate
 * @typedef {import("../lib/api.js").Decision} Decision
 * @typedef {import("../lib/api.js").Models} Models
 */

const DECISIONS = /** @type {const} */ ({
  intent: ["decidedIntent", "decidedIntentShort", "✓"],
  unsure: ["decidedUnsure", "decidedUnsureShort", "?"],
  "out-of-scope": ["decidedScope", "decidedScopeShort", "∅"],
});

/** @param {Decision} decision */
export const decided = (decision) => say(DECISIONS[decision][0]);
/** @param {Decision} decision */
export const decidedShort = (decision) => say(DECISIONS[decision][1]);

/** The name of an intent; its number where it has none. @param {Candidate} candidate */
export const nameOf = ({ intent, label }) => label ?? String(intent);

/** @param {Candidate} candidate */
const named = (candidate) => candidate.label !== null && candidate.label !== String(candidate.intent);

/**
 * @param {string} query
 * @param {Answered} answered
 * @param {Models} models
 * @param {Candidate[]} [other] what the version beside it answered: differences are marked
 * @param {...(Node | null)} actions
 */
export function answer(query, { reply, version, digest, milliseconds }, models, other, ...actions) {
  const [first] = reply.top;
  const [, , sign] = DECISIONS[reply.decision];
  const { about, labels } = models.versions.find((one) => String(one.version) === version) ?? { labels: [] };
  return element("article", { class: `answer answer-${reply.decision}` },
    element("div", { class: "head" },
      element("p", { class: "verdict" }, element("span", { class: "sign", "aria-hidden": "true" }, sign), decided(reply.decision)),
      element("p", { class: "by hint" }, [say("versionNumber", { version }), ...labels].join(" · "))),
    element("div", { class: "first" },
      element("h2", { class: "intent" }, nameOf(first), named(first) && element("span", { class: "id" }, say("intentId", { id: first.intent }))),
      element("p", { class: "probability" }, percent(Number(first.probability)), delta(first, other))),
    bar(Number(first.probability), "blue"),
    reply.top.length > 1 && element("ol", { class: "bars", "aria-label": say("next") }, ...reply.top.slice(1).map((candidate) => line(candidate, other))),
    why(query, reply, nameOf(first)),
    element("p", { class: "meta" },
      element("span", {}, say("answeredIn", { time: number(milliseconds, { maximumSignificantDigits: 2 }) })),
      element("span", { class: "digest", title: digest }, say("digest", { digest: digest.slice(0, 12) })),
      about?.abstention === null && element("span", {}, say("noThresholds"))),
    actions.length > 0 && element("div", { class: "actions" }, ...actions));
}

/** @param {Candidate} candidate @param {Candidate[] | undefined} other */
function line(candidate, other) {
  const probability = Number(candidate.probability);
  return element("li", {},
    element("span", { class: "name" }, nameOf(candidate), named(candidate) && element("span", { class: "id" }, say("intentId", { id: candidate.intent }))),
    bar(probability, "blue"),
    element("span", { class: "share" }, percent(probability)),
    delta(candidate, other));
}

/** How far it is from what the other version says. @param {Candidate} candidate @param {Candidate[] | undefined} other */
function delta({ intent, probability }, other) {
  if (!other) return null;
  const there = other.find((one) => one.intent === intent);
  if (!there) return element("span", { class: "delta" }, say("onlyHere"));
  const points = (Number(probability) - Number(there.probability)) * 100;
  const signed = number(points, { minimumFractionDigits: 1, maximumFractionDigits: 1, signDisplay: "always" });
  return Math.abs(points) < 0.05 ? null : element("span", { class: "delta" }, say("change", { points: signed }));
}

/** @param {string} query @param {Answered["reply"]} reply @param {string} intent */
function why(query, { explanation }, intent) {
  const all = pieces(query, explanation.contributions);
  const words = all.flatMap(({ text, share }) => (share === null ? [] : [{ text, share }]));
  if (words.length === 0) return element("p", { class: "hint" }, say("noWords"));
  const strongest = Math.max(1e-9, ...words.map(({ share }) => Math.abs(share)));
  const signed = (/** @type {number} */ share) => number(share, { minimumFractionDigits: 3, maximumFractionDigits: 3, signDisplay: "exceptZero" });
  const token = (/** @type {string} */ text, /** @type {number} */ share) => {
    const strength = Math.min(4, Math.ceil((4 * Math.abs(share)) / strongest));
    const kind = strength > 0 ? `token ${share > 0 ? "for" : "against"}-${strength}` : "token";
    return element("span", { class: kind, title: signed(share), "data-share": share }, text);
  };
  const row = (/** @type {string} */ text, /** @type {number} */ share) =>
    element("tr", {}, element("th", { scope: "row", dir: "auto" }, text), element("td", {}, signed(share)));
  return element("section", { class: "why" },
    element("div", { class: "head" }, element("h3", {}, say("why")),
      element("p", { class: "legend" }, element("span", { class: "token for-4" }, say("speaksFor")), " ", element("span", { class: "token against-4" }, say("speaksAgainst")))),
    element("p", { class: "hint" }, say("wordsAbout", { intent })),
    element("p", { class: "words", dir: "auto" }, ...all.map(({ text, share }) => (share === null ? text : token(text, share)))),
    element("details", {}, element("summary", {}, say("asTable")),
      element("table", { class: "shares" },
        element("thead", {}, element("tr", {}, element("th", { scope: "col" }, say("word")), element("th", { scope: "col" }, say("share")))),
        element("tbody", {}, ...words.map(({ text, share }) => row(text, share)), row(say("bias"), explanation.bias), row(say("margin"), explanation.margin)))));
}
