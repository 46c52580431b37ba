package trilith.opensearch_access_control_off

import data.trilith

options := "AdvancedSecurityOptions"

switch := concat("/", [options, "Enabled"])

anonymous := concat("/", [options, "AnonymousAuthEnabled"])

engine := object.get(input.properties, "EngineVersion", "")

version := sprintf("%v", [object.get(input.properties, "ElasticsearchVersion", trim_prefix(engine, "Elasticsearch_"))])

too_old if regex.match(`^([1-5]\.|6\.[0-6]$)`, version)

gap := [switch, "every user may do everything"] if {
	not trilith.is_true(trilith.property(input, switch))
	not too_old
} else := [anonymous, "nobody needs to be known"] if trilith.may_be_true(input, anonymous)

severity := "medium" if input.properties.VPCOptions.SubnetIds

	else := "medium" if not trilith.known(input, "VPCOptions/SubnetIds")

	else := "high"

deny contains {
	"path": gap[0], "message": msg, "label": gap[1], "severity": severity,
	"rests_on": ["ElasticsearchVersion", "EngineVersion", switch],
} if {
	msg := sprintf("domain `%s` does not tell its users apart", [input.name])
}
