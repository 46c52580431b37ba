package trilith.guardduty_off

import data.trilith

deny contains {"path": "Enable", "message": msg, "label": "suspended"} if {
	trilith.may_be_false(input, "Enable")
	msg := sprintf("GuardDuty detector `%s` is switched off", [input.name])
}
