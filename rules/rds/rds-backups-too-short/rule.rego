package trilith.rds_backups_too_short

import data.trilith

# These have the backups of what they belong to.
belongs if {
	some property in ["DBClusterIdentifier", "SourceDBInstanceIdentifier", "SourceDBClusterIdentifier"]
	input.properties[property]
}

belongs if {
	input.type == "AWS::RDS::DBInstance"
	startswith(input.properties.Engine, "aurora")
}

default_days := 0 if {
	input.terraform
	input.type == "AWS::RDS::DBInstance"
} else := 1

days := to_number(object.get(input.properties, "BackupRetentionPeriod", default_days))

severity := "medium" if days == 0

	else := "low" if days < 7

deny contains {
	"path": "BackupRetentionPeriod", "message": msg, "severity": severity,
	"label": sprintf("%d days of backups", [days]),
	"rests_on": ["DBClusterIdentifier", "SourceDBInstanceIdentifier", "Engine"],
} if {
	not belongs
	msg := sprintf("backups of database `%s` reach back %d days", [input.name, days])
}
