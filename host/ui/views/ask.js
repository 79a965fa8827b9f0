// Ask: a question, its answer, and why.

import { ask as askHost, Refused } from "../lib/api.js";
import { copy, element } from "../lib/dom.js";
import { say } from "../lib/language.js";
import { keep, kept } from "../lib/store.js";
import { answer, decided, nameOf } from "./answer.js";

/** @typedef {import("../app.js").Context} Context */
/** @typedef {import("../lib/api.js").Answered} Answered */

const SAVED = "saved";
/** What was answered last, for when the view comes back. @type {{query: string, answered: Answered} | null} */
let last = null;
let begun = false;

/** @param {HTMLElement} root @param {Context} context */
export async function ask(root, context) {
  const { models, asked, sorry } = context;
  const address = new URLSearchParams(location.search);
  const input = box("query", address.get("q") ?? "");
  const version = versions("version", models, address.get("version") ?? "");
  const result = element("div", { class: "result" });
  // what a screen reader says; the card is for reading at leisure
  const status = element("p", { class: "unseen", role: "status" });
  const savedBox = element("div", { class: "chips" });
  let turn = 0;

  const send = async () => {
    const query = input.value;
    const mine = ++turn;
    try {
      refuseBlank(query);
      const answered = await asked(() => askHost(query, version.value));
      if (mine !== turn) return;
      last = { query, answered };
      remember(query, version.value);
      draw();
      seen(answered.at);
    } catch (error) {
      if (mine !== turn) return;
      last = null;
      result.replaceChildren(element("p", { class: "sorry", role: "alert" }, sorry(error)));
    }
  };
  const draw = () => {
    if (!last) return;
    const { query, answered } = last;
    const { reply } = answered;
    const probability = reply.top[0].probability;
    status.textContent = say("announced", { intent: nameOf(reply.top[0]), probability: Number(probability).toFixed(2), decision: decided(reply.decision) });
    result.replaceChildren(answer(query, answered, models, undefined, ...actions(query, version.value, () => { save([query, ...saved()]); drawSaved(); })));
  };
  const drawSaved = () => savedBox.replaceChildren(...savedChips(choose, drawSaved));
  const choose = (/** @type {string} */ query) => {
    input.value = query;
    send();
  };
  const form = element("form", { class: "asking", role: "search" },
    element("label", { for: "query", class: "unseen" }, say("question")), input,
    element("button", { class: "primary" }, say("send")));
  form.addEventListener("submit", (event) => { event.preventDefault(); send(); });
  version.addEventListener("change", () => { if (last) send(); });
  const examples = models.examples.map((query) => chip(query, () => choose(query)));
  root.append(
    element("div", { class: "head" }, element("h1", {}, say("askTitle")),
      models.versions.length > 1 && element("label", { class: "hint" }, say("version"), " ", version)),
    form,
    element("div", { class: "chips" }, examples.length > 0 && element("span", { class: "hint" }, say("examples")), ...examples),
    savedBox, status, result);
  drawSaved();
  draw();
  input.focus();
  // a link that was shared
  if (!begun && input.value.trim() !== "" && !last) await send();
  begun = true;
}

/** Says so without asking. @param {string} query */
export function refuseBlank(query) {
  if (query.trim() === "") throw new Refused(400, "blank-query", "");
}

/** The box of a question: Enter sends, Shift and Enter begin a line. @param {string} id @param {string} value */
export function box(id, value) {
  const input = element("textarea", { id, rows: 1, placeholder: say("placeholder"), autocomplete: "off", spellcheck: "true", dir: "auto", enterkeyhint: "send" });
  input.value = value;
  input.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    input.form?.requestSubmit();
  });
  return input;
}

/** @param {string} id @param {import("../lib/api.js").Models} models @param {string} chosen @param {boolean} [any] */
export function versions(id, models, chosen, any = true) {
  const select = element("select", { id }, any && element("option", { value: "" }, say("anyVersion")));
  for (const { version, labels, about } of [...models.versions].reverse()) {
    if (!about) continue;
    const name = [String(version), ...labels].join(" · ");
    select.append(element("option", { value: version, selected: String(version) === chosen }, name));
  }
  return select;
}

/** @param {string} query @param {() => void} pressed */
const chip = (query, pressed) => element("button", { type: "button", class: "chip", dir: "auto", onclick: pressed }, query);

/** @param {string} query @param {string} version @param {() => void} save */
function actions(query, version, save) {
  const shell = element("pre", { class: "curl", tabindex: "0", hidden: true }, curl(query, version));
  const button = (/** @type {string} */ text, /** @type {(button: HTMLButtonElement) => void} */ pressed) => {
    const made = element("button", { type: "button" }, text);
    made.addEventListener("click", () => pressed(made));
    return made;
  };
  // where the page is not trusted with the clipboard, the command can be selected
  const copyCurl = button(say("curl"), (it) => { shell.hidden = false; if (navigator.clipboard) copy(it, curl(query, version), say("copied")); });
  const link = navigator.clipboard ? button(say("share_link"), (it) => copy(it, location.href, say("copied"))) : null;
  return [copyCurl, link, button(say("save"), save), shell];
}

/** @param {string} query @param {string} version */
function curl(query, version) {
  const quoted = (/** @type {string} */ text) => `'${text.replaceAll("'", "'\\''")}'`;
  const which = version ? ` -d version=${version}` : "";
  return `curl -G ${quoted(`${location.origin}/intent`)} --data-urlencode ${quoted(`query=${query}`)} -d top=5 -d explain=true -d decide=true${which}`;
}

/** Puts the question into the address. @param {string} query @param {string} version */
function remember(query, version) {
  const address = new URLSearchParams({ q: query, ...(version ? { version } : {}) });
  history.replaceState(null, "", `/?${address}#ask`);
}

/** How long the reply took to be seen. @param {number} start */
function seen(start) {
  requestAnimationFrame(() => setTimeout(() => performance.measure("answer-shown", { start, end: performance.now() })));
}

/** @returns {string[]} */
function saved() {
  try {
    const list = JSON.parse(kept("localStorage", SAVED) ?? "[]");
    return Array.isArray(list) ? list.filter((query) => typeof query === "string") : [];
  } catch {
    return [];
  }
}

/** @param {string[]} list */
const save = (list) => keep("localStorage", SAVED, JSON.stringify([...new Set(list)]));

/** @param {(query: string) => void} choose @param {() => void} changed */
function savedChips(choose, changed) {
  const list = saved();
  if (list.length === 0) return [];
  const forget = (/** @type {string} */ query) => {
    save(saved().filter((other) => other !== query));
    changed();
  };
  return [element("span", { class: "hint" }, say("saved")), ...list.map((query) => element("span", { class: "pair" },
    chip(query, () => choose(query)),
    element("button", { type: "button", class: "chip close", "aria-label": say("forget", { query }), onclick: () => forget(query) }, "×")))];
}
