package trilith.lambda_url_cors_open

import data.trilith

cors := input.properties.Cors

# A signature is asked for then, which no browser makes of a cookie.
severity := "low" if input.properties.AuthType == "AWS_IAM"

	else := "high" if trilith.is_true(cors.AllowCredentials)

	else := "medium"

any_origin(origin, _) if origin == "*"

any_origin(_, path) if not trilith.known(input, path)

deny contains {"path": path, "message": msg, "label": "every page", "severity": severity} if {
	some index, origin in trilith.items(cors.AllowOrigins)
	path := sprintf("Cors/AllowOrigins/%d", [index])
	any_origin(origin, path)
	msg := sprintf("scripts of any page may call `%s`", [input.name])
}
