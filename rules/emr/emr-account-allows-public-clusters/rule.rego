package trilith.emr_account_allows_public_clusters

import data.trilith

switch := "block_public_security_group_rules"

ranges := "permitted_public_security_group_rule_range"

gaps contains [switch, "critical", "switched off"] if trilith.may_be_false(input, switch)

gaps contains [path, "high", "open to everyone"] if {
	some i, range in trilith.items(object.get(input.properties, ranges, []))
	path := sprintf("%s/%d/%s", [ranges, i, other_end(range)])
}

gaps contains [path, "high", "open to everyone"] if {
	some i, _ in trilith.items(object.get(input.properties, ranges, []))
	some bound in ["min_range", "max_range"]
	path := sprintf("%s/%d/%s", [ranges, i, bound])
	not trilith.known(input, path)
}

# The end of a range that is not 22.
other_end(range) := "min_range" if not object.get(range, "min_range", 22) in {22, "22"}

	else := "max_range" if not object.get(range, "max_range", 22) in {22, "22"}

deny contains {"path": gap[0], "message": msg, "label": gap[2], "severity": gap[1]} if {
	some gap in gaps
	msg := sprintf("`%s` lets EMR start clusters that are open to the world", [input.name])
}
