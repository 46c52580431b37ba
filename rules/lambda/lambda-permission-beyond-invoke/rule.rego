package trilith.lambda_permission_beyond_invoke

deny contains {"path": "Action", "message": msg, "label": "more than to invoke it"} if {
	not lower(input.properties.Action) in {"lambda:invokefunction", "lambda:invokefunctionurl"}
	msg := sprintf("`%s` allows more than to invoke the function", [input.name])
}
