"""A folder of labelled questions → lists; seeded subsets and seeded typos of them."""

import csv
import random
import string
from pathlib import Path

TEXT = ("text", "question", "query", "utterance")
LABEL = ("intent", "intention", "label")


class DataError(Exception):
    """The data cannot be used; says which file, and why."""


def table(path):
    """Header and rows of a CSV file."""
    with open(path, encoding="utf-8-sig", newline="") as file:
        rows = [row for row in csv.reader(file) if row]
    if len(rows) < 2:
        raise DataError(f"{path}: no questions")
    return rows[0], rows[1:]


def column(path, header, names, default):
    """Index of the column with one of the names; of two nameless columns, the first is the text."""
    for name in names:
        if name in header:
            return header.index(name)
    if len(header) == 2:
        return default
    raise DataError(f"{path}: no column {' or '.join(names)} in {','.join(header)}")


def labelled(path):
    """(text, label) of each row of one file."""
    header, rows = table(path)
    text, label = column(path, header, TEXT, 0), column(path, header, LABEL, 1)
    try:
        return [(row[text], row[label]) for row in rows]
    except IndexError:
        raise DataError(f"{path}: a row has fewer columns than the header") from None


def joined(inputs, outputs):
    """(text, label) of a file of questions and a file of labels, matched by ID."""
    header, rows = table(inputs)
    text = column(inputs, header, TEXT, 1)
    labels = {row[0]: row[1] for row in table(outputs)[1]}
    try:
        return [(row[text], labels[row[0]]) for row in rows]
    except KeyError as id_:
        raise DataError(f"{outputs}: no label for the ID {id_} of {inputs}") from None


def part(folder, name):
    """The rows of `train`, `test` or `oos_test`; None where the folder has no such file."""
    folder = Path(folder)
    if (folder / f"{name}.csv").exists():
        return labelled(folder / f"{name}.csv")
    if (folder / f"input_{name}.csv").exists():
        return joined(folder / f"input_{name}.csv", folder / f"output_{name}.csv")
    return None


def read(folder):
    """The parts of a data set: train and test, and out-of-scope questions where there are any."""
    parts = {name: part(folder, name) for name in ("train", "test", "oos_test")}
    for name in ("train", "test"):
        if parts[name] is None:
            raise DataError(
                f"{folder}: neither {name}.csv nor input_{name}.csv with output_{name}.csv"
            )
    return {name: rows for name, rows in parts.items() if rows}


def write(path, rows):
    """Writes (text, label) rows under the header that every contestant reads."""
    with open(path, "w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("text", "intent"), *rows])


def shots(rows, count, seed):
    """`count` rows of each label, or all that it has, in the order of the data."""
    chance = random.Random(f"shots {seed}")
    by_label = {}
    for index, (_, label) in enumerate(rows):
        by_label.setdefault(label, []).append(index)
    kept = set()
    for label in sorted(by_label):
        indices = by_label[label]
        kept.update(chance.sample(indices, min(count, len(indices))))
    return [row for index, row in enumerate(rows) if index in kept]


def typo(word, chance):
    """The word with one letter swapped with its neighbour, deleted, inserted or substituted."""
    while True:
        at = chance.randrange(len(word))
        letter = chance.choice(string.ascii_lowercase)
        wrong = {
            "swap": word[:at] + word[at : at + 2][::-1] + word[at + 2 :],
            "delete": word[:at] + word[at + 1 :],
            "insert": word[:at] + letter + word[at:],
            "substitute": word[:at] + letter + word[at + 1 :],
        }[chance.choice(("swap", "delete", "insert", "substitute"))]
        if wrong and wrong != word:
            return wrong


def typos(rows, share, seed):
    """The rows with one typo in exactly that share of all their words of two letters or more."""
    chance = random.Random(f"typos {seed}")
    texts = [text.split(" ") for text, _ in rows]
    places = [
        (row, at)
        for row, words in enumerate(texts)
        for at, word in enumerate(words)
        if len(word) > 1
    ]
    for row, at in chance.sample(places, round(share * len(places))):
        texts[row][at] = typo(texts[row][at], chance)
    return [(" ".join(words), label) for words, (_, label) in zip(texts, rows, strict=True)]
