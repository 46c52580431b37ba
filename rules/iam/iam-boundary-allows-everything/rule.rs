//! Permissions boundaries that limit nothing.

use trilith_rules::prelude::*;

const BOUNDARY: &str = "PermissionsBoundary";

pub(crate) fn check(holder: &View<'_>, findings: &mut Findings<'_>) {
    let boundary = holder.get(BOUNDARY);
    if boundary.is_present().is_false() {
        return;
    }
    let everything = match holder.referenced(BOUNDARY) {
        Some(policy) => {
            let policies = policy.policies();
            Tri::any(policies.iter().map(|it| it.document.allows_everything().truth))
        }
        None => is_of_aws(boundary),
    };
    findings.when(everything, || {
        let message = format!("the permissions boundary of `{}` allows everything", holder.name());
        let finding = Finding::new(holder.id(), BOUNDARY, message).label("limits nothing");
        match holder.referenced(BOUNDARY) {
            Some(policy) => finding.related(policy.id(), "", "the boundary"),
            None => finding,
        }
    });
}

fn is_of_aws(boundary: &Value) -> Tri {
    match boundary.display_text() {
        Some(arn) if arn.ends_with(":iam::aws:policy/AdministratorAccess") => Tri::True,
        _ if boundary.is_unknown() => Tri::Unknown,
        _ => Tri::False,
    }
}
