package trilith.config_aggregator_not_all_regions

import data.trilith

sources["OrganizationAggregationSource"] := input.properties.OrganizationAggregationSource

sources[path] := source if {
	some index, source in trilith.items(input.properties.AccountAggregationSources)
	path := sprintf("AccountAggregationSources/%d", [index])
}

gaps contains concat("/", [path, "AllAwsRegions"]) if {
	some path, source in sources
	not trilith.is_true(object.get(source, "AllAwsRegions", false))
}

# One without a source collects nothing at all.
gaps contains "AccountAggregationSources" if count(sources) == 0

deny contains {
	"path": path, "message": msg, "label": "not all Regions", "rests_on": ["OrganizationAggregationSource"],
} if {
	some path in gaps
	msg := sprintf("aggregator `%s` does not collect from every Region", [input.name])
}
