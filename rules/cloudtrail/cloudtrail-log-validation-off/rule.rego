package trilith.cloudtrail_log_validation_off

import data.trilith

deny contains {
	"path": "EnableLogFileValidation", "message": msg, "label": "changes go unnoticed",
} if {
	not trilith.is_true(input.properties.EnableLogFileValidation)
	msg := sprintf("nothing proves that the log files of trail `%s` are unchanged", [input.name])
}
