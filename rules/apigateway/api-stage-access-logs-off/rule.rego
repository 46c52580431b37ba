package trilith.api_stage_access_logs_off

setting := {
	"AWS::ApiGateway::Stage": "AccessLogSetting", "AWS::ApiGatewayV2::Stage": "AccessLogSettings",
}[input.type]

deny contains {
	"path": concat("/", [setting, "DestinationArn"]), "message": msg, "label": "no access log",
} if {
	object.get(input.properties, [setting, "DestinationArn"], "") == ""
	msg := sprintf("stage `%s` keeps no record of who called the API", [input.name])
}
