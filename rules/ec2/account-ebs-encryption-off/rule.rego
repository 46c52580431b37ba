package trilith.account_ebs_encryption_off

import data.trilith

deny contains {"path": "enabled", "message": msg, "label": "off for the whole Region"} if {
	trilith.may_be_false(input, "enabled")
	msg := sprintf("`%s` switches EBS encryption by default off", [input.name])
}
