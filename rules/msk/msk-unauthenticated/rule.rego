package trilith.msk_unauthenticated

import data.trilith

unauthenticated := "ClientAuthentication/Unauthenticated/Enabled"

open := unauthenticated if trilith.may_be_true(input, unauthenticated)
	else := "ClientAuthentication" if not input.properties.ClientAuthentication

deny contains {"path": open, "message": msg, "label": "no login"} if {
	msg := sprintf("Kafka cluster `%s` serves clients that do not log in", [input.name])
}
