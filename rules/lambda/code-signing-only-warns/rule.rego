package trilith.code_signing_only_warns

path := "CodeSigningPolicies/UntrustedArtifactOnDeployment"

deny contains {"path": path, "message": msg, "label": "unsigned code is let in"} if {
	object.get(input.properties, split(path, "/"), "Warn") == "Warn"
	msg := sprintf("`%s` lets unsigned code in", [input.name])
}
