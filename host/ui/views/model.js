// Model: what it is, how good it is, where it is wrong. The figures, charts, matrix and tables are the
// training report's own: taken out of it, and moved by the script that moves it.

import { report } from "../lib/api.js";
import { download, element } from "../lib/dom.js";
import { number, say, translated } from "../lib/language.js";
import { attach } from "../report/report.js";
import { versions } from "./ask.js";

/** @typedef {import("../lib/api.js").Component} Component */
/** @typedef {import("../lib/api.js").Version} Version */

/** The version looked at. */
let chosen = "";

/** @param {HTMLElement} root @param {import("../app.js").Context} context */
export async function model(root, context) {
  const { models } = context;
  const served = models.versions.filter(({ about }) => about);
  if (!served.some(({ version }) => String(version) === chosen)) chosen = String(models.default);
  const select = versions("model-version", models, chosen, false);
  const parts = element("div", { class: "parts" });
  const title = element("h1");
  let turn = 0;
  const draw = async () => {
    chosen = select.value;
    const mine = ++turn;
    const version = served.find((one) => String(one.version) === chosen);
    if (!version?.about) return;
    title.textContent = say("modelTitle", { model: models.model ?? "", version: chosen });
    parts.replaceChildren(card(version, version.about), element("p", { class: "hint" }, say("loading")));
    const drawn = await reported(version, version.about, context).catch((error) => {
      const gone = error?.kind === "no-report";
      return { field: element("div", {}, gone ? figures(version.about) : "", element("p", { class: "hint" }, gone ? say("noReport") : context.sorry(error))), start: () => {} };
    });
    if (mine !== turn) return;
    parts.replaceChildren(card(version, version.about), drawn.field);
    drawn.start();
  };
  select.addEventListener("change", draw);
  root.append(element("div", { class: "head" }, title, served.length > 1 && element("label", { class: "hint" }, say("version"), " ", select)), parts);
  await draw();
}

/** What the component says of itself. @param {Version} version @param {Component} about */
function card({ state, labels }, about) {
  const { abstention, figures } = about;
  const scope = (/** @type {number} */ value) => number(value, { maximumFractionDigits: 3 });
  const limits = [
    abstention?.unsure_below != null && say("unsureBelow", { value: scope(abstention.unsure_below) }),
    abstention?.out_of_scope_below != null && say("scopeBelow", { value: scope(abstention.out_of_scope_below) }),
  ].filter(Boolean);
  const held = figures ? number(figures.questions) : "";
  const measured = figures ? say(about.refitted ? "measuredRefit" : "questionsCount", { count: held }) : say("notMeasured");
  /** @type {[string, string, string?][]} */
  const facts = [
    [say("state"), state], [say("labels"), labels.join(", ") || say("none")],
    [say("classes"), number(about.classes)],
    [say("trainedOn"), say("questionsCount", { count: number(about.questions) })],
    [say("size"), say("megabytes", { size: number(about.bytes / 1e6, { maximumFractionDigits: 1 }) })],
    [say("seed"), String(about.seed)],
    [say("measured"), measured, "wide"],
    [say("thresholds"), limits.join("; ") || say("never"), "wide"],
    [say("digestName"), about.digest, "code"], [say("data"), about.data, "code"],
  ];
  return element("section", { class: "card", "aria-labelledby": "card" }, element("h2", { id: "card" }, say("card")),
    element("dl", { class: "facts" }, ...facts.map(([name, value, kind]) =>
      element("div", { class: kind ?? "" }, element("dt", {}, name), element("dd", {}, value)))));
}

/** The figures in the component, where there is no report. @param {Component | undefined} about */
function figures(about) {
  const f = about?.figures;
  if (!f) return "";
  const all = /** @type {const} */ ([["accuracy", f.accuracy], ["macroF1", f.macro_f1], ["macroPrecision", f.macro_precision], ["macroRecall", f.macro_recall], ["ece", f.ece]]);
  return element("dl", { class: "tiles" }, ...all.map(([name, value]) =>
    element("div", {}, element("dt", {}, say(name)), element("dd", {}, element("strong", {}, number(value, { minimumFractionDigits: 4, maximumFractionDigits: 4 }))))));
}

/** @param {Version} version @param {Component} about @param {import("../app.js").Context} context */
async function reported({ version }, about, { models, asked }) {
  const text = await asked(() => report(version));
  const page = parsed(text);
  const field = element("div", { class: "report" });
  const ofOther = !(page.querySelector("footer")?.textContent ?? "").includes(about.digest);
  const keep = () => download(`report-${version}.html`, "text/html", [text]);
  const block = page.getElementById("data");
  field.append(
    ofOther ? element("p", { class: "sorry" }, say("otherReport")) : "",
    ...[...page.querySelectorAll("main > *")].flatMap((part) => { const made = rebuilt(part); return made ? [made] : []; }),
    models.questions || !block ? "" : element("p", { class: "hint" }, say("hiddenQuestions")),
    element("p", { class: "actions" }, element("button", { type: "button", onclick: keep }, say("keepReport"))));
  // the matrix is as wide as what it stands in
  return { field, start: () => { if (block) attach(field, JSON.parse(block.textContent ?? ""), translated); } };
}

// the one place that takes markup, into a document of its own that runs nothing and loads nothing
const policy = /** @type {any} */ (globalThis).trustedTypes?.createPolicy("report", { createHTML: (/** @type {string} */ text) => text });

/** @param {string} text */
function parsed(text) {
  // its style is not this page's
  const bare = text.replace(/<style>[^]*?<\/style>/, "");
  return new DOMParser().parseFromString(policy ? policy.createHTML(bare) : bare, "text/html");
}

const ELEMENTS = new Set(("section div p h2 h3 dl dt dd strong span table thead tbody tr th td figure figcaption ul li code label select option button "
  + "svg g path line polyline polygon circle rect text title desc").split(" "));
const ATTRIBUTES = new Set(("id class role scope tabindex type hidden value colspan data-value aria-sort aria-live aria-label aria-labelledby aria-describedby viewBox width height x y x1 y1 x2 y2 "
  + "cx cy r d points fill stroke stroke-width stroke-dasharray opacity fill-opacity stroke-opacity text-anchor transform dx dy dy font-family font-size font-weight preserveAspectRatio").split(" "));

/** A part of the report, made anew of the elements and attributes that it needs, in the reader's language. @param {Node} node @returns {Node | null} */
function rebuilt(node) {
  if (node.nodeType === Node.TEXT_NODE) {
    const text = node.nodeValue ?? "";
    // the names of intents are nobody's English
    const name = node.parentElement?.closest("#per-class tbody");
    return document.createTextNode(name ? text : translated(text));
  }
  if (!(node.nodeType === Node.ELEMENT_NODE)) return null;
  const from = /** @type {Element} */ (node);
  if (!ELEMENTS.has(from.localName)) return null;
  const made = document.createElementNS(from.namespaceURI, from.localName);
  for (const { name, value } of from.attributes) {
    if (ATTRIBUTES.has(name)) made.setAttribute(name, name === "aria-label" ? translated(value) : value);
  }
  for (const child of from.childNodes) made.append(...[rebuilt(child)].filter((it) => it !== null));
  return made;
}
