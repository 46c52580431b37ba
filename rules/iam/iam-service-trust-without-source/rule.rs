//! Services that may act for anyone.

use trilith_rules::prelude::*;

pub(crate) fn check(holder: &View<'_>, findings: &mut Findings<'_>) {
    let mut policies = holder.resource_policies();
    policies.extend(holder.trust_policies());
    for policy in &policies {
        for statement in &policy.document.statements {
            for (principal, answer) in statement.services_without_source() {
                let path = policy.path.concat(&principal.path());
                findings.when(answer.truth, || {
                    let name = holder.name();
                    let message =
                        format!("a service may use `{name}` on behalf of other customers");
                    Finding::new(holder.id(), path, message).label("no source is named")
                });
            }
        }
    }
}
