package trilith.kms_key_policy_lockout

import data.trilith

deny contains {"path": "BypassPolicyLockoutSafetyCheck", "message": msg, "label": "nobody may be left"} if {
	trilith.may_be_true(input, "BypassPolicyLockoutSafetyCheck")
	msg := sprintf("the policy of key `%s` may lock everybody out", [input.name])
}
