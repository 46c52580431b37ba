"""A CloudFormation template as the Terraform module that means the same, by the mapping tables read backwards.

`twin(template, tables)` gives a `Twin`: the module in Terraform's JSON syntax, and the properties that no attribute
stands for. Parts that Terraform writes as resources of their own (`aws_s3_bucket_versioning`) are written so. Nothing
is known here of rules: a property that the tables cannot say is left out, and told.
"""

import copy
import itertools
import json
from dataclasses import dataclass, field

from terraform_words import Encoded, NoTwin, Words

# What Terraform's kinds of a directory are called is all that their one type does not share.
DIRECTORIES = {"AWS::DirectoryService::MicrosoftAD": "MicrosoftAD", "AWS::DirectoryService::SimpleAD": "SimpleAD"}
PEERS = {"CidrIp": "cidr_blocks", "CidrIpv6": "ipv6_cidr_blocks"}
RULE = {"IpProtocol": "protocol", "FromPort": "from_port", "ToPort": "to_port", "Description": "description"}
DIRECTIONS = {"SecurityGroupIngress": ("ingress", "Source"), "SecurityGroupEgress": ("egress", "Destination")}


class Unsaid(Exception):
    """A value that an attribute cannot say."""


@dataclass
class Twin:
    """A module, and what it does not say of the template."""

    module: dict
    left_out: list = field(default_factory=list)


def leaves(value, path=()):
    """The paths of what a value holds; an empty container is there as well."""
    if isinstance(value, dict) and value:
        return [leaf for key, inner in value.items() for leaf in leaves(inner, (*path, key))]
    if isinstance(value, list) and value:
        return [leaf for at, inner in enumerate(value) for leaf in leaves(inner, (*path, at))]
    return [path]


class Said:
    """Which properties of a resource have been said by some attribute, by their paths."""

    def __init__(self, paths=(), firsts=None):
        self.paths = set(paths)
        # By the name of a list: the element that a part speaks of as of the first one.
        self.firsts = firsts or {}
        # Lists of which attributes of the resource itself speak.
        self.in_part = set()

    def covers(self, path):
        return any(path[:length] in self.paths for length in range(len(path) + 1))

    def left(self, value, path=()):
        return [leaf for leaf in leaves(value, path) if not self.covers(leaf)]

    def trial(self):
        trial = Said(self.paths, dict(self.firsts))
        trial.in_part = set(self.in_part)
        return trial


def is_singular(row):
    """Whether an attribute takes one value where the property is a list of them."""
    if not row.steps or row.block:
        return False
    is_list = row.shape.startswith("l") or row.steps[-1].kind == "each"
    same_name = row.name.replace("_", "") == row.steps[-1].name.lower()
    return is_list and not row.name.endswith("s") and not same_name


def place(value, path, steps, said):
    """What a path leads to, where that is, and where the members are that only lead to it, if anything is there."""
    ways = []
    for step in steps:
        if not isinstance(value, dict) or step.name not in value:
            return None
        value, path = value[step.name], (*path, step.name)
        if step.kind == "key":
            continue
        at = index_of(value, step, said) if isinstance(value, list) else None
        if at is None:
            return None
        value, path = value[at], (*path, at)
        if step.kind == "where":
            ways.append((*path, step.member))
        if step.kind == "pair":
            ways.append((*path, "Key"))
            value, path = value["Value"], (*path, "Value")
    return value, path, ways


def index_of(items, step, said):
    """Which element of a list a step means."""
    if step.kind == "at":
        at = step.at + said.firsts.get(step.name, 0)
        return at if at < len(items) else None
    member = "Key" if step.kind == "pair" else step.member
    for at, item in enumerate(items):
        if isinstance(item, dict) and item.get(member) == step.value and (step.kind != "pair" or "Value" in item):
            return at
    return None


def value_at(value, steps):
    found = place(value, (), steps, Said())
    return found[0] if found else None


def unmapped(rows, value, path, said, skipped=()):
    """The attributes that say what properties say, as far as nothing has said it before."""
    attributes = {}
    if not isinstance(value, dict):
        return attributes
    # A row that renames values says fewer of them than one that takes them as they are.
    for row in sorted(rows, key=lambda row: (not speaks_of_one(row), bool(row.values), row.name)):
        if row.name in skipped or (row.steps and row.steps[0].kind == "each"):
            continue
        if row.steps:
            say(row, value, path, said, attributes)
            continue
        inner = unmapped(row.rows() or [], value, path, said)
        if inner:
            attributes[row.name] = inner
    elements([row for row in rows if row.name not in skipped], value, path, said, attributes)
    return attributes


