# Helpers for policies: `import data.trilith`.
package trilith

# CloudFormation accepts a boolean written as text.
is_true(value) if value in {true, "true", "True", "TRUE"}

is_false(value) if value in {false, "false", "False", "FALSE"}

# The elements of a list, or a single value in its place.
items(value) := value if is_array(value)

items(value) := [value] if {
	not is_array(value)
	value != null
}

# Whether the property at a path such as "A/0/B" is known: not listed as unknown, nor inside
# something that is.
known(resource, path) if {
	every unknown in resource.unknown {
		path != unknown
		not startswith(path, concat("", [unknown, "/"]))
	}
}

# Whether the property at a path such as "A/B" is one of some values, or may be because it is
# unknown. A finding that rests on an unknown property is not reported, but counted as undecided.
may_be(resource, path, values) if property(resource, path) in values

may_be(resource, path, _) if not known(resource, path)

# The same for booleans.
may_be_true(resource, path) if is_true(property(resource, path))

may_be_true(resource, path) if not known(resource, path)

may_be_false(resource, path) if is_false(property(resource, path))

may_be_false(resource, path) if not known(resource, path)

property(resource, path) := object.get(resource.properties, split(path, "/"), null)

# What is attached to a resource and of one type: its bucket policy, its ingress rules written
# apart.
attached(resource, type) := [other | some other in resource.attachments; other.type == type]

# What a resource refers to: objects with `path`, `address`, `attribute`, `type` and `kind`.
references(resource) := resource.references

# Whether one network (`10.0.0.0/8`) or address holds another, overlaps it, or is everybody.
cidr_contains(outer, inner) if net.cidr_contains(outer, inner)

cidr_overlaps(one, other) if net.cidr_intersects(one, other)

cidr_is_open(cidr) if endswith(cidr, "/0")

cidr_is_private(cidr) if {
	some private in ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7"]
	net.cidr_contains(private, cidr)
}
