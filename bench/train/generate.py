#!/usr/bin/env python3
"""Synthetic labelled questions of any number, with the n-gram statistics of natural ones.

    bench/train/generate.py --rows 100000 --classes 100 > questions.csv

The questions of the sample data set (data/sample) are the source. A word follows a word as there: a
Markov chain for each of its intents, interpolated with one of all questions. A synthetic class asks
as two of the intents do and has a few words of its own, Zipf-distributed; lengths are those of the
sample; the sizes of classes fall with the square root of their rank.

The chains' words run out, those of natural text do not (Heaps' law). So some tokens come from a
Pitman-Yor process, whose number of distinct words grows as a power of the tokens; its new words, and
those of the classes, are spelled by a Markov chain over the characters of the sample's words.

Nothing is kept but counts: a line is written as it is made, and fewer rows are the first of more.
--statistics prints how words and character 5-grams grow, beside the sample's own.
"""
import argparse
import bisect
import collections
import csv
import itertools
import pathlib
import random
import re
import sys

SAMPLE = pathlib.Path(__file__).resolve().parents[2] / "data" / "sample"
START, END = "", "\n"
# of a word's successors, how often they are those in all questions instead of those in the intent
SHARED = 0.3
# how often a class asks as the second of its intents does
SECOND = 0.3
# how many words a class has of its own, and which share of its questions has one
OWN_WORDS, OWN_SHARE = 12, 0.6
# Pitman-Yor: the share of all tokens, discount and strength. With these the words of 10^4 to 10^6
# questions grow as those of the sample do (--statistics)
OPEN_SHARE, DISCOUNT, STRENGTH = 0.08, 0.75, 1000.0


def sample():
    """The questions of the sample, as lists of words, by intent."""
    def read(name, column):
        with (SAMPLE / name).open(newline="", encoding="utf-8") as file:
            return {row["ID"]: row[column] for row in csv.DictReader(file)}
    texts, intents = read("input_train.csv", "question"), read("output_train.csv", "intention")
    questions = collections.defaultdict(list)
    for key, text in texts.items():
        questions[int(intents[key])].append(text.split())
    return [questions[intent] for intent in sorted(questions)]


class Chance:
    """Seeded draws from random() alone, which all versions of Python agree on."""

    def __init__(self, *seed):
        self.random = random.Random("/".join(map(str, seed))).random

    def of(self, values):
        return values[int(self.random() * len(values))]


def chain(sequences):
    """What follows each symbol, as often as it does."""
    follows = collections.defaultdict(list)
    for symbols in sequences:
        for before, after in zip([START, *symbols], [*symbols, END]):
            follows[before].append(after)
    return dict(follows)


class Speller:
    """Words that are not there and look as if they were: a chain over pairs of characters."""

    def __init__(self, words):
        self.follows = collections.defaultdict(list)
        for word in words:
            for i in range(len(word) + 1):
                self.follows[word[max(0, i - 2):i]].append(word[i] if i < len(word) else END)

    def word(self, chance):
        while True:
            word = ""
            while len(word) < 16 and (letter := chance.of(self.follows[word[-2:]])) != END:
                word += letter
            if 4 <= len(word) < 16:
                return word


class OpenVocabulary:
    """A Pitman-Yor process: after n draws of t words the next is a new one with the probability
    (strength + discount t) / (strength + n), and else one drawn before, by its count - discount."""

    def __init__(self, speller):
        self.speller, self.draws, self.counts, self.words = speller, [], [], []

    def word(self, chance):
        new = STRENGTH + DISCOUNT * len(self.counts)
        if chance.random() * (STRENGTH + len(self.draws)) < new:
            index = len(self.counts)
            self.counts.append(0)
            self.words.append(self.speller.word(chance))
        else:
            index = chance.of(self.draws)
            while chance.random() * self.counts[index] < DISCOUNT:
                index = chance.of(self.draws)
        self.counts[index] += 1
        self.draws.append(index)
        return self.words[index]


