package trilith.rds_tls_not_required

import data.trilith

parameter := "require_secure_transport" if regex.match(`^(aurora-)?(mysql|mariadb)`, input.properties.Family)

parameter := "rds.force_ssl" if regex.match(`^((aurora-)?postgres|sqlserver)`, input.properties.Family)

# Left out, TLS is required from PostgreSQL 15 on.
default_on if {
	version := regex.find_n(`\d+$`, input.properties.Family, 1)[0]
	contains(input.properties.Family, "postgres")
	to_number(version) >= 15
}

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
	value_on := {"rds.force_ssl": "1", "require_secure_transport": "ON"}[parameter]
	help := sprintf("set the parameter `%s` to %s", [parameter, value_on])
	msg := sprintf("databases with `%s` accept unencrypted connections", [input.name])
}
