package trilith.bedrock_guardrail_admits_prompt_attacks

import data.trilith

list := "ContentPolicyConfig/FiltersConfig"

filters := [[sprintf("%s/%d", [list, i]), filter] |
	some i, filter in trilith.items(trilith.property(input, list))
	object.get(filter, "Type", "PROMPT_ATTACK") == "PROMPT_ATTACK"
]

gaps contains [list, "medium", "no filter for prompt attacks"] if count(filters) == 0

gaps contains [path, severity, "lets most of them through"] if {
	some [at, filter] in filters
	path := concat("/", [at, "InputStrength"])
	strength := object.get(filter, "InputStrength", "NONE")
	severity := {"NONE": "medium", "LOW": "low"}[strength]
}

gaps contains [path, "medium", "is not looked at"] if {
	some [at, filter] in filters
	trilith.is_false(filter.InputEnabled)
	path := concat("/", [at, "InputEnabled"])
}

gaps contains [path, "medium", "is found, and let through"] if {
	some [at, filter] in filters
	path := concat("/", [at, "InputAction"])
	lets_through(filter, path)
}

lets_through(filter, _) if filter.InputAction == "NONE"

lets_through(_, path) if not trilith.known(input, path)

deny contains {
	"path": gap[0], "message": msg, "label": gap[2], "severity": gap[1], "rests_on": [list],
} if {
	some gap in gaps
	msg := sprintf("guardrail `%s` lets prompt attacks through", [input.name])
}
