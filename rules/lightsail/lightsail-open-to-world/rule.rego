package trilith.lightsail_open_to_world

import data.trilith

ports := trilith.items(input.properties.Networking.Ports)

# The first administration port that a port of the firewall lets through.
admin(port) := min(numbers) if {
	numbers := {number |
		some number in {22, 23, 3389, 5800, 5900, 5985, 5986}
		to_number(port.FromPort) <= number
		number <= to_number(port.ToPort)
	}
	count(numbers) > 0
}

is_open(cidr, _) if trilith.cidr_is_open(cidr)

is_open(_, path) if not trilith.known(input, path)

# What admits everyone: an address, or that none is named.
open contains [index, path] if {
	some index, port in ports
	some name in ["Cidrs", "Ipv6Cidrs"]
	some at, cidr in trilith.items(port[name])
	path := sprintf("Networking/Ports/%d/%s/%d", [index, name, at])
	is_open(cidr, path)
}

open contains [index, sprintf("Networking/Ports/%d/Cidrs", [index])] if {
	some index, port in ports
	not port.Cidrs
	not port.CidrListAliases
	not port.Ipv6Cidrs
}

# What else could limit a port that names no address.
limits(path) := ["CidrListAliases", "Ipv6Cidrs"] if endswith(path, "/Cidrs") else := []

deny contains {"path": path, "message": msg, "label": "everyone", "rests_on": rests_on} if {
	some [index, path] in open
	number := admin(ports[index])
	object.get(ports[index], "Protocol", "tcp") in {"tcp", "all"}
	names := array.concat(["Protocol"], limits(path))
	rests_on := [sprintf("Networking/Ports/%d/%s", [index, name]) | some name in names]
	msg := sprintf("instance `%s` lets everyone try port %d", [input.name, number])
}

deny contains {"path": "PubliclyAccessible", "message": msg, "label": "public"} if {
	trilith.may_be_true(input, "PubliclyAccessible")
	msg := sprintf("database `%s` can be reached by everyone", [input.name])
}
