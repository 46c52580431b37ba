package trilith.lambda_layer_public

import data.trilith

deny contains {
	"path": "Principal", "message": msg, "label": "every account", "rests_on": ["OrganizationId"],
} if {
	trilith.may_be(input, "Principal", {"*"})
	not input.properties.OrganizationId
	msg := sprintf("`%s` shares the layer with every AWS account", [input.name])
}
