package trilith.iam_user

import data.trilith

deny contains {"path": "", "message": msg, "label": "credentials that do not expire"} if {
	msg := sprintf("`%s` is a user of IAM, not a role", [input.name])
}
