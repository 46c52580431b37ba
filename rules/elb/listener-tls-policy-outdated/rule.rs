//! Listeners that negotiate TLS 1.0 or 1.1.

use trilith_rules::prelude::*;
use trilith_rules::query::balancers::weighed;

/// What applies when no policy is named.
const DEFAULT: &str = "ELBSecurityPolicy-2016-08";

pub(crate) fn check(listener: &View<'_>, findings: &mut Findings<'_>) {
    let speaks_tls = listener.get("Protocol").is_one_of(&["HTTPS", "TLS"]);
    let policy = listener.get("SslPolicy");
    let name = if policy.is_present().is_false() { Some(DEFAULT) } else { policy.as_str() };
    let is_outdated = name.map_or(Tri::Unknown, |name| accepts_outdated(name).into());
    findings.when(speaks_tls.and(is_outdated), || {
        let message = format!("listener `{}` accepts TLS 1.0 or 1.1", listener.name());
        let label = format!("`{}` applies", name.unwrap_or_default());
        let finding = Finding::new(listener.id(), "SslPolicy", message).label(label);
        weighed(finding, listener.referenced("LoadBalancerArn").as_ref())
    });
}

/// Whether a policy begins at TLS 1.0 or 1.1: the first ones, which are named by their date, and
/// those that say so.
fn accepts_outdated(policy: &str) -> bool {
    let Some(name) = policy.strip_prefix("ELBSecurityPolicy-") else { return false };
    let date = name.strip_prefix("FS-").unwrap_or(name);
    let is_date = date.len() == 7 && date.starts_with("20");
    let begins = ["TLS13-1-", "TLS-1-", "FS-1-"].iter().find_map(|kind| name.strip_prefix(kind));
    is_date || begins.is_some_and(|minor| minor.starts_with("0-") || minor.starts_with("1-"))
}
