// CSV as people have it, and what is written reads back.
import assert from "node:assert/strict";
import test from "node:test";
import { format, guess, parse } from "../../ui/lib/csv.js";

test("separators, quotes, line ends, a byte order mark", () => {
  const want = [["ID", "question"], ["1", 'a, "b"\nc; d'], ["2", ""]];
  for (const separator of [",", ";", "\t"]) {
    for (const end of ["\n", "\r\n", "\r"]) {
      const text = ["ID", "question"].join(separator) + end + `1${separator}"a, ""b""\nc; d"` + end + end + `2${separator}` + end;
      assert.deepEqual(parse(text), want, JSON.stringify(text));
      assert.deepEqual(parse("\ufeff" + text.trimEnd() + separator.repeat(separator === "\t" ? 1 : 0)), want);
    }
  }
});

test("one question a line, a quote inside a field, a quote that does not end", () => {
  assert.deepEqual(parse("mal de tête\nil dit \"oui\"\n"), [["mal de tête"], ["il dit \"oui\""]]);
  assert.deepEqual(parse('"a,b'), [["a,b"]]);
  assert.deepEqual(parse('"a"b,c'), [["ab", "c"]]);
  assert.deepEqual(parse(" \n\n"), []);
});

test("what is written reads back, whatever it is", () => {
  // a linear congruential generator: the same each time
  let state = 1;
  const next = (below) => { state = (state * 1664525 + 1013904223) % 2 ** 32; return Math.floor((state / 2 ** 32) * below); };
  const alphabet = [",", ";", "\t", '"', "\n", "\r", " ", "a", "é", "😀", "x"];
  for (let round = 0; round < 2000; round += 1) {
    const rows = Array.from({ length: 1 + next(4) }, () => ["i", ...Array.from({ length: 2 }, () =>
      Array.from({ length: next(6) }, () => alphabet[next(alphabet.length)]).join(""))]);
    // the first row says what separates
    const all = [["ID", "question", "intent"], ...rows];
    assert.deepEqual(parse(format(all)), all);
  }
});

test("which column is the question", () => {
  assert.deepEqual(guess([["ID", "Question"], ["1", "a"]]), { heading: true, question: 1, id: 0 });
  assert.deepEqual(guess([["what?"], ["why?"]]), { heading: false, question: 0, id: -1 });
  assert.deepEqual(guess([["7", "a longer text"], ["8", "another one"]]), { heading: false, question: 1, id: -1 });
});