def speaks_of_one(row):
    return bool(row.steps) and row.steps[0].kind == "at"


def say(row, value, path, said, attributes):
    """Puts a property into an attribute, if the attribute can say it."""
    found = place(value, () if row.absolute else path, row.steps, said)
    # An attribute that speaks of one element and blocks for all of them exclude each other.
    of_list = (*path, row.steps[0].name)
    if found is None or row.steps[0].kind == "key" and of_list in said.in_part:
        return
    inner, where, ways = found
    also = [(place(value, path, steps, said), constant) for steps, constant in row.also]
    if not said.left(inner, where) or any(other and other[0] != constant for other, constant in also):
        return
    before = said.trial()
    try:
        told = back(row, inner, where, said)
    except Unsaid:
        said.paths = before.paths
        return
    if row.when and isinstance(told, dict):
        told[row.when] = True
    attributes[row.name] = told
    said.paths.update(ways)
    if speaks_of_one(row):
        said.in_part.add(of_list)
    # What is switched off says nothing else.
    said.paths.update(other[1] for other, _ in also if other and inner is not False)
    count = place(value, path, row.count, said) if row.count else None
    if count and count[0] == len(told):
        said.paths.add(count[1])


def elements(rows, value, path, said, attributes):
    """Lists whose elements are shared between attributes: each goes where most of it can be said."""
    shared = [row for row in rows if row.steps and row.steps[0].kind == "each"]
    for name in sorted({row.steps[0].name for row in shared} & set(value)):
        items = value[name] if isinstance(value[name], list) else []
        own = [row for row in shared if row.steps[0].name == name]
        for at, item in enumerate(items):
            where = (*path, name, at)
            if not said.left(item, where) or is_singular(own[0]) and own[0].name in attributes:
                continue
            if own[0].block is None:
                said.paths.add(where)
                attributes[own[0].name] = item if is_singular(own[0]) else [*attributes.get(own[0].name, []), item]
                continue
            best = min(own, key=lambda row: (unsaid_by(row, item, where, said), row.name))
            told = unmapped(best.rows(), item, where, said)
            if told:
                attributes.setdefault(best.name, []).append(told)


def unsaid_by(row, item, where, said):
    """How much of an element a block would leave unsaid."""
    trial = said.trial()
    unmapped(row.rows(), item, where, trial)
    return len(trial.left(item, where))


def back(row, value, path, said):
    """The value of the attribute that becomes a property's value."""
    if str(value) in row.absent:
        raise Unsaid
    for told, constant in row.values.items():
        if constant == value and isinstance(constant, bool) == isinstance(value, bool):
            said.paths.add(path)
            return {"true": True, "false": False}.get(told, told)
    if row.convert in IN_BLOCKS:
        return IN_BLOCKS[row.convert](row, value, path, said)
    if not row.convert and row.block is not None and row.shape not in ("m", "j"):
        return blocks(row, value, path, said)
    told = CONVERSIONS[row.convert](row, value) if row.convert else shaped(row, row.shape, value)
    said.paths.add(path)
    return told


def shaped(row, shape, value):
    if shape == "j":
        return value if isinstance(value, str) else json.dumps(value)
    if shape == "p":
        return pairs(value, "Key")
    if shape.startswith("l"):
        items = value if isinstance(value, list) else [value]
        items = [shaped(row, shape[1:], item) for item in items]
        return items[0] if is_singular(row) and len(items) == 1 else items
    if shape in ("s", "b", "i", "n") and isinstance(value, (dict, list)):
        raise Unsaid
    return value


def pairs(value, key):
    """A list of keys and values, as a map."""
    if isinstance(value, str):
        return value
    if not isinstance(value, list) or not all(isinstance(pair, dict) and {key, "Value"} == set(pair) for pair in value):
        raise Unsaid
    return {str(pair[key]): pair["Value"] for pair in value}


def blocks(row, value, path, said):
    """An object, or a list of them, as blocks."""
    if isinstance(value, list):
        return [block(row, item, (*path, at), said) for at, item in enumerate(value)]
    return block(row, value, path, said)


def block(row, value, path, said):
    if isinstance(value, str) and value.startswith("${"):
        said.paths.add(path)
        return value
    if not isinstance(value, dict):
        raise Unsaid
    inner = unmapped(row.rows() or [], value, path, said)
    if value and not inner:
        raise Unsaid
    if not value:
        said.paths.add(path)
    return inner


