"""What the peers' figures rest on. PYTHONPATH=bench python3 -m unittest peers.test_peers"""

import sys
import tempfile
import unittest
from pathlib import Path

from . import datasets, process, table
from .child import calibration_error
from .fasttext_peers import normal, split

ROWS = [(f"where is my card number {i}", f"class {i % 4}") for i in range(40)]


class Data(unittest.TestCase):
    """Subsets and typos."""

    def test_shots_are_of_each_class_and_the_seeds_own(self):
        few = datasets.shots(ROWS, 3, 1)
        self.assertEqual(
            [sum(label == f"class {c}" for _, label in few) for c in range(4)], [3] * 4
        )
        self.assertEqual(few, datasets.shots(ROWS, 3, 1))
        self.assertNotEqual(few, datasets.shots(ROWS, 3, 2))
        self.assertEqual(datasets.shots(ROWS, 99, 1), ROWS)

    def test_typos_are_in_the_share_of_words_that_is_asked_for(self):
        wrong = datasets.typos(ROWS, 0.1, 1)
        words = [(a, b) for (x, _), (y, _) in zip(ROWS, wrong, strict=True)
                 for a, b in zip(x.split(" "), y.split(" "), strict=True)]  # fmt: skip
        long = sum(len(a) > 1 for a, _ in words)
        self.assertEqual(sum(a != b for a, b in words), round(0.1 * long))
        self.assertEqual([label for _, label in wrong], [label for _, label in ROWS])
        self.assertEqual(wrong, datasets.typos(ROWS, 0.1, 1))
        self.assertEqual(datasets.typos(ROWS, 0, 1), ROWS)

    def test_a_folder_is_one_file_or_two(self):
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            datasets.write(folder / "train.csv", [('a "b", c', "x")])
            (folder / "input_test.csv").write_text("ID,question\n7,one\n8,two\n")
            (folder / "output_test.csv").write_text("ID,intention\n8,2\n7,1\n")
            parts = datasets.read(folder)
            self.assertEqual(parts["train"], [('a "b", c', "x")])
            self.assertEqual(parts["test"], [("one", "1"), ("two", "2")])
            (folder / "output_test.csv").write_text("ID,intention\n8,2\n")
            with self.assertRaisesRegex(datasets.DataError, "'7'"):
                datasets.read(folder)

    def test_a_validation_split_leaves_each_class_a_row(self):
        inner, outer = split(["a"] * 10 + ["b"] * 2 + ["c"], 1)
        self.assertEqual(sorted(inner + outer), list(range(13)))
        self.assertEqual((len(outer), 12 in inner), (3, True))

    def test_punctuation_stands_apart(self):
        self.assertEqual(normal("Où est-il, CARTE?"), "où est - il , carte ?")


class Figures(unittest.TestCase):
    """Calibration, cost and table."""

    def test_calibration_error(self):
        # bins 9 (0.6 to 0.667) and 14: |0.63 + 0.65 - 1| and |1 - 1| over three answers
        error = calibration_error([0.63, 0.65, 1.0], [True, False, True])
        self.assertAlmostEqual(error, 0.28 / 3)

    def test_cost_is_the_childs_own(self):
        busy = "import time\nx = bytearray(10**8)\nwhile time.process_time() < 0.5: pass"
        cost = process.run([sys.executable, "-c", busy])
        idle = process.run([sys.executable, "-c", ""])
        self.assertTrue(0.5 <= cost.cpu < 2, cost)
        self.assertTrue(idle.cpu < 0.4 and idle.peak < 6e7 and cost.peak > 1e8, (idle, cost))

    def test_a_failure_says_why(self):
        with self.assertRaisesRegex(process.ProcessError, "exit 3: because"):
            process.run(
                [sys.executable, "-c", "import sys; print('because', file=sys.stderr); sys.exit(3)"]
            )

    def test_a_child_that_overruns_is_ended(self):
        with self.assertRaisesRegex(process.ProcessError, "ended after 0.2 s"):
            process.run([sys.executable, "-c", "import time; time.sleep(60)"], 0.2)

    def test_table(self):
        run = {
            "data": "d",
            "method": "m",
            "macro_f1": 0.5,
            "cpu": 1,
            "peak": 2e6,
            "size": 3e6,
            "us": 4,
        }
        result = {
            "versions": ["v"], "seeds": [1, 2], "shots": None, "typos": 0.0, "skipped": {"n": "why"},
            "methods": {"m": "M"}, "data": [{"name": "d", "train": 9, "test": 100, "classes": 2}],
            "runs": [{**run, "seed": 1, "accuracy": 0.5}, {**run, "seed": 2, "accuracy": 0.6}],
        }  # fmt: skip
        text = table.markdown(result)
        row = "| d | M | 0.5500 ± 0.0707 | 0.5000 ± 0.0000 | none | 1.0 ± 0.0 | 2 ± 0 | 3.0 ± 0.0 | 4 ± 0 |"
        self.assertIn(row, text)
        self.assertIn("accuracy of 0.6000 is 0.0490", text)
        self.assertIn("**Skipped**: n: why.", text)
        with tempfile.TemporaryDirectory() as folder:
            docs = Path(folder) / "docs.md"
            docs.write_text("a\n<!-- peers:all -->\nold\n<!-- /peers:all -->\nz\n")
            table.insert(docs, "all", "new\n")
            self.assertEqual(
                docs.read_text(), "a\n<!-- peers:all -->\nnew\n<!-- /peers:all -->\nz\n"
            )
            with self.assertRaisesRegex(ValueError, "peers:shots-5"):
                table.insert(docs, "shots-5", "new\n")


if __name__ == "__main__":
    unittest.main()
