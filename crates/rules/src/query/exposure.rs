//! Network paths from the internet to what has an address: gateway, route, subnet, network ACL,
//! address, security group.

use trilith_graph::{PropertyPath, ResourceId, Tri};

use crate::View;
use crate::query::acl;
use crate::query::ingress::{Opening, openings};
use crate::query::routes::reaches_internet;

/// Where a resource stands in the network.
#[derive(Debug)]
pub struct Placement<'a> {
    /// Whether it has an address that the internet can route to.
    addressed: Tri,
    /// The property that says so.
    pub at: PropertyPath,
    /// The subnets that it may be in.
    subnets: Vec<View<'a>>,
    /// Its security groups.
    groups: Vec<View<'a>>,
}

/// A way into a resource.
#[derive(Debug)]
pub struct NetworkPath {
    /// Whether packets of the internet get all the way.
    pub truth: Tri,
    /// The rule that lets them in.
    pub opening: Opening,
    /// The subnet through which they come.
    pub subnet: ResourceId,
    /// The resource with the rule.
    pub group: ResourceId,
}

impl<'a> Placement<'a> {
    /// Where a resource of a type that may have an address stands; `None` for other types, and
    /// where nothing is known of its subnets.
    pub fn of(view: &View<'a>) -> Option<Self> {
        let placement = match view.resource_type() {
            "AWS::EC2::Instance" => machine(view),
            "AWS::ECS::Service" => {
                const NETWORK: &str = "NetworkConfiguration/AwsvpcConfiguration";
                let at = format!("{NETWORK}/AssignPublicIp");
                Self {
                    addressed: view.get(&at).is("ENABLED"),
                    at: PropertyPath::parse(&at),
                    subnets: view.all_referenced(&format!("{NETWORK}/Subnets/*")),
                    groups: view.all_referenced(&format!("{NETWORK}/SecurityGroups/*")),
                }
            }
            "AWS::RDS::DBInstance" => store(view, "DBSubnetGroupName", "VPCSecurityGroups/*"),
            "AWS::Redshift::Cluster" => {
                store(view, "ClusterSubnetGroupName", "VpcSecurityGroupIds/*")
            }
            _ => return None,
        };
        (!placement.subnets.is_empty()).then_some(placement)
    }

    /// The ways from the internet into it, those that are certain first.
    pub fn paths(&self) -> Vec<NetworkPath> {
        if self.addressed.is_false() {
            return Vec::new();
        }
        let mut found = Vec::new();
        for group in &self.groups {
            let mut rules = group.attached("AWS::EC2::SecurityGroupIngress");
            rules.insert(0, group.beside(group.id()));
            for rule in &rules {
                for opening in openings(rule) {
                    let open = opening.is_wide().and(rule.existence()).and(self.addressed);
                    let Some((subnet, lets_through)) = self.way_in(opening) else { continue };
                    let truth = open.and(lets_through);
                    if !truth.is_false() {
                        let (opening, group) = (opening.clone(), rule.id());
                        found.push(NetworkPath { truth, opening, subnet, group });
                    }
                }
            }
        }
        found.sort_by_key(|path| !path.truth.is_true());
        found
    }

    /// The subnet through which packets for an opening come, and whether they do.
    fn way_in(&self, opening: &Opening) -> Option<(ResourceId, Tri)> {
        let ways = self.subnets.iter().map(|subnet| {
            let public = reaches_internet(subnet).and(subnet.existence());
            let admitted = public.and(if public.is_false() {
                Tri::False
            } else {
                acl::admits_internet(subnet, &opening.ports)
            });
            (subnet.id(), admitted)
        });
        let mut ways: Vec<(ResourceId, Tri)> = ways.filter(|(_, way)| !way.is_false()).collect();
        ways.sort_by_key(|(_, way)| !way.is_true());
        ways.into_iter().next()
    }
}

/// A resource in a security group, if the group is proved to be out of the internet's reach:
/// all that is in it has no public address. What else may be in it, elsewhere, is not known
/// where the group is put out, or referred to by anything whose addresses are not followed.
pub fn out_of_reach(group: &View<'_>) -> Option<ResourceId> {
    one_of_all(group, |user| {
        Placement::of(user).is_some_and(|placement| placement.addressed.is_false())
    })
}

