package trilith.rds_iam_authentication_off

import data.trilith

engines := `^(mysql|mariadb|postgres|aurora(-mysql|-postgresql)?)$`

deny contains {
	"path": "EnableIAMDatabaseAuthentication", "message": msg, "label": "passwords only",
	"rests_on": ["Engine", "DBClusterIdentifier"],
} if {
	trilith.known(input, "Engine")
	regex.match(engines, input.properties.Engine)
	not input.properties.DBClusterIdentifier
	not trilith.is_true(input.properties.EnableIAMDatabaseAuthentication)
	msg := sprintf("database `%s` accepts passwords only", [input.name])
}
