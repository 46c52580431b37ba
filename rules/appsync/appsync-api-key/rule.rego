package trilith.appsync_api_key

import data.trilith

by_key contains ["AuthenticationType", "high"] if {
	trilith.may_be(input, "AuthenticationType", {"API_KEY"})
}

# A type that is not known may be a key.
by_key contains [path, "medium"] if {
	some index, provider in trilith.items(input.properties.AdditionalAuthenticationProviders)
	object.get(provider, "AuthenticationType", "API_KEY") == "API_KEY"
	path := sprintf("AdditionalAuthenticationProviders/%d/AuthenticationType", [index])
}

deny contains {"path": path, "message": msg, "label": "a key for all", "severity": severity} if {
	some [path, severity] in by_key
	msg := sprintf("a key that every client carries opens GraphQL API `%s`", [input.name])
}
