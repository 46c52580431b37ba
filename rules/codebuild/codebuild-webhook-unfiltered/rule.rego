package trilith.codebuild_webhook_unfiltered

import data.trilith

groups := trilith.items(object.get(input.properties, ["Triggers", "FilterGroups"], []))

strangers contains ["Triggers/FilterGroups", "every event starts a build"] if {
	count(groups) == 0
	not input.properties.Triggers.ScopeConfiguration
}

# Pull requests of whoever opens one.
strangers contains [path, "pull requests of anyone"] if {
	some g, group in groups
	some f, filter in trilith.items(group)
	filter.Type == "EVENT"
	regex.match(`PULL_REQUEST_(CREATED|UPDATED|REOPENED)`, filter.Pattern)
	not "ACTOR_ACCOUNT_ID" in {other.Type | some other in group}
	path := sprintf("Triggers/FilterGroups/%d/%d/Pattern", [g, f])
}

strangers contains [path, "matches inside longer ids"] if {
	some g, group in groups
	some f, filter in trilith.items(group)
	filter.Type == "ACTOR_ACCOUNT_ID"
	not trilith.is_true(filter.ExcludeMatchedPattern)
	not regex.match(`^\^.*\$$`, filter.Pattern)
	path := sprintf("Triggers/FilterGroups/%d/%d/Pattern", [g, f])
}

deny contains {
	"path": path, "message": msg, "label": label, "rests_on": ["Triggers/Webhook"],
} if {
	trilith.may_be_true(input, "Triggers/Webhook")
	some [path, label] in strangers
	msg := sprintf("pull requests of strangers run in build project `%s`", [input.name])
}
