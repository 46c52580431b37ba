package trilith.sns_subscription_in_clear

import data.trilith

places contains "Protocol" if trilith.may_be(input, "Protocol", {"http"})

# Those written in the topic itself.
places contains path if {
	some i, _ in trilith.items(object.get(input.properties, "Subscription", []))
	path := sprintf("Subscription/%d/Protocol", [i])
	trilith.may_be(input, path, {"http"})
}

places contains path if {
	some i, subscription in trilith.items(object.get(input.properties, "Subscription", []))
	path := sprintf("Subscription/%d/Protocol", [i])
	subscription.Protocol == "http"
}

deny contains {"path": path, "message": msg, "label": "in the clear"} if {
	some path in places
	msg := sprintf("`%s` sends messages over plain HTTP", [input.name])
}
