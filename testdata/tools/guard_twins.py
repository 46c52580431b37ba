#!/usr/bin/env python3
"""Shows whether AWS's Guard rules say of Terraform what they say of CloudFormation.

    guard_twins.py --trilith target/release/trilith --registry REGISTRY
    guard_twins.py --trilith target/release/trilith --control-tower PACKAGE [--examples FOLDER].. [--registry REGISTRY]

REGISTRY is a checkout of aws-guard-rules-registry: its test files hold inputs and what each rule has to say of
them. PACKAGE is the unpacked npm package @cdklabs/cdk-validator-cfnguard, which has rules and no inputs: those are the
inputs of the registry and the templates in FOLDERs, also those in fences on Markdown pages (of AWS Control Tower's
documentation on proactive controls, whose headings say for which control an example is; of `rules` and
`testdata/twins` here), of the types that a control reports on; variations of some of them that lack a property or have
the other value of a boolean; and resources made of the properties and values that a control names. Where both are
given, REGISTRY is only asked for its inputs.

Each input is also written as the Terraform module that means the same, by the mapping tables read backwards
(`terraform_twin.py`), and the rule is evaluated on both. A rule FAILs an input if it reports something, and PASSes it
if it was evaluated, or is UNKNOWN of it if that rests on a value that is not known, as of something that a template
refers to and does not have; else it SKIPs it. A second rule that is applied where the first one passes tells these
apart. PASS and UNKNOWN are the same verdict: the rule looked and reports nothing.

For each rules file the table has its pairs: how many have the same verdict, how many differ, and how many have no twin.
A file agrees if a failing and a passing input have the same verdict in both languages.
"""

import argparse
import copy
import json
import re
import subprocess
import sys
import tempfile
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from guard_inputs import TYPE, Input, subjects
from mapping_tables import read_tables
from terraform_twin import twin
from terraform_words import NoTwin

MARK = "twins_ran_"
PRINTED = re.compile(r"in/(?P<language>[a-z]+)(?P<at>\d+)/[^:]+:\d+:\d+: (?P<level>\w+)\[(?P<rule>\w+)\]")


@dataclass
class Pair:
    """What a rule says of an input in both languages."""

    rule: str
    input: Input
    reason: str = ""
    left_out: list = field(default_factory=list)
    original: str = ""
    twin: str = ""

    def is_same(self):
        return not self.reason and reports(self.original) == reports(self.twin)

    def is_whole(self):
        """Whether the twin says every property and nothing rests on what is not known."""
        return not self.left_out and "UNKNOWN" not in (self.original, self.twin)


def reports(verdict):
    return "PASS" if verdict == "UNKNOWN" else verdict


class Run:
    """Runs of Trilith on many inputs with one file of rules."""

    def __init__(self, trilith, tables):
        self.trilith, self.tables = trilith.resolve(), tables

    def pairs(self, subject):
        """The verdicts on every input of a rules file."""
        needed = set(TYPE.findall(subject.text))
        pairs, documents = [], {}
        for at, one in enumerate(subject.inputs):
            own = [Pair(rule, one) for rule in (one.expected or subject.rules)]
            pairs += [(at, pair) for pair in own]
            documents[at, "cfn"] = {"Resources": {}, **one.template}
            if (bare := without_metadata(documents[at, "cfn"])) != documents[at, "cfn"]:
                documents[at, "bare"] = bare
            try:
                found = twin(one.template, self.tables, needed)
                documents[at, "tf"] = found.module
                for pair in own:
                    pair.left_out = found.left_out
            except NoTwin as reason:
                for pair in own:
                    pair.reason = str(reason)
        verdicts = self.verdicts(subject, documents)
        for at, pair in pairs:
            said = [verdicts.get((at, kind, pair.rule), "SKIP") for kind in ("cfn", "bare", "tf")]
            pair.original, bare, pair.twin = said
            if (at, "bare") in documents and pair.original != bare and not pair.reason:
                pair.reason = "metadata of a resource decides, which Terraform does not have"
        return [pair for _, pair in pairs]

    def verdicts(self, subject, documents):
        """By input, language and rule: what the rule says, where it does not skip the input."""
        if not documents:
            return {}
        with tempfile.TemporaryDirectory() as folder:
            folder = Path(folder)
            marks = [f"rule {MARK}{rule} when {rule} {{ Resources.{MARK} exists }}" for rule in subject.rules]
            (folder / "rules.guard").write_text("\n\n".join([subject.text, *marks, ""]), encoding="utf-8")
            for (at, kind), document in documents.items():
                file = folder / f"in/{kind}{at}" / ("main.tf.json" if kind == "tf" else "template.json")
                file.parent.mkdir(parents=True)
                file.write_text(json.dumps(document, default=str), encoding="utf-8")
            names = ",".join(name for rule in subject.rules for name in (rule, MARK + rule))
            command = [self.trilith, "check", "in", "--rules", "rules.guard", "--select", names, "--no-config"]
            command += ["--no-ignore", "--exit-zero", "--format", "concise", "--show", "unknown", "--threads", "1"]
            ran = subprocess.run(command, cwd=folder, capture_output=True, text=True)
        if ran.returncode or "rules.guard" in ran.stderr:
            print(f"{subject.name}: {ran.stderr.strip()}", file=sys.stderr)
        return read_verdicts(ran.stdout)


