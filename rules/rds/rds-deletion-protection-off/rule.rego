package trilith.rds_deletion_protection_off

import data.trilith

# A cluster's own name is called like the cluster that an instance belongs to.
member if {
	input.type == "AWS::RDS::DBInstance"
	input.properties.DBClusterIdentifier
}

member if {
	input.type == "AWS::RDS::DBInstance"
	startswith(input.properties.Engine, "aurora")
}

trial if {
	some tag in input.properties.Tags
	lower(tag.Key) in {"environment", "env", "stage"}
	regex.match(`(?i)^(dev|test|sandbox|trial|preview)`, tag.Value)
}

deny contains {
	"path": "DeletionProtection", "message": msg, "label": "not protected",
	"rests_on": ["DBClusterIdentifier", "Engine", "Tags"],
} if {
	not trilith.is_true(trilith.property(input, "DeletionProtection"))
	not member
	not trial
	msg := sprintf("database `%s` can be deleted by one call", [input.name])
}
