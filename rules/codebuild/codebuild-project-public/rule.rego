package trilith.codebuild_project_public

import data.trilith

deny contains {"path": "Visibility", "message": msg, "label": "readable without signing in"} if {
	trilith.may_be(input, "Visibility", {"PUBLIC_READ"})
	msg := sprintf("everyone can read logs and artifacts of `%s`", [input.name])
}