class Classes:
    """The synthetic classes: their intents, their own words, their sizes."""

    def __init__(self, count, intents, speller, seed):
        chance = Chance(seed, "classes")
        # an intent is chosen about as often as another: small ones too
        self.intents = [(chance.of(intents), chance.of(intents)) for _ in range(count)]
        self.words = [[speller.word(chance) for _ in range(OWN_WORDS)] for _ in range(count)]
        self.zipf = list(itertools.accumulate(1 / rank for rank in range(1, OWN_WORDS + 1)))
        self.sizes = list(itertools.accumulate(rank ** -0.5 for rank in range(1, count + 1)))

    def of_row(self, row, chance):
        # every class has two questions first: one to learn from, one to measure on
        count = len(self.intents)
        if row < 2 * count:
            return row % count
        return bisect.bisect(self.sizes, chance.random() * self.sizes[-1])

    def own_word(self, index, chance):
        return self.words[index][bisect.bisect(self.zipf, chance.random() * self.zipf[-1])]


def rows(count, classes, seed):
    """(words, class) of each row."""
    questions = sample()
    everything = [question for intent in questions for question in intent]
    shared = chain(everything)
    letters = re.compile(r"[^\W\d_]{4,}")
    speller = Speller(sorted({w for q in everything for word in q for w in letters.findall(word.lower())}))
    intents = [(chain(intent), [len(question) for question in intent]) for intent in questions]
    kinds = Classes(classes, intents, speller, seed)
    vocabulary = OpenVocabulary(speller)
    chance = Chance(seed, "rows")
    for row in range(count):
        index = kinds.of_row(row, chance)
        follows, lengths = kinds.intents[index][chance.random() < SECOND]
        length = chance.of(lengths)
        words, before = [], START
        while len(words) < length:
            successors = follows.get(before) if chance.random() >= SHARED else None
            before = chance.of(successors or shared[before])
            if before == END:
                # a second sentence
                before = START
            else:
                words.append(vocabulary.word(chance) if chance.random() < OPEN_SHARE else before)
        if chance.random() < OWN_SHARE:
            words[int(chance.random() * length)] = kinds.own_word(index, chance)
        yield words, index


class Statistics:
    """Distinct words and 5-grams of their characters, lower case, as rows are added."""

    def __init__(self, name):
        self.name, self.rows, self.tokens, self.words, self.grams = name, 0, 0, set(), set()

    def add(self, words):
        self.rows += 1
        self.tokens += len(words)
        for word in words:
            word = word.lower()
            if word not in self.words:
                self.words.add(word)
                self.grams.update(f"<{word}>"[i:i + 5] for i in range(max(1, len(word) - 2)))

    def print(self):
        print(f"| {self.name} | {self.rows:,} | {self.tokens:,} | {len(self.words):,} | "
              f"{len(self.grams):,} |", file=sys.stderr)


def printed(name, questions):
    """The same questions; prints the statistics at each power of ten, and of all."""
    statistics, power = Statistics(name), 1000
    for question in questions:
        statistics.add(question[0])
        if statistics.rows == power:
            statistics.print()
            power *= 10
        yield question
    if 10 * statistics.rows != power:
        statistics.print()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, required=True)
    parser.add_argument("--classes", type=int, required=True)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--statistics", action="store_true", help="print them, as a table, to stderr")
    args = parser.parse_args()
    if args.classes < 2 or args.rows < 2 * args.classes:
        parser.error("at least 2 classes, and 2 rows for each")
    made = rows(args.rows, args.classes, args.seed)
    if args.statistics:
        print("| data | questions | tokens | distinct words | distinct 5-grams |\n"
              "|---|---|---|---|---|", file=sys.stderr)
        natural = [(question, intent) for intent, group in enumerate(sample()) for question in group]
        random.Random(args.seed).shuffle(natural)
        collections.deque(printed("sample", natural), maxlen=0)
        made = printed("synthetic", made)
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(["text", "intent"])
    for words, index in made:
        writer.writerow([" ".join(words), f"class-{index:04}"])


if __name__ == "__main__":
    try:
        main()
    except BrokenPipeError:
        sys.exit("error: the output was closed before all rows were written")
