package trilith.rds_backups_too_short

import data.trilith

# These have the backups of what they belong to.
belongs if {
	some property in ["SourceDBInstanceIdentifier", "SourceDBClusterIdentifier"]
	input.properties[property]
}

belongs if {
	input.type == "AWS::RDS::DBInstance"
	input.properties.DBClusterIdentifier
}

belongs if {
	input.type == "AWS::RDS::DBInstance"
	startswith(lower(input.properties.Engine), "aurora")
}

default_days := 0 if {
	input.terraform
	input.type == "AWS::RDS::DBInstance"
} else := 1

days := to_number(object.get(input.properties, "BackupRetentionPeriod", default_days))

short if days in numbers.range(1, 6)

# A cluster has one day at least: Terraform's provider does not send a zero, and AWS refuses it.
short if {
	input.type == "AWS::RDS::DBCluster"
	days == 0
}

short if not trilith.known(input, "BackupRetentionPeriod")

deny contains {
	"path": "BackupRetentionPeriod", "message": msg, "label": "fewer than seven days",
	"rests_on": ["DBClusterIdentifier", "SourceDBInstanceIdentifier", "Engine"],
} if {
	not belongs
	short
	msg := sprintf("backups of database `%s` reach back less than a week", [input.name])
}
