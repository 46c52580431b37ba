package trilith.athena_results_unprotected

import data.trilith

group := "WorkGroupConfiguration"

switch := concat("/", [group, "EnforceWorkGroupConfiguration"])

encryption := concat("/", [group, "ResultConfiguration/EncryptionConfiguration"])

managed := concat("/", [group, "ManagedQueryResultsConfiguration/Enabled"])

engine := concat("/", [group, "EngineVersion/SelectedEngineVersion"])

# Spark keeps its results elsewhere, and some results Athena keeps itself.
elsewhere if contains(trilith.property(input, engine), "Spark")

elsewhere if trilith.is_true(trilith.property(input, managed))

gap := [switch, "medium", "the client's settings count"] if trilith.may_be_false(input, switch)

	else := [encryption, "low", "no key is named"] if trilith.property(input, encryption) == null

deny contains {
	"path": gap[0], "message": msg, "label": gap[2], "severity": gap[1], "rests_on": [managed, engine],
} if {
	not elsewhere
	input.properties.WorkGroupConfiguration
	msg := sprintf("workgroup `%s` does not protect what queries return", [input.name])
}
