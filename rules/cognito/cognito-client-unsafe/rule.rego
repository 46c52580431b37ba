package trilith.cognito_client_unsafe

import data.trilith

# Without this switch grants and callbacks are not used.
switch := "AllowedOAuthFlowsUserPoolClient"

unsafe contains [path, "medium", "tokens in the address bar"] if {
	trilith.may_be_true(input, switch)
	some index, flow in trilith.items(input.properties.AllowedOAuthFlows)
	path := sprintf("AllowedOAuthFlows/%d", [index])
	is_like(`^implicit$`, flow, path)
}

unsafe contains [path, "medium", "tokens in the clear"] if {
	trilith.may_be_true(input, switch)
	some index, url in trilith.items(input.properties.CallbackURLs)
	path := sprintf("CallbackURLs/%d", [index])
	is_like(`^http://([^l1\[]|l[^o]|1[^2])`, url, path)
}

unsafe contains ["EnableTokenRevocation", "medium", "stolen tokens stay valid"] if {
	trilith.may_be_false(input, "EnableTokenRevocation")
}

# Without flows of its own a client signs in by password.
unsafe contains ["PreventUserExistenceErrors", "low", "tells who has an account"] if {
	object.get(input.properties, "PreventUserExistenceErrors", "LEGACY") == "LEGACY"
	flows := object.get(input.properties, "ExplicitAuthFlows", ["PASSWORD", "SRP"])
	count(object.get(input.properties, "AllowedOAuthFlows", [])) == 0
	some flow in flows
	regex.match(`PASSWORD|SRP|CUSTOM|ALLOW_USER_AUTH`, flow)
}

is_like(pattern, text, _) if regex.match(pattern, text)

is_like(_, _, path) if not trilith.known(input, path)

rests_on(path) := [switch] if regex.match(`^(AllowedOAuthFlows|CallbackURLs)/`, path) else := []

deny contains {
	"path": path, "message": msg, "label": label, "severity": severity, "rests_on": rests_on(path),
} if {
	some [path, severity, label] in unsafe
	msg := sprintf("app client `%s` gives tokens or names away", [input.name])
}
