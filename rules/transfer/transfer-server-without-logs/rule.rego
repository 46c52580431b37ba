package trilith.transfer_server_without_logs

deny contains {
	"path": "StructuredLogDestinations", "message": msg, "label": "no log",
	"rests_on": ["LoggingRole"],
} if {
	count(object.get(input.properties, "StructuredLogDestinations", [])) == 0
	object.get(input.properties, "LoggingRole", "") == ""
	msg := sprintf("transfer server `%s` keeps no record of logins and files", [input.name])
}
