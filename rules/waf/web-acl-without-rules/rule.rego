package trilith.web_acl_without_rules

import data.trilith

deny contains {
	"path": "Rules", "message": msg, "label": "no rule", "rests_on": ["DefaultAction"],
} if {
	count(trilith.items(object.get(input.properties, "Rules", []))) == 0
	not input.properties.DefaultAction.Block
	msg := sprintf("web ACL `%s` lets everything pass", [input.name])
}
