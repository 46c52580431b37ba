package trilith.secret_rotation_too_rare

import data.trilith

rules := input.properties.RotationRules

days["AutomaticallyAfterDays"] := to_number(rules.AutomaticallyAfterDays)

days["ScheduleExpression"] := to_number(n) / {"hour": 24, "day": 1}[unit] if {
	[_, n, unit] := regex.find_all_string_submatch_n(`^rate\((\d+) (hour|day)s?\)$`, rules.ScheduleExpression, 1)[0]
}

# An interval that is not known may be any.
days[rule] := 999 if {
	some rule in ["AutomaticallyAfterDays", "ScheduleExpression"]
	not trilith.known(input, sprintf("RotationRules/%s", [rule]))
}

deny contains {"path": sprintf("RotationRules/%s", [rule]), "message": msg, "label": label} if {
	some rule, interval in days
	interval > 90
	label := sprintf("every %v days", [interval])
	msg := sprintf("`%s` changes the secret only every %v days", [input.name, interval])
}
