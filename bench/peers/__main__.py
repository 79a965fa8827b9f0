"""The command: every contestant on every data set with every seed, then the table."""

import argparse
import json
import platform
import shutil
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path

from . import choose, datasets, table
from .contestants import ROOT, Ours, Peer, child
from .datasets import DataError
from .methods import METHODS
from .process import ProcessError

PUBLIC = [ROOT.parent / "shared" / "datasets" / name for name in ("banking77", "clinc150", "snips")]
SAMPLE = ROOT / "data" / "sample"
SMOKE_ROWS = 500


def say(text):
    """Progress, apart from the table."""
    print(text, file=sys.stderr, flush=True)


def arguments():
    """The flags, checked."""
    parser = argparse.ArgumentParser(
        prog="bench/peers/run",
        description="Ours and its peers, side by side, as one Markdown table.",
    )
    parser.add_argument(
        "data",
        nargs="*",
        type=Path,
        metavar="DIRECTORY",
        help="train.csv and test.csv (text,intent), or the sample's input_ and output_ files; "
        "oos_test.csv is used where it is there [default: ../shared/datasets/*]",
    )
    names = ["ours", "ours-vectors", *METHODS]
    parser.add_argument(
        "--only",
        type=names_of(names),
        metavar="NAMES",
        help=f"some of {','.join(names)}",
    )
    parser.add_argument(
        "--vectors",
        type=existing,
        metavar="FILE",
        help="word vectors for ours-vectors, which takes no part without (docs/pretrained.md)",
    )
    parser.add_argument("--seeds", type=seeds_of, default=[1, 2, 3], help="[default: 1,2,3]")
    parser.add_argument(
        "--shots", type=positive, help="train on so many questions a class, drawn with the seed"
    )
    parser.add_argument(
        "--typos",
        type=share,
        default=0.0,
        help="also ask the test questions with a typo in this share of their words, as in 0.1",
    )
    parser.add_argument(
        "--autotune",
        type=positive,
        default=90,
        metavar="SECONDS",
        help="bound of fastText's autotune [default: 90]",
    )
    parser.add_argument(
        "--jobs",
        type=positive,
        default=1,
        help="contestants at a time, with one processor each [default: 1]",
    )
    parser.add_argument("--trainer", help="an intent-trainer, instead of building this one")
    parser.add_argument(
        "--out",
        type=Path,
        default=ROOT / "target" / "peers",
        metavar="DIRECTORY",
        help="where peers.md and peers.json go [default: target/peers]",
    )
    parser.add_argument(
        "--docs",
        type=Path,
        metavar="FILE",
        help="put the table between the markers peers:all (with --shots N: peers:shots-N) of it",
    )
    parser.add_argument(
        "--smoke", action="store_true", help="a minute's trial on 500 rows of the sample"
    )
    parser.add_argument(
        "--choose-fasttext",
        action="store_true",
        help="cross-validate fastText's settings on the training sets, and stop",
    )
    args = parser.parse_args()
    if not args.only:
        args.only = [name for name in names if args.vectors or name != "ours-vectors"]
    elif "ours-vectors" in args.only and not args.vectors:
        parser.error("ours-vectors needs --vectors FILE")
    return args


def names_of(allowed):
    """Parser of a list of methods."""

    def parse(text):
        names = text.split(",")
        unknown = [name for name in names if name not in allowed]
        if unknown:
            raise argparse.ArgumentTypeError(f"{unknown[0]!r} is none of {', '.join(allowed)}")
        return names

    return parse


def existing(text):
    """The path of a file that is there."""
    path = Path(text).resolve()
    if not path.is_file():
        raise argparse.ArgumentTypeError(f"{text}: there is no such file")
    return path


def positive(text):
    """A whole number from 1."""
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number from 1")
    return int(text)


def seeds_of(text):
    """Whole numbers with commas between."""
    return [positive(part) for part in text.split(",")]


def share(text):
    """A number from 0 to 1."""
    try:
        number = float(text)
    except ValueError:
        number = -1
    if not 0 <= number <= 1:
        raise argparse.ArgumentTypeError(f"{text!r} is no number from 0 to 1")
    return number


def prepare(name, parts, seed, args, folder):
    """Writes the files that every contestant reads; (questions, answers) names by set."""
    folder.mkdir(parents=True)
    train = parts["train"]
    if args.shots:
        train = datasets.shots(train, args.shots, seed)
    files = {"train": train, "test": parts["test"]}
    if args.typos:
        files["typos"] = datasets.typos(parts["test"], args.typos, seed)
    if "oos_test" in parts:
        files["oos"] = parts["oos_test"]
    for part, rows in files.items():
        datasets.write(folder / f"{part}.csv", rows)
    say(f"{name}, seed {seed}: {len(train)} training and {len(parts['test'])} test questions")
    return [part for part in files if part != "train"]


