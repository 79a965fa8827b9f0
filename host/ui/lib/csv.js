// CSV and its relatives (RFC 4180, and what spreadsheets make of it), read and written.

/**
 * The rows of a text: fields between `,`, `;` or tabs, quoted where they hold one, a line end or a quote;
 * any line ends; a byte order mark is passed over. Rows without any text are left out.
 * @param {string} text
 * @returns {string[][]}
 */
export function parse(text) {
  const from = text.startsWith("\ufeff") ? 1 : 0;
  const separator = separatorOf(text, from);
  /** @type {string[][]} */
  const rows = [];
  /** @type {string[]} */
  let row = [];
  let field = "";
  const endField = () => { row.push(field); field = ""; };
  const endRow = () => {
    endField();
    if (row.some((cell) => cell.trim() !== "")) rows.push(row);
    row = [];
  };
  for (let i = from; i < text.length; i += 1) {
    const char = text[i];
    if (char === '"' && field === "") {
      const end = closing(text, i + 1);
      field = text.slice(i + 1, end).replaceAll('""', '"');
      // what follows the quote belongs to the field, too
      i = end;
    } else if (char === separator) {
      endField();
    } else if (char === "\n" || char === "\r") {
      if (char === "\r" && text[i + 1] === "\n") i += 1;
      endRow();
    } else {
      // a run of plain characters at once
      let end = i + 1;
      while (end < text.length && text[end] !== separator && text[end] !== "\n" && text[end] !== "\r") end += 1;
      field += text.slice(i, end);
      i = end - 1;
    }
  }
  if (field !== "" || row.length > 0) endRow();
  return rows;
}

/** Where the quote ends that begins before `from`; the end of the text where it does not. @param {string} text @param {number} from */
function closing(text, from) {
  for (let at = from; ; at += 2) {
    at = text.indexOf('"', at);
    if (at === -1) return text.length;
    if (text[at + 1] !== '"') return at;
  }
}

/** The one that the first line has most of, outside quotes. @param {string} text @param {number} from */
function separatorOf(text, from) {
  /** @type {Record<string, number>} */
  const counts = { ",": 0, ";": 0, "\t": 0 };
  let quoted = false;
  for (let i = from; i < text.length; i += 1) {
    const char = text[i];
    if (char === '"') quoted = !quoted;
    else if (!quoted && (char === "\n" || char === "\r")) break;
    else if (!quoted && char in counts) counts[char] += 1;
  }
  return Object.keys(counts).reduce((best, char) => (counts[char] > counts[best] ? char : best), ",");
}

const TEXTS = ["question", "text", "query", "utterance"];

/**
 * What a file seems to hold: whether its first row is a heading, and which columns are the questions and
 * the IDs (-1: none).
 * @param {string[][]} rows
 */
export function guess(rows) {
  const names = (rows[0] ?? []).map((name) => name.trim().toLowerCase());
  const named = names.findIndex((name) => TEXTS.includes(name));
  const id = names.indexOf("id");
  if (named >= 0) return { heading: true, question: named, id };
  // the column with the most text
  const lengths = names.map((_, column) => rows.slice(0, 100).reduce((sum, row) => sum + (row[column] ?? "").length, 0));
  const question = lengths.reduce((best, length, column) => (length > lengths[best] ? column : best), 0);
  return { heading: id >= 0, question, id };
}

/** @param {(string | number)[][]} rows */
export const format = (rows) => rows.map((row) => `${row.map((cell) => quoted(String(cell))).join(",")}\n`).join("");

/** @param {string} cell */
const quoted = (cell) => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);
