//! Network firewalls whose alerts nobody reads.

use trilith_rules::prelude::*;
use trilith_rules::query::links::is_pointed_at_where;

const LOG: &str = "AWS::NetworkFirewall::LoggingConfiguration";
const TYPES: &str = "LoggingConfiguration/LogDestinationConfigs/*/LogType";

pub(crate) fn check(firewall: &View<'_>, findings: &mut Findings<'_>) {
    let tells = |log: &View<'_>| Tri::any(log.all(TYPES).iter().map(|(_, kind)| kind.is("ALERT")));
    let told = is_pointed_at_where(firewall, LOG, "FirewallArn", tells);
    findings.when(!told, || {
        let message = format!("what firewall `{}` finds is written down nowhere", firewall.name());
        Finding::new(firewall.id(), "", message).label("no log of alerts")
    });
}
