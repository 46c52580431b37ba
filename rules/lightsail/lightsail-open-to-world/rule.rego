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
	some at, cidr in trilith.items(port.Cidrs)
	path := sprintf("Networking/Ports/%d/Cidrs/%d", [index, at])
	is_open(cidr, path)
}

open contains [index, sprintf("Networking/Ports/%d/Cidrs", [index])] if {
	some index, port in ports
	not port.Cidrs
	not port.CidrListAliases
	not port.Ipv6Cidrs
}

deny contains {"path": path, "message": msg, "label": "everyone", "rests_on": rests_on} if {
	some [index, path] in open
	number := admin(ports[index])
	others := ["CidrListAliases", "Ipv6Cidrs"]
	rests_on := [sprintf("Networking/Ports/%d/%s", [index, name]) | some name in others]
	msg := sprintf("instance `%s` lets everyone try port %d", [input.name, number])
}

deny contains {"path": "PubliclyAccessible", "message": msg, "label": "public"} if {
	trilith.may_be_true(input, "PubliclyAccessible")
	msg := sprintf("database `%s` can be reached by everyone", [input.name])
}
