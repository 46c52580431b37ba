//! SEC05: layers, the traffic between them, inspection, rules that come from one place.

use trilith_graph::{Finding, Flags};
use trilith_rules::Findings;
use trilith_rules::query::routes::reaches_internet;

use crate::contrary::Contrary;
use crate::evidence::prelude::*;

const LAYERS: &str = "sec_network_protection_create_layers";
const FLOW: &str = "sec_network_protection_layered";
const INSPECTION: &str = "sec_network_protection_inspection";
const AUTOMATION: &str = "sec_network_auto_protect";

pub(super) const EVIDENCE: &[Evidence] = &[
    Evidence {
        id: "private-subnet",
        practices: &[LAYERS],
        types: &["AWS::EC2::Subnet"],
        every: false,
        proves: "have a route table without a way to the internet",
        look: |view| {
            let tables = view.referrers("AWS::EC2::SubnetRouteTableAssociation");
            let public = view.get("MapPublicIpOnLaunch").is_true();
            let open = reaches_internet(view);
            (!tables.is_empty())
                .then(|| Shown { truth: !open.or(public), at: PropertyPath::root() })
        },
    },
    Evidence {
        id: "database-in-private-layer",
        practices: &[LAYERS],
        types: &["AWS::DocDB::DBCluster", "AWS::RDS::DBInstance", "AWS::Redshift::Cluster"],
        every: true,
        proves: "have no address of the internet and stand in subnets of their own",
        look: |view| {
            let open = view.get("PubliclyAccessible").is_true();
            let groups = ["DBSubnetGroupName", "ClusterSubnetGroupName"];
            let placed = Tri::any(groups.iter().map(|path| is_placed(view, path)));
            shown(placed.and(!open), "DBSubnetGroupName")
        },
    },
    Evidence {
        id: "private-way-to-services",
        practices: &[LAYERS],
        types: &["AWS::EC2::VPCEndpoint"],
        every: false,
        proves: "reach AWS's services without the internet",
        look: is_there,
    },
    Evidence {
        id: "networks-kept-private",
        practices: &[LAYERS, FLOW],
        types: &["AWS::EC2::VPCBlockPublicAccessOptions", "aws_vpc_block_public_access_options"],
        every: false,
        proves: "keep the internet out of a whole region",
        look: is_there,
    },
    Evidence {
        id: "traffic-between-groups",
        practices: &[FLOW],
        types: &["AWS::EC2::SecurityGroup", "AWS::EC2::SecurityGroupIngress"],
        every: false,
        proves: "let in other groups and no addresses",
        look: |view| {
            let inside = view.all("SecurityGroupIngress/*");
            let own = view.get("SourceSecurityGroupId").is_present();
            let list = view.get("SourcePrefixListId").is_present();
            let any = inside.iter().map(|(_, rule)| {
                rule.get("SourceSecurityGroupId")
                    .is_present()
                    .or(rule.get("SourcePrefixListId").is_present())
            });
            shown(Tri::any(any).or(own).or(list), "SecurityGroupIngress")
        },
    },
    Evidence {
        id: "requests-inspected",
        practices: &[INSPECTION],
        types: &[
            "AWS::NetworkFirewall::Firewall",
            "AWS::Route53Resolver::FirewallRuleGroupAssociation",
            "AWS::Shield::Protection",
            "AWS::WAFv2::WebACLAssociation",
        ],
        every: false,
        proves: "look into traffic",
        look: is_there,
    },
    Evidence {
        id: "distribution-inspected",
        practices: &[INSPECTION],
        types: &["AWS::CloudFront::Distribution"],
        every: false,
        proves: "have a firewall for requests in front",
        look: |view| is_given(view, "DistributionConfig/WebACLId"),
    },
    Evidence {
        id: "network-rules-from-one-place",
        practices: &[AUTOMATION],
        types: &["AWS::FMS::Policy"],
        every: false,
        proves: "bring network rules to all accounts and put right what differs",
        look: |view| {
            let on = view.get("RemediationEnabled").is_true();
            shown(on.or(view.get("remediation_enabled").is_true()), "RemediationEnabled")
        },
    },
    Evidence {
        id: "network-rules-shared",
        practices: &[AUTOMATION],
        types: &[
            "AWS::EC2::PrefixList",
            "AWS::NetworkFirewall::RuleGroup",
            "AWS::WAFv2::RuleGroup",
        ],
        every: false,
        proves: "keep in one place what many network rules name",
        look: is_there,
    },
];

pub(super) const CONTRARY: &[Contrary] = &[
    Contrary {
        id: "firewall-manager-only-watches",
        title: "Firewall Manager finds what differs and leaves it so",
        severity: "medium",
        types: &["AWS::FMS::Policy"],
        practices: &[AUTOMATION],
        catalogue: &["FMS-001"],
        fix: "set `RemediationEnabled` to true",
        check: |policy, findings| {
            for path in ["RemediationEnabled", "remediation_enabled"] {
                findings.when(policy.get(path).is_false(), || {
                    let message = format!("`{}` puts nothing right", policy.name());
                    Finding::new(policy.id(), path, message)
                });
            }
        },
    },
    Contrary {
        id: "security-group-written-twice",
        title: "A security group has rules in two places that undo each other",
        severity: "medium",
        types: &["AWS::EC2::SecurityGroup"],
        practices: &[AUTOMATION],
        catalogue: &["SG-011"],
        fix: "write all rules of the group inside of it, or all apart",
        check: written_twice,
    },
];

/// Whether a property is given that puts a resource into subnets.
fn is_placed(view: &View<'_>, path: &str) -> Tri {
    let value = view.get(path);
    // A name that is a parameter is a name.
    if value.is_unknown() && view.referenced(path).is_some() {
        return Tri::True;
    }
    value.is_present()
}

/// Terraform removes on the next run what it finds in a group and not in its block.
fn written_twice(group: &View<'_>, findings: &mut Findings<'_>) {
    if !group.is_terraform() {
        return;
    }
    for (list, apart) in [
        ("SecurityGroupIngress", "AWS::EC2::SecurityGroupIngress"),
        ("SecurityGroupEgress", "AWS::EC2::SecurityGroupEgress"),
    ] {
        let inside = group.get(list);
        let is_written = inside.items().iter().any(|rule| {
            !rule.flags.has(Flags::SCHEMA_DEFAULT) && !rule.flags.has(Flags::SYNTHETIC)
        });
        let is_default =
            inside.flags.has(Flags::SCHEMA_DEFAULT) || inside.flags.has(Flags::SYNTHETIC);
        let mut attached = group.graph().attachments(group.id());
        let other = attached.find(|(_, other)| &*other.resource_type == apart);
        if let (true, false, Some((other, _))) = (is_written, is_default, other) {
            let message = format!("`{}` loses rules at every other run", group.name());
            findings.report(
                Finding::new(group.id(), list, message)
                    .label("these rules are all that may be there")
                    .related(other, PropertyPath::root(), "and this one is written apart"),
            );
        }
    }
}
