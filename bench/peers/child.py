"""One peer's fit, answers or score, in a process of its own, so that its cost is its own.

Called by the command, never by hand: `python -m peers.child fit|answer|score REQUEST.json`. The
report is written to the path that the request names.
"""

import csv
import json
import os
import sys
import time
from importlib import import_module
from pathlib import Path

from .datasets import labelled

# questions asked one by one for the time per query, after a few that warm up
TIMED, WARM = 1000, 20


def fit(request):
    """Fits; reports the CPU seconds that were gone before the data was read."""
    from .methods import METHODS

    method = METHODS[request["method"]]
    import_all(method.package)
    if hasattr(os, "sched_setaffinity"):
        # one processor, however many threads: so a bound of wall time is one of CPU time as well
        processors = sorted(os.sched_getaffinity(0))
        os.sched_setaffinity(0, {processors[os.getpid() % len(processors)]})
    startup = time.process_time()
    texts, labels = zip(*labelled(request["train"]), strict=True)
    chosen = method.fit(
        list(texts), list(labels), request["seed"], request["folder"], request["options"]
    )
    return {"startup": startup, "settings": chosen}


def import_all(package):
    """Imports what the fit will use: its library's start-up is not its training."""
    for module in {
        "sklearn": (
            "joblib",
            "sklearn.calibration",
            "sklearn.feature_extraction.text",
            "sklearn.model_selection",
            "sklearn.pipeline",
            "sklearn.svm",
        )
    }.get(package, (package,)):
        import_module(module)


def answer(request):
    """Answers each set of questions at once, then some of the test's one by one, timed."""
    from .methods import METHODS

    answers = METHODS[request["method"]].load(request["folder"])
    for questions, out in request["sets"]:
        write_answers(out, answers([text for text, _ in labelled(questions)]))
    texts = [text for text, _ in labelled(request["sets"][0][0])][:TIMED]
    for text in texts[:WARM]:
        answers([text])
    start = time.process_time()
    for text in texts:
        answers([text])
    return {"us": (time.process_time() - start) / len(texts) * 1e6}


def write_answers(path, answers):
    """label, probability (empty for none), signal."""
    with open(path, "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("label", "probability", "signal"))
        for label, probability, signal in answers:
            writer.writerow(
                (label, "" if probability is None else float(probability), float(signal))
            )


def read_answers(path):
    """The columns of `write_answers`."""
    with open(path, encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    labels = [row["label"] for row in rows]
    probabilities = [float(row["probability"]) for row in rows if row["probability"]]
    return labels, probabilities, [float(row["signal"]) for row in rows if row["signal"]]


def score(request):
    """Every figure of the answers, by the same code for every contestant."""
    from sklearn.metrics import accuracy_score, f1_score, roc_auc_score

    truth = [label for _, label in labelled(request["test"])]
    labels, probabilities, signals = read_answers(request["answers"])
    figures = {
        "accuracy": accuracy_score(truth, labels),
        "macro_f1": f1_score(truth, labels, average="macro"),
    }
    if probabilities:
        right = [a == b for a, b in zip(truth, labels, strict=True)]
        figures["ece"] = calibration_error(probabilities, right)
    if "typos" in request:
        figures["typos"] = accuracy_score(truth, read_answers(request["typos"])[0])
    if "oos" in request and signals:
        outside = read_answers(request["oos"])[2]
        inside = [1] * len(signals) + [0] * len(outside)
        figures["auroc"] = roc_auc_score(inside, signals + outside)
    return figures


def calibration_error(probabilities, right, bins=15):
    """Expected calibration error over equal-width bins of the probability (Guo et al. 2017)."""
    gaps = [0.0] * bins
    for probability, correct in zip(probabilities, right, strict=True):
        gaps[min(int(probability * bins), bins - 1)] += probability - correct
    return sum(map(abs, gaps)) / len(right)


def main():
    """Does what the request asks, and writes the report."""
    command, path = sys.argv[1:]
    request = json.loads(Path(path).read_text(encoding="utf-8"))
    report = {"fit": fit, "answer": answer, "score": score}[command](request)
    partial = Path(request["report"] + ".partial")
    partial.write_text(json.dumps(report), encoding="utf-8")
    os.replace(partial, request["report"])


if __name__ == "__main__":
    main()
