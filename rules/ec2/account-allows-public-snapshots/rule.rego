package trilith.account_allows_public_snapshots

import data.trilith

property := {"AWS::EC2::SnapshotBlockPublicAccess": "State", "aws_ec2_image_block_public_access": "state"}[input.type]

severity := "high" if trilith.may_be(input, property, {"unblocked"})

	else := "low" if trilith.may_be(input, "State", {"block-new-sharing"})

deny contains {"path": property, "message": msg, "label": "may be shared with everyone", "severity": severity} if {
	msg := sprintf("`%s` leaves the account's block of public sharing open", [input.name])
}
