package trilith.codebuild_artifacts_unencrypted

import data.trilith

outputs contains ["Artifacts", input.properties.Artifacts] if object.get(input.properties.Artifacts, "Type", "") != "NO_ARTIFACTS"

outputs contains [sprintf("SecondaryArtifacts/%d", [index]), artifact] if {
	some index, artifact in trilith.items(input.properties.SecondaryArtifacts)
}

outputs contains ["LogsConfig/S3Logs", logs] if {
	logs := input.properties.LogsConfig.S3Logs
	upper(object.get(logs, "Status", "DISABLED")) == "ENABLED"
}

off(_, output) if trilith.is_true(output.EncryptionDisabled)

off(path, _) if not trilith.known(input, path)

deny contains {
	"path": full, "message": msg, "label": "not encrypted",
	"rests_on": [concat("/", [path, kind]) | some kind in ["Type", "Status"]],
} if {
	some [path, output] in outputs
	full := concat("/", [path, "EncryptionDisabled"])
	off(full, output)
	msg := sprintf("project `%s` writes unencrypted", [input.name])
}
