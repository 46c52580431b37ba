package trilith.neptune_public

import data.trilith

switch := {"AWS::Neptune::DBInstance": "PubliclyAccessible", "AWS::NeptuneGraph::Graph": "PublicConnectivity"}[input.type]

deny contains {"path": switch, "message": msg, "label": "an endpoint on the internet"} if {
	trilith.may_be_true(input, switch)
	msg := sprintf("graph database `%s` is publicly accessible", [input.name])
}
