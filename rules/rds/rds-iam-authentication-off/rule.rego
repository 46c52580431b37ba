package trilith.rds_iam_authentication_off

import data.trilith

# Aurora's clusters all support it, its instances leave it to the cluster.
engines := {
	"AWS::RDS::DBCluster": `^(mysql|postgres|aurora(-mysql|-postgresql)?)$`,
	"AWS::RDS::DBInstance": `^(mysql|mariadb|postgres)$`,
}[input.type]

# Terraform's clusters are Aurora's if nothing is said.
default_engine := "aurora" if {
	input.terraform
	input.type == "AWS::RDS::DBCluster"
} else := ""

# MariaDB supports it from 10.6 on.
too_old if {
	lower(input.properties.Engine) == "mariadb"
	version := split(sprintf("%v", [input.properties.EngineVersion]), ".")
	[to_number(version[0]), to_number(version[1])] < [10, 6]
}

# A cluster's own name is called like the cluster that an instance belongs to.
member if {
	input.type == "AWS::RDS::DBInstance"
	input.properties.DBClusterIdentifier
}

deny contains {
	"path": "EnableIAMDatabaseAuthentication", "message": msg, "label": "passwords only",
	"rests_on": ["Engine", "EngineVersion", "DBClusterIdentifier"],
} if {
	regex.match(engines, lower(object.get(input.properties, "Engine", default_engine)))
	not too_old
	not member
	not trilith.is_true(input.properties.EnableIAMDatabaseAuthentication)
	msg := sprintf("database `%s` accepts passwords only", [input.name])
}
