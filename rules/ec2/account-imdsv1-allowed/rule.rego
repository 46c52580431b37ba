package trilith.account_imdsv1_allowed

import data.trilith

deny contains {"path": "http_tokens", "message": msg, "label": "no token is asked for", "rests_on": ["http_endpoint"]} if {
	object.get(input.properties, "http_tokens", "no-preference") != "required"
	object.get(input.properties, "http_endpoint", "no-preference") != "disabled"
	msg := sprintf("`%s` lets new instances answer version 1 of the metadata service", [input.name])
}
