package trilith.rds_logs_not_exported

import data.trilith

# A cluster's own name is called like the cluster that an instance belongs to.
member if {
	input.type == "AWS::RDS::DBInstance"
	input.properties.DBClusterIdentifier
}

member if {
	input.type == "AWS::RDS::DBInstance"
	startswith(lower(input.properties.Engine), "aurora")
}

deny contains {
	"path": "EnableCloudwatchLogsExports", "message": msg, "label": "no log is exported",
	"rests_on": ["DBClusterIdentifier", "Engine"],
} if {
	not member
	count(trilith.items(object.get(input.properties, "EnableCloudwatchLogsExports", []))) == 0
	msg := sprintf("logs of database `%s` stay on it", [input.name])
}
