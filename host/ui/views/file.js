// A file of questions, classified in batches: progress, a table to sort and filter, a CSV to keep.

import { batch, Refused } from "../lib/api.js";
import { format, guess, parse } from "../lib/csv.js";
import { download, element } from "../lib/dom.js";
import { number, percent, say } from "../lib/language.js";
import { decidedShort } from "./answer.js";
import { versions } from "./ask.js";

/** @typedef {import("../lib/api.js").Decision} Decision */
/** @typedef {{id: string, question: string, intent: number | null, name: string, probability: number, decision: Decision | null, problem: string}} Row */

const MOST_MB = 32;
const AT_ONCE = 250;
const PAGE = 100;
/** What was classified last, for when the view comes back. @type {Row[]} */
let rows = [];
let said = "";

/** @param {HTMLElement} root @param {import("../app.js").Context} context */
export function file(root, { models, asked, sorry, leave }) {
  const status = element("p", { class: "hint", role: "status" }, said);
  const plan = element("div", { class: "plan" });
  const result = element("div", { class: "result" });
  const choose = element("input", { id: "file", class: "unseen", type: "file", accept: ".csv,.tsv,.txt,text/csv,text/plain" });
  const field = element("div", { class: "drop" }, element("p", {}, say("drop")), choose, element("label", { for: "file" }, say("choose")));
  const abort = new AbortController();
  leave(() => abort.abort());

  const read = async (/** @type {File | undefined} */ given) => {
    if (!given) return;
    plan.replaceChildren();
    const file = given.name;
    if (given.size > MOST_MB << 20) return tell(say("tooLarge", { file, limit: MOST_MB }));
    const { text, encoding } = decoded(await given.arrayBuffer());
    const table = parse(text);
    if (table.length === 0) return tell(say("noRows", { file }));
    tell(encoding === "utf-8" ? "" : say("notUtf8", { file }));
    plan.replaceChildren(planned(table));
  };
  const tell = (/** @type {string} */ text) => { said = text; status.textContent = text; };

  /** What is to be done with the file's rows. @param {string[][]} table */
  const planned = (table) => {
    const guessed = guess(table);
    const heading = element("input", { type: "checkbox", id: "heading", checked: guessed.heading });
    const columns = () => Array.from({ length: Math.max(...table.slice(0, 100).map((row) => row.length)) },
      (_, i) => (heading.checked && table[0][i]) || say("columnNumber", { number: i + 1 }));
    const options = (/** @type {number} */ chosen) => columns().map((name, i) => element("option", { value: i, selected: i === chosen }, name));
    const question = element("select", { id: "column" }, ...options(guessed.question));
    const id = element("select", { id: "id-column" }, element("option", { value: -1 }, say("rowNumber")), ...options(guessed.id));
    const version = versions("file-version", models, "");
    const body = () => (heading.checked ? table.slice(1) : table);
    const start = element("button", { class: "primary", type: "button" });
    const label = () => { start.textContent = say("classify", { count: number(body().length) }); };
    label();
    heading.addEventListener("change", label);
    start.addEventListener("click", async () => {
      const ids = Number(id.value);
      const questions = body().map((row, i) => ({ id: ids < 0 ? String(i) : row[ids] ?? "", question: row[Number(question.value)] ?? "" }));
      plan.replaceChildren();
      await classify(questions, version.value);
    });
    return element("div", { class: "choose" },
      element("label", {}, say("column"), " ", question), element("label", {}, say("idColumn"), " ", id),
      element("label", {}, say("version"), " ", version),
      element("label", {}, heading, " ", say("headRow")), start);
  };

  /** @param {{id: string, question: string}[]} questions @param {string} version */
  const classify = async (questions, version) => {
    rows = [];
    result.replaceChildren();
    const total = questions.length;
    const stop = new AbortController();
    abort.signal.addEventListener("abort", () => stop.abort());
    const shown = element("progress", { max: total, value: 0, "aria-label": say("fileTitle") });
    const button = element("button", { type: "button", onclick: () => stop.abort() }, say("stop"));
    plan.replaceChildren(element("div", { class: "running" }, shown, button));
    const start = performance.now();
    try {
      for (let from = 0; from < total && !stop.signal.aborted; from += AT_ONCE) {
        const part = questions.slice(from, from + AT_ONCE);
        const lines = await asked(() => batch(part.map(({ question }, id) => ({ id, query: question })), version, stop.signal));
        rows.push(...part.map(({ id, question }, i) => row(id, question, lines.find((line) => line.id === i), sorry)));
        shown.value = rows.length;
        tell(say("progress", { done: number(rows.length), total: number(total) }));
      }
      const seconds = number((performance.now() - start) / 1000, { maximumSignificantDigits: 2 });
      const failed = rows.filter(({ intent }) => intent === null).length;
      tell(say("doneIn", { done: number(rows.length), seconds }) + (failed > 0 ? ` ${say("failedLines", { count: number(failed) })}` : ""));
    } catch (error) {
      if (error instanceof Refused) tell(sorry(error));
      else if (!stop.signal.aborted) throw error;
    }
    if (stop.signal.aborted) tell(say("stopped", { done: number(rows.length), total: number(total) }));
    plan.replaceChildren();
    if (rows.length > 0) result.replaceChildren(table(rows));
  };

  choose.addEventListener("change", () => read(choose.files?.[0]));
  field.addEventListener("dragover", (event) => { event.preventDefault(); field.classList.add("over"); });
  field.addEventListener("dragleave", () => field.classList.remove("over"));
  field.addEventListener("drop", (event) => {
    event.preventDefault();
    field.classList.remove("over");
    read(event.dataTransfer?.files[0]);
  });
  root.append(element("h1", {}, say("fileTitle")), element("p", { class: "hint" }, say("fileAbout")), field, plan, status, result);
  root.classList.add("file");
  if (rows.length > 0) result.append(table(rows));
}

