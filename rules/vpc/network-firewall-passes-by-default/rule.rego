package trilith.network_firewall_passes_by_default

import data.trilith

what := {
	"StatelessDefaultActions": "packets",
	"StatelessFragmentDefaultActions": "fragments of packets",
}

passes(action, _) if action == "aws:pass"

passes(_, path) if not trilith.known(input, path)

deny contains {"path": path, "message": msg, "label": "not looked at"} if {
	some name, kind in what
	some index, action in trilith.items(input.properties.FirewallPolicy[name])
	path := sprintf("FirewallPolicy/%s/%d", [name, index])
	passes(action, path)
	msg := sprintf("`%s` lets %s through that no rule knows", [input.name, kind])
}
