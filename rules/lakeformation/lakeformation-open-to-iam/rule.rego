package trilith.lakeformation_open_to_iam

import data.trilith

may_be(path, i, what) if trilith.items(input.properties[what])[i].Principal.DataLakePrincipalIdentifier == everyone

may_be(path, _, _) if not trilith.known(input, path)

everyone := "IAM_ALLOWED_PRINCIPALS"

deny contains {"path": path, "message": msg, "label": "everyone whom IAM lets in"} if {
	some what in ["CreateDatabaseDefaultPermissions", "CreateTableDefaultPermissions"]
	some i, grant in trilith.items(input.properties[what])
	count(trilith.items(object.get(grant, "Permissions", []))) > 0
	path := sprintf("%s/%d/Principal/DataLakePrincipalIdentifier", [what, i])
	may_be(path, i, what)
	msg := sprintf("`%s` opens what is made from now on to all of IAM", [input.name])
}

# A grant for one database or table.
holder := {
	"AWS::LakeFormation::PrincipalPermissions": "Principal",
	"AWS::LakeFormation::Permissions": "DataLakePrincipal",
}[input.type]

deny contains {
	"path": path, "message": msg, "label": "everyone whom IAM lets in", "severity": "medium",
} if {
	path := sprintf("%s/DataLakePrincipalIdentifier", [holder])
	trilith.may_be(input, path, {everyone})
	msg := sprintf("`%s` opens what it is for to all of IAM", [input.name])
}
