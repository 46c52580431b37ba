#!/usr/bin/env python3
"""Runs Trilith on labelled cases and writes what it finds in the shape that a scorer reads.

    corpus_findings.py CORPORA --trilith target/release/trilith --findings F.json --claims C.txt

CORPORA holds one folder a source, each with a `cases.jsonl`: a case names its `file`, the `unit` that is
checked together, and its `format`. Findings come out as `{file, resource, rule, line, aliases, primary}`. A finding
that points at further places, or at the heading of the policy, list or block around its own, comes out once for
each: without `resource`, and with a `primary` that is false. The claims are all ids of other tools that some rule of
Trilith lists as its alias, for the languages it reads.

Every unit is copied away from its neighbours, and many of them, each in a directory of its own, are checked
in one run. Plans have runs of their own: a run that also holds the `.tf` files that a plan was made of would
report what it finds there, which are cases of their own.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

LANGUAGES = {"cloudformation": "cfn", "terraform": "tf"}


def cases(root):
    """The cases of every source, broken files left out."""
    for path in sorted(root.glob("*/cases.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            case = json.loads(line)
            if not case.get("broken"):
                yield case


def units(root):
    """What is checked together, directories and single files: plans, and everything else."""
    plans, others = set(), set()
    for case in cases(root):
        directory = root / case["unit"]
        # A single Terraform file of kics is a module of its own.
        module = case["format"] in ("tf-hcl", "tf-json") and case["source"] != "kics"
        unit = directory if module and directory.is_dir() else root / case["file"]
        (plans if case["format"] == "tf-plan" else others).add(unit)
    return sorted(plans), sorted(others - plans)


def batches(root, size):
    """The units, in the portions that are checked in one run, and whether they are plans."""
    for kind, is_plan in zip(units(root), (True, False)):
        for start in range(0, len(kind), size):
            yield kind[start : start + size], is_plan


def copy(unit, folder):
    """Puts a unit into a folder of its own."""
    if unit.is_dir():
        shutil.copytree(unit, folder)
    else:
        folder.mkdir()
        shutil.copy(unit, folder / unit.name)


def output(trilith, directory, *command):
    done = subprocess.run([trilith, *command, "--format", "json", str(directory)], capture_output=True, check=False)
    if done.returncode not in (0, 1, 2) or not done.stdout:
        raise RuntimeError(done.stderr.decode())
    return json.loads(done.stdout)


def diagnostics(trilith, directory):
    command = ("check", "--no-config", "--no-ignore", "--min-severity", "info")
    return output(trilith, directory, *command)["diagnostics"]


def parents(trilith, directory):
    """What a resource is a part of: by file and address, the address that it is attached to.

    A part that several resources of one type may own, as where many buckets of an example share a name, has none
    of them: which one its author means, nobody can tell."""
    graph = output(trilith, directory, "list", "resources")
    resources = {resource["id"]: resource for resource in graph["resources"]}
    found = {}
    for edge in graph["edges"]:
        part, whole = resources[edge["from"]], resources[edge["to"]]
        if edge["kind"] == "AttachedTo" and part["file"] == whole["file"]:
            owners = found.setdefault((part["file"], part["address"]), {})
            owners.setdefault(whole["type"], set()).add(whole["address"])
    return {
        place: [address for addresses in owners.values() if len(addresses) == 1 for address in addresses]
        for place, owners in found.items()
    }


def places(diagnostic, further):
    """What a finding is about: (path, resource, line, whether it is the place to change) of its resource, and of
    each instance that it stands for; then, if `further`, of the other places that it points at and of the heading of
    what encloses it, whose resource is not named."""
    line = diagnostic["span"]["start"]["line"]
    for address in [diagnostic["address"], *diagnostic["instances"]]:
        # A part that stands for itself in the graph belongs to the resource it is written in.
        yield diagnostic["path"], address and address.split("#")[0], line, True
    if not further:
        return
    for other in diagnostic["related"]:
        yield other["path"], None, other["span"]["start"]["line"], False
    if diagnostic["within"]:
        yield diagnostic["path"], None, diagnostic["within"]["span"]["start"]["line"], False


def findings_of(trilith, root, batch, aliases, scratch, is_plan):
    directory = Path(tempfile.mkdtemp(dir=scratch)).resolve()
    for number, unit in enumerate(batch):
        copy(unit, directory / str(number))
    found = []
    wholes = parents(trilith, directory)
    for diagnostic in diagnostics(trilith, directory):
        # A plan is one line: of a place in it nobody can tell whose it is.
        for path, resource, line, is_primary in places(diagnostic, further=not is_plan):
            number, *inside = Path(os.path.abspath(path)).relative_to(directory).parts
            unit = batch[int(number)]
            file = unit.joinpath(*inside) if unit.is_dir() else unit
            finding = {
                "file": os.path.relpath(file, root),
                "resource": resource,
                "rule": diagnostic["rule"],
                "line": line,
                "aliases": aliases.get(diagnostic["rule"], []),
                "primary": is_primary,
            }
            found.append(finding)
            # Some sources name the bucket, others its policy. The line is that of the part.
            for whole in wholes.get((diagnostic["path"], diagnostic["address"]), ()):
                found.append({**finding, "resource": whole, "line": None})
    shutil.rmtree(directory)
    return found


def claims_of(rules):
    """The ids that some rule has as its alias, with the language where it reads only one."""
    found = set()
    for rule in rules:
        not_read = [LANGUAGES[language] for language, _ in rule["not_in"]]
        suffix = {"": "", "cfn": "@tf", "tf": "@cfn"}["".join(not_read)]
        found |= {alias + suffix for _, alias in rule["aliases"]}
    return sorted(found)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpora", type=Path)
    parser.add_argument("--trilith", default="target/release/trilith")
    parser.add_argument("--findings", type=Path, required=True)
    parser.add_argument("--claims", type=Path, required=True)
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--batch", type=int, default=100, help="how many units are checked in one run")
    arguments = parser.parse_args()
    root = arguments.corpora.resolve()
    rules = json.loads(subprocess.check_output([arguments.trilith, "list", "rules", "--format", "json"]))
    aliases = {rule["id"]: sorted(alias for _, alias in rule["aliases"]) for rule in rules}
    claims = claims_of(rules)
    arguments.claims.write_text("\n".join(claims) + "\n", encoding="utf-8")
    with tempfile.TemporaryDirectory() as scratch, ThreadPoolExecutor(arguments.jobs) as pool:
        work = [
            pool.submit(findings_of, arguments.trilith, root, batch, aliases, scratch, is_plan)
            for batch, is_plan in batches(root, arguments.batch)
        ]
        found = [finding for done in work for finding in done.result()]
    arguments.findings.write_text(json.dumps(found, indent=0), encoding="utf-8")
    print(f"{len(work)} runs, {len(found)} findings, {len(claims)} claims", file=sys.stderr)


if __name__ == "__main__":
    main()
