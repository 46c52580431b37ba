package trilith.load_balancer_access_logs_off

import data.trilith

attributes := trilith.items(object.get(input.properties, "LoadBalancerAttributes", []))

switches := {index | some index, attribute in attributes; attribute.Key == "access_logs.s3.enabled"}

off contains sprintf("LoadBalancerAttributes/%d/Value", [index]) if {
	some index in switches
	not trilith.is_true(attributes[index].Value)
}

off contains sprintf("LoadBalancerAttributes/%d", [count(attributes)]) if {
	input.type == "AWS::ElasticLoadBalancingV2::LoadBalancer"
	object.get(input.properties, "Type", "application") != "gateway"
	count(switches) == 0
}

off contains "AccessLoggingPolicy/Enabled" if {
	input.type == "AWS::ElasticLoadBalancing::LoadBalancer"
	not trilith.is_true(input.properties.AccessLoggingPolicy.Enabled)
}

deny contains {"path": path, "message": msg, "label": "access logs are off", "rests_on": rests_on} if {
	some path in off
	keys := [sprintf("LoadBalancerAttributes/%d/Key", [index]) | some index, _ in attributes]
	rests_on := array.concat(["Type", "LoadBalancerAttributes"], keys)
	msg := sprintf("load balancer `%s` keeps no log of the requests it gets", [input.name])
}
