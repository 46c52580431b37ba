//! Workloads that get at a role which may do everything, step by step.

use trilith_rules::prelude::*;
use trilith_rules::query::{chain, power, workload};

pub(crate) fn check(role: &View<'_>, findings: &mut Findings<'_>) {
    // What may do everything by itself is told by other rules.
    if !workload::runs_code(role) || power::over_account(role).is_some() {
        return;
    }
    let Some(chain) = chain::to_administrator(role) else { return };
    findings.when(chain.truth, || {
        let hops: Vec<&str> = chain.steps.iter().map(|step| step.how.as_str()).collect();
        let message =
            format!("`{}` {}, and can {}", role.name(), hops.join(", "), chain.power.what);
        let own = chain.steps.iter().find(|step| step.resource == role.id());
        let path = own.map(|step| step.path.clone()).unwrap_or_default();
        let label = match chain.steps.len() {
            1 => "one step from everything".to_owned(),
            count => format!("{count} steps from everything"),
        };
        let place = (role.id(), path.clone());
        let finding = Finding::new(role.id(), path, message).label(label);
        let others = chain.steps.iter().filter(|it| place != (it.resource, it.path.clone()));
        let finding = others.fold(finding, |finding, step| {
            finding.related(step.resource, step.path.clone(), step.how.clone())
        });
        finding.related(chain.power.resource, chain.power.path.clone(), "gives the power")
    });
}