def contest(contestant, data, sets, seed, work):
    """One contestant on one data set with one seed: fit, answer, score."""
    run = {"data": data.name, "seed": seed, "method": contestant.name}
    folder = work / contestant.name
    folder.mkdir()
    try:
        run |= contestant.fit(work / "train.csv", seed, folder)
        pairs = [(work / f"{part}.csv", folder / f"{part}-answers.csv") for part in sets]
        run |= contestant.answer(pairs, folder)
        answers = {part: str(out) for part, (_, out) in zip(sets, pairs, strict=True)}
        test = answers.pop("test")
        run |= child("score", folder, test=str(work / "test.csv"), answers=test, **answers)[0]
        say(
            f"  {data.name}, seed {seed}, {contestant.name}: accuracy {run['accuracy']:.4f}, "
            f"{run['cpu']:.1f} CPU s, {run['settings']}"
        )
    except ProcessError as error:
        run["error"] = str(error)
        say(f"  FAILED: {data.name}, seed {seed}, {contestant.name}: {error}")
    shutil.rmtree(folder)
    return run


def versions(contestants):
    """What took part, and on what."""
    names = [c.version() for c in contestants if isinstance(c, Ours)]
    for package in ("scikit-learn", "fasttext"):
        with suppress(PackageNotFoundError):
            names.append(f"{package} {version(package)}")
    return [*dict.fromkeys(names), f"Python {platform.python_version()}", processor()]


def processor():
    """The processor's model, where the system tells it."""
    try:
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    except OSError:
        pass
    return platform.machine()


def compete(args, contestants, work):
    """Every run. All contestants take turns within a seed, so that a noisy minute hits all."""
    about, waiting = [], []
    with ThreadPoolExecutor(args.jobs) as pool:
        for data in args.data:
            parts = datasets.read(data)
            if args.smoke:
                parts["train"] = parts["train"][:SMOKE_ROWS]
            for seed in args.seeds:
                folder = work / data.name / str(seed)
                sets = prepare(data.name, parts, seed, args, folder)
                for contestant in contestants:
                    waiting.append(pool.submit(contest, contestant, data, sets, seed, folder))
            about.append(
                {
                    "name": data.name,
                    "train": len(datasets.labelled(folder / "train.csv")),
                    "test": len(parts["test"]),
                    "classes": len({label for _, label in parts["train"]}),
                }
            )
        try:
            return about, [future.result() for future in waiting]
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise


def main():
    """Runs what the flags say; 0, or 1 where ours or the data failed."""
    args = arguments()
    if args.smoke:
        args.data, args.seeds, args.autotune = (
            args.data or [SAMPLE],
            args.seeds[:1],
            min(args.autotune, 5),
        )
    args.data = [data.resolve() for data in args.data or PUBLIC]
    if args.choose_fasttext:
        return choose.run(args.data)
    if find_spec("sklearn") is None:
        say("SKIPPED: peers: scikit-learn, which also scores, is not installed; is PyPI in reach?")
        return 0 if args.smoke else 1
    ours = {"ours": Ours(args.trainer), "ours-vectors": Ours(args.trainer, args.vectors)}
    contestants = [
        ours.get(name) or Peer(name, {"autotune": args.autotune}) for name in args.only
    ]
    skipped = {}
    for contestant in list(contestants):
        if isinstance(contestant, Ours):
            contestant.prepare()
        if why := contestant.missing():
            say(f"SKIPPED: {contestant.title}: {why}")
            skipped[contestant.title] = why
            contestants.remove(contestant)
    with tempfile.TemporaryDirectory(prefix="peers-") as work:
        about, runs = compete(args, contestants, Path(work))
    result = {
        "versions": versions(contestants),
        "seeds": args.seeds,
        "shots": args.shots,
        "typos": args.typos,
        "data": about,
        "methods": {c.name: c.title for c in contestants},
        "skipped": skipped,
        "runs": runs,
    }
    text = table.markdown(result)
    table.publish(args.out / "peers.json", json.dumps(result, indent=2) + "\n")
    table.publish(args.out / "peers.md", text)
    if args.docs:
        table.insert(args.docs, f"shots-{args.shots}" if args.shots else "all", text)
    print(text, end="")
    return int(
        "**posos-intent**" in skipped or any("error" in r and r["method"] == "ours" for r in runs)
    )


if __name__ == "__main__":
    try:
        sys.exit(main())
    except (DataError, ValueError, OSError) as error:
        say(f"error: {error}")
        sys.exit(1)
