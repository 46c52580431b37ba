package trilith.pipeline_source_with_token

import data.trilith

by_token(kind, _) if kind.Provider == "GitHub"

by_token(_, path) if not trilith.known(input, path)

deny contains {
	"path": path, "message": msg, "label": "the token of a person", "rests_on": [owner],
} if {
	some s, stage in trilith.items(input.properties.Stages)
	some a, action in trilith.items(stage.Actions)
	object.get(action.ActionTypeId, "Owner", "ThirdParty") == "ThirdParty"
	at := sprintf("Stages/%d/Actions/%d/ActionTypeId", [s, a])
	path := concat("/", [at, "Provider"])
	owner := concat("/", [at, "Owner"])
	by_token(action.ActionTypeId, path)
	msg := sprintf("pipeline `%s` signs in to GitHub as a person", [input.name])
}
