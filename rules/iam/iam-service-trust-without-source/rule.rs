//! Services that may act for anyone.

use trilith_rules::prelude::*;

pub(crate) fn check(holder: &View<'_>, findings: &mut Findings<'_>) {
    let mut policies = holder.resource_policies();
    policies.extend(holder.trust_policies());
    for policy in &policies {
        for statement in &policy.document.statements {
            // One condition mends the statement, whichever services it names.
            let services = statement.services_without_source();
            let truth = Tri::any(services.iter().map(|(_, answer)| answer.truth));
            let mut own = services.iter().filter(|(_, answer)| answer.truth == truth);
            let Some((first, _)) = own.next() else { continue };
            let path = policy.path.concat(&first.path());
            findings.when(truth, || {
                let name = holder.name();
                let message = format!("a service may use `{name}` on behalf of other customers");
                let others: Vec<_> =
                    own.filter_map(|(other, _)| other.pattern.value.display_text()).collect();
                let label = match &*others {
                    [] => "no source is named".to_owned(),
                    others => format!("no source is named, nor for `{}`", others.join("`, `")),
                };
                let finding = Finding::new(holder.id(), path, message).label(label);
                // A role can only be handed to a service of its own account.
                if policy.kind == PolicyKind::Trust {
                    return finding.severity(Severity::Low);
                }
                finding
            });
        }
    }
}
