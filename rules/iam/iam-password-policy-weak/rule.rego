package trilith.iam_password_policy_weak

import data.trilith

least := {"minimum_password_length": 14, "password_reuse_prevention": 24}

kinds := {
	"require_lowercase_characters", "require_numbers", "require_symbols", "require_uppercase_characters",
}

weak contains [property, sprintf("less than %d", [number])] if {
	some property, number in least
	to_number(object.get(input.properties, property, 0)) < number
}

weak contains [property, "not asked for"] if {
	some property in kinds
	not trilith.is_true(trilith.property(input, property))
}

# One finding: the first that is weak, in the order of their names.
deny contains {"path": first[0], "message": msg, "label": first[1]} if {
	first := sort([entry | some entry in weak])[0]
	msg := sprintf("`%s` accepts passwords that are guessed", [input.name])
}