/** @param {ArrayBuffer} bytes */
function decoded(bytes) {
  try {
    return { text: new TextDecoder("utf-8", { fatal: true }).decode(bytes), encoding: "utf-8" };
  } catch {
    // what spreadsheets of Western Europe write
    return { text: new TextDecoder("windows-1252").decode(bytes), encoding: "windows-1252" };
  }
}

/** @param {string} id @param {string} question @param {import("../lib/api.js").Line | undefined} line @param {(error: unknown) => string} sorry @returns {Row} */
function row(id, question, line, sorry) {
  const intent = line?.intent ?? null;
  const name = line?.top?.[0]?.label ?? (intent === null ? "" : String(intent));
  const problem = line?.error ? sorry(Refused.of(line.error)) : say("noAnswer");
  return { id, question, intent, name, probability: Number(line?.probability ?? 0), decision: line?.decision ?? null, problem };
}

/** @type {Record<"id" | "question" | "intent" | "probability" | "decision", (row: Row) => string | number>} */
const KEYS = {
  id: ({ id }) => (id !== "" && Number.isFinite(Number(id)) ? Number(id) : id),
  question: (it) => it.question,
  intent: ({ name }) => name,
  probability: (it) => it.probability,
  decision: ({ decision }) => (decision ? decidedShort(decision) : ""),
};

/** @param {Row[]} all */
function table(all) {
  /** @type {keyof typeof KEYS} */
  let by = "probability";
  let turn = 1;
  let most = PAGE;
  const share = (/** @type {string} */ id, /** @type {number} */ value) => element("input", { id, type: "number", min: 0, max: 1, step: 0.05, value });
  const [low, high] = [share("low", 0), share("high", 1)];
  const decision = element("select", { id: "decision" }, element("option", { value: "" }, say("every")),
    .../** @type {Decision[]} */ (["intent", "unsure", "out-of-scope"]).map((one) => element("option", { value: one }, decidedShort(one))),
    element("option", { value: "none" }, say("noAnswer")));
  const count = element("p", { class: "hint", role: "status" });
  const body = element("tbody");
  const more = element("button", { type: "button" }, say("more"));
  const keep = element("button", { type: "button" }, say("downloadCsv"));
  const heads = /** @type {(keyof typeof KEYS)[]} */ (Object.keys(KEYS)).map((key) => {
    const button = element("button", { type: "button" }, say(key));
    button.addEventListener("click", () => {
      turn = by === key ? -turn : 1;
      by = key;
      draw();
    });
    return { key, head: element("th", { scope: "col" }, button) };
  });
  const draw = () => {
    const [from, to] = [Number(low.value), Number(high.value)];
    const wanted = all.filter((row) => row.probability >= from && row.probability <= to
      && (decision.value === "" || (row.decision ?? "none") === decision.value));
    const key = KEYS[by];
    const compared = (/** @type {string | number} */ a, /** @type {string | number} */ b) =>
      (typeof a === "number" && typeof b === "number" ? a - b : String(a).localeCompare(String(b)));
    wanted.sort((a, b) => turn * compared(key(a), key(b)));
    for (const { key, head } of heads) head.setAttribute("aria-sort", key !== by ? "none" : turn > 0 ? "ascending" : "descending");
    body.replaceChildren(...wanted.slice(0, most).map(line));
    const shown = Math.min(most, wanted.length);
    count.textContent = say("shown", { shown: number(shown), total: number(all.length) });
    more.hidden = shown === wanted.length;
  };
  for (const control of [low, high, decision]) control.addEventListener("input", () => { most = PAGE; draw(); });
  more.addEventListener("click", () => { most += 5 * PAGE; draw(); });
  keep.addEventListener("click", () => {
    const lines = all.map(({ id, question, intent }) => [id, question, intent ?? ""]);
    download("predictions.csv", "text/csv", [format([["ID", "question", "intent"], ...lines])]);
  });
  draw();
  return element("section", {},
    element("div", { class: "choose" },
      element("h2", { id: "results" }, say("results")),
      element("label", {}, say("atLeast"), " ", low), element("label", {}, say("atMost"), " ", high),
      element("label", {}, say("decision"), " ", decision), keep),
    count,
    element("div", { class: "scroll", tabindex: "0", role: "region", "aria-labelledby": "results" },
      element("table", { id: "answers" }, element("thead", {}, element("tr", {}, ...heads.map(({ head }) => head))), body)),
    more);
}

/** @param {Row} row */
function line({ id, question, intent, name, probability, decision, problem }) {
  return element("tr", { class: decision ? `row-${decision}` : "row-none" },
    element("td", {}, id), element("td", { class: "text", dir: "auto" }, question),
    intent === null
      ? element("td", { class: "problem", colspan: 3 }, problem)
      : element("td", {}, name, name !== String(intent) && element("span", { class: "id" }, String(intent))),
    intent !== null && element("td", {}, percent(probability)),
    intent !== null && element("td", {}, decision && decidedShort(decision)));
}
