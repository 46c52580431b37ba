package trilith.rds_storage_unencrypted

import data.trilith

# What is made from one of these, or joins it, is encrypted like it if it does not say.
made_from := {
	"AWS::RDS::DBInstance": [
		"DBClusterIdentifier", "DBClusterSnapshotIdentifier", "DBSnapshotIdentifier",
		"SourceDBClusterIdentifier", "SourceDBInstanceIdentifier", "SourceDbiResourceId",
	],
	"AWS::RDS::DBCluster": [
		"GlobalClusterIdentifier", "ReplicationSourceIdentifier", "SnapshotIdentifier",
		"SourceDBClusterIdentifier", "SourceDbClusterResourceId",
	],
	"AWS::RDS::GlobalCluster": ["SourceDBClusterIdentifier"],
}[input.type]

member if {
	input.type == "AWS::RDS::DBInstance"
	input.properties.DBClusterIdentifier
}

# How bad it is, and what that rests on.
defect := ["high", []] if {
	trilith.is_false(input.properties.StorageEncrypted)
	not member
} else := ["none", []] if {
	trilith.known(input, "StorageEncrypted")
	some property in made_from
	input.properties[property]
} else := ["none", []] if {
	lower(input.properties.EngineMode) == "serverless"
} else := ["info", array.concat(made_from, ["EngineMode"])] if {
	# Aurora encrypts clusters that are created since 2026-02-18.
	startswith(lower(object.get(input.properties, "Engine", "")), "aurora")
} else := ["high", array.concat(made_from, ["Engine"])]

deny contains {
	"path": "StorageEncrypted", "message": msg, "label": "not encrypted", "severity": defect[0],
	"rests_on": defect[1],
} if {
	defect[0] != "none"
	not trilith.is_true(input.properties.StorageEncrypted)
	msg := sprintf("the storage of database `%s` is not encrypted", [input.name])
}
