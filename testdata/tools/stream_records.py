#!/usr/bin/env python3
"""Writes records for `trilith check --stream`, as many as wanted, no two with the same content.

    stream_records.py COUNT > records.ndjson

Templates in YAML and JSON, policies, and modules of Terraform in two files take turns. The same count gives the
same bytes on every machine.
"""

import json
import random
import sys

WORLD, OFFICE = "0.0.0.0/0", "203.0.113.0/24"


def template(number, chance):
    """A stack with a bucket, a function behind a URL, and a role."""
    auth = chance.choice(["NONE", "AWS_IAM"])
    actions = chance.choice([["*"], ["s3:GetObject"], ["iam:PassRole", "ec2:RunInstances"]])
    return {
        "Resources": {
            f"Bucket{number}": {
                "Type": "AWS::S3::Bucket",
                "Properties": {
                    "BucketName": f"records-{number}",
                    "VersioningConfiguration": {"Status": chance.choice(["Enabled", "Suspended"])},
                },
            },
            f"Door{number}": {
                "Type": "AWS::Lambda::Url",
                "Properties": {
                    "TargetFunctionArn": f"arn:aws:lambda:eu-west-1:111122223333:function:f{number}",
                    "AuthType": auth,
                },
            },
            f"Role{number}": {
                "Type": "AWS::IAM::Role",
                "Properties": {
                    "AssumeRolePolicyDocument": {
                        "Version": "2012-10-17",
                        "Statement": [{
                            "Effect": "Allow",
                            "Principal": {"Service": "lambda.amazonaws.com"},
                            "Action": "sts:AssumeRole",
                        }],
                    },
                    "Policies": [{
                        "PolicyName": f"p{number}",
                        "PolicyDocument": {
                            "Version": "2012-10-17",
                            "Statement": [{"Effect": "Allow", "Action": actions, "Resource": "*"}],
                        },
                    }],
                },
            },
        }
    }


def yaml(value, indent=0):
    """A value as block-style YAML; every string is quoted."""
    pad = "  " * indent
    if isinstance(value, dict):
        return "".join(f"{pad}{key}:{below(item, indent)}" for key, item in value.items())
    return "".join(f"{pad}-{below(item, indent)}" for item in value)


def below(value, indent):
    """What stands behind a key or a dash."""
    if isinstance(value, (dict, list)):
        return "\n" + yaml(value, indent + 1)
    return f" {json.dumps(value)}\n"


def module(number, chance):
    """A module whose networks are a variable in a file of its own."""
    port = chance.choice([22, 443, 3389, 5432])
    main = (
        f'resource "aws_security_group" "g{number}" {{\n  description = "records {number}"\n  ingress {{\n'
        f'    from_port   = {port}\n    to_port     = {port}\n    protocol    = "tcp"\n'
        f'    cidr_blocks = var.networks\n  }}\n}}\n\n'
        f'resource "aws_ebs_volume" "v{number}" {{\n  availability_zone = "eu-west-1a"\n  size = {number % 100 + 1}\n'
        f'  encrypted = {chance.choice(["true", "false"])}\n}}\n'
    )
    networks = json.dumps([chance.choice([WORLD, OFFICE])])
    return {
        "id": f"module-{number}",
        "files": [
            {"path": "main.tf", "content": main},
            {"path": "variables.tf", "content": f'variable "networks" {{\n  default = {networks}\n}}\n'},
        ],
    }


def policy(number, chance):
    """A policy document that stands alone."""
    principal = chance.choice(["*", {"AWS": f"arn:aws:iam::{number:012}:root"}])
    statement = {
        "Effect": "Allow",
        "Principal": principal,
        "Action": "s3:GetObject",
        "Resource": f"arn:aws:s3:::records-{number}/*",
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def record(number):
    """The record of a number."""
    chance = random.Random(number)
    kind = number % 4
    if kind == 0:
        return {"path": f"t{number}.yaml", "content": yaml(template(number, chance))}
    if kind == 1:
        return {"path": f"t{number}.json", "content": json.dumps(template(number, chance), indent=2)}
    if kind == 2:
        return module(number, chance)
    return {"path": f"policy{number}.json", "content": policy(number, chance)}


def main():
    """Writes one record a line."""
    for number in range(int(sys.argv[1])):
        print(json.dumps(record(number)))


if __name__ == "__main__":
    try:
        main()
    except BrokenPipeError:
        sys.exit(1)
