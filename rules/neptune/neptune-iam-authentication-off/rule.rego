package trilith.neptune_iam_authentication_off

import data.trilith

deny contains {"path": "IamAuthEnabled", "message": msg, "label": "nobody is asked"} if {
	not trilith.is_true(input.properties.IamAuthEnabled)
	msg := sprintf("graph database `%s` asks nobody who they are", [input.name])
}
