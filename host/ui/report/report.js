// The parts of the training's report that move: one source for report.html, where the trainer inlines it,
// and for the page of the host, which imports it. Texts are only ever set as text: nothing in the data is
// markup.

/**
 * The data block of a report. A cell is the class that is right, the class answered, how many questions,
 * and some of them with their probabilities; a class is its place in `classes`, its id and its name there.
 * @typedef {[number, number, number, [number, string][]]} Cell
 * @typedef {{truth: number, class: number, probability: number[], bias: number[], pieces: [string, number[] | null][]}} WorstError
 * @typedef {{texts: boolean, classes: [number, string][], orders: Record<string, number[]>, cells: Cell[], worst: WorstError[]}} Data
 * @typedef {(text: string) => string} Say
 */

/**
 * Draws `data` into the sections in `root`. `say` gives a text in the reader's language.
 * @param {ParentNode} root
 * @param {Data} data
 * @param {Say} say
 */
export function attach(root, data, say) {
  /** @param {string} id @returns {any} */
  const byId = (id) => root.querySelector(`#${id}`);
  const nameOf = (/** @type {number} */ place) => {
    const [id, label] = data.classes[place];
    return label === String(id) ? label : `${label} (${id})`;
  };
  const list = (/** @type {Cell} */ cell) => listQuestions(byId("questions"), cell, data.texts, nameOf, say);
  sortable(byId("per-class"));
  if (data.texts) examples(byId("per-class"), data, nameOf, say);
  matrix(byId("matrix"), byId("order"), byId("hover"), data, nameOf, list, say);
  worstErrors(byId("errors"), byId("more"), data, nameOf, say);
}

/** @param {string} name @param {Record<string, unknown>} [properties] @param {...(Node | string)} children @returns {any} */
function element(name, properties = {}, ...children) {
  const made = document.createElement(name);
  Object.assign(made, properties);
  made.append(...children);
  return made;
}

/** @param {string} name @param {Record<string, unknown>} attributes */
function shape(name, attributes) {
  const made = /** @type {SVGElement} */ (document.createElementNS("http://www.w3.org/2000/svg", name));
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value));
  return made;
}

/** A table: a click on a head sorts by its column, a second one turns it. @param {HTMLTableElement} table */
function sortable(table) {
  const heads = [.../** @type {HTMLTableSectionElement} */ (table.tHead).rows[0].cells];
  const valueOf = (/** @type {HTMLTableRowElement} */ row, /** @type {number} */ column) => {
    const cell = row.cells[column];
    return "value" in cell.dataset ? Number(cell.dataset.value) : cell.textContent ?? "";
  };
  const compared = (/** @type {number | string} */ a, /** @type {number | string} */ b) =>
    typeof a === "number" && typeof b === "number" ? a - b : String(a).localeCompare(String(b));
  heads.forEach((head, column) => {
    head.firstElementChild?.addEventListener("click", () => {
      const order = head.getAttribute("aria-sort") === "ascending" ? "descending" : "ascending";
      const turn = order === "ascending" ? 1 : -1;
      close(table);
      const rows = [...table.tBodies[0].rows];
      rows.sort((a, b) => turn * compared(valueOf(a, column), valueOf(b, column)));
      table.tBodies[0].append(...rows);
      heads.forEach((other) => other.setAttribute("aria-sort", other === head ? order : "none"));
    });
  });
}

/** Shuts the examples that are open. @param {HTMLTableElement} table */
function close(table) {
  table.querySelectorAll("tr.examples").forEach((row) => row.remove());
  table.querySelectorAll("button[aria-expanded]").forEach((button) => button.setAttribute("aria-expanded", "false"));
}

/** Examples of an intent, right and wrong, under its row. @param {HTMLTableElement} table @param {Data} data @param {(place: number) => string} nameOf @param {Say} say */
function examples(table, data, nameOf, say) {
  const MOST = 3;
  /** @type {Map<number, Cell[]>} */
  const cellsOf = new Map();
  for (const cell of data.cells) cellsOf.set(cell[0], [...(cellsOf.get(cell[0]) ?? []), cell]);
  const item = (/** @type {string} */ head, /** @type {string} */ className, /** @type {[number, string]} */ [probability, text]) =>
    element("li", {}, element("span", { textContent: probability.toFixed(3) }),
      element("span", { className: "text", textContent: text }), element("span", { className, textContent: head }));
  const shown = (/** @type {number} */ place) => {
    const cells = cellsOf.get(place) ?? [];
    // of right answers the least sure is first
    const right = cells.filter(([truth, answer]) => truth === answer).flatMap((cell) => cell[3].slice(-MOST).reverse());
    const wrong = cells.filter(([truth, answer]) => truth !== answer)
      .flatMap(([, answer, , questions]) => questions.map((question) => ({ answer, question })))
      .sort((a, b) => b.question[0] - a.question[0]).slice(0, MOST);
    return [...right.map((question) => item(say("right"), "right-name", question)),
      ...wrong.map(({ answer, question }) => item(nameOf(answer), "wrong-name", question))];
  };
  const places = new Map(data.classes.map(([id], place) => [id, place]));
  for (const row of table.tBodies[0].rows) {
    const place = places.get(Number(row.cells[0].dataset.value));
    if (place === undefined || !cellsOf.has(place)) continue;
    const name = row.cells[1];
    const button = element("button", { type: "button", textContent: name.textContent });
    button.setAttribute("aria-expanded", "false");
    button.addEventListener("click", () => {
      const open = button.getAttribute("aria-expanded") === "true";
      close(table);
      if (open) return;
      button.setAttribute("aria-expanded", "true");
      const all = element("td", { colSpan: row.cells.length }, element("ol", {}, ...shown(place)));
      row.after(element("tr", { className: "examples" }, all));
    });
    name.replaceChildren(button);
  }
}

