package trilith.rds_backups_off

import data.trilith

# These have the backups of what they belong to.
belongs if {
	some property in ["SourceDBInstanceIdentifier", "SourceDBClusterIdentifier", "DBClusterIdentifier"]
	input.properties[property]
}

belongs if startswith(lower(input.properties.Engine), "aurora")

default_days := 0 if input.terraform

else := 1

days := to_number(object.get(input.properties, "BackupRetentionPeriod", default_days))

off if days == 0

off if not trilith.known(input, "BackupRetentionPeriod")

deny contains {
	"path": "BackupRetentionPeriod", "message": msg, "label": "no backups",
	"rests_on": ["DBClusterIdentifier", "SourceDBInstanceIdentifier", "Engine"],
} if {
	not belongs
	off
	msg := sprintf("database `%s` has no backups", [input.name])
}
