"""What values of a CloudFormation template are in Terraform's words: literals, references, templates, expressions."""

import json
import re

OUTSIDE = {
    "AWS::Region": ("aws_region", "name"),
    "AWS::AccountId": ("aws_caller_identity", "account_id"),
    "AWS::Partition": ("aws_partition", "partition"),
    "AWS::URLSuffix": ("aws_partition", "dns_suffix"),
}
NOTHING = object()
VARIABLE_TYPES = {"Number": "number", "CommaDelimitedList": "list(string)"}


class NoTwin(Exception):
    """Why a template has no counterpart in Terraform."""


class Encoded(str):
    """Text that CloudFormation is told to encode."""


def escape(text):
    """Text as a template of Terraform that says it."""
    return text.replace("${", "$${").replace("%{", "%%{")


def intrinsic(value):
    """Name and argument of a function of CloudFormation."""
    if isinstance(value, dict) and len(value) == 1:
        name, argument = next(iter(value.items()))
        if name == "Ref" or str(name).startswith("Fn::"):
            return name, argument
    return None, None


class Words:
    """What values of a template are in Terraform's words: literals, references, templates."""

    def __init__(self, template, addresses):
        self.template, self.addresses = template, addresses
        self.variables, self.data, self.mappings = {}, {}, {}

    def of(self, value):
        name, argument = intrinsic(value)
        if name:
            return self.call(name, argument)
        if isinstance(value, dict):
            members = {str(key): self.of(inner) for key, inner in value.items()}
            return {key: inner for key, inner in members.items() if inner is not NOTHING}
        if isinstance(value, list):
            return [inner for inner in map(self.of, value) if inner is not NOTHING]
        return self.text(value) if isinstance(value, str) else value

    def text(self, text):
        """A dynamic reference is a value that is read from elsewhere, as that of a data source is."""
        found = re.fullmatch(r"\{\{resolve:([a-z-]+):(.*)\}\}", text)
        if not found:
            return escape(text)
        if found[1] == "secretsmanager":
            return self.source("aws_secretsmanager_secret_version", "secret_string", {"secret_id": escape(found[2])})
        return self.source("aws_ssm_parameter", "value", {"name": escape(found[2])})

    def source(self, kind, attribute, arguments=None):
        given = self.data.setdefault(kind, {})
        known = [name for name, other in given.items() if other == (arguments or {})]
        name = known[0] if known else f"d{len(given)}"
        given[name] = arguments or {}
        return f"${{data.{kind}.{name}.{attribute}}}"

    def call(self, name, argument):
        if name == "Ref":
            return self.reference(argument)
        if name == "Fn::GetAtt":
            owner, attribute = argument.split(".", 1) if isinstance(argument, str) else argument[:2]
            return self.attribute(owner, attribute)
        if name == "Fn::Sub":
            return self.substituted(argument)
        if name == "Fn::Join" and isinstance(argument[1], list):
            parts = [self.of(part) for part in argument[1]]
            if all(isinstance(part, (str, int)) for part in parts):
                return escape(argument[0]).join(map(str, parts))
        if name == "Fn::Base64":
            text = self.of(argument)
            return Encoded(text) if isinstance(text, str) else text
        if name == "Fn::GetAZs":
            return self.source("aws_availability_zones", "names")
        if name == "Fn::Select" and str(argument[0]).isdigit():
            return self.selected(int(argument[0]), self.of(argument[1]))
        if name == "Fn::FindInMap":
            mapping, *keys = argument[:3]
            self.mappings[str(mapping)] = self.of((self.template.get("Mappings") or {}).get(mapping, {}))
            return f"${{local.{mapping}{''.join(f'[{self.expression(self.of(key))}]' for key in keys)}}}"
        if name == "Fn::If":
            condition, *arms = argument
            arms = [self.expression(self.of(arm)) for arm in arms]
            return f"${{{self.condition({'Condition': condition})} ? {arms[0]} : {arms[1]}}}"
        if name == "Fn::ImportValue":
            return self.outside(argument if isinstance(argument, str) else json.dumps(argument))
        raise NoTwin(f"{name} is not put into Terraform's words")

    def expression(self, value):
        """A value as it stands inside of an expression."""
        if value is NOTHING:
            return "null"
        if isinstance(value, (dict, list)):
            raise NoTwin("a choice between containers is not put into Terraform's words")
        whole = isinstance(value, str) and re.fullmatch(r"\$\{([^{}]*)\}", value)
        return whole[1] if whole else json.dumps(value)

    def condition(self, value):
        """A condition as an expression; one that an excerpt leaves out comes from outside."""
        name, argument = next(iter(value.items()))
        if name == "Condition":
            declared = (self.template.get("Conditions") or {}).get(argument)
            return self.condition(declared) if declared else self.outside(argument)[2:-1]
        if name == "Fn::Equals":
            return " == ".join(self.expression(self.of(side)) for side in argument)
        if name == "Fn::Not":
            return f"!({self.condition(argument[0])})"
        if name in ("Fn::And", "Fn::Or"):
            return f" {'&&' if name == 'Fn::And' else '||'} ".join(f"({self.condition(one)})" for one in argument)
        raise NoTwin(f"{name} is not put into Terraform's words")

    def selected(self, at, whole):
        if isinstance(whole, list) and at < len(whole):
            return whole[at]
        if isinstance(whole, str) and re.fullmatch(r"\$\{[^{}]+\}", whole):
            return f"{whole[:-1]}[{at}]}}"
        raise NoTwin("Fn::Select of what is no list")

    def outside(self, name):
        """Something that the template does not have: an export of another one, the name of its stack, or a resource
        that an excerpt leaves out."""
        self.data["terraform_remote_state"] = {"outside": {"backend": "local"}}
        return f"${{data.terraform_remote_state.outside.outputs.{re.sub(r'[^0-9A-Za-z]+', '_', name).strip('_')}}}"

    def reference(self, name):
        if name == "AWS::NoValue":
            return NOTHING
        if name in OUTSIDE:
            return self.source(*OUTSIDE[name])
        if name in self.addresses:
            address, table = self.addresses[name]
            return f"${{{address}.{table.reference[0]}}}"
        declared = (self.template.get("Parameters") or {}).get(name)
        if not isinstance(declared, dict):
            return self.outside(str(name))
        settings = {"type": VARIABLE_TYPES.get(declared.get("Type"), "string")}
        if "Default" in declared:
            settings["default"] = declared["Default"]
        if str(declared.get("NoEcho", "")).lower() == "true":
            settings["sensitive"] = True
        self.variables[name] = settings
        return f"${{var.{name}}}"

    def attribute(self, owner, attribute):
        if owner not in self.addresses:
            return self.outside(f"{owner}_{attribute}")
        address, table = self.addresses[owner]
        return f"${{{address}.{table.attribute(attribute)}}}"

    def substituted(self, argument):
        text, given = argument if isinstance(argument, list) else (argument, {})
        dynamic = re.fullmatch(r"\{\{resolve:([a-z-]+):(.*)\}\}", text)
        if dynamic:
            # What a placeholder inside says does not make the value any better known.
            return self.text(re.sub(r"\$\{!?([^}]*)\}", lambda hole: hole[1], text))

        def hole(found):
            name = found[1]
            if name.startswith("!"):
                return f"$${{{name[1:]}}}"
            if name in given:
                return str(self.of(given[name]))
            return self.attribute(*name.split(".", 1)) if "." in name else self.reference(name)

        pieces = re.split(r"(\$\{[^}]*\})", text)
        return "".join(
            hole(re.fullmatch(r"\$\{([^}]*)\}", piece)) if at % 2 else escape(piece) for at, piece in enumerate(pieces)
        )
