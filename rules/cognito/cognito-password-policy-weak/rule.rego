package trilith.cognito_password_policy_weak

import data.trilith

at := "Policies/PasswordPolicy"

policy := input.properties.Policies.PasswordPolicy

kinds := ["RequireLowercase", "RequireUppercase", "RequireNumbers", "RequireSymbols"]

missing := [kind | some kind in kinds; not trilith.is_true(policy[kind])]

said := {
	"RequireLowercase": "lower case", "RequireUppercase": "upper case",
	"RequireNumbers": "numbers", "RequireSymbols": "symbols",
}

# Cognito's own default is that of a pool without a policy.
weak contains ["", "low", "8 characters"] if not policy

weak contains ["MinimumLength", severity, label] if {
	length := to_number(object.get(policy, "MinimumLength", 8))
	length < 12
	severity := {true: "low", false: "medium"}[length >= 8]
	label := sprintf("%d characters", [length])
}

weak contains ["MinimumLength", "medium", ""] if not trilith.known(input, concat("/", [at, "MinimumLength"]))

# All kinds at the first of them.
weak contains [missing[0], "medium", label] if {
	to_number(object.get(policy, "MinimumLength", 8)) < 16
	label := sprintf("%s not required", [concat(", ", [said[kind] | some kind in missing])])
}

weak contains ["TemporaryPasswordValidityDays", "low", "valid for more than a week"] if {
	to_number(policy.TemporaryPasswordValidityDays) > 7
}

weak contains ["TemporaryPasswordValidityDays", "low", ""] if {
	not trilith.known(input, concat("/", [at, "TemporaryPasswordValidityDays"]))
}

deny contains {"path": path, "message": msg, "label": label, "severity": severity} if {
	some [name, severity, label] in weak
	path := trim_right(concat("/", [at, name]), "/")
	msg := sprintf("users of pool `%s` may choose weak passwords", [input.name])
}
