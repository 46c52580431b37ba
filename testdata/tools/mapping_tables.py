"""The tables that say what Terraform calls what CloudFormation calls, completed as the parser's build script does.

The tables are `crates/parser/data/aws/*.toml`; what has no row there maps by itself, by the names that both providers
know (`crates/parser/data/schemas`). This is a second reading of `crates/parser/build/resolve.rs`, for tools that
read the tables backwards.
"""

import re
import tomllib
from dataclasses import dataclass, field
from pathlib import Path

DATA = Path(__file__).resolve().parents[2] / "crates/parser/data"
# What every resource of the provider has, and nothing in CloudFormation stands for.
IGNORED = {"id", "arn", "tags_all", "timeouts", "region"}
# Statements of web access control lists hold each other.
RECURRING = {"Statement", "Statements", "ScopeDownStatement"}


@dataclass
class Names:
    """A name that a provider knows, and the names inside it."""

    code: str = ""
    read_only: bool = False
    inner: dict = field(default_factory=dict)

    def alike(self, name):
        wanted = fold(name)
        return next((key for key in sorted(self.inner) if not self.inner[key].read_only and fold(key) == wanted), None)

    def is_pairs(self):
        return self.code == "lo" and "Key" in self.inner and "Value" in self.inner

    def shape(self):
        return "p" if self.is_pairs() else self.code


@dataclass
class Step:
    """A step to a property: a member, and for a list which element of it."""

    name: str
    kind: str = "key"  # key, each, at, where or pair
    at: int = 0
    member: str = ""
    value: str = ""


@dataclass
class Row:
    """Where an attribute goes, and what happens to it on the way."""

    name: str
    steps: list
    absolute: bool = False
    shape: str = "a"
    convert: str = ""
    key: str = ""
    when: str = ""
    values: dict = field(default_factory=dict)
    absent: list = field(default_factory=list)
    also: list = field(default_factory=list)
    count: list = field(default_factory=list)
    block: object = None  # a list of rows, or a function that gives it where blocks hold themselves

    def rows(self):
        return self.block() if callable(self.block) else self.block


@dataclass
class Table:
    """What is known of one Terraform type."""

    source: str
    canonical: str
    rows: list
    adapter: str = ""
    satellite: str = ""
    shared: list = field(default_factory=list)
    same: str = ""
    reference: list = field(default_factory=list)
    deprecated: list = field(default_factory=list)
    attributes: dict = field(default_factory=dict)
    defaults: list = field(default_factory=list)

    def attribute(self, name):
        """The attribute that gives what `Fn::GetAtt` of this name gives."""
        told = [attribute for attribute, told in sorted(self.attributes.items()) if told == name]
        rows = [row.name for row in self.rows if [(s.name, s.kind) for s in row.steps] == [(name, "key")]]
        return (told + rows + [snake(name)])[0]


def fold(name):
    return name.replace("_", "").lower()


def snake(name):
    """`IPSetReferenceStatement` as `ip_set_reference_statement`."""
    name = re.sub(r"(?<=[A-Z])(?=[A-Z][a-z])|(?<=[^A-Z])(?=[A-Z])", "_", name)
    return name.lower()


def read_names(path):
    """A file of `data/schemas`: one name a line, indented by its depth."""
    root = Names()
    line_of = [root]
    for line in path.read_text(encoding="utf-8").splitlines():
        words = line.split()
        if line.startswith("#") or not words:
            continue
        depth = len(line) - len(line.lstrip())
        names = Names(words[1] if len(words) > 1 else "", words[2:3] == ["read-only"])
        del line_of[depth + 1 :]
        line_of[depth].inner[words[0]] = names
        line_of.append(names)
    return root.inner


def read_steps(path):
    """A path of the tables: `Rules[Kind=A]/Sizes[0]`. A slash may also stand inside of brackets."""
    steps = []
    for part in re.findall(r"(?:[^/\[]|\[[^\]]*\])+", path.lstrip("/")):
        name, bracket, inside = part.rstrip("]").partition("[")
        if not bracket:
            steps.append(Step(name))
        elif not inside:
            steps.append(Step(name, "each"))
        elif inside.isdigit():
            steps.append(Step(name, "at", at=int(inside)))
        elif "=" in inside:
            member, value = inside.split("=", 1)
            steps.append(Step(name, "where", member=member, value=value))
        else:
            steps.append(Step(name, "pair", value=inside))
    return steps


def target(names, steps):
    for step in steps:
        names = names.inner.get(step.name) if names else None
    return names


def named_row(name, property_name, names, block):
    return Row(name, [Step(property_name)], shape=names.shape(), block=block)


def camel_rows(names):
    """Rows for JSON text in a service's own words, which begin with a small letter."""
    rows = []
    for name, inner in sorted(names.inner.items()):
        block = camel_rows(inner) if inner.inner else None
        rows.append(named_row(name[0].lower() + name[1:], name, inner, block))
    return rows


def snake_rows(names):
    """Rows for blocks that are named like the properties all the way down."""
    rows = []
    for name, inner in sorted(names.inner.items()):
        scope = names if name in RECURRING else inner
        is_block = name in RECURRING or inner.code.endswith("o")
        block = (lambda scope=scope: snake_rows(scope)) if is_block else None
        # A repeated block is named in the singular.
        own = snake(name).rstrip("s") if inner.code == "lo" else snake(name)
        rows.append(named_row(own, name, inner, block))
    return rows


