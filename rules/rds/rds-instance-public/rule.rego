package trilith.rds_instance_public

import data.trilith

# With one of these, the instance is placed in the subnets of a group, a cluster or its source.
placed_by := [
	"DBClusterIdentifier", "DBSubnetGroupName", "SourceDBInstanceIdentifier", "SourceDbiResourceId",
]

placed if {
	some property in placed_by
	input.properties[property]
}

deny contains {
	"path": "PubliclyAccessible", "message": msg, "label": "gets a public address",
} if {
	trilith.may_be_true(input, "PubliclyAccessible")
	msg := sprintf("database `%s` gets an address that the internet can reach", [input.name])
}

deny contains {
	"path": "PubliclyAccessible", "message": msg, "label": "not set", "severity": "medium",
	"rests_on": array.concat(placed_by, ["Engine"]),
} if {
	[input.type, input.terraform] == ["AWS::RDS::DBInstance", false]
	not "PubliclyAccessible" in object.keys(input.properties)
	not placed
	not startswith(lower(object.get(input.properties, "Engine", "")), "aurora")
	msg := sprintf("database `%s` goes to the default VPC, which gives it a public address", [input.name])
}
