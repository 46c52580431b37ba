#!/usr/bin/env python3
"""Measures how far the lines of findings are from the lines that labelled cases name.

    corpus_lines.py CORPORA --findings F.json [--source kics] [--kind attribute] [--left LEFT.jsonl]

F.json is what corpus_findings.py wrote; CORPORA holds `score.py`, whose reading of cases and resources is used. Only
labels that a person made are counted, and of those only the cases that are found. Four shares are printed, once for
every line that a finding reports and once for the place to change alone, without further places and headings:

exact     a line of the findings is that of the label
near      it is that line or one beside it
within    it is near, or inside what the label's line opens: the label names a policy, a list of rules or a block
          (`PolicyDocument:`, `ingress {`, `policy = <<EOF`), the finding a value in it
resource  it is inside the resource
"""

import argparse
import importlib.util
import json
from collections import defaultdict
from pathlib import Path

HUMAN = {"tool-run", "tool-snapshot", "derived"}
NOT_MEASURED = {"module", "unparsable"}
OPENING, CLOSING = "{[(", "}])"


def indent(line):
    return len(line) - len(line.lstrip())


def end_of(lines, number):
    """The last line of what begins on a line, both counted from 1: a heredoc, brackets, or what is indented more."""
    first = lines[number - 1].rstrip()
    if "<<" in first:
        marker = first.rsplit("<<", 1)[1].lstrip("-~").strip()
        for at, line in enumerate(lines[number:], number + 1):
            if line.strip() == marker:
                return at
        return len(lines)
    depth = 0
    for at, line in enumerate(lines[number - 1 :], number):
        depth += sum(line.count(mark) for mark in OPENING) - sum(line.count(mark) for mark in CLOSING)
        if at == number and depth <= 0:
            break
        if depth <= 0:
            return at
    if not first.endswith((":", "|", "|-", ">", ">-")):
        return number
    last = number
    for at, line in enumerate(lines[number:], number + 1):
        inner = indent(line) > indent(first) or (indent(line) == indent(first) and line.lstrip().startswith("- "))
        if line.strip() and not inner:
            break
        last = at if line.strip() else last
    return last


def scorer(root):
    spec = importlib.util.spec_from_file_location("score", root / "score.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def hits(case, found, norm):
    """Lines of the findings that are about a case, as the scorer takes them to be, each with whether it is that of the
    place to change."""
    want = norm(case.get("resource"))
    start, end = case.get("res_start"), case.get("res_end")
    for clusters, resource, line, is_primary in found:
        if case["cluster"] not in clusters or not line:
            continue
        inside = bool(start and start <= line <= end)
        same = resource and (resource == want or resource.endswith("." + want) or want.endswith("." + resource))
        if not want or inside or same or not (resource or start):
            yield line, is_primary


def measure(case, lines, text):
    """Which of the shares a case counts for."""
    label = case["line"]
    near = any(abs(line - label) <= 1 for line in lines)
    end = end_of(text, label)
    return {
        "exact": label in lines,
        "near": near,
        "within": near or any(label <= line <= end for line in lines),
        "resource": not case.get("res_start")
        or any(case["res_start"] <= line <= case["res_end"] for line in lines),
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpora", type=Path)
    parser.add_argument("--findings", type=Path, required=True)
    parser.add_argument("--source", default="kics")
    parser.add_argument("--kind", default="attribute", help="what the label's line is: its `line_kind`")
    parser.add_argument("--split", default="dev")
    parser.add_argument("--left", type=Path, help="write the cases that are not within here")
    arguments = parser.parse_args()
    root = arguments.corpora.resolve()
    score = scorer(root)
    aliases = json.loads((root / "aliases.json").read_text(encoding="utf-8"))
    clusters_of = lambda name: [name] if name in aliases["clusters"] else aliases["aliases"].get(name, [])
    found = defaultdict(list)
    for one in json.loads(arguments.findings.read_text(encoding="utf-8")):
        clusters = {cluster for name in (one["rule"], *one["aliases"]) for cluster in clusters_of(name)}
        place = score.norm_res(one.get("resource")), one.get("line"), one.get("primary", True)
        found[one["file"]].append((clusters, *place))
    total, sums, sums_of_primary, left = 0, defaultdict(int), defaultdict(int), []
    for case in score.load_cases(str(root), {arguments.source}, arguments.split, set(), HUMAN):
        if set(case.get("tags", ())) & NOT_MEASURED or case["expected"] != "fail" or not case.get("line"):
            continue
        if case.get("line_kind") != arguments.kind:
            continue
        told = list(hits(case, found[case["file"]], score.norm_res))
        if not told:
            continue
        lines = [line for line, _ in told]
        text = (root / case["file"]).read_text(encoding="utf-8", errors="replace").splitlines()
        shares = measure(case, lines, text)
        total += 1
        for name, holds in shares.items():
            sums[name] += holds
        for name, holds in measure(case, [line for line, is_primary in told if is_primary], text).items():
            sums_of_primary[name] += holds
        if not shares["within"]:
            left.append({"file": case["file"], "cluster": case["cluster"], "line": case["line"], "found": lines})
    print(f"{total} cases of {arguments.source} that name the line of a kind: {arguments.kind}")
    print(f"{'':10}{'every line':>14}{'place to change':>18}")
    for name in ("exact", "near", "within", "resource"):
        every, primary = sums[name], sums_of_primary[name]
        print(f"{name:10}{every:6}{every / max(1, total):8.1%}{primary:10}{primary / max(1, total):8.1%}")
    if arguments.left:
        arguments.left.write_text("".join(json.dumps(one) + "\n" for one in left), encoding="utf-8")


if __name__ == "__main__":
    main()
