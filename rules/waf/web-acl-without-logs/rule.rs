//! Web ACLs without a record of requests.

use trilith_rules::prelude::*;
use trilith_rules::query::links::is_pointed_at;

pub(crate) fn check(acl: &View<'_>, findings: &mut Findings<'_>) {
    let logged = is_pointed_at(acl, "AWS::WAFv2::LoggingConfiguration", "ResourceArn");
    findings.when(!logged, || {
        let message = format!("nobody can tell which requests `{}` let through", acl.name());
        Finding::new(acl.id(), "", message).label("no log")
    });
}
