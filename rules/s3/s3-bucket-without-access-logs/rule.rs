//! Buckets whose requests nobody records.

use trilith_rules::prelude::*;
use trilith_rules::query::trails::logs_objects;

const TRAIL: &str = "AWS::CloudTrail::Trail";

pub(crate) fn check(bucket: &View<'_>, findings: &mut Findings<'_>) {
    let own = bucket.get("LoggingConfiguration").is_present();
    let by_trail = Tri::any(bucket.siblings(TRAIL).iter().map(|trail| logs_objects(trail, bucket)));
    let target = bucket.get("AccessControl").is("LogDeliveryWrite");
    let recorded = Tri::any([own, by_trail, target, Tri::from(takes_logs(bucket))]);
    // A part whose bucket is not here stands for it.
    let whole = Tri::from(!bucket.resource().flags.has(trilith_graph::Flags::OPEN));
    findings.when((!recorded).and(whole.or(Tri::Unknown)), || {
        let message = format!("requests to bucket `{}` are recorded nowhere", bucket.name());
        Finding::new(bucket.id(), "LoggingConfiguration", message).label("no log")
    });
}

/// Whether another resource writes its logs here.
fn takes_logs(bucket: &View<'_>) -> bool {
    bucket.graph().edges_to(bucket.id()).any(|edge| {
        let path = edge.path.to_string();
        let from = &*bucket.graph().resource(edge.from).resource_type;
        path.contains("Log")
            || path.starts_with("S3BucketName")
            || from == "AWS::EC2::FlowLog"
            || path.starts_with("LoadBalancerAttributes")
    })
}
