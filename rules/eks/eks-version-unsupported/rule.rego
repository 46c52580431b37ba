package trilith.eks_version_unsupported

import data.trilith

# The last minor version whose extended, and whose standard support is over.
over := {"extended": 31, "standard": 33}

minor := to_number(split(input.properties.Version, ".")[1]) if {
	regex.match(`^1\.\d+$`, input.properties.Version)
}

state := ["high", "support is over"] if minor <= over.extended

state := ["medium", "extended support only"] if {
	minor > over.extended
	minor <= over.standard
	object.get(input.properties, ["UpgradePolicy", "SupportType"], "EXTENDED") != "STANDARD"
}

state := ["medium", "?"] if not trilith.known(input, "Version")

deny contains {
	"path": "Version", "message": msg, "label": state[1], "severity": state[0],
	"rests_on": ["UpgradePolicy/SupportType"],
} if {
	msg := sprintf("`%s` runs Kubernetes %s", [input.name, object.get(input.properties, "Version", "?")])
}
