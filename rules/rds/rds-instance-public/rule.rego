package trilith.rds_instance_public

import data.trilith

# With one of these, the instance is placed in the subnets of a group, a cluster or its source.
placed_by := ["DBSubnetGroupName", "DBClusterIdentifier", "SourceDBInstanceIdentifier", "SourceDbiResourceId"]

deny contains {"path": "PubliclyAccessible", "message": msg, "label": "gets a public address"} if {
	trilith.may_be(input, "PubliclyAccessible", {true, "true"})
	msg := sprintf("database `%s` gets an address that the internet can reach", [input.name])
}

deny contains {"path": "PubliclyAccessible", "message": msg, "severity": "medium", "rests_on": rests_on} if {
	[input.type, input.terraform] == ["AWS::RDS::DBInstance", false]
	not "PubliclyAccessible" in object.keys(input.properties)
	every property in placed_by { not input.properties[property] }
	not startswith(object.get(input.properties, "Engine", ""), "aurora")
	rests_on := array.concat(placed_by, ["Engine"])
	msg := sprintf("database `%s` goes to the default VPC, which gives it a public address", [input.name])
}
