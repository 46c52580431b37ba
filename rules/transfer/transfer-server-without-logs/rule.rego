package trilith.transfer_server_without_logs

role := object.get(input.properties, "LoggingRole", "")

deny contains {
	"path": "StructuredLogDestinations", "message": msg, "label": "no log",
	"rests_on": ["LoggingRole"],
} if {
	input.type == "AWS::Transfer::Server"
	count(object.get(input.properties, "StructuredLogDestinations", [])) == 0
	role == ""
	msg := sprintf("transfer server `%s` keeps no record of logins and files", [input.name])
}

deny contains {"path": "LoggingRole", "message": msg, "label": "no log"} if {
	input.type == "AWS::Transfer::Connector"
	role == ""
	msg := sprintf("connector `%s` keeps no record of what it sends and fetches", [input.name])
}
