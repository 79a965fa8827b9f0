"""How fastText's settings were chosen: one of five folds of each training set, no test question."""

import time

from . import datasets
from .fasttext_peers import COMMON, answers_of, write_rows

FOLDS, SEED = 5, 1
BASE = {
    "dim": 50,
    "lr": 0.5,
    "epoch": 100,
    "wordNgrams": 2,
    "minn": 3,
    "maxn": 6,
    "bucket": 2_000_000,
    "loss": "ova",
}
# what differs from BASE
GRID = (
    {},
    {"wordNgrams": 3},
    {"epoch": 50},
    {"epoch": 50, "loss": "softmax"},
    {"dim": 20},
    {"bucket": 200_000},
)


def run(folders):
    """Prints what each setting reaches; the best mean is what `SETTINGS` should be."""
    import tempfile
    from pathlib import Path

    means = []
    with tempfile.TemporaryDirectory(prefix="peers-") as work:
        for change in GRID:
            settings = BASE | change
            results = [held_out(folder, settings, Path(work) / "rows.txt") for folder in folders]
            mean = sum(accuracy for accuracy, _ in results) / len(results)
            means.append((mean, settings))
            each = ", ".join(
                f"{f.name} {a:.4f} ({s:.1f} CPU s)"
                for f, (a, s) in zip(folders, results, strict=True)
            )
            print(f"{mean:.4f} {change}: {each}", flush=True)
    print("best:", *max(means, key=lambda pair: pair[0]))
    return 0


def held_out(folder, settings, path):
    """Accuracy on the first fold of a fit on the others, and its CPU seconds."""
    import fasttext
    from sklearn.model_selection import StratifiedKFold

    texts, labels = zip(*datasets.read(folder)["train"], strict=True)
    classes = sorted(set(labels))
    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=SEED)
    inner, outer = next(iter(folds.split(texts, labels)))
    write_rows(path, [texts[i] for i in inner], [labels[i] for i in inner], classes)
    start = time.process_time()
    model = fasttext.train_supervised(str(path), seed=SEED, **COMMON, **settings)
    seconds = time.process_time() - start
    answers = answers_of(model, classes)([texts[i] for i in outer])
    right = sum(answer[0] == labels[i] for answer, i in zip(answers, outer, strict=True))
    return right / len(outer), seconds
