"""Ours and the peers behind one face: available, fit, answer."""

import csv
import json
import statistics
import subprocess
import sys
from collections import Counter
from importlib.util import find_spec
from pathlib import Path

from . import process
from .child import write_answers
from .datasets import labelled, write
from .methods import METHODS

ROOT = Path(__file__).parents[2]
# what a question costs ours is the difference of two runs; it needs enough questions
LONG = 20_000


def child(command, place, limit=None, **request):
    """Runs one step of a peer in a process of its own; its report and its cost."""
    report, path = place / f"{command}-report.json", place / f"{command}.json"
    path.write_text(json.dumps({**request, "report": str(report)}), encoding="utf-8")
    cost = process.run([sys.executable, "-m", "peers.child", command, str(path)], limit)
    return json.loads(report.read_text(encoding="utf-8")), cost


class Peer:
    """A method of Python's, each step in a child process."""

    def __init__(self, name, options):
        self.name, self.options = name, options
        self.method = METHODS[name]
        self.title = self.method.title
        if name == "fasttext-autotune":
            self.title += f" {options['autotune']} s"

    def missing(self):
        """Why it cannot run here, or None."""
        found = find_spec(self.method.package)
        return (
            None if found else f"{self.method.package} is not installed (see the first run's log)"
        )

    def fit(self, train, seed, folder):
        """Settings, CPU seconds, peak memory and size of the model."""
        model = folder / "model"
        model.mkdir()
        report, cost = child(
            "fit",
            folder,
            # a busy machine lets fastText's search overrun its bound
            limit=3 * self.options["autotune"] + 600,
            method=self.name,
            train=str(train),
            seed=seed,
            folder=str(model),
            options=self.options,
        )
        size = sum(file.stat().st_size for file in model.iterdir())
        return {
            "settings": report["settings"],
            "cpu": cost.cpu - report["startup"],
            "startup": report["startup"],
            "peak": cost.peak,
            "size": size,
        }

    def answer(self, sets, folder):
        """Answers each (questions, answers) pair of files; the time per query."""
        pairs = [[str(questions), str(out)] for questions, out in sets]
        return child("answer", folder, method=self.name, folder=str(folder / "model"), sets=pairs)[
            0
        ]


class Ours:
    """intent-trainer: `train` with the defaults, or with word vectors as well, and `predict`."""

    def __init__(self, trainer, vectors=None):
        self.name, self.title = "ours", "**posos-intent**"
        self.flags = []
        if vectors:
            self.name, self.title = "ours-vectors", "posos-intent with word vectors"
            self.flags = ["--pretrained", vectors]
        self.trainer = Path(trainer) if trainer else ROOT / "target/release/intent-trainer"
        self.given = bool(trainer)

    def prepare(self):
        """Builds the program, unless one is given."""
        if not self.given:
            build = ". scripts/lib && native_build intent-trainer"
            subprocess.run(["bash", "-euc", build], cwd=ROOT, check=True)

    def missing(self):
        """Why it cannot run here, or None."""
        return None if self.trainer.exists() else f"there is no {self.trainer}"

    def version(self):
        """What it calls itself."""
        return subprocess.check_output([self.trainer, "--version"], text=True).strip()

    def fit(self, train, seed, folder):
        """CPU seconds, peak memory and size of the component. Its start-up is counted."""
        command = [self.trainer, "train", "--quiet", "--data", train, "--out", folder / "intent"]
        command += ["--seed", str(seed), *self.flags]
        if min(Counter(label for _, label in labelled(train)).values()) == 1:
            command.append("--allow-singletons")
        cost = process.run(command)
        size = self.component(folder).stat().st_size
        return {"settings": {}, "cpu": cost.cpu, "startup": 0, "peak": cost.peak, "size": size}

    @staticmethod
    def component(folder):
        """Where a training puts its component."""
        return folder / "intent" / "1" / "intent.wasm"

    def answer(self, sets, folder):
        """Answers each (questions, answers) pair of files; the time per query."""
        for questions, out in sets:
            predictions = folder / "predictions.csv"
            self.predict(questions, predictions, folder, "--scores")
            with open(predictions, encoding="utf-8", newline="") as file:
                rows = list(csv.DictReader(file))
            write_answers(
                out,
                [
                    (row.get("label") or row["intent"], float(row["probability"]), row["margin"])
                    for row in rows
                ],
            )
        return {"us": self.per_query(labelled(sets[0][0]), folder)}

    def predict(self, questions, out, folder, *flags):
        """CPU seconds of answering a file."""
        model = self.component(folder)
        command = [
            self.trainer,
            "predict",
            "--quiet",
            "--model",
            model,
            "--in",
            questions,
            "--out",
            out,
        ]
        return process.run([*command, *flags]).cpu

    def per_query(self, rows, folder):
        """CPU microseconds of one more question: reading, a fresh instance, its answer, writing."""
        repeated = rows * (LONG // len(rows) + 1)
        one, many = folder / "one.csv", folder / "many.csv"
        write(one, rows[:1])
        write(many, repeated)
        out = folder / "timed.csv"
        cost = [
            statistics.median(self.predict(f, out, folder) for _ in range(3)) for f in (one, many)
        ]
        many.unlink()
        return (cost[1] - cost[0]) / (len(repeated) - 1) * 1e6
