package trilith.lambda_permission_without_source

# Who the permission says may call; an organization or a token of Alexa say it as well.
said contains property if {
	some property in ["SourceArn", "SourceAccount", "EventSourceToken", "PrincipalOrgID"]
	input.properties[property]
}

missing := ["SourceArn", "high", "no source is named"] if count(said) == 0

missing := ["SourceAccount", "low", "no account is named"] if {
	said == {"SourceArn"}
	input.properties.Principal == "s3.amazonaws.com"
}

deny contains {
	"path": missing[0], "message": msg, "label": missing[2], "severity": missing[1],
	"rests_on": ["Principal", "SourceArn", "SourceAccount", "EventSourceToken", "PrincipalOrgID"],
} if {
	regex.match(`\.amazon(aws)?\.com(\.cn)?$`, input.properties.Principal)
	msg := sprintf(
		"`%s` lets %s invoke the function for resources of any account",
		[input.name, input.properties.Principal],
	)
}