class Resolver:
    """Completes the table of one type."""

    def __init__(self, spec, root, values):
        self.spec, self.root, self.values = spec, root, values
        self.written = spec.get("rows", {})

    def block(self, terraform, scope, path=""):
        prefix = f"{path}." if path else ""
        names = set(terraform.inner)
        names |= {row[len(prefix) :].split(".")[0] for row in self.written if row.startswith(prefix)}
        joins = self.spec.get("satellite", {}).get("by")
        rows = []
        for name in sorted(names):
            is_left_out = not path and (name in IGNORED or name == joins) and name not in self.written
            row = None if is_left_out else self.row(terraform.inner.get(name), scope, prefix + name, name)
            rows += [row] if row else []
        return rows

    def row(self, terraform, scope, path, name):
        spec = self.written.get(path)
        spec = {"to": spec} if isinstance(spec, str) else spec
        has_inner_rows = any(row.startswith(f"{path}.") for row in self.written)
        is_block = has_inner_rows or bool(terraform and terraform.inner)
        if spec is None:
            steps, found = self.automatic(name, scope, is_block, "." not in path)
            if steps is None and not has_inner_rows:
                return None
            # A block without a counterpart of its own: what is in it may have one.
            steps, found = ([], scope) if steps is None else (steps, found)
        elif not spec["to"]:
            return None
        else:
            steps = read_steps(spec["to"])
            found = target(self.root if spec["to"].startswith("/") else scope, steps)
        spec = spec or {"to": ""}
        row = Row(name, steps, spec["to"].startswith("/"), found.shape() if found else "a")
        row.convert, row.key, row.when = spec.get("as", ""), spec.get("key", ""), spec.get("when", "")
        values = spec.get("values", {})
        row.values = self.values[values] if isinstance(values, str) else values
        row.absent = spec.get("absent", [])
        row.also = [(read_steps(to), value) for to, value in spec.get("also", {}).items()]
        row.count = read_steps(spec["count"]) if "count" in spec else []
        if steps and steps[-1].kind == "pair":
            row.shape = "s"
        elif steps and steps[-1].kind == "each":
            row.shape = row.shape[1:] if row.shape.startswith("l") else "o"
        row.block = self.inside(row, terraform, found, path, is_block and "only" not in spec)
        return row

    def inside(self, row, terraform, found, path, is_block):
        """The rows of what is in a block."""
        terraform = terraform or Names()
        if row.convert == "camel-json":
            return camel_rows(found)
        if row.convert == "snake":
            return lambda: snake_rows(found)
        if row.convert == "inner":
            inner = terraform.inner.get(row.key, Names())
            return self.block(inner, found if found and found.inner else None, f"{path}.{row.key}")
        if row.convert in ("named", "pairs", "each") or not is_block:
            return None
        return self.block(terraform, None if found and found.code == "m" else found, path)

    def automatic(self, name, scope, is_block, top):
        """The property that is named alike."""
        if scope is None:
            return None, None
        candidates = [name]
        if is_block:
            candidates += [f"{name}s", f"{name.rstrip('y')}ies"]
        if name in ("kms_key_arn", "kms_key_id"):
            candidates += ["kms_key_id", "kms_key_arn"]
        if top and name == "name":
            candidates.append(self.spec["canonical"].rsplit("::", 1)[-1] + "name")
        inside = scope.inner.get(self.spec.get("prefix")) if top else None
        for names, before in ((scope, []), (inside, [Step(self.spec.get("prefix", ""))])):
            found = names and next(filter(None, map(names.alike, candidates)), None)
            if found:
                return [*before, Step(found)], names.inner[found]
        return None, None


def specs(folder):
    """The tables as they are written, and the named values."""
    types, values = {}, {}
    for path in sorted(folder.glob("*.toml")):
        for name, table in tomllib.loads(path.read_text(encoding="utf-8")).items():
            if name == "values":
                values.update(table)
            else:
                types[name] = table
    return types, values


def merged(types, spec):
    """A table with what it takes from the one that it is like."""
    base = types.get(spec.get("like"), {})
    whole = {**base, **spec}
    for part in ("rows", "attributes", "defaults"):
        whole[part] = {**base.get(part, {}), **spec.get(part, {})}
    whole["canonical"] = whole["satellite"]["of"] if "satellite" in whole else whole["type"]
    return whole


def read_tables(data=DATA):
    """Every table, by Terraform type."""
    cloudformation = read_names(data / "schemas/cloudformation.txt")
    terraform = read_names(data / "schemas/terraform.txt")
    types, values = specs(data / "aws")
    tables = {}
    for source, written in types.items():
        spec = merged(types, written)
        root = cloudformation.get(spec["canonical"], Names())
        rows = Resolver(spec, root, values).block(terraform.get(source, Names()), root)
        satellite = spec.get("satellite", {})
        tables[source] = Table(
            source,
            spec["canonical"],
            rows,
            adapter=spec.get("adapter", ""),
            satellite=satellite.get("by", ""),
            shared=satellite.get("on", []),
            same=satellite.get("same", ""),
            reference=spec.get("ref", ["id"]),
            deprecated=spec.get("deprecated", []),
            attributes=spec["attributes"],
            defaults=[(read_steps(to), value) for to, value in spec["defaults"].items()],
        )
    return tables
