"""Results → one Markdown table, which the docs can hold between two markers."""

import os
import statistics
from pathlib import Path

DASH = "–"


def spread(values, scale=1.0, digits=4):
    """Mean ± standard deviation over the seeds."""
    values = [value * scale for value in values if value is not None]
    if not values:
        return None
    mean = f"{statistics.mean(values):.{digits}f}"
    if len(values) == 1:
        return mean
    return f"{mean} ± {statistics.stdev(values):.{digits}f}"


def cells(runs, typos, oos):
    """The figures of one method on one data set."""

    def over(key, *how):
        return spread([run.get(key) for run in runs], *how) or DASH

    row = [over("accuracy"), over("macro_f1")]
    row.append(spread([run.get("ece") for run in runs]) or "none")
    if typos:
        row.append(over("typos"))
    if oos:
        row.append(over("auroc"))
    mb = 1e-6
    return [*row, over("cpu", 1, 1), over("peak", mb, 0), over("size", mb, 1), over("us", 1, 0)]


def markdown(result):
    """The whole text: what was measured, the table, and what is missing from it."""
    typos, runs = result["typos"], result["runs"]
    oos = any("auroc" in run for run in runs)
    head = ["data set", "method", "accuracy", "macro F1", "ECE"]
    if typos:
        head.append(f"accuracy, {typos:.0%} typos")
    if oos:
        head.append("out-of-scope AUROC")
    head += ["training CPU s", "peak MB", "model MB", "µs a query"]
    lines = [preface(result), "", row_of(head), row_of(["---"] * len(head))]
    for data in result["data"]:
        for name, title in result["methods"].items():
            label = title
            mine = [r for r in runs if r["data"] == data["name"] and r["method"] == name]
            good = [r for r in mine if "error" not in r]
            figures = cells(good, typos, oos) if good else [DASH] * (len(head) - 2)
            if len(good) < len(mine):
                label += f" ({len(mine) - len(good)} of {len(mine)} failed)"
            lines.append(row_of([data["name"], label, *figures]))
    lines.append("")
    lines += [scale_of(data, runs) for data in result["data"]]
    lines += [f"- **Skipped**: {title}: {why}." for title, why in result["skipped"].items()]
    lines += [
        f"- **Failed**: {r['method']} on {r['data']}, seed {r['seed']}: {r['error']}."
        for r in runs
        if "error" in r
    ]
    return "\n".join(lines) + "\n"


def row_of(items):
    """One row of a Markdown table."""
    return "| " + " | ".join(item.replace("|", "/") for item in items) + " |"


def preface(result):
    """One line of what was run, with what."""
    seeds = result["seeds"]
    over = f"mean ± standard deviation over the seeds {', '.join(map(str, seeds))}"
    shots = f"; {result['shots']} questions a class, drawn with the seed" if result["shots"] else ""
    return (
        f"{', '.join(result['versions'])}; {over if len(seeds) > 1 else f'seed {seeds[0]}'}{shots}."
    )


def scale_of(data, runs):
    """Sizes of a data set, and how much its best accuracy would vary with other test questions."""
    best = max(
        (r["accuracy"] for r in runs if r["data"] == data["name"] and "error" not in r), default=0
    )
    error = (best * (1 - best) / data["test"]) ** 0.5
    return (
        f"- {data['name']}: {data['train']:,} training and {data['test']:,} test questions, "
        f"{data['classes']} intents; the standard error of accuracy of {best:.4f} is {error:.4f}."
    )


def insert(path, name, text):
    """Puts the text between the markers `peers:NAME` of a document."""
    path = Path(path)
    document = path.read_text(encoding="utf-8")
    begin, end = f"<!-- peers:{name} -->", f"<!-- /peers:{name} -->"
    before, found, rest = document.partition(begin)
    _, closed, after = rest.partition(end)
    if not (found and closed):
        raise ValueError(f"{path} has no {begin} … {end} to put the table between")
    publish(path, f"{before}{begin}\n{text}{end}{after}")


def publish(path, text):
    """Writes a file whole or not at all."""
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(path.name + ".partial")
    partial.write_text(text, encoding="utf-8")
    os.replace(partial, path)
