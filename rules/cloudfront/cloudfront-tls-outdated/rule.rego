package trilith.cloudfront_tls_outdated

import data.trilith

certificate := input.properties.DistributionConfig.ViewerCertificate

# The rest of the policies refuse old protocols and weak ciphers.
outdated := {
	"SSLv3": "medium", "TLSv1": "medium", "TLSv1_2016": "medium", "TLSv1.1_2016": "medium",
	"TLSv1.2_2018": "low", "TLSv1.2_2019": "low",
}

deny contains {
	"path": "DistributionConfig/ViewerCertificate/MinimumProtocolVersion", "message": msg,
	"label": label, "severity": outdated[version],
	"rests_on": ["DistributionConfig/ViewerCertificate/CloudFrontDefaultCertificate"],
} if {
	not trilith.is_true(certificate.CloudFrontDefaultCertificate)
	version := object.get(certificate, "MinimumProtocolVersion", "TLSv1")
	label := sprintf("`%s` applies", [version])
	msg := sprintf("distribution `%s` accepts outdated TLS", [input.name])
	outdated[version]
}
