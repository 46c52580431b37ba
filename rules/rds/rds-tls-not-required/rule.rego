package trilith.rds_tls_not_required

import data.trilith

# In Aurora, the group of the cluster has these parameters and that of an instance does not.
of_aurora_instance if {
	input.type == "AWS::RDS::DBParameterGroup"
	startswith(input.properties.Family, "aurora")
}

parameter := "require_secure_transport" if regex.match(`^(aurora-)?(mysql|mariadb)`, input.properties.Family)

parameter := "rds.force_ssl" if regex.match(`^((aurora-)?postgres|sqlserver)`, input.properties.Family)

# Left out, TLS is required from PostgreSQL 15 on.
default_on if {
	version := regex.find_n(`\d+$`, input.properties.Family, 1)[0]
	contains(input.properties.Family, "postgres")
	to_number(version) >= 15
}

# And from MariaDB 11.8, MySQL 9.7 and Aurora MySQL 8.4 on.
default_on if regex.match(`^mariadb(1[2-9]|11\.([89]|\d\d))`, input.properties.Family)

default_on if regex.match(`^mysql(9\.([7-9]|\d\d)|\d\d)`, input.properties.Family)

default_on if regex.match(`^aurora-mysql(8\.([4-9]|\d\d)|9|\d\d)`, input.properties.Family)

value := object.get(input.properties, ["Parameters", parameter], "absent")

severity := "high" if trilith.may_be(input, concat("/", ["Parameters", parameter]), {"0", 0, "OFF", "off", false})

	else := "medium" if {
	value == "absent"
	not default_on
}

deny contains {
	"path": concat("/", ["Parameters", parameter]), "message": msg, "label": "TLS is optional",
	"severity": severity, "help": help,
} if {
	not of_aurora_instance
	value_on := {"rds.force_ssl": "1", "require_secure_transport": "ON"}[parameter]
	help := sprintf("set the parameter `%s` to %s", [parameter, value_on])
	msg := sprintf("databases with `%s` accept unencrypted connections", [input.name])
}
