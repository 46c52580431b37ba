package trilith.dynamodb_without_point_in_time_recovery

import data.trilith

setting := "PointInTimeRecoverySpecification/PointInTimeRecoveryEnabled"

places[setting] := input.properties if input.type == "AWS::DynamoDB::Table"

places[sprintf("Replicas/%d/%s", [index, setting])] := replica if {
	input.type == "AWS::DynamoDB::GlobalTable"
	some index, replica in trilith.items(input.properties.Replicas)
}

deny contains {"path": path, "message": msg, "label": "no recovery"} if {
	some path, holder in places
	not trilith.is_true(holder.PointInTimeRecoverySpecification.PointInTimeRecoveryEnabled)
	msg := sprintf("table `%s` cannot be restored to a point in time", [input.name])
}
