package trilith.ssm_document_public

import data.trilith

public if {
	some account in split(input.properties.Permissions.account_ids, ",")
	lower(trim_space(account)) == "all"
}

public if not trilith.known(input, "Permissions/account_ids")

deny contains {"path": "Permissions/account_ids", "message": msg, "label": "every account"} if {
	public
	msg := sprintf("document `%s` is shared with every AWS account", [input.name])
}
