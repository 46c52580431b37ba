package trilith.load_balancer_accepts_invalid_headers

import data.trilith

drop := "routing.http.drop_invalid_header_fields.enabled"

attributes := trilith.items(object.get(input.properties, "LoadBalancerAttributes", []))

# A key that cannot be seen may be the one.
places contains sprintf("LoadBalancerAttributes/%d/Value", [index]) if {
	some index, attribute in attributes
	attribute.Key == drop
	not trilith.is_true(object.get(attribute, "Value", "unknown"))
}

places contains sprintf("LoadBalancerAttributes/%d/Value", [index]) if {
	some index, attribute in attributes
	attribute.Key == "routing.http.desync_mitigation_mode"
	object.get(attribute, "Value", "monitor") == "monitor"
}

places contains "LoadBalancerAttributes" if {
	not drop in [object.get(attribute, "Key", drop) | some attribute in attributes]
}

deny contains {
	"path": path, "message": msg, "label": "malformed requests pass", "rests_on": ["Type"],
} if {
	some path in places
	object.get(input.properties, "Type", "application") == "application"
	msg := sprintf("load balancer `%s` passes malformed requests on", [input.name])
}
