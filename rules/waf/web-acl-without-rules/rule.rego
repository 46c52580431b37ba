package trilith.web_acl_without_rules

import data.trilith

blocks if input.properties.DefaultAction.Block

# AWS WAF Classic writes it so.
blocks if input.properties.DefaultAction.Type == "BLOCK"

deny contains {
	"path": "Rules", "message": msg, "label": "no rule", "rests_on": ["DefaultAction", "DefaultAction/Type"],
} if {
	every rule in trilith.items(object.get(input.properties, "Rules", [])) { rule == {} }
	not blocks
	msg := sprintf("web ACL `%s` lets everything pass", [input.name])
}
