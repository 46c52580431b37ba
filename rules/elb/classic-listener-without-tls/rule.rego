package trilith.classic_listener_without_tls

import data.trilith

# Where TLS is spoken from the first byte, behind the load balancer if not in it.
tls_ports := {443, 465, 636, 853, 989, 990, 992, 993, 995, 5061, 5671, 6443, 8443, 8883, 9443}

deny contains {
	"path": sprintf("%s/Protocol", [place]), "message": msg, "label": "not encrypted by the load balancer",
	"rests_on": [sprintf("%s/LoadBalancerPort", [place])],
} if {
	some index, listener in trilith.items(object.get(input.properties, "Listeners", []))
	place := sprintf("Listeners/%d", [index])
	may_be_tcp(listener, sprintf("%s/Protocol", [place]))
	not is_tls(listener.LoadBalancerPort)
	msg := sprintf("load balancer `%s` passes on what comes in without TLS", [input.name])
}

may_be_tcp(listener, _) if upper(listener.Protocol) == "TCP"

may_be_tcp(_, path) if not trilith.known(input, path)

is_tls(port) if to_number(port) in tls_ports