def document(_, value):
    return value if isinstance(value, str) else json.dumps(value)


def camel(row, value, path, said):
    """A document in the service's own words."""
    if isinstance(value, str):
        said.paths.add(path)
        return value
    return json.dumps(blocks(row, value, path, said))


def named(_, value):
    if not isinstance(value, dict):
        raise Unsaid
    return [{"name": name, "value": inner} for name, inner in value.items()]


def each(row, value):
    if not isinstance(value, list):
        raise Unsaid
    return [{row.key: item} for item in value]


def keyed(row, value, path, said):
    if not isinstance(value, dict):
        raise Unsaid
    return [{row.key: name, **block(row, inner, (*path, name), said)} for name, inner in value.items()]


def wrap(row, value):
    if not isinstance(value, list) or not all(isinstance(item, dict) and set(item) == {row.key} for item in value):
        raise Unsaid
    return [item[row.key] for item in value]


def inner(row, value, path, said):
    if not isinstance(value, list):
        raise Unsaid
    return [{row.key: blocks(row, items, (*path, at), said)} for at, items in enumerate(value)]


def statements(_, value):
    whole = value if isinstance(value, list) else [value]
    return json.dumps({"Version": "2012-10-17", "Statement": whole})


def encoded(_, value):
    if not isinstance(value, Encoded):
        raise Unsaid
    return str(value)


def already_encoded(_, value):
    if isinstance(value, Encoded) or not isinstance(value, str):
        raise Unsaid
    return value


IN_BLOCKS = {"camel-json": camel, "keyed": keyed, "inner": inner, "snake": blocks}
CONVERSIONS = {
    "text": encoded,
    "base64": already_encoded,
    "json": document,
    "named": named,
    "pairs": lambda row, value: pairs(value, row.key),
    "each": each,
    "wrap": wrap,
    "statements": statements,
}


def security_group(properties, said, attributes):
    """Rules inside of a group are blocks that name their peers in lists."""
    for name, (attribute, side) in DIRECTIONS.items():
        rules = properties.get(name)
        if not isinstance(rules, list) or not all(isinstance(rule, dict) for rule in rules):
            continue
        peers = {**PEERS, f"{side}PrefixListId": "prefix_list_ids", f"{side}SecurityGroupId": "security_groups"}
        attributes[attribute] = []
        for at, rule in enumerate(rules):
            told = {RULE[member]: value for member, value in rule.items() if member in RULE}
            told.update({peers[member]: [value] for member, value in rule.items() if member in peers})
            attributes[attribute].append(told)
            said.paths.update((name, at, member) for member in rule if member in RULE or member in peers)
        if not rules:
            said.paths.add((name,))


def method_path(properties, said, attributes):
    """A path and a method are one attribute of the resource around the settings."""
    at = said.firsts["MethodSettings"]
    settings = properties["MethodSettings"][at]
    path, method = settings.get("ResourcePath", "*"), settings.get("HttpMethod", "*")
    attributes["method_path"] = f"{path.lstrip('/')}/{method}"
    said.paths.update(("MethodSettings", at, member) for member in ("ResourcePath", "HttpMethod"))


