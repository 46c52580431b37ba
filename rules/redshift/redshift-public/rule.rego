package trilith.redshift_public

import data.trilith

deny contains {"path": "PubliclyAccessible", "message": msg, "label": "a public address"} if {
	trilith.may_be_true(input, "PubliclyAccessible")
	msg := sprintf("data warehouse `%s` is reachable from the internet", [input.name])
}
