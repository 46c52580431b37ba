package trilith.s3_cors_any_origin_writes

import data.trilith

list := "CorsConfiguration/CorsRules"

deny contains {"path": path, "message": msg, "label": "every web site"} if {
	some i, rule in trilith.items(trilith.property(input, list))
	some method in trilith.items(rule.AllowedMethods)
	method in {"PUT", "POST", "DELETE"}
	some j, _ in trilith.items(rule.AllowedOrigins)
	path := sprintf("%s/%d/AllowedOrigins/%d", [list, i, j])
	may_be_any(path, rule, j)
	msg := sprintf("pages of any origin may write to bucket `%s`", [input.name])
}

may_be_any(_, rule, j) if trilith.items(rule.AllowedOrigins)[j] in {"*", "http://*", "https://*"}

may_be_any(path, _, _) if not trilith.known(input, path)
