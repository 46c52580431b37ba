package trilith.opensearch_error_logs_off

import data.trilith

option := "LogPublishingOptions/ES_APPLICATION_LOGS"

arn := concat("/", [option, "CloudWatchLogsLogGroupArn"])

# Without a log group there is nowhere to write to.
has_group if trilith.property(input, arn) != null

has_group if not trilith.known(input, arn)

# Terraform switches on what is given without a word.
enabled if {
	input.terraform
	has_group
	not trilith.may_be_false(input, concat("/", [option, "Enabled"]))
}

enabled if {
	has_group
	trilith.is_true(trilith.property(input, concat("/", [option, "Enabled"])))
}

deny contains {"path": concat("/", [option, "Enabled"]), "message": msg, "label": "no error log"} if {
	not enabled
	msg := sprintf("domain `%s` does not record its errors", [input.name])
}
