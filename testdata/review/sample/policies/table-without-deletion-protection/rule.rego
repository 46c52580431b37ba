package rules.table_without_deletion_protection

import data.trilith

deny contains finding if {
	not trilith.is_true(input.properties.DeletionProtectionEnabled)
	finding := {
		"message": sprintf("`%s` can be deleted by accident", [input.name]),
		"path": "DeletionProtectionEnabled",
	}
}
