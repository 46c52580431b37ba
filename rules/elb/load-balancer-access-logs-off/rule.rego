package trilith.load_balancer_access_logs_off

import data.trilith

attributes := trilith.items(object.get(input.properties, "LoadBalancerAttributes", []))

switches := {index | some index, attribute in attributes; attribute.Key == "access_logs.s3.enabled"}

# The property to change, and what else makes it one.
off[path] := [] if {
	some index in switches
	path := sprintf("LoadBalancerAttributes/%d/Value", [index])
	not trilith.is_true(attributes[index].Value)
}

off["LoadBalancerAttributes"] := array.concat(["Type"], keys) if {
	input.type == "AWS::ElasticLoadBalancingV2::LoadBalancer"
	object.get(input.properties, "Type", "application") != "gateway"
	count(switches) == 0
	keys := [sprintf("LoadBalancerAttributes/%d/Key", [index]) | some index, _ in attributes]
}

off["AccessLoggingPolicy/Enabled"] := [] if {
	input.type == "AWS::ElasticLoadBalancing::LoadBalancer"
	every policy in trilith.items(object.get(input.properties, "AccessLoggingPolicy", [])) {
		not trilith.is_true(policy.Enabled)
	}
}

switch := {
	"AWS::ElasticLoadBalancing::LoadBalancer": "`AccessLoggingPolicy.Enabled`",
	"AWS::ElasticLoadBalancingV2::LoadBalancer": "the attribute `access_logs.s3.enabled`",
}

deny contains {
	"path": path, "message": msg, "label": "access logs are off", "rests_on": rests_on, "help": help,
} if {
	some path, rests_on in off
	help := sprintf("set %s to true and name a bucket", [switch[input.type]])
	msg := sprintf("load balancer `%s` keeps no log of the requests it gets", [input.name])
}
