package trilith.eks_audit_logs_off

import data.trilith

path := "Logging/ClusterLogging/EnabledTypes"

types := trilith.items(object.get(input.properties, split(path, "/"), []))

enabled := {type.Type | some type in types}

missing := [name | some name in ["audit", "authenticator"]; not name in enabled]

# An element that is not known may be the one that is missing.
rests_on := [sprintf("%s/%d/Type", [path, index]) | some index, _ in types]

deny contains {"path": path, "message": msg, "label": label, "rests_on": rests_on} if {
	count(missing) > 0
	label := sprintf("%s off", [concat(" and ", missing)])
	msg := sprintf("cluster `%s` does not record who used its API, and how", [input.name])
}
