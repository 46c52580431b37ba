//! Distributions that record no requests.

use trilith_rules::prelude::*;
use trilith_rules::query::links::is_pointed_at;

pub(crate) fn check(distribution: &View<'_>, findings: &mut Findings<'_>) {
    let config = distribution.get("DistributionConfig");
    let standard = config.path("Logging").is_present();
    let real_time = config.path("DefaultCacheBehavior/RealtimeLogConfigArn").is_present();
    let own = standard.or(real_time);
    // Whether another resource delivers them need only be asked if it matters.
    let delivered = if own.is_true() {
        Tri::True
    } else {
        is_pointed_at(distribution, "AWS::Logs::DeliverySource", "ResourceArn")
    };
    // Terraform's resource is the configuration.
    let path = if distribution.is_terraform() { "" } else { "DistributionConfig/Logging" };
    findings.when(!own.or(delivered), || {
        let message =
            format!("requests to distribution `{}` are not recorded", distribution.name());
        Finding::new(distribution.id(), path, message).label("no log")
    });
}
