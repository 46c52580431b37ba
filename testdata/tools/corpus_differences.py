#!/usr/bin/env python3
"""Scores findings against labelled cases, before and after the differences that docs/differences.md documents.

    corpus_differences.py CORPORA --findings F.json --claims C.txt [--source checkov] [--left LEFT.jsonl]

F.json and C.txt are what corpus_findings.py wrote; CORPORA holds `score.py`, which does the scoring: this program
reads its summary and the cases that disagree. Only labels that a person made are counted.

An entry of docs/differences.md (an item of a list or a row of a table) says which disagreements it explains with a
code span that names ids of other tools' checks, the ids that the cases bear:

    `silent: CKV_AWS_3, CKV_AWS_8 x3, W2@cfn` `reports: CKV_AWS_88 x2`

"silent" is a case that is labelled as failing and not found, "reports" one that is labelled as passing and reported.
`x3` is how many cases the entry explains (one if nothing is said), `@cfn` or `@tf` restricts it to one language. No
entry explains more cases than it says, so what appears later counts as a disagreement until somebody has read it.
A number higher than what is measured is reported as outdated.
"""

import argparse
import json
import re
import subprocess
import sys
import tempfile
from collections import Counter, defaultdict
from dataclasses import dataclass
from pathlib import Path

DIFFERENCES = Path(__file__).resolve().parents[2] / "docs" / "differences.md"
HUMAN_LABELS = [
    *("--skip-label", "tool-run", "--skip-label", "tool-snapshot", "--skip-label", "derived"),
    *("--skip-tag", "module", "--skip-tag", "unparsable"),
]
KINDS = {"silent": "FN", "reports": "FP"}
NOTATION = re.compile(r"`(silent|reports):\s*([^`]+)`")
ITEM = re.compile(r"(?P<id>[^\s@,]+?)(?:@(?P<language>cfn|tf|iam))?(?:\s+x(?P<count>\d+))?")


@dataclass(frozen=True)
class Excuse:
    """What one id of one entry explains: up to `count` cases of a kind ("FN" or "FP")."""

    entry: str
    kind: str
    id: str
    language: str | None
    count: int

    def covers(self, case):
        same = (self.kind, self.id) == (case["kind"], case["source_check_id"])
        return same and self.language in (None, case["language"])


def entries(text):
    """The entries of the page, each as (section, text on one line). A head of a table is one that says nothing."""
    section, lines = "", []
    for line in [*text.splitlines(), ""]:
        starts = line.startswith(("- ", "| ", "#")) or not line.strip()
        if starts and lines:
            yield section, " ".join(part.strip() for part in lines)
            lines = []
        if line.startswith("#"):
            section = line.lstrip("# ").strip()
        elif line.strip() and (lines or starts):
            lines.append(line)


def excuses(text):
    """What the entries of the page explain. Raises ValueError for what is not in the notation."""
    for section, entry in entries(text):
        spans = NOTATION.findall(entry)
        name = f"{section}: {NOTATION.sub('', entry).strip('-| ')[:60]}"
        for word, items in spans:
            for item in items.split(","):
                found = ITEM.fullmatch(item.strip())
                if not found:
                    raise ValueError(f"`{item.strip()}` names no id ({name})")
                count = int(found["count"] or 1)
                yield Excuse(name, KINDS[word], found["id"], found["language"], count)


def excuse(cases, documented):
    """Counts the cases that each entry explains: (source, kind) and entry to number, what is left, what is outdated."""
    left = list(cases)
    by_source, by_entry, outdated = Counter(), Counter(), []
    # What is restricted to one language first: what is left of it belongs to the others.
    for one in sorted(documented, key=lambda one: one.language is None):
        covered = [case for case in left if one.covers(case)][: one.count]
        taken = {id(case) for case in covered}
        left = [case for case in left if id(case) not in taken]
        by_source.update((case["source"], case["kind"]) for case in covered)
        by_entry[one.entry] += len(covered)
        if len(covered) < one.count:
            outdated.append((one, len(covered)))
    return by_source, by_entry, left, outdated