/**
 * The matrix: only cells that hold questions are drawn.
 * @param {HTMLElement} field
 * @param {HTMLSelectElement} orders
 * @param {HTMLElement} hover
 * @param {Data} data
 * @param {(place: number) => string} nameOf
 * @param {(cell: Cell) => void} list
 * @param {Say} say
 */
function matrix(field, orders, hover, data, nameOf, list, say) {
  const count = data.classes.length;
  const longest = Math.max(...data.classes.map((_, place) => nameOf(place).length));
  const labelled = count <= 100;
  const margin = labelled ? Math.min(150, 14 + 5 * longest) : 6;
  // As large as the width allows; labels need ten pixels, and more than 100 classes have none.
  const least = labelled ? 10 : 4;
  // Where even the smallest is wider than its column, the list of questions goes below.
  if (margin + count * least + 10 > field.clientWidth) field.parentElement?.classList.add("stacked");
  const fitting = Math.floor((field.clientWidth - margin - 10) / count);
  const side = Math.max(least, Math.min(24, fitting));
  const cut = (/** @type {string} */ text) => (text.length > 30 ? `${text.slice(0, 29)}…` : text);
  const totals = new Array(count).fill(0);
  for (const [truth, , questions] of data.cells) totals[truth] += questions;
  const said = (/** @type {Cell} */ [truth, answer, questions]) =>
    `${nameOf(truth)} → ${nameOf(answer)}: ${say(`${questions} of ${totals[truth]}`)}`;
  /** @type {Cell | null} */
  let chosen = null;

  const draw = (/** @type {string} */ order) => {
    const placeOf = new Array(count);
    data.orders[order].forEach((place, at) => { placeOf[place] = at; });
    const size = margin + count * side + 8;
    const picture = shape("svg", { width: size, height: size, viewBox: `0 0 ${size} ${size}`, role: "group", "aria-label": say("Confusion matrix") });
    picture.append(shape("rect", { class: "field", x: margin, y: margin, width: count * side, height: count * side }));
    if (labelled) {
      data.orders[order].forEach((place, at) => {
        const middle = margin + at * side + side / 2 + 3;
        const row = shape("text", { x: margin - 4, y: middle, "text-anchor": "end" });
        const column = shape("text", { transform: `translate(${middle},${margin - 4}) rotate(-90)` });
        row.textContent = column.textContent = cut(nameOf(place));
        picture.append(row, column);
      });
    }
    const drawn = data.cells.map((cell) => {
      const [truth, answer, questions] = cell;
      const [y, x] = [placeOf[truth], placeOf[answer]];
      const box = shape("rect", {
        class: truth === answer ? "cell right" : "cell wrong",
        x: margin + x * side, y: margin + y * side, width: side, height: side,
        "fill-opacity": (0.15 + (0.85 * questions) / totals[truth]).toFixed(3),
        role: "button", tabindex: -1, "aria-label": said(cell), "aria-pressed": chosen === cell,
        "data-cell": `${truth},${answer}`,
      });
      return { cell, box, x, y };
    });
    drawn.sort((a, b) => a.y - b.y || a.x - b.x);
    picture.append(...drawn.map(({ box }) => box));
    const at = new Map(drawn.map((entry) => [/** @type {EventTarget | null} */ (entry.box), entry]));
    const reach = (/** @type {SVGElement} */ box) => {
      for (const { box: other } of drawn) other.setAttribute("tabindex", other === box ? "0" : "-1");
    };
    if (drawn.length > 0) reach((drawn.find(({ cell }) => cell === chosen) ?? drawn[0]).box);
    picture.addEventListener("pointerover", ({ target }) => {
      const entry = at.get(target);
      hover.textContent = entry ? said(entry.cell) : "";
    });
    picture.addEventListener("focusin", ({ target }) => {
      const entry = at.get(target);
      if (entry) hover.textContent = said(entry.cell);
    });
    const choose = (/** @type {{cell: Cell, box: SVGElement}} */ { cell, box }) => {
      chosen = cell;
      for (const { box: other } of drawn) other.setAttribute("aria-pressed", String(other === box));
      reach(box);
      list(cell);
    };
    picture.addEventListener("click", ({ target }) => {
      const entry = at.get(target);
      if (entry) choose(entry);
    });
    picture.addEventListener("keydown", (event) => {
      const from = at.get(event.target);
      if (!from) return;
      if (event.key === "Enter" || event.key === " ") {
        choose(from);
      } else {
        const next = neighbour(drawn, from, event.key);
        if (!next) return;
        reach(next.box);
        next.box.focus();
      }
      event.preventDefault();
    });
    field.replaceChildren(picture);
  };

  // What to look at first: the most frequent error.
  for (const cell of data.cells) {
    if (cell[0] !== cell[1] && cell[2] > (chosen?.[2] ?? 0)) chosen = cell;
  }
  orders.addEventListener("change", () => draw(orders.value));
  draw(orders.value);
  if (chosen) list(chosen);
}