/// A load balancer in a security group, if nothing else is in the group. It answers on the ports
/// of its listeners, whatever else the group lets in.
pub fn balancers_only(group: &View<'_>) -> Option<ResourceId> {
    const BALANCERS: [&str; 2] =
        ["AWS::ElasticLoadBalancing::LoadBalancer", "AWS::ElasticLoadBalancingV2::LoadBalancer"];
    one_of_all(group, |user| BALANCERS.contains(&user.resource_type()))
}

/// One of the resources that refer to a security group, if the group is not known to others and
/// `holds` for all of them.
fn one_of_all(group: &View<'_>, holds: impl Fn(&View<'_>) -> bool) -> Option<ResourceId> {
    const RULES: [&str; 2] = ["AWS::EC2::SecurityGroupIngress", "AWS::EC2::SecurityGroupEgress"];
    if group.root().open {
        return None;
    }
    let edges = group.graph().edges_to(group.id()).map(|edge| group.beside(edge.from));
    let users =
        edges.filter(|user| !RULES.contains(&user.resource_type()) && user.id() != group.id());
    let all: Option<Vec<ResourceId>> = users.map(|user| holds(&user).then(|| user.id())).collect();
    all?.into_iter().min()
}

/// A data store that says itself whether it is public.
fn store<'a>(view: &View<'a>, subnet_group: &str, groups: &str) -> Placement<'a> {
    let group = view.referenced(subnet_group);
    Placement {
        addressed: view.get("PubliclyAccessible").is_true(),
        at: "PubliclyAccessible".into(),
        subnets: group.map(|group| group.all_referenced("SubnetIds/*")).unwrap_or_default(),
        groups: view.all_referenced(groups),
    }
}

fn machine<'a>(view: &View<'a>) -> Placement<'a> {
    let mut subnets = view.all_referenced("SubnetId");
    subnets.extend(view.all_referenced("NetworkInterfaces/*/SubnetId"));
    let mut groups = view.all_referenced("SecurityGroupIds/*");
    groups.extend(view.all_referenced("NetworkInterfaces/*/GroupSet/*"));
    let interfaces = view.all_referenced("NetworkInterfaces/*/NetworkInterfaceId");
    for interface in &interfaces {
        subnets.extend(interface.all_referenced("SubnetId"));
        groups.extend(interface.all_referenced("GroupSet/*"));
    }
    subnets.dedup_by_key(|subnet| subnet.id());
    groups.dedup_by_key(|group| group.id());
    let (addressed, at) = address(view, &interfaces, &subnets);
    Placement { addressed, at, subnets, groups }
}

/// Whether a machine has a public address: asked for, taken from the subnet, or an Elastic IP.
fn address(view: &View<'_>, interfaces: &[View<'_>], subnets: &[View<'_>]) -> (Tri, PropertyPath) {
    let has_fixed = |holder: &View<'_>| {
        ["AWS::EC2::EIP", "AWS::EC2::EIPAssociation"]
            .iter()
            .any(|kind| holder.attached(kind).iter().any(|address| address.existence().is_true()))
    };
    if has_fixed(view) || interfaces.iter().any(has_fixed) {
        return (Tri::True, PropertyPath::root());
    }
    let asked = view.all("NetworkInterfaces/*/AssociatePublicIpAddress").into_iter();
    if let Some((path, asked)) = asked.into_iter().find(|(_, value)| !value.is_absent()) {
        return (asked.is_true(), path);
    }
    let given = Tri::any(subnets.iter().map(|subnet| subnet.get("MapPublicIpOnLaunch").is_true()));
    (given, "SubnetId".into())
}

/// The property that would tell the subnets of a resource, if it is there and cannot be read.
pub fn hidden_placement(view: &View<'_>) -> Option<PropertyPath> {
    const PLACES: [&str; 4] = [
        "SubnetId",
        "NetworkConfiguration/AwsvpcConfiguration/Subnets",
        "DBSubnetGroupName",
        "ClusterSubnetGroupName",
    ];
    PLACES.iter().find(|path| view.get(path).is_unknown()).map(|path| PropertyPath::parse(path))
}
