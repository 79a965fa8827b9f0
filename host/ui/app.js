// The frame: who serves, which view, which language, and the token where the host wants one.

import { hasToken, models, Refused, useToken } from "./lib/api.js";
import { element } from "./lib/dom.js";
import { current, say, speak } from "./lib/language.js";
import { STRINGS } from "./strings.js";
import { ask } from "./views/ask.js";
import { compare } from "./views/compare.js";
import { file } from "./views/file.js";
import { model } from "./views/model.js";
import { watch } from "./views/watch.js";

/** @typedef {import("./lib/api.js").Models} Models */
/**
 * What a view is given: what serves, how to ask the host (the token is asked for where it is wanted), how
 * to say what went wrong, and how to have something done when the view is left.
 * @typedef {{models: Models, asked: <T>(ask: () => Promise<T>) => Promise<T>, sorry: (error: unknown) => string, leave: (end: () => void) => void}} Context
 * @typedef {(root: HTMLElement, context: Context) => void | Promise<void>} View
 */

/** @type {Record<"ask" | "compare" | "file" | "model" | "watch", View>} */
const VIEWS = { ask, compare, file, model, watch };
/** @typedef {keyof typeof VIEWS} Name */

const main = element("main", { id: "main", tabindex: "-1" });
const top = element("header", { class: "top" });
/** @type {(() => void)[]} */
let ends = [];
let shown = 0;

/** @returns {Name} */
function named() {
  const name = location.hash.slice(1);
  return name in VIEWS ? /** @type {Name} */ (name) : "ask";
}

function frame(/** @type {string | null} */ model) {
  const link = (/** @type {Name} */ name) =>
    element("a", { href: `#${name}`, "aria-current": name === named() ? "page" : null }, say(name));
  const language = (/** @type {keyof typeof STRINGS} */ code) =>
    element("button", { type: "button", lang: code, "aria-pressed": String(code === current()), onclick: () => { speak(code); show(); } },
      element("abbr", { title: STRINGS[code].language }, code.toUpperCase()));
  document.documentElement.lang = current();
  document.title = `${say(named())} · ${model ?? "posos-intent"}`;
  top.replaceChildren(
    element("a", { class: "skip", href: "#main", onclick: (/** @type {Event} */ event) => { event.preventDefault(); main.focus(); } }, say("skip")),
    element("span", { class: "brand" }, element("img", { src: "/ui/icon.svg", alt: "", width: 24, height: 24 }), model ?? "posos-intent"),
    element("nav", { "aria-label": say("views") }, .../** @type {Name[]} */ (Object.keys(VIEWS)).map(link)),
    element("div", { class: "languages", role: "group", "aria-label": say("languages") },
      .../** @type {(keyof typeof STRINGS)[]} */ (Object.keys(STRINGS)).map(language)));
}

/** Draws the view of the address. */
async function show() {
  ends.forEach((end) => end());
  ends = [];
  const turn = ++shown;
  frame(null);
  let about;
  try {
    about = await asked(models);
  } catch (error) {
    if (turn === shown) main.replaceChildren(element("p", { class: "sorry", role: "alert" }, sorry(error)));
    return;
  }
  if (turn !== shown) return;
  frame(about.model);
  const root = element("div", { class: `view view-${named()}` });
  main.replaceChildren(root);
  if (about.default === null) {
    root.append(element("p", { class: "sorry", role: "alert" }, say("noModel")));
    return;
  }
  const leave = (/** @type {() => void} */ end) => ends.push(end);
  await VIEWS[named()](root, { models: about, asked, sorry, leave });
}

/** Asks again with a token where the host wants one. @template T @param {() => Promise<T>} ask @returns {Promise<T>} */
async function asked(ask) {
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof Refused) || error.status !== 401) throw error;
      await tokenGiven();
    }
  }
}

/** @type {Promise<void> | null} */
let giving = null;

/** One dialog, however many wait for it. */
function tokenGiven() {
  giving ??= new Promise((resolve) => {
    const input = element("input", { id: "token", type: "password", autocomplete: "off", required: true });
    const wrong = element("p", { class: "sorry", role: "alert" }, hasToken() && say("wrongToken"));
    const form = element("form", {},
      element("h2", { id: "token-title" }, say("tokenTitle")), element("p", { class: "hint" }, say("tokenAbout")), wrong,
      element("label", { for: "token" }, say("token")), input,
      element("button", { class: "primary" }, say("enter")));
    const dialog = element("dialog", { "aria-labelledby": "token-title" }, form);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      useToken(input.value);
      dialog.remove();
      giving = null;
      resolve();
    });
    // there is nothing behind it to go back to
    dialog.addEventListener("cancel", (event) => event.preventDefault());
    document.body.append(dialog);
    dialog.showModal();
  });
  return giving;
}

/** What went wrong, in words. @param {unknown} error */
function sorry(error) {
  if (!(error instanceof Refused)) throw error;
  const { kind, status, message: detail } = error;
  if (kind === "unreachable") return say("unreachable");
  if (kind === "blank-query") return say("blank");
  if (kind === "query-too-long") return say("tooLong", { detail });
  if (kind === "busy") return say("busy");
  return say("refused", { status, detail });
}

document.body.replaceChildren(top, main);
addEventListener("hashchange", show);
show();
