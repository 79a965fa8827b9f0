// Compare: two versions on one question, side by side.

import { ask } from "../lib/api.js";
import { element } from "../lib/dom.js";
import { say } from "../lib/language.js";
import { answer, nameOf } from "./answer.js";
import { box, refuseBlank, versions } from "./ask.js";

/** @typedef {import("../lib/api.js").Answered} Answered */

/** What was compared last, for when the view comes back. @type {{query: string, chosen: [string, string], both: [Answered, Answered] | null}} */
const last = { query: "", chosen: ["", ""], both: null };

/** @param {HTMLElement} root @param {import("../app.js").Context} context */
export function compare(root, { models, asked, sorry }) {
  const served = models.versions.filter(({ about }) => about).map(({ version }) => String(version));
  const [newest, before] = [served.at(-1) ?? "", served.at(-2) ?? served.at(-1) ?? ""];
  const known = (/** @type {string} */ version, /** @type {string} */ otherwise) => (served.includes(version) ? version : otherwise);
  const first = versions("first", models, known(last.chosen[0], before), false);
  const second = versions("second", models, known(last.chosen[1], newest), false);
  const input = box("compared", last.query || (new URLSearchParams(location.search).get("q") ?? ""));
  const result = element("div", { class: "result" });
  let turn = 0;

  const send = async () => {
    const mine = ++turn;
    const query = input.value;
    const [a, b] = [first.value, second.value];
    try {
      refuseBlank(query);
      const both = await asked(() => Promise.all([ask(query, a), ask(query, b)]));
      if (mine !== turn) return;
      Object.assign(last, { query, chosen: [a, b], both });
      draw();
    } catch (error) {
      if (mine !== turn) return;
      last.both = null;
      result.replaceChildren(element("p", { class: "sorry", role: "alert" }, sorry(error)));
    }
  };
  const draw = () => {
    if (!last.both) return;
    const [a, b] = last.both;
    const side = (/** @type {Answered} */ one, /** @type {Answered} */ other) => answer(last.query, one, models, other.reply.top);
    result.replaceChildren(
      element("p", { class: `summary ${differs(a, b) ? "differs" : ""}`, role: "status" }, summary(a, b)),
      element("div", { class: "sides" }, side(a, b), side(b, a)));
  };
  const form = element("form", { class: "asking", role: "search" },
    element("label", { for: "compared", class: "unseen" }, say("question")), input,
    element("button", { class: "primary" }, say("compare")));
  form.addEventListener("submit", (event) => { event.preventDefault(); send(); });
  for (const select of [first, second]) select.addEventListener("change", () => { if (last.both) send(); });
  root.append(element("h1", {}, say("compareTitle")), form,
    element("div", { class: "choose" },
      element("label", {}, say("first"), " ", first), element("label", {}, say("second"), " ", second)),
    served.length < 2 ? element("p", { class: "hint" }, say("oneVersion", { version: newest })) : "",
    result);
  draw();
}

/** @param {Answered} a @param {Answered} b */
const differs = (a, b) => a.reply.intent !== b.reply.intent || a.reply.decision !== b.reply.decision;

/** @param {Answered} a @param {Answered} b */
function summary({ reply: a }, { reply: b }) {
  if (a.intent !== b.intent) return say("differ", { first: nameOf(a.top[0]), second: nameOf(b.top[0]) });
  return say(a.decision === b.decision ? "same" : "sameDiffers");
}
