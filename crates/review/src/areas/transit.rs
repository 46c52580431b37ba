//! SEC09: certificates, encryption on the way, who is at the other end.

use trilith_graph::Finding;
use trilith_rules::Findings;
use trilith_rules::query::buckets;

use super::roles::contains;
use crate::contrary::Contrary;
use crate::evidence::prelude::*;

const CERTIFICATES: &str = "sec_protect_data_transit_key_cert_mgmt";
const ENCRYPTION: &str = "sec_protect_data_transit_encrypt";
const AUTHENTICATION: &str = "sec_protect_data_transit_authentication";

pub(super) const EVIDENCE: &[Evidence] = &[
    Evidence {
        id: "certificate-renewed",
        practices: &[CERTIFICATES],
        types: &["AWS::CertificateManager::Certificate"],
        every: false,
        proves: "are renewed by themselves",
        look: |view| {
            let private = view.get("CertificateAuthorityArn").is_present();
            shown(view.get("ValidationMethod").is("DNS").or(private), "ValidationMethod")
        },
    },
    Evidence {
        id: "private-authority",
        practices: &[CERTIFICATES],
        types: &["AWS::ACMPCA::CertificateAuthority"],
        every: false,
        proves: "give out certificates for what is inside",
        look: is_there,
    },
    Evidence {
        id: "listener-encrypted",
        practices: &[ENCRYPTION],
        types: &["AWS::ElasticLoadBalancingV2::Listener"],
        every: false,
        proves: "speak TLS 1.2 or newer",
        look: |view| {
            let tls = view.get("Protocol").is_one_of(&["HTTPS", "TLS"]);
            let policy = view.get("SslPolicy");
            let new = ["-tls13-", "-fs-1-2-", "tls-1-2-"].map(|part| contains(policy, part));
            shown(tls.and(Tri::any(new)), "SslPolicy")
        },
    },
    Evidence {
        id: "bucket-demands-tls",
        practices: &[ENCRYPTION],
        types: &["AWS::S3::BucketPolicy"],
        every: false,
        proves: "deny what is asked in clear",
        look: |view| {
            let policies = view.policies();
            let denies = policies.iter().map(|it| buckets::denies_plain_http(&it.document));
            shown(Tri::any(denies), "PolicyDocument")
        },
    },
    Evidence {
        id: "distribution-encrypted",
        practices: &[ENCRYPTION],
        types: &["AWS::CloudFront::Distribution"],
        every: false,
        proves: "send visitors to HTTPS",
        look: |view| {
            let path = "DistributionConfig/DefaultCacheBehavior/ViewerProtocolPolicy";
            is_one_of(view, path, &["https-only", "redirect-to-https"])
        },
    },
    Evidence {
        id: "cache-encrypted-on-the-way",
        practices: &[ENCRYPTION],
        types: &["AWS::ElastiCache::ReplicationGroup"],
        every: false,
        proves: "encrypt on the way",
        look: |view| is_true(view, "TransitEncryptionEnabled"),
    },
    Evidence {
        id: "search-encrypted-on-the-way",
        practices: &[ENCRYPTION],
        types: &["AWS::OpenSearchService::Domain"],
        every: false,
        proves: "take HTTPS only",
        look: |view| is_true(view, "DomainEndpointOptions/EnforceHTTPS"),
    },
    Evidence {
        id: "network-authenticates",
        practices: &[AUTHENTICATION],
        types: &["AWS::VpcLattice::Service", "AWS::VpcLattice::ServiceNetwork"],
        every: true,
        proves: "ask every service who it is",
        look: |view| is_one_of(view, "AuthType", &["AWS_IAM"]),
    },
    Evidence {
        id: "clients-authenticated",
        practices: &[AUTHENTICATION],
        types: &[
            "AWS::ApiGateway::DomainName",
            "AWS::ApiGatewayV2::DomainName",
            "AWS::ElasticLoadBalancingV2::Listener",
        ],
        every: false,
        proves: "check the certificates of clients",
        look: |view| match view.resource_type() {
            "AWS::ElasticLoadBalancingV2::Listener" => {
                is_one_of(view, "MutualAuthentication/Mode", &["verify"])
            }
            _ => is_given(view, "MutualTlsAuthentication/TruststoreUri"),
        },
    },
    Evidence {
        id: "names-signed",
        practices: &[AUTHENTICATION],
        types: &["AWS::Route53::DNSSEC", "AWS::Route53::KeySigningKey"],
        every: false,
        proves: "sign the names of a zone",
        look: is_there,
    },
];

pub(super) const CONTRARY: &[Contrary] = &[
    Contrary {
        id: "certificate-kept-in-iam",
        title: "A certificate is kept where nothing renews it",
        severity: "medium",
        types: &["AWS::IAM::ServerCertificate"],
        practices: &[CERTIFICATES],
        catalogue: &["IAM-042"],
        fix: "request the certificate from Certificate Manager, with validation by DNS",
        check: |certificate, findings| {
            let message = format!("nothing renews `{}`", certificate.name());
            findings.at(PropertyPath::root(), message);
        },
    },
    Contrary {
        id: "service-network-open",
        title: "A service network lets services in without asking who they are",
        severity: "medium",
        types: &["AWS::VpcLattice::Service", "AWS::VpcLattice::ServiceNetwork"],
        practices: &[AUTHENTICATION],
        catalogue: &["VL-001"],
        fix: "set `AuthType` to AWS_IAM, and write a policy",
        check: |network, findings| {
            // NONE where nothing is said (VPC Lattice API Reference, `CreateServiceNetwork`).
            let auth = network.get("AuthType");
            findings.when(auth.is("NONE").or(!auth.is_present()), || {
                let message = format!("`{}` asks nobody who they are", network.name());
                Finding::new(network.id(), "AuthType", message)
            });
        },
    },
    Contrary {
        id: "client-certificate-not-checked",
        title: "Certificates of clients are passed on and not checked",
        severity: "medium",
        types: &["AWS::ElasticLoadBalancingV2::Listener"],
        practices: &[AUTHENTICATION],
        catalogue: &["APIG-009"],
        fix: "set `MutualAuthentication.Mode` to verify, with a trust store",
        check: passes_certificates_on,
    },
];

fn passes_certificates_on(listener: &View<'_>, findings: &mut Findings<'_>) {
    let path = "MutualAuthentication/Mode";
    findings.when(listener.get(path).is("passthrough"), || {
        let message = format!("`{}` leaves certificates to whatever is behind it", listener.name());
        Finding::new(listener.id(), path, message)
    });
}
