"use strict";
// Draws what the data block holds. Texts are only ever set as text: nothing in the data is markup.
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const byId = (id) => document.getElementById(id);

  const element = (name, properties = {}, ...children) => {
    const made = document.createElement(name);
    Object.assign(made, properties);
    made.append(...children);
    return made;
  };
  const shape = (name, attributes) => {
    const made = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    return made;
  };
  const nameOf = (place) => {
    const [id, label] = data.classes[place];
    return label === String(id) ? label : `${label} (${id})`;
  };

  // The table of the intents: a click on a head sorts by its column, a second one turns it.
  const table = byId("per-class");
  const heads = [...table.tHead.rows[0].cells];
  const valueOf = (row, column) => {
    const cell = row.cells[column];
    return "value" in cell.dataset ? Number(cell.dataset.value) : cell.textContent;
  };
  const compared = (a, b) => (typeof a === "number" ? a - b : a.localeCompare(b));
  heads.forEach((head, column) => {
    head.firstElementChild.addEventListener("click", () => {
      const order = head.getAttribute("aria-sort") === "ascending" ? "descending" : "ascending";
      const turn = order === "ascending" ? 1 : -1;
      const rows = [...table.tBodies[0].rows];
      rows.sort((a, b) => turn * compared(valueOf(a, column), valueOf(b, column)));
      table.tBodies[0].append(...rows);
      heads.forEach((other) => other.setAttribute("aria-sort", other === head ? order : "none"));
    });
  });

  // The matrix: only cells that hold questions are drawn.
  const count = data.classes.length;
  const longest = Math.max(...data.classes.map((_, place) => nameOf(place).length));
  const labelled = count <= 100;
  const margin = labelled ? Math.min(150, 14 + 5 * longest) : 6;
  // As large as the width allows; labels need ten pixels, and more than 100 classes have none.
  const least = labelled ? 10 : 4;
  const fitting = Math.floor((byId("matrix").clientWidth - margin - 10) / count);
  const side = Math.max(least, Math.min(24, fitting));
  const cut = (text) => (text.length > 30 ? `${text.slice(0, 29)}…` : text);
  const totals = new Array(count).fill(0);
  for (const [truth, , questions] of data.cells) totals[truth] += questions;
  const said = ([truth, answer, questions]) =>
    `${nameOf(truth)} → ${nameOf(answer)}: ${questions} of ${totals[truth]}`;
  let chosen = null;

  const draw = (order) => {
    const placeOf = new Array(count);
    data.orders[order].forEach((place, at) => { placeOf[place] = at; });
    const size = margin + count * side + 8;
    const picture = shape("svg", { width: size, height: size, viewBox: `0 0 ${size} ${size}`, role: "group", "aria-label": "Confusion matrix" });
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
        "fill-opacity": (0.15 + 0.85 * questions / totals[truth]).toFixed(3),
        role: "button", tabindex: -1, "aria-label": said(cell), "aria-pressed": chosen === cell,
        "data-cell": `${truth},${answer}`,
      });
      return { cell, box, x, y };
    });
    drawn.sort((a, b) => a.y - b.y || a.x - b.x);
    picture.append(...drawn.map(({ box }) => box));
    const at = new Map(drawn.map((entry) => [entry.box, entry]));
    const reach = (box) => {
      for (const { box: other } of drawn) other.setAttribute("tabindex", other === box ? 0 : -1);
    };
    if (drawn.length > 0) reach((drawn.find(({ cell }) => cell === chosen) ?? drawn[0]).box);
    picture.addEventListener("pointerover", ({ target }) => {
      byId("hover").textContent = at.has(target) ? said(at.get(target).cell) : "";
    });
    picture.addEventListener("focusin", ({ target }) => {
      if (at.has(target)) byId("hover").textContent = said(at.get(target).cell);
    });
    const choose = (box) => {
      chosen = at.get(box).cell;
      for (const { box: other } of drawn) other.setAttribute("aria-pressed", other === box);
      reach(box);
      list(chosen);
    };
    picture.addEventListener("click", ({ target }) => { if (at.has(target)) choose(target); });
    picture.addEventListener("keydown", (event) => {
      const from = at.get(event.target);
      if (!from) return;
      if (event.key === "Enter" || event.key === " ") {
        choose(from.box);
      } else {
        const next = neighbour(drawn, from, event.key);
        if (!next) return;
        reach(next.box);
        next.box.focus();
      }
      event.preventDefault();
    });
    byId("matrix").replaceChildren(picture);
  };

  // The nearest cell in the direction of an arrow key; steps aside count twice.
  const neighbour = (drawn, from, key) => {
    const [dx, dy] = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] }[key] ?? [0, 0];
    let [best, least] = [null, Infinity];
    for (const other of drawn) {
      const [x, y] = [other.x - from.x, other.y - from.y];
      const ahead = x * dx + y * dy;
      const far = ahead + 2 * Math.abs(x * dy + y * dx);
      if (ahead > 0 && far < least) [best, least] = [other, far];
    }
    return best;
  };

  const list = ([truth, answer, total, questions]) => {
    const right = truth === answer;
    const head = right
      ? element("h3", {}, element("span", { className: "right-name", textContent: nameOf(truth) }), ", answered as that")
      : element("h3", {}, element("span", { className: "right-name", textContent: nameOf(truth) }), " taken for ", element("span", { className: "wrong-name", textContent: nameOf(answer) }));
    const many = total === 1 ? "1 question" : `${total} questions`;
    const shown = questions.length < total ? `, ${questions.length} of them here` : "";
    const sorted = right ? "the least sure first" : "the surest first";
    const note = data.texts
      ? `${many}${shown}${total > 1 ? `, ${sorted}` : ""}`
      : `${many}; this report holds no texts`;
    const items = questions.map(([probability, text]) => element("li", {},
      element("span", { textContent: probability.toFixed(3) }),
      element("span", { className: "text", textContent: text })));
    const panel = byId("questions");
    panel.replaceChildren(head, element("p", { textContent: note }), element("ol", {}, ...items));
    panel.scrollTop = 0;
  };

  // What to look at first: the most frequent error.
  for (const cell of data.cells) {
    if (cell[0] !== cell[1] && cell[2] > (chosen?.[2] ?? 0)) chosen = cell;
  }
  byId("order").addEventListener("change", ({ target }) => draw(target.value));
  draw(byId("order").value);
  if (chosen) list(chosen);

  // The worst errors: two lines each, for the answer given and for the right one.
  const FIRST = 10;
  const line = (error, which, strongest) => {
    const row = element("p", { className: "line" });
    for (const [text, shares] of error.pieces) {
      if (!shares) { row.append(text); continue; }
      const share = shares[which];
      const strength = Math.min(4, Math.ceil(4 * Math.abs(share) / strongest));
      const className = strength > 0 ? `token ${share > 0 ? "for" : "against"}-${strength}` : "token";
      row.append(element("span", { className, textContent: text, title: `${share > 0 ? "+" : ""}${share.toFixed(3)}` }));
    }
    return row;
  };
  const block = (error) => {
    const all = error.pieces.flatMap(([, shares]) => shares ?? []);
    const strongest = Math.max(1e-9, ...all.map(Math.abs));
    const title = (which, place, className) => {
      const margin = error.pieces.reduce((sum, [, shares]) => sum + (shares ? shares[which] : 0), error.bias[which]);
      const number = ` p ${error.probability[which].toFixed(3)}, margin ${margin.toFixed(3)}, bias ${error.bias[which].toFixed(3)}`;
      return element("p", {}, which === 0 ? "answered " : "right is ",
        element("span", { className, textContent: nameOf(place) }),
        element("span", { className: "number", textContent: number }));
    };
    return element("div", { className: "error" },
      title(0, error.class, "wrong-name"), line(error, 0, strongest),
      title(1, error.truth, "right-name"), line(error, 1, strongest));
  };
  const errors = byId("errors");
  if (data.worst.length === 0) {
    errors.append(element("p", { className: "hint", textContent: data.texts ? "No answer is wrong." : "This report holds no texts." }));
  }
  errors.append(...data.worst.slice(0, FIRST).map(block));
  const more = byId("more");
  more.hidden = data.worst.length <= FIRST;
  more.textContent = `Show all ${data.worst.length}`;
  more.addEventListener("click", () => {
    errors.append(...data.worst.slice(FIRST).map(block));
    more.hidden = true;
  });
})();
