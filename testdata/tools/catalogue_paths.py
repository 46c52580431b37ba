#!/usr/bin/env python3
"""Writes the property paths that the rules of the catalogue speak of, each once and sorted.

    catalogue_paths.py RULES_CSV > crates/parser/tests/data/catalogue.txt

The test `every_path_of_the_catalogue_is_reached` compares them with the tables of
`crates/parser/data/aws`; what they do not reach must be in `unmapped.txt`, with the reason.
"""

import csv
import sys


def main(catalogue):
    found = {"terraform": set(), "cloudformation": set()}
    with open(catalogue, encoding="utf-8", newline="") as file:
        for rule in csv.DictReader(file):
            for section, column in (("terraform", "tf_paths"), ("cloudformation", "cfn_paths")):
                found[section].update(path.strip() for path in rule[column].split(";"))
    print("# The property paths of the rule catalogue. Written by testdata/tools/catalogue_paths.py.")
    for section, paths in found.items():
        print(f"\n[{section}]")
        print("\n".join(sorted(path for path in paths if path)))


main(*sys.argv[1:])
