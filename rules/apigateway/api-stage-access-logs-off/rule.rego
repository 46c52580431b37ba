package trilith.api_stage_access_logs_off

import data.trilith

# A deployment with the name of a stage makes that stage too.
setting := {
	"AWS::ApiGateway::Stage": "AccessLogSetting", "AWS::ApiGatewayV2::Stage": "AccessLogSettings",
	"AWS::ApiGateway::Deployment": "StageDescription/AccessLogSetting",
}[input.type]

makes_stage if input.type != "AWS::ApiGateway::Deployment"

# The stage that SAM's deployments name is the one it describes, or an empty one beside it.
makes_stage if {
	input.source_type != "AWS::Serverless::Api"
	object.get(input.properties, "StageName", "") != ""
}

default log := {}

log := value if {
	value := object.get(input.properties, split(setting, "/"), {})
	is_object(value)
}

missing := ["DestinationArn", "no access log"] if object.get(log, "DestinationArn", "") == ""

missing := ["Format", "nothing is written without a format"] if {
	object.get(log, "DestinationArn", "") != ""
	object.get(log, "Format", "") == ""
}

deny contains {
	"path": concat("/", [setting, missing[0]]), "message": msg, "label": missing[1],
	"rests_on": [concat("/", [setting, "DestinationArn"])],
} if {
	makes_stage
	msg := sprintf("%s `%s` keeps no record of who called the API", [kind, input.name])
}

kind := "deployment" if input.type == "AWS::ApiGateway::Deployment" else := "stage"