class Writer:
    """Writes the resources of a template as those of a module."""

    def __init__(self, template, tables):
        self.template, self.tables = template, tables
        self.resources, self.left_out = {}, []

    def candidates(self, kind):
        """The types that are a resource of this kind. Beside the one for rules of either direction is one for each."""

        def is_own(table):
            return table.canonical == kind or (table.adapter == "directory" and kind in DIRECTORIES)

        own = [table for table in self.tables.values() if is_own(table)]
        return [table for table in own if not table.satellite and table.adapter != "security-group-rule"]

    def parts(self, kind):
        return [table for table in self.tables.values() if table.satellite and table.canonical == kind]

    def choose(self, kind, properties):
        """The Terraform type that says most of a resource; of several the one with the fewest qualifications."""

        def fits(table):
            said = Said()
            self.attributes(table, properties, said)
            added = sum(value_at(properties, steps) is None for steps, _ in table.defaults)
            return len(said.left(properties)), added, len(table.source), table.source

        return min(self.candidates(kind), key=fits, default=None)

    def attributes(self, table, properties, said, skipped=()):
        attributes = unmapped(table.rows, properties, (), said, skipped)
        if table.adapter == "security-group":
            security_group(properties, said, attributes)
        if table.adapter == "method-settings" and attributes.get("settings"):
            method_path(properties, said, attributes)
        for steps, constant in table.defaults:
            found = place(properties, (), steps, said)
            if found and found[0] == constant:
                said.paths.add(found[1])
        return attributes

    def write(self, name, kind, properties):
        """Writes a resource, with the parts that are resources of their own."""
        for at, own in enumerate(copies(self.choose(kind, properties), properties)):
            self.write_one(f"{name}_{at + 1}" if at else name, kind, own)

    def write_one(self, name, kind, properties):
        table, said = self.choose(kind, properties), Said()
        attributes = self.attributes(table, properties, said, table.deprecated)
        if table.adapter == "directory":
            attributes["type"] = DIRECTORIES[kind]
        self.put(table.source, name, attributes)
        self.write_parts(name, table, kind, properties, said)
        # What no part says, attributes say that parts have replaced.
        attributes.update(self.attributes(table, properties, said))
        self.left_out += [f"{kind}.{'.'.join(map(str, path))}" for path in said.left(properties) if path]

    def write_parts(self, name, table, kind, properties, said):
        for count in itertools.count(1):
            trials = [self.part(part, properties, said) for part in self.parts(kind)]
            best = min(trials, key=lambda trial: (trial[0], len(trial[1].source), trial[1].source), default=None)
            if best is None or best[0] >= len(said.left(properties)):
                return
            _, part, attributes, after = best
            said.paths = after.paths
            owner = "arn" if part.satellite.endswith("arn") else table.reference[0]
            attributes[part.satellite] = f"${{{table.source}.{name}.{owner}}}"
            for shared in part.shared:
                attributes.setdefault(shared, f"${{{table.source}.{name}.{shared}}}")
            self.put(part.source, f"{name}_{count}", attributes)

    def part(self, table, properties, said):
        """What a part would say; of a list that parts continue, one element."""
        said = said.trial()
        for row in table.rows:
            if row.steps and row.steps[0].kind in ("at", "each"):
                items = properties.get(row.steps[0].name)
                items = items if isinstance(items, list) else []
                left = (at for at, item in enumerate(items) if said.left(item, (row.steps[0].name, at)))
                said.firsts[row.steps[0].name] = next(left, len(items))
        # The member that tells of which element the part speaks is said again.
        names = {path for path in said.paths if path[-1:] == (table.same,)}
        said.paths -= names
        visible = properties
        if table.adapter == "method-settings":
            upto = said.firsts["MethodSettings"] + 1
            visible = {**properties, "MethodSettings": properties.get("MethodSettings", [])[:upto]}
        attributes = self.attributes(table, visible, said)
        said.paths |= names
        return len(said.left(properties)), table, attributes, said

    def put(self, kind, name, attributes):
        self.resources.setdefault(kind, {})[name] = attributes


def copies(table, properties):
    """A resource whose property lists several of what its attribute takes one of is several resources."""
    for row in table.rows:
        value = value_at(properties, row.steps) if row.steps else None
        if is_singular(row) and row.steps[-1].kind == "key" and isinstance(value, list) and len(value) > 1:
            for item in value:
                own = copy.deepcopy(properties)
                container = value_at(own, row.steps[:-1]) if row.steps[1:] else own
                container[row.steps[-1].name] = [item]
                yield from copies(table, own)
            return
    yield properties


def resources_of(template):
    for name, resource in (template.get("Resources") or {}).items():
        if not isinstance(resource, dict) or not isinstance(resource.get("Type"), str):
            raise NoTwin(f"{name} is no resource")
        if "Condition" in resource:
            raise NoTwin("conditions are not put into Terraform's words")
        yield name, resource["Type"], resource.get("Properties") or {}


def twin(template, tables, needed=frozenset()):
    """The module that says what the template says. The types that are `needed` may not be left out of it."""
    writer = Writer(template, tables)
    addresses = {}
    for name, kind, properties in resources_of(template):
        # Which type it is does not depend on what references are called.
        table = writer.choose(kind, Words(template, {}).of(properties))
        if table:
            addresses[name] = f"{table.source}.{name}", table
    words = Words(template, addresses)
    for name, kind, properties in resources_of(template):
        if name in addresses:
            writer.write(name, kind, words.of(properties))
        elif kind in needed or not addresses:
            raise NoTwin(f"no Terraform type for {kind}")
        else:
            writer.left_out.append(f"{kind} {name}")
    module = {"resource": writer.resources, "variable": words.variables, "locals": words.mappings, "data": words.data}
    return Twin({key: part for key, part in module.items() if part}, writer.left_out)
