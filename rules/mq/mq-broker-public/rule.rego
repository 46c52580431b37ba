package trilith.mq_broker_public

import data.trilith

deny contains {"path": "PubliclyAccessible", "message": msg, "label": "a public address"} if {
	trilith.may_be_true(input, "PubliclyAccessible")
	msg := sprintf("the internet can reach message broker `%s`", [input.name])
}
