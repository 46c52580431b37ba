package rules.<name>

import data.trilith

# `input` is one resource: `trilith list resources --input PATH` shows it. What is unknown is
# not in `input.properties`; a finding whose path is unknown counts as undecided by itself.
deny contains finding if {
	not has_owner
	finding := {
		"message": sprintf("`%s` has no tag `owner`", [input.name]),
		"path": "Tags",
	}
}

has_owner if {
	some tag in trilith.items(input.properties.Tags)
	tag.Key == "owner"
}
