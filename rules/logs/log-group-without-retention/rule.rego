package trilith.log_group_without_retention

deny contains {"path": "RetentionInDays", "message": msg, "label": "kept for ever"} if {
	object.get(input.properties, "RetentionInDays", 0) in {0, "0"}
	msg := sprintf("nobody decided how long the logs of `%s` are kept", [input.name])
}
