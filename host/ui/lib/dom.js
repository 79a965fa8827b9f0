// Elements, made of names and texts. Nothing here takes markup: a string is always text.

/**
 * An element. Properties are attributes, but for `on…`, which are listeners, and `class`.
 * False, null and undefined leave an attribute out.
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} name
 * @param {Record<string, unknown>} [properties]
 * @param {...(Node | string | null | false | undefined)} children
 * @returns {HTMLElementTagNameMap[K]}
 */
export function element(name, properties = {}, ...children) {
  const made = document.createElement(name);
  set(made, properties);
  made.append(...present(children));
  return made;
}

/**
 * An element of SVG.
 * @param {string} name
 * @param {Record<string, unknown>} [properties]
 * @param {...(Node | string | null | false | undefined)} children
 * @returns {SVGElement}
 */
export function shape(name, properties = {}, ...children) {
  const made = /** @type {SVGElement} */ (document.createElementNS("http://www.w3.org/2000/svg", name));
  set(made, properties);
  made.append(...present(children));
  return made;
}

/** @param {(Node | string | null | false | undefined)[]} children */
const present = (children) =>
  /** @type {(Node | string)[]} */ (children.filter((child) => child !== null && child !== false && child !== undefined));

/** @param {Element} made @param {Record<string, unknown>} properties */
function set(made, properties) {
  for (const [key, value] of Object.entries(properties)) {
    if (value === false || value === null || value === undefined) continue;
    if (key.startsWith("on")) made.addEventListener(key.slice(2), /** @type {EventListener} */ (value));
    else made.setAttribute(key, value === true ? "" : String(value));
  }
}

/** A bar of a share of 1. @param {number} share @param {string} kind */
export function bar(share, kind) {
  const width = Math.max(0, Math.min(1, share)) * 100;
  return shape("svg", { class: `bar ${kind}`, viewBox: "0 0 100 1", preserveAspectRatio: "none", "aria-hidden": "true" },
    shape("rect", { class: "bar-field", width: 100, height: 1 }),
    shape("rect", { class: "bar-value", width: width.toFixed(2), height: 1 }));
}

/** Hands a file to the browser. @param {string} name @param {string} type @param {BlobPart[]} parts */
export function download(name, type, parts) {
  const url = URL.createObjectURL(new Blob(parts, { type }));
  const link = element("a", { href: url, download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

/** Copies where the browser lets it, and says so in the button for a while. @param {HTMLButtonElement} button @param {string} text @param {string} done */
export async function copy(button, text, done) {
  const before = button.textContent;
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    return;
  }
  button.textContent = done;
  setTimeout(() => { button.textContent = before; }, 1500);
}
