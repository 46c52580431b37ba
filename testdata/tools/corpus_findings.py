#!/usr/bin/env python3
"""Runs Trilith on labelled cases and writes what it finds in the shape that a scorer reads.

    corpus_findings.py CORPORA --trilith target/release/trilith --findings F.json --claims C.txt

CORPORA holds one folder a source, each with a `cases.jsonl`: a case names its `file`, the `unit` that is
checked together, and its `format`. Findings come out as `{file, resource, rule, line, aliases}`; the claims
are all ids of other tools that some rule of Trilith lists as its alias, for the languages it reads.
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


def cases(root):
    """The cases of every source, broken files left out."""
    for path in sorted(root.glob("*/cases.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            case = json.loads(line)
            if not case.get("broken"):
                yield case


def units(root):
    """What is checked together: (files, whether they are copied away from their neighbours)."""
    found = {}
    for case in cases(root):
        terraform = case["format"] in ("tf-hcl", "tf-json")
        directory = root / case["unit"]
        if terraform and case["source"] != "kics" and directory.is_dir():
            found[directory] = (directory, False)
        else:
            # A single Terraform file is a module of its own in these sources.
            found[root / case["file"]] = (root / case["file"], terraform)
    return [found[key] for key in sorted(found)]


def run(trilith, path):
    """The diagnostics of one run, or None if nothing there could be checked."""
    command = [trilith, "check", "--no-config", "--no-ignore", "--format", "json", "--min-severity", "info"]
    done = subprocess.run([*command, str(path)], capture_output=True, check=False)
    if done.returncode not in (0, 1):
        return None
    return json.loads(done.stdout)


def findings_of(trilith, root, unit, aliases, scratch):
    path, alone = unit
    target = path
    if alone:
        folder = Path(tempfile.mkdtemp(dir=scratch))
        target = folder / path.name
        shutil.copy(path, target)
        report = run(trilith, folder)
    else:
        report = run(trilith, path)
    if report is None:
        return []
    found = []
    for diagnostic in report["diagnostics"]:
        file = path if alone else Path(diagnostic["path"]).resolve()
        for address in [diagnostic["address"], *diagnostic["instances"]]:
            found.append({
                "file": os.path.relpath(file, root),
                # A part that stands for itself in the graph belongs to the resource it is written in.
                "resource": address and address.split("#")[0],
                "rule": diagnostic["rule"],
                "line": diagnostic["span"]["start"]["line"],
                "aliases": aliases.get(diagnostic["rule"], []),
            })
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpora", type=Path)
    parser.add_argument("--trilith", default="target/release/trilith")
    parser.add_argument("--findings", type=Path, required=True)
    parser.add_argument("--claims", type=Path, required=True)
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    arguments = parser.parse_args()
    root = arguments.corpora.resolve()
    rules = json.loads(subprocess.check_output([arguments.trilith, "list", "rules", "--format", "json"]))
    aliases = {rule["id"]: sorted(alias for _, alias in rule["aliases"]) for rule in rules}
    claims = sorted({alias for known in aliases.values() for alias in known})
    arguments.claims.write_text("\n".join(claims) + "\n", encoding="utf-8")
    with tempfile.TemporaryDirectory() as scratch, ThreadPoolExecutor(arguments.jobs) as pool:
        work = [
            pool.submit(findings_of, arguments.trilith, root, unit, aliases, scratch) for unit in units(root)
        ]
        found = [finding for done in work for finding in done.result()]
    arguments.findings.write_text(json.dumps(found, indent=0), encoding="utf-8")
    print(f"{len(work)} units, {len(found)} findings, {len(claims)} claims", file=sys.stderr)


if __name__ == "__main__":
    main()
