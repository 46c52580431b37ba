package trilith.sagemaker_direct_internet

# The property that decides, the value that closes the way, and what else is needed then.
setting := {
	"AWS::SageMaker::NotebookInstance": ["DirectInternetAccess", "Disabled", ", and a `SubnetId`"],
	"AWS::SageMaker::Domain": ["AppNetworkAccessType", "VpcOnly", ""],
}[input.type]

deny contains {"path": setting[0], "message": msg, "label": "past your network", "help": help} if {
	object.get(input.properties, setting[0], "") != setting[1]
	help := sprintf("set `%s` to %s%s", setting)
	msg := sprintf("data can leave `%s` past your network", [input.name])
}
