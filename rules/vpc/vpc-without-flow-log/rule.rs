//! VPCs that no flow log records.

use trilith_rules::prelude::*;
use trilith_rules::query::links::is_pointed_at;

const FLOW_LOG: &str = "AWS::EC2::FlowLog";

pub(crate) fn check(vpc: &View<'_>, findings: &mut Findings<'_>) {
    let subnets = vpc.referrers("AWS::EC2::Subnet");
    let by_subnet = subnets.iter().map(|(_, subnet)| is_pointed_at(subnet, FLOW_LOG, "ResourceId"));
    let all_subnets = Tri::from(!subnets.is_empty()).and(Tri::all(by_subnet));
    let recorded = is_pointed_at(vpc, FLOW_LOG, "ResourceId").or(all_subnets);
    findings.when(!recorded, || {
        let message = format!("nothing records the traffic of VPC `{}`", vpc.name());
        Finding::new(vpc.id(), "", message).label("no flow log")
    });
}
