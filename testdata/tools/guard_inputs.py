"""Inputs for AWS's Guard rules: templates that tests, documentation and the rules themselves give."""

import copy
import json
import re
import sys
from collections import Counter, defaultdict
from dataclasses import dataclass, field, replace

import yaml

from mapping_tables import DATA, read_names
from terraform_words import intrinsic

TYPE = re.compile(r"AWS::\w+::\w+")
MOST_VARIED = 6  # inputs of a control that are varied
MOST_WORDED = 120  # inputs that are made of the words of a control


class Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
    """YAML as CloudFormation reads it: tags are functions, dates and `yes` are text."""


Loader.yaml_implicit_resolvers = {
    first: [(tag, found) for tag, found in resolvers if not tag.endswith((":timestamp", ":bool"))]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
TRUTH = re.compile(r"^(?:true|True|TRUE|false|False|FALSE)$")
Loader.add_implicit_resolver("tag:yaml.org,2002:bool", TRUTH, list("tTfF"))


def function(loader, name, node):
    """`!GetAtt A.B` in its long form."""
    if isinstance(node, yaml.ScalarNode):
        value = loader.construct_scalar(node)
        value = value.split(".", 1) if name == "GetAtt" else value
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    else:
        value = loader.construct_mapping(node, deep=True)
    return {name if name in ("Ref", "Condition") else f"Fn::{name}": value}


Loader.add_multi_constructor("!", function)


@dataclass
class Input:
    """A template, and what the rules of a file have to say of it."""

    name: str
    template: dict
    expected: dict = field(default_factory=dict)


@dataclass
class Subject:
    """A file of rules, the rules that are asked, and their inputs."""

    name: str
    text: str
    rules: list
    inputs: list


def read_yaml(text):
    return yaml.load(text, Loader)


def types_of(template):
    resources = (template.get("Resources") or {}).values()
    return {resource["Type"] for resource in resources if isinstance(resource, dict) and "Type" in resource}


def rules_of(tests, cases):
    """The rules file that a file of tests belongs to: by its name, or by the rules that it is about."""
    files = sorted(tests.parent.parent.glob("*.guard"))
    named = [rules for rules in files if tests.name.startswith(rules.stem)]
    if named:
        return max(named, key=lambda rules: len(rules.stem))
    asked = {rule for case in cases for rule in case["expectations"]["rules"]}
    defining = (rules for rules in files if asked & set(rule_names(rules.read_text(encoding="utf-8"))))
    return next(defining, None)


def registry(root):
    """The rules files of the registry with the inputs of their tests."""
    for tests in sorted(root.glob("rules/**/*_tests.y*ml")):
        cases = read_yaml(tests.read_text(encoding="utf-8")) or []
        rules = rules_of(tests, cases)
        if rules is None:
            print(f"{tests}: no rules file belongs to these tests", file=sys.stderr)
            continue
        inputs = []
        for number, case in enumerate(cases, 1):
            template = case.get("input") or {}
            # Of a template without resources there is nothing to say in either language.
            if isinstance(template, dict) and template.get("Resources"):
                inputs.append(Input(f"case {number}", template, dict(case["expectations"]["rules"])))
        text = rules.read_text(encoding="utf-8")
        names = rule_names(text)
        for one in inputs:
            # Some tests expect something of a rule that has been renamed since.
            one.expected = {rule: verdict for rule, verdict in one.expected.items() if rule in names}
        asked = {rule for one in inputs for rule in one.expected} or names
        yield Subject(str(rules.relative_to(root)), text, sorted(asked), inputs)


def examples(folder):
    """The templates of a folder, and those in fences on its pages, with the control that each is given for, if any."""
    for file in sorted(folder.rglob("*")):
        if file.suffix == ".md":
            yield from fenced(file)
        elif file.suffix in (".yaml", ".yml", ".json", ".template"):
            yield from templates(file, file.read_text(encoding="utf-8"))


def fenced(page):
    """The templates on a page. One is for a control if that is what the heading above it says."""
    control, verdict = None, ""
    for part in re.split(r"(^```.*?^```$)", page.read_text(encoding="utf-8"), flags=re.M | re.S):
        if part.startswith("```"):
            yield from templates(page, part.strip("`").partition("\n")[2], control, verdict)
            continue
        for heading in re.findall(r"^#+ (.*)$", part.replace("\\", ""), flags=re.M):
            found = re.match(r"(CT\.[\w.-]+) example templates", heading)
            control = found and found[1]
        said = re.findall(r"^(PASS|FAIL) Example", part, flags=re.M)
        verdict = said[-1] if control and said else ""


def templates(file, text, control=None, verdict=""):
    """The template that a text is, if it is one."""
    if "Resources" not in text:
        return
    try:
        template = read_yaml(text)
    except yaml.YAMLError:
        if control:
            print(f"{file}: an example of {control} is no YAML", file=sys.stderr)
        return
    resources = template.get("Resources") if isinstance(template, dict) else None
    if isinstance(resources, dict) and all(isinstance(resource, dict) for resource in resources.values()):
        name = f"{verdict} example of {control}" if control else f"example of {file.parent.name}"
        yield control, Input(name, template, {"": verdict} if verdict else {})


def variations(template, types):
    """The template with one property less, or with the other value of a boolean, for each of them."""
    for name, resource in template["Resources"].items():
        if resource.get("Type") not in types:
            continue
        for path in sorted(places(resource.get("Properties") or {}), key=str):
            own = copy.deepcopy(template)
            *way, last = path
            holder = own["Resources"][name]["Properties"]
            for step in way:
                holder = holder[step]
            if isinstance(holder[last], bool):
                holder[last] = not holder[last]
            else:
                del holder[last]
            yield f"{name} without or with another {'.'.join(map(str, path))}", own


def places(value, path=()):
    """The paths of the members of maps, at any depth; a function of CloudFormation has none."""
    if isinstance(value, dict) and not intrinsic(value)[0]:
        for key, inner in value.items():
            yield (*path, key)
            yield from places(inner, (*path, key))
    elif isinstance(value, list):
        for at, inner in enumerate(value):
            yield from places(inner, (*path, at))


def named_settings(text, names, way=()):
    """The properties that a rule names all the way down, each with values that it may ask for: those it names."""
    code = re.sub(r"^\s*#[^\n]*$|<<.*?>>", "", text, flags=re.M | re.S)
    words = set(re.findall(r"\b[A-Z]\w*", code))
    told = [value for value in re.findall(r"[\"']([^\"'\n]+)[\"']", code) if not TYPE.fullmatch(value)]
    counts = [int(value) for value in re.findall(r"(?<![\w.])\d+(?![\w.])", code)]
    choices = {"b": [True, False], "s": told + ["example"], "i": counts + [1, 1000], "n": counts + [1, 1000]}
    for name, inner in names.inner.items():
        if name not in words or inner.read_only:
            continue
        if inner.inner:
            yield from named_settings(text, inner, (*way, (name, inner.code.startswith("l"))))
        elif inner.code.lstrip("l") in choices:
            values = choices[inner.code.lstrip("l")]
            is_list = inner.code.startswith("l")
            yield (*way, (name, False)), [[value] for value in values] if is_list else values


def put(properties, path, value):
    """Sets a property, making the objects and the lists of one that lead to it."""
    *way, (last, _) = path
    for name, is_list in way:
        properties = properties.setdefault(name, [{}] if is_list else {})
        properties = properties[0] if is_list else properties
    properties[last] = value


def worded(text, kind, names):
    """Templates with one resource that has the properties which a rule names, with all in one of their values, and with
    each in each of them or without it."""
    settings = dict(named_settings(text, names))

    def template(values):
        properties = {}
        for path, value in values.items():
            put(properties, path, value)
        return {"Resources": {"It": {"Type": kind, "Properties": properties}}}

    most = max((len(values) for values in settings.values()), default=0)
    for at in range(min(most, 8)):
        base = {path: values[min(at, len(values) - 1)] for path, values in settings.items()}
        yield f"all in words {at + 1}", template(base)
        for path, values in settings.items():
            name = ".".join(step for step, _ in path)
            yield f"in words {at + 1} without {name}", template({key: base[key] for key in base if key != path})
            for value in values[:8]:
                yield f"in words {at + 1} with {name} {value}", template({**base, path: value})


def unlike(inputs):
    """The inputs, each template once and with a name of its own."""
    known, names = set(), Counter()
    for one in inputs:
        text = json.dumps(one.template, sort_keys=True, default=str)
        if text not in known:
            known.add(text)
            names[one.name] += 1
            yield replace(one, name=f"{one.name} ({names[one.name]})") if names[one.name] > 1 else one


def rule_names(text):
    """The rules of a file that take no parameters: those that say something themselves."""
    return sorted(set(re.findall(r"^rule\s+(\w+)(?!\w|\s*\()", text, flags=re.M)))


def control_tower(root, own, others, schema):
    """The controls of the package, with inputs of the types that each reports on."""
    for rules in sorted(root.glob("rules/control-tower/**/*.guard")):
        text = rules.read_text(encoding="utf-8")
        control = re.search(r"CT\.[\w-]+\.PR\.\d+", text)
        reported = re.search(r"# Reports on:\s*\n((?:#\s+\S.*\n)+)", text)
        types = set(TYPE.findall(reported[1] if reported else text))
        names = rule_names(text)
        inputs = [
            Input(one.name, one.template, {name: verdict for name in names for verdict in one.expected.values()})
            for one in own.get(control[0] if control else "", [])
        ]
        inputs += [one for one in others if types & types_of(one.template)]
        varied = [
            Input(f"{one.name}: {how}", template)
            for one in inputs[:MOST_VARIED]
            for how, template in variations(one.template, types)
        ]
        for kind in sorted(types & set(schema)):
            every = [Input(f"{kind} {how}", template) for how, template in worded(text, kind, schema[kind])]
            varied += list(unlike(every))[:MOST_WORDED]
        yield Subject(str(rules.relative_to(root)), text, names, list(unlike(inputs + varied)))


def subjects(registry_root, control_tower_root, folders):
    """The rules files with their inputs."""
    tested = list(registry(registry_root)) if registry_root else []
    if not control_tower_root:
        return tested
    own = defaultdict(list)
    for folder in folders:
        for control, one in examples(folder):
            own[control].append(one)
    others = [Input(one.name, one.template) for inputs in own.values() for one in inputs]
    others += [Input(f"{subject.name} {one.name}", one.template) for subject in tested for one in subject.inputs]
    schema = read_names(DATA / "schemas/cloudformation.txt")
    return list(control_tower(control_tower_root, own, list(unlike(others)), schema))
