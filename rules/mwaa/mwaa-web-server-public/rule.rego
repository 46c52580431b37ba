package trilith.mwaa_web_server_public

import data.trilith

deny contains {"path": "WebserverAccessMode", "message": msg, "label": "a public address"} if {
	trilith.may_be(input, "WebserverAccessMode", {"PUBLIC_ONLY", "PUBLIC_AND_PRIVATE"})
	msg := sprintf("the web server of `%s` is on the internet", [input.name])
}
