// Lines over the last minutes, as small SVG. A chart is one picture to a screen reader, with its last values
// as its name.

import { shape } from "./dom.js";

const [WIDTH, HEIGHT] = [320, 90];

/**
 * @typedef {{at: number, value: number | null}[]} Points
 * @param {string} label
 * @param {Points[]} lines the first is the strongest
 * @param {number} now
 * @param {number} span how much time the width is
 */
export function lines(label, lines, now, span) {
  const most = Math.max(1e-9, ...lines.flatMap((points) => points.map(({ value }) => value ?? 0)));
  const x = (/** @type {number} */ at) => (WIDTH * (1 - (now - at) / span)).toFixed(1);
  const y = (/** @type {number} */ value) => (HEIGHT - 2 - ((HEIGHT - 8) * value) / most).toFixed(1);
  const path = (/** @type {Points} */ points) => {
    let pen = "M";
    let d = "";
    for (const { at, value } of points) {
      if (value === null) { pen = "M"; continue; }
      d += `${pen}${x(at)},${y(value)}`;
      pen = "L";
    }
    return d;
  };
  return shape("svg", { class: "lines", viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: "none", role: "img", "aria-label": label },
    shape("path", { class: "ground", d: `M0,${HEIGHT - 2}H${WIDTH}` }),
    ...lines.map((points, i) => shape("path", { class: `line-${i + 1}`, d: path(points) })));
}
