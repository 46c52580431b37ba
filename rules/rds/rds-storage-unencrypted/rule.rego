package trilith.rds_storage_unencrypted

import data.trilith

# What is made from one of these, or joins it, is encrypted like it.
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

deny contains {"path": "StorageEncrypted", "message": msg, "severity": severity, "rests_on": rests_on} if {
	not trilith.is_true(input.properties.StorageEncrypted)
	every property in made_from { not input.properties[property] }
	rests_on := array.concat(made_from, ["Engine"])
	msg := sprintf("the storage of database `%s` is not encrypted", [input.name])
}

# Aurora encrypts clusters that are created since 2026-02-18; older ones stay as they are.
severity := "info" if {
	startswith(object.get(input.properties, "Engine", ""), "aurora")
	not trilith.is_false(input.properties.StorageEncrypted)
} else := "high"
