package trilith.sagemaker_direct_internet

# The property that decides, and the value that closes the way.
setting := {
	"AWS::SageMaker::NotebookInstance": ["DirectInternetAccess", "Disabled"],
	"AWS::SageMaker::Domain": ["AppNetworkAccessType", "VpcOnly"],
}[input.type]

deny contains {"path": setting[0], "message": msg, "label": "past your network"} if {
	object.get(input.properties, setting[0], "") != setting[1]
	msg := sprintf("data can leave `%s` past your network", [input.name])
}
