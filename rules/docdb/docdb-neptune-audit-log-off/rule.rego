package trilith.docdb_neptune_audit_log_off

import data.trilith

path := "EnableCloudwatchLogsExports"

types := trilith.items(object.get(input.properties, path, []))

# An element that is not known may be the one that is missing.
rests_on := [sprintf("%s/%d", [path, index]) | some index, _ in types]

deny contains {"path": path, "message": msg, "label": "no audit log", "rests_on": rests_on} if {
	not "audit" in types
	msg := sprintf("the audit log of cluster `%s` goes nowhere", [input.name])
}
