#!/usr/bin/env python3
"""How well `intent-trainer check` finds mislabelled questions.

Gives a share of the labels of a CSV (columns text,intent) another label at random, seeded, checks the
result, and prints how many of them are flagged (recall) and how many of the flagged ones they are
(precision). Precision is a lower bound: a flagged question may have been mislabelled before.

    bench/mislabelled.py --share 0.03 train.csv [--trainer target/release/intent-trainer]
"""
import argparse
import csv
import json
import pathlib
import random
import subprocess
import tempfile

parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
parser.add_argument("data", type=pathlib.Path)
parser.add_argument("--share", type=float, default=0.03)
parser.add_argument("--seed", type=int, default=1)
parser.add_argument("--trainer", default="target/release/intent-trainer")
args = parser.parse_args()

with args.data.open(newline="", encoding="utf-8") as file:
    rows = [(row["text"], row["intent"]) for row in csv.DictReader(file)]
labels = sorted({label for _, label in rows})
chance = random.Random(args.seed)
changed = set(chance.sample(range(len(rows)), round(args.share * len(rows))))

with tempfile.TemporaryDirectory() as directory:
    path = pathlib.Path(directory, "data.jsonl")
    with path.open("w", encoding="utf-8") as file:
        for i, (text, label) in enumerate(rows):
            if i in changed:
                label = chance.choice([other for other in labels if other != label])
            file.write(json.dumps({"text": text, "intent": label}) + "\n")
    command = [args.trainer, "check", str(path), "--json", "--quiet"]
    report = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)

# line n of the file is row n - 1
flagged = {
    finding["rows"][0]["line"] - 1
    for finding in report["findings"]
    if finding["kind"] == "likely-mislabelled"
}
found = len(flagged & changed)
print(f"{args.data}: {len(rows)} questions, {len(changed)} labels changed, {len(flagged)} flagged, "
      f"{found} of them changed: recall {found / max(len(changed), 1):.3f}, "
      f"precision {found / max(len(flagged), 1):.3f}")
