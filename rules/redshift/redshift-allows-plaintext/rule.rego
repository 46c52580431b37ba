package trilith.redshift_allows_plaintext

import data.trilith

parameters := trilith.items(object.get(input.properties, "Parameters", []))

given := [index | some index, parameter in parameters; parameter.ParameterName == "require_ssl"]

required if {
	some index in given
	trilith.is_true(parameters[index].ParameterValue)
}

path := sprintf("Parameters/%d/ParameterValue", [given[0]]) if count(given) > 0

	else := "Parameters"

deny contains {"path": path, "message": msg, "label": "TLS is not required"} if {
	not required
	msg := sprintf("clusters with parameter group `%s` accept connections without TLS", [input.name])
}