def unread(cases, documented, left):
    """The disagreements of every id of which some are left. Which of an id's cases an entry means, its id does not tell."""
    keys = {(case["kind"], case["source_check_id"], case["language"]) for case in left}
    numbers = defaultdict(int)
    for one in documented:
        numbers[one.kind, one.id] += one.count
    for case in cases:
        if (case["kind"], case["source_check_id"], case["language"]) in keys:
            yield {**case, "documented": numbers[case["kind"], case["source_check_id"]]}


def language(file):
    """The input language of a case, which the scorer's list of disagreements does not say."""
    if "/cfn" in file or file.endswith((".yaml", ".yml", ".template")):
        return "cfn"
    return "tf" if file.endswith((".tf", ".tf.json")) or "/tf" in file else "cfn" if file.endswith(".json") else ""


def score(arguments):
    """The scorer's figures by source, and the cases that disagree."""
    with tempfile.TemporaryDirectory() as scratch:
        summary, misses = Path(scratch, "summary.json"), Path(scratch, "misses.jsonl")
        command = [sys.executable, arguments.corpora / "score.py", arguments.findings, "--claims", arguments.claims]
        command += [*HUMAN_LABELS, "--json", summary, "--misses", misses]
        for source in arguments.source:
            command += ["--source", source]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        cases = [json.loads(line) for line in misses.read_text(encoding="utf-8").splitlines()]
        figures = json.loads(summary.read_text(encoding="utf-8"))
    return figures, [{**case, "language": language(case["file"])} for case in cases]


def percent(part, whole):
    return f"{100 * part / whole:6.1f}%" if whole else "     - "


def row(name, figure, silent, reports):
    """One source: cases, raw figures, what is documented, figures of what is left."""
    fail, found, passing, wrong = (figure.get(key, 0) for key in ("fail", "tp", "pass", "fp"))
    raw = f"{fail:>6}{percent(found, fail):>8}{passing:>6}{percent(wrong, passing):>8}"
    rest = f"{percent(found, fail - silent):>8}{percent(wrong - reports, passing - reports):>8}"
    return f"{name:<21}{raw}{silent:>8}{reports:>8}{rest}"


def report(figures, by_source):
    print(f"{'source':<21}{'fail':>6}{'recall':>8}{'pass':>6}{'FP':>8}{'silent':>8}{'reports':>8}{'recall':>8}{'FP':>8}")
    print(f"{'':<21}{'----- raw -----':^28}{'- documented -':>16}{'- after them -':>16}")
    for name in sorted(figures, key=lambda name: (name == "ALL", name)):
        sources = [name] if name != "ALL" else [source for source in figures if source != "ALL"]
        silent, reports = (sum(by_source[source, kind] for source in sources) for kind in ("FN", "FP"))
        if figures[name].get("fail") or figures[name].get("pass"):
            print(row(name, figures[name], silent, reports))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpora", type=Path)
    parser.add_argument("--findings", type=Path, required=True)
    parser.add_argument("--claims", type=Path, required=True)
    parser.add_argument("--differences", type=Path, default=DIFFERENCES)
    parser.add_argument("--source", action="append", default=[])
    parser.add_argument("--left", type=Path, help="write the disagreements of ids that no entry explains in full here")
    parser.add_argument("--entries", action="store_true", help="list how many cases each entry explains")
    arguments = parser.parse_args()
    figures, cases = score(arguments)
    documented = list(excuses(arguments.differences.read_text(encoding="utf-8")))
    by_source, by_entry, left, outdated = excuse(cases, documented)
    report(figures, by_source)
    if arguments.entries:
        for entry, count in by_entry.items():
            print(f"{count:>4}  {entry}")
    if arguments.left:
        lines = (json.dumps(case) + "\n" for case in unread(cases, documented, left))
        arguments.left.write_text("".join(lines), encoding="utf-8")
    for one, found in () if arguments.source else outdated:
        print(f"outdated: {one.id} says {one.count}, found {found} ({one.entry})", file=sys.stderr)


if __name__ == "__main__":
    main()
