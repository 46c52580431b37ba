package trilith.elasticache_without_authentication

import data.trilith

given if count(trilith.items(input.properties.UserGroupIds)) > 0

# What the token is does not matter, even where it is not known.
given if object.get(input.properties, "AuthToken", "") != ""

given if not trilith.known(input, "AuthToken")

deny contains {"path": "UserGroupIds", "message": msg, "label": "no authentication"} if {
	not given
	msg := sprintf("cache `%s` answers everyone who reaches it", [input.name])
}
