"""A seeded subset of a labelled CSV: so many rows of each label.

    python3 shots.py train.csv 10 SEED subset.csv

The label is the last column.
"""

import csv
import random
import sys

source, count, seed, target = sys.argv[1:]
with open(source, encoding="utf-8", newline="") as file:
    head, *rows = csv.reader(file)
rng = random.Random(int(seed))
order = rng.sample(range(len(rows)), len(rows))
taken, kept = {}, []
for at in order:
    label = rows[at][-1]
    taken[label] = taken.get(label, 0) + 1
    if taken[label] <= int(count):
        kept.append(at)
with open(target, "w", encoding="utf-8", newline="") as file:
    writer = csv.writer(file)
    writer.writerow(head)
    writer.writerows(rows[at] for at in sorted(kept))
