package trilith.opensearch_serverless_public

import data.trilith

places contains ["Policy", {}] if not trilith.known(input, "Policy")

places contains [path, part] if {
	some i, part in trilith.items(input.properties.Policy)
	path := sprintf("Policy/%d/AllowFromPublic", [i])
	may_be_public(path, part)
}

may_be_public(_, part) if trilith.is_true(part.AllowFromPublic)

may_be_public(path, _) if not trilith.known(input, path)

# A list of one rule may be seen as the rule.
may_be_public(_, _) if not trilith.known(input, "Policy/AllowFromPublic")

dashboards_only(part) if {
	kinds := {rule.ResourceType | some rule in trilith.items(part.Rules)}
	kinds == {"dashboard"}
}

severity(part) := "medium" if dashboards_only(part) else := "high"

deny contains {
	"path": place[0], "message": msg, "label": "from every network", "severity": severity(place[1]),
	"rests_on": ["Type"],
} if {
	object.get(input.properties, "Type", "network") == "network"
	some place in places
	msg := sprintf("`%s` lets the internet reach its collections", [input.name])
}
