#!/usr/bin/env python3
"""Writes cloudformation.txt and terraform.txt: the names that ../aws/*.toml may use.

    extract.py CFN_LINT_WHEEL_UNPACKED TERRAFORM_ATTRIBUTES_JSON

The first argument is the PyPI package cfn-lint, unpacked; the second a JSON object that gives for
each resource type of the Terraform provider the list of its attribute paths ("a/b/c").
"""

import glob
import json
import os
import sys
import tomllib

MAX_DEPTH = 6
# What is told more deeply: rules of firewalls and disks of fleets lie far inside.
DEEPER = {
    "AWS::EMR::Cluster": 7,
    "AWS::NetworkFirewall::RuleGroup": 8,
    "aws_networkfirewall_rule_group": 8,
}


def main(wheel, attributes):
    here = os.path.dirname(os.path.abspath(__file__))
    tables = {}
    for name in sorted(glob.glob(os.path.join(here, "..", "aws", "*.toml"))):
        with open(name, "rb") as file:
            tables.update(tomllib.load(file))
    tables.pop("values", None)
    types = set()
    for table in tables.values():
        types.add(table.get("type"))
        types.add(table.get("satellite", {}).get("of"))
        types.update(part["type"] for part in table.get("split", {}).values())
    schemas = os.path.join(wheel, "cfnlint", "data", "schemas")
    with open(os.path.join(schemas, "version.json")) as file:
        date = json.load(file)["schema_date"][:10]
    with open(os.path.join(schemas, "providers", "us-east-1.json")) as file:
        index = json.load(file)
    # Made by the adapters, not by a table of their own.
    types.update(["AWS::EC2::Route", "AWS::EC2::NetworkAclEntry", "AWS::EC2::SecurityGroupEgress"])
    types.add("AWS::DirectoryService::MicrosoftAD")
    lines = [f"# CloudFormation provider schemas of {date}, from the PyPI package cfn-lint 1.58.0 (MIT-0)."]
    for name in sorted(name for name in types if name and name.startswith("AWS::")):
        with open(os.path.join(schemas, "resources", index[name] + ".json")) as file:
            root = json.load(file)
        lines.append(name)
        depth = DEEPER.get(name, MAX_DEPTH)
        properties = {
            key: shape(value, root, (), depth - 1) for key, value in root["properties"].items()
        }
        for pointer in root.get("readOnlyProperties", []):
            name = pointer.removeprefix("/properties/")
            if name in properties:
                properties[name] = (properties[name][0] + " read-only", properties[name][1])
        write(properties, 1, depth, lines)
    with open(os.path.join(here, "cloudformation.txt"), "w") as file:
        file.write("\n".join(lines) + "\n")
    with open(attributes) as file:
        known = json.load(file)
    lines = ["# Attributes of the Terraform provider hashicorp/aws 6.25.0, from the npm package",
             "# @cdktf/provider-aws 21.22.1 (MPL-2.0)."]
    for name in sorted(tables):
        source = known.get(name, known.get(tables[name].get("like"), []))
        lines.append(name)
        tree = {}
        for path in source:
            node = tree
            for part in path.split("/"):
                node = node.setdefault(part, {})
        tree.pop("timeouts", None)
        tree.pop("region", None)
        depth = DEEPER.get(name, MAX_DEPTH)
        write({key: ("", children(value)) for key, value in tree.items()}, 1, depth, lines)
    with open(os.path.join(here, "terraform.txt"), "w") as file:
        file.write("\n".join(lines) + "\n")


def children(tree):
    return {key: ("", children(value)) for key, value in tree.items()}


def write(properties, indent, depth, lines):
    for name, (code, inner) in sorted(properties.items()):
        lines.append(" " * indent + (f"{name} {code}" if code else name))
        if inner and indent < depth:
            write(inner, indent + 1, depth, lines)


def resolve(schema, root):
    for _ in range(20):
        if "$ref" not in schema:
            break
        target = root
        for part in schema["$ref"].lstrip("#/").split("/"):
            target = target.get(part.replace("~1", "/"), {})
        rest = {key: value for key, value in schema.items() if key not in ("$ref", "description")}
        schema = {**target, **rest}
    return schema


def shape(schema, root, stack, levels):
    """(code, children of so many levels): b bool, i integer, n number, s text, m free map, j JSON, o object, l list of."""
    reference = schema.get("$ref")
    if reference in stack and reference:
        return "o", {}
    if reference:
        stack = (*stack, reference)
    schema = resolve(schema, root)
    properties = dict(schema.get("properties", {}))
    kinds = kinds_of(schema)
    for group in ("anyOf", "oneOf", "allOf"):
        for option in schema.get(group, []):
            option = resolve(option, root) if isinstance(option, dict) else {}
            for name, value in option.get("properties", {}).items():
                properties.setdefault(name, value)
            kinds += [kind for kind in kinds_of(option) if kind not in kinds]
            for key in ("items", "patternProperties"):
                if key in option:
                    schema = {key: option[key], **schema}
    if all(not isinstance(value, dict) or set(value) <= {"required"} for value in properties.values()):
        properties = {}
    if properties:
        if levels <= 0:
            return "o", {}
        inner = properties.items()
        return "o", {name: shape(value, root, stack, levels - 1) for name, value in inner}
    if "array" in kinds or "items" in schema:
        code, inner = shape(schema.get("items", {}), root, stack, levels)
        return "l" + code, inner
    if "object" in kinds and "string" in kinds:
        return "j", {}
    if "object" in kinds or "patternProperties" in schema:
        free = schema.get("patternProperties") or schema.get("additionalProperties")
        return ("m" if free else "j"), {}
    for kind, code in (("boolean", "b"), ("string", "s"), ("integer", "i"), ("number", "n")):
        if kind in kinds:
            return code, {}
    return "s", {}


def kinds_of(schema):
    kinds = schema.get("type", [])
    return [kind for kind in (kinds if isinstance(kinds, list) else [kinds]) if kind != "null"]


main(*sys.argv[1:])
