//! Permissions by which their holder becomes administrator.

use trilith_iam::EscalationKind;
use trilith_rules::prelude::*;
use trilith_rules::query::escalation::{Opened, opened};

pub(crate) fn check(holder: &View<'_>, findings: &mut Findings<'_>) {
    let mut found = opened(holder);
    found.sort_by_key(|it| (!it.truth.is_true(), it.kind));
    let more = found.iter().skip(1).filter(|it| it.truth.is_true()).count();
    if let Some(worst) = found.first() {
        findings.when(worst.truth, || finding(holder, worst, more));
    }
}

fn finding(holder: &View<'_>, worst: &Opened, more: usize) -> Finding {
    let (power, severity) = match worst.kind {
        EscalationKind::Identity => ("make itself administrator", Severity::High),
        EscalationKind::Service => ("run code as any role", Severity::High),
        EscalationKind::Existing => ("take over the role of what runs already", Severity::Medium),
    };
    let more = match more {
        0 => String::new(),
        1 => ", and in one more way".to_owned(),
        _ => format!(", and in {more} more ways"),
    };
    let message = format!("`{}` can {power} with {}{more}", holder.name(), worst.actions());
    let own = worst.grants.iter().find(|grant| grant.resource == holder.id());
    let path = own.map(|grant| grant.path.clone()).unwrap_or_default();
    let place = (holder.id(), path.clone());
    let finding = Finding::new(holder.id(), path, message).severity(severity);
    let others = worst.grants.iter().filter(|it| place != (it.resource, it.path.clone()));
    others.fold(finding.label(format!("path {}", worst.id)), |finding, grant| {
        let remark = format!("allows `{}`", grant.action);
        finding.related(grant.resource, grant.path.clone(), remark)
    })
}
