package trilith.security_group_open_egress

import data.trilith

# The rules that are written here, each with the start of its path.
rules contains ["", input.properties] if input.type == "AWS::EC2::SecurityGroupEgress"

rules contains [sprintf("SecurityGroupEgress/%d/", [index]), rule] if {
	some index, rule in trilith.items(input.properties.SecurityGroupEgress)
}

open contains [path, protocol] if {
	some [at, rule] in rules
	rule.IpProtocol in {"-1", -1, "all"}
	some name in ["CidrIp", "CidrIpv6"]
	path := concat("", [at, name])
	to_everyone(object.get(rule, name, null), path)
	protocol := concat("", [at, "IpProtocol"])
}

to_everyone(cidr, _) if trilith.cidr_is_open(cidr)

to_everyone(_, path) if not trilith.known(input, path)

# CloudFormation's default, which Terraform takes away.
open contains ["SecurityGroupEgress", "SecurityGroupEgress"] if {
	input.type == "AWS::EC2::SecurityGroup"
	not input.terraform
	count(object.get(input.properties, "SecurityGroupEgress", [])) == 0
	count(trilith.attached(input, "AWS::EC2::SecurityGroupEgress")) == 0
}

deny contains {"path": path, "message": msg, "label": "everyone", "rests_on": [protocol]} if {
	some [path, protocol] in open
	msg := sprintf("what is in `%s` may send anything to anyone", [input.name])
}