/**
 * The nearest cell in the direction of an arrow key; steps aside count twice.
 * @template {{x: number, y: number}} T
 * @param {T[]} drawn
 * @param {T} from
 * @param {string} key
 * @returns {T | null}
 */
function neighbour(drawn, from, key) {
  /** @type {Record<string, [number, number]>} */
  const ways = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] };
  const [dx, dy] = ways[key] ?? [0, 0];
  let best = null;
  let least = Infinity;
  for (const other of drawn) {
    const [x, y] = [other.x - from.x, other.y - from.y];
    const ahead = x * dx + y * dy;
    const far = ahead + 2 * Math.abs(x * dy + y * dx);
    if (ahead > 0 && far < least) [best, least] = [other, far];
  }
  return best;
}

/** The questions of a cell. @param {HTMLElement} panel @param {Cell} cell @param {boolean} texts @param {(place: number) => string} nameOf @param {Say} say */
function listQuestions(panel, [truth, answer, total, questions], texts, nameOf, say) {
  const right = truth === answer;
  const name = (/** @type {string} */ className, /** @type {number} */ place) => element("span", { className, textContent: nameOf(place) });
  const head = right
    ? element("h3", {}, name("right-name", truth), say(", answered correctly"))
    : element("h3", {}, name("right-name", truth), say(" taken for "), name("wrong-name", answer));
  const many = say(total === 1 ? "1 question" : `${total} questions`);
  const shown = questions.length < total ? say(`, ${questions.length} of them shown`) : "";
  const sorted = total > 1 ? `, ${say(right ? "least probable first" : "most probable first")}` : "";
  const note = texts ? `${many}${shown}${sorted}` : many + say("; this report contains no texts");
  const items = questions.map(([probability, text]) => element("li", {},
    element("span", { textContent: probability.toFixed(3) }),
    element("span", { className: "text", textContent: text })));
  panel.replaceChildren(head, element("p", { textContent: note }), element("ol", {}, ...items));
  panel.scrollTop = 0;
}

/** The worst errors: two lines each, for the answer given and for the right one. @param {HTMLElement} field @param {HTMLButtonElement} more @param {Data} data @param {(place: number) => string} nameOf @param {Say} say */
function worstErrors(field, more, data, nameOf, say) {
  const FIRST = 10;
  const line = (/** @type {WorstError} */ error, /** @type {number} */ which, /** @type {number} */ strongest) => {
    const row = element("p", { className: "line" });
    for (const [text, shares] of error.pieces) {
      if (!shares) { row.append(text); continue; }
      const share = shares[which];
      const strength = Math.min(4, Math.ceil((4 * Math.abs(share)) / strongest));
      const className = strength > 0 ? `token ${share > 0 ? "for" : "against"}-${strength}` : "token";
      row.append(element("span", { className, textContent: text, title: `${share > 0 ? "+" : ""}${share.toFixed(3)}` }));
    }
    return row;
  };
  const block = (/** @type {WorstError} */ error) => {
    const all = error.pieces.flatMap(([, shares]) => shares ?? []);
    const strongest = Math.max(1e-9, ...all.map(Math.abs));
    const title = (/** @type {number} */ which, /** @type {number} */ place, /** @type {string} */ className) => {
      const margin = error.pieces.reduce((sum, [, shares]) => sum + (shares ? shares[which] : 0), error.bias[which]);
      const figures = `p ${error.probability[which].toFixed(3)}, margin ${margin.toFixed(3)}, bias ${error.bias[which].toFixed(3)}`;
      return element("p", {}, say(which === 0 ? "answered " : "right: "),
        element("span", { className, textContent: nameOf(place) }),
        element("span", { className: "number", textContent: ` ${say(figures)}` }));
    };
    return element("div", { className: "error" },
      title(0, error.class, "wrong-name"), line(error, 0, strongest),
      title(1, error.truth, "right-name"), line(error, 1, strongest));
  };
  if (data.worst.length === 0) {
    field.append(element("p", { className: "hint", textContent: say(data.texts ? "No answer is wrong." : "This report contains no texts.") }));
  }
  field.append(...data.worst.slice(0, FIRST).map(block));
  more.hidden = data.worst.length <= FIRST;
  more.textContent = say(`Show all ${data.worst.length}`);
  more.addEventListener("click", () => {
    field.append(...data.worst.slice(FIRST).map(block));
    more.hidden = true;
  });
}
