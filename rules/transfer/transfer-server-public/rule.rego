package trilith.transfer_server_public

deny contains {"path": "EndpointType", "message": msg, "label": "public"} if {
	object.get(input.properties, "EndpointType", "PUBLIC") == "PUBLIC"
	msg := sprintf("transfer server `%s` can be reached by everyone", [input.name])
}
