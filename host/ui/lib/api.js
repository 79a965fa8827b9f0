// What the page asks of its host. The token stays in this tab.

import { keep, kept } from "./store.js";

/**
 * @typedef {{intent: number, probability: string, label: string | null}} Candidate
 * @typedef {{start: number, end: number, family: string, share: number}} Contribution
 * @typedef {{margin: number, bias: number, contributions: Contribution[]}} Explanation
 * @typedef {"intent" | "unsure" | "out-of-scope"} Decision
 * @typedef {{intent: number, probability: string, top: Candidate[], explanation: Explanation, decision: Decision}} Reply
 * @typedef {{reply: Reply, version: string, digest: string, milliseconds: number, at: number}} Answered
 * @typedef {{questions: number, accuracy: number, macro_f1: number, macro_precision: number, macro_recall: number, ece: number}} Figures
 * @typedef {{digest: string, bytes: number, classes: number, intents: [number, string][], most_query_bytes: number, questions: number, data: string, seed: number, refitted: boolean, figures: Figures | null, abstention: {unsure_below: number | null, out_of_scope_below: number | null} | null}} Component
 * @typedef {{version: number, state: string, labels: string[], about?: Component}} Version
 * @typedef {{model: string | null, default: number | null, questions: boolean, examples: string[], versions: Version[]}} Models
 * @typedef {{id?: number, intent?: number, probability?: string, top?: Candidate[], decision?: Decision, error?: {type: string, status: number, detail: string}}} Line
 */

const TOKEN = "token";
let token = kept("sessionStorage", TOKEN) ?? "";

export const hasToken = () => token !== "";

/** @param {string} given */
export function useToken(given) {
  token = given.trim();
  keep("sessionStorage", TOKEN, token);
}

/** What the host said no to, or that it did not answer. */
export class Refused extends Error {
  /** @param {number} status @param {string} kind @param {string} detail */
  constructor(status, kind, detail) {
    super(detail);
    this.status = status;
    this.kind = kind;
  }

  /** Out of what the host says (RFC 9457). @param {{type?: string, status?: number, detail?: string}} problem */
  static of({ type = "", status = 0, detail = "" }) {
    return new Refused(status, type.split(":").pop() ?? "", detail);
  }
}

/** @returns {Record<string, string>} */
const authorization = () => (token ? { Authorization: `Bearer ${token}` } : {});

/** @param {string} path @param {RequestInit} [init] */
async function send(path, init = {}) {
  /** @type {Response} */
  let response;
  try {
    response = await fetch(path, { ...init, headers: { ...authorization(), ...init.headers } });
  } catch (error) {
    if (init.signal?.aborted) throw error;
    throw new Refused(0, "unreachable", "");
  }
  if (!response.ok) throw Refused.of({ ...(await response.json().catch(() => ({}))), status: response.status });
  return response;
}

/** One question, with all that is to be known of the answer. @param {string} query @param {string} [version] @returns {Promise<Answered>} */
export async function ask(query, version = "") {
  const which = version ? { version: Number(version) } : {};
  const body = JSON.stringify({ query, top: 5, explain: true, decide: true, ...which });
  const start = performance.now();
  const response = await send("/intent", { method: "POST", headers: { "Content-Type": "application/json" }, body });
  const reply = await response.json();
  const at = performance.now();
  const said = (/** @type {string} */ name) => response.headers.get(name) ?? "";
  return { reply, version: said("x-model-version"), digest: said("x-model-digest"), milliseconds: at - start, at };
}

/** Many questions, a line for each; a line that is refused says so. @param {{id: number, query: string}[]} questions @param {string} version @param {AbortSignal} signal @returns {Promise<Line[]>} */
export async function batch(questions, version, signal) {
  const body = questions.map((question) => `${JSON.stringify(question)}\n`).join("");
  const path = `/intent/batch?top=1&decide=true${version ? `&version=${version}` : ""}`;
  const response = await send(path, { method: "POST", headers: { "Content-Type": "application/x-ndjson" }, body, signal });
  const text = await response.text();
  return text.split("\n").filter((line) => line !== "").map((line) => JSON.parse(line));
}

/** @returns {Promise<Models>} */
export const models = async () => (await send("/ui/models")).json();

export const metrics = async () => (await send("/metrics")).text();

/** The training's report of a version, as it is. @param {number} version */
export const report = async (version) => (await send(`/ui/models/versions/${version}/report`)).text();
