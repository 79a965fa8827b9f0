"""fastText's peers: supervised training with settings chosen once, and its own autotune."""

import json
import random
import re
import resource
from contextlib import contextmanager
from pathlib import Path

MODEL, CLASSES, ROWS = "model.bin", "classes.json", "rows.txt"
# Its own default of threads, though every other contestant has one: fastText 0.9.3 fills its input
# table in ten blocks, one a thread (densematrix.cc), and with one thread nine tenths are never
# initialised. On banking77 that cost up to a point of accuracy, and small tables ended at times in
# "Encountered NaN". The CPU seconds are those of all threads, and nearly the same.
COMMON = {"thread": 12, "verbose": 0}
# `run --choose-fasttext` chose these in cross-validation on training sets
SETTINGS = {
    "dim": 50,
    "lr": 0.5,
    "epoch": 100,
    "wordNgrams": 3,
    "minn": 3,
    "maxn": 6,
    "bucket": 2_000_000,
    "loss": "ova",
}
# what autotune searches, so that its choice can be fitted again on every row
SEARCHED = ("dim", "lr", "epoch", "wordNgrams", "minn", "maxn", "bucket", "loss")


def normal(text):
    """Lower case, and punctuation apart from words, as fastText's tutorial prepares its text."""
    return " ".join(re.findall(r"\w+|[^\w\s]", text.lower()))


def write_rows(path, texts, labels, classes):
    """The format that fastText reads; the label is a number, for a name may have spaces."""
    number = {label: at for at, label in enumerate(classes)}
    with open(path, "w", encoding="utf-8") as file:
        for text, label in zip(texts, labels, strict=True):
            file.write(f"__label__{number[label]} {normal(text)}\n")


def train(texts, labels, path, **settings):
    """A model fitted to all rows."""
    import fasttext

    write_rows(path, texts, labels, sorted(set(labels)))
    try:
        return fasttext.train_supervised(str(path), **COMMON, **settings)
    finally:
        path.unlink()


def answers_of(model, classes):
    """The function that answers. It asks the binding itself: its wrapper does not know numpy 2."""

    def answer(text):
        found = model.f.predict(normal(text) + "\n", 1, 0.0, "strict")
        # no known n-gram, no answer: counted as the first class with probability 0
        probability, label = found[0] if found else (0.0, "__label__0")
        probability = min(probability, 1.0)
        return classes[int(label.removeprefix("__label__"))], probability, probability

    return lambda texts: [answer(text) for text in texts]


class FastText:
    """What both share: model.bin as fastText writes it."""

    package = "fasttext"

    def save(self, model, labels, folder):
        """Writes the model and the names of its labels."""
        model.save_model(str(Path(folder) / MODEL))
        (Path(folder) / CLASSES).write_text(json.dumps(sorted(set(labels))), encoding="utf-8")

    def load(self, folder):
        """Gives the function that answers."""
        import fasttext

        classes = json.loads((Path(folder) / CLASSES).read_text(encoding="utf-8"))
        return answers_of(fasttext.load_model(str(Path(folder) / MODEL)), classes)


class Tuned(FastText):
    """One setting for every data set."""

    title = "fastText, tuned"

    def fit(self, texts, labels, seed, folder, _options):
        """Fits with `SETTINGS`."""
        self.save(train(texts, labels, Path(folder) / ROWS, seed=seed, **SETTINGS), labels, folder)
        return SETTINGS


class Autotune(FastText):
    """Its own search, on a fifth of the training set, within a bound of time."""

    title = "fastText, autotune"

    def fit(self, texts, labels, seed, folder, options):
        """Searches, then fits again on every row with what it found."""
        import fasttext

        inner, outer = split(labels, seed)
        classes = sorted(set(labels))
        paths = [Path(folder) / name for name in ("inner.txt", "outer.txt")]
        for path, part in zip(paths, (inner, outer), strict=True):
            write_rows(path, [texts[i] for i in part], [labels[i] for i in part], classes)
        with memory_bound():
            found = fasttext.train_supervised(
                str(paths[0]),
                autotuneValidationFile=str(paths[1]),
                autotuneDuration=options["autotune"],
                seed=seed,
                **COMMON,
            )
        for path in paths:
            path.unlink()
        used = found.f.getArgs()
        chosen = {name: getattr(used, name) for name in SEARCHED}
        chosen["loss"] = str(chosen["loss"]).rpartition(".")[2]
        try:
            model = train(texts, labels, Path(folder) / ROWS, seed=seed, **chosen)
        except RuntimeError as error:
            # what its search survived may diverge here; its search's own model is there
            chosen["not fitted again"] = str(error)
            model = found
        self.save(model, labels, folder)
        return chosen


@contextmanager
def memory_bound(size=4 << 30):
    """At most so many bytes: the search tries tables of up to 40 GB, and skips those it cannot."""
    bounds = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (size, bounds[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, bounds)


def split(labels, seed):
    """Indices of four fifths, and of a fifth of each label; a label with one row stays inside."""
    chance = random.Random(f"autotune {seed}")
    by_label = {}
    for index, label in enumerate(labels):
        by_label.setdefault(label, []).append(index)
    outer = set()
    for label in sorted(by_label):
        indices = by_label[label]
        held = max(1, len(indices) // 5) if len(indices) > 1 else 0
        outer.update(chance.sample(indices, held))
    return [i for i in range(len(labels)) if i not in outer], sorted(outer)