def read_verdicts(printed):
    """What `--format concise --show unknown` says: `FILE:1:2: LEVEL[RULE] ...`."""
    verdicts = {}
    for told in filter(None, map(PRINTED.match, printed.splitlines())):
        rule = told["rule"]
        verdict = "UNKNOWN" if told["level"] == "unknown" else "PASS" if rule.startswith(MARK) else "FAIL"
        key = int(told["at"]), told["language"], rule.removeprefix(MARK)
        verdicts[key] = max(verdict, verdicts.get(key, "PASS"), key=["PASS", "UNKNOWN", "FAIL"].index)
    return verdicts


def without_metadata(template):
    """What Terraform can say of a template: nothing about a resource beside its properties."""
    bare = copy.deepcopy(template)
    for resource in bare["Resources"].values():
        if isinstance(resource, dict):
            resource.pop("Metadata", None)
    return bare


def agreeing(pairs):
    """Which verdicts some input has in both languages."""
    return {reports(pair.original) for pair in pairs if pair.is_same()}


def report(pairs_of, out=sys.stdout):
    """The table, what differs, and the totals."""
    totals, reasons = Counter(), Counter()
    for name, pairs in pairs_of.items():
        counts = Counter("none" if pair.reason else "same" if pair.is_same() else "differ" for pair in pairs)
        whole = [pair for pair in pairs if pair.is_whole()]
        agrees = {"FAIL", "PASS"} <= agreeing(pairs)
        totals.update(counts)
        totals["files"] += 1
        totals["agree"] += agrees
        totals["agree whole"] += {"FAIL", "PASS"} <= agreeing(whole)
        totals["unknown"] += sum(pair.original == "UNKNOWN" and unexpected(pair) for pair in pairs)
        totals["expected otherwise"] += sum(pair.original != "UNKNOWN" and unexpected(pair) for pair in pairs)
        reasons.update(pair.reason for pair in pairs if pair.reason)
        verdicts = ", ".join(sorted(agreeing(pairs))) or "none"
        print(
            f"{'agrees' if agrees else 'OPEN':7}{len(pairs):5} pairs{counts['same']:5} same{counts['differ']:5} differ"
            f"{counts['none']:5} without a twin  {name} ({verdicts})",
            file=out,
        )
    print(file=out)
    for name, pairs in pairs_of.items():
        for pair in pairs:
            if not pair.reason and not pair.is_same():
                left = f"; not said: {', '.join(pair.left_out)}" if pair.left_out else ""
                print(f"{name} {pair.rule} {pair.input.name}: {pair.original} and {pair.twin}{left}", file=out)
            if unexpected(pair):
                expected = pair.input.expected[pair.rule]
                print(f"{name} {pair.rule} {pair.input.name}: expected {expected}, is {pair.original}", file=out)
    print(file=out)
    for reason, count in reasons.most_common():
        print(f"{count:5} without a twin: {reason}", file=out)
    pairs = totals["same"] + totals["differ"] + totals["none"]
    print(f"{pairs} pairs: {totals['same']} same, {totals['differ']} differ, {totals['none']} without a twin", file=out)
    print(
        f"{totals['expected otherwise']} verdicts on CloudFormation are not those that tests expect, besides"
        f" {totals['unknown']} that rest on something unknown",
        file=out,
    )
    print(
        f"{totals['agree']} of {totals['files']} files agree on a failing and a passing input;"
        f" {totals['agree whole']} of them where twins say every property and nothing is unknown",
        file=out,
    )


def unexpected(pair):
    return pair.rule in pair.input.expected and pair.input.expected[pair.rule] != pair.original


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--trilith", type=Path, required=True)
    parser.add_argument("--registry", type=Path)
    parser.add_argument("--control-tower", type=Path)
    parser.add_argument("--examples", type=Path, action="append", default=[])
    parser.add_argument("--only", default="", help="rules files whose name contains this")
    parser.add_argument("--jobs", type=int, default=1)
    arguments = parser.parse_args()
    run = Run(arguments.trilith, read_tables())
    every = subjects(arguments.registry, arguments.control_tower, arguments.examples)
    asked = [subject for subject in every if arguments.only in subject.name]
    with ThreadPoolExecutor(arguments.jobs) as pool:
        report({subject.name: pairs for subject, pairs in zip(asked, pool.map(run.pairs, asked))})


if __name__ == "__main__":
    main()
