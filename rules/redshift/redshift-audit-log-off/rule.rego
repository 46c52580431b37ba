package trilith.redshift_audit_log_off

import data.trilith

missing := "LoggingProperties" if {
	input.type == "AWS::Redshift::Cluster"
	object.get(input.properties, "LoggingProperties", {}) == {}
}

missing := "LogExports" if {
	input.type == "AWS::RedshiftServerless::Namespace"
	count(trilith.items(object.get(input.properties, "LogExports", []))) == 0
}

deny contains {"path": missing, "message": msg, "label": "no audit log"} if {
	msg := sprintf("queries of warehouse `%s` are not recorded", [input.name])
}
