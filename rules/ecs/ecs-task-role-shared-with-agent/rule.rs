//! Tasks whose containers use the role of the agent.

use trilith_rules::prelude::*;

const ROLES: [&str; 2] = ["TaskRoleArn", "ExecutionRoleArn"];

pub(crate) fn check(task: &View<'_>, findings: &mut Findings<'_>) {
    let [own, agent] = ROLES.map(|path| task.get(path));
    let same = match ROLES.map(|path| task.referenced(path)) {
        [Some(own), Some(agent)] => Tri::from(own.id() == agent.id()),
        [None, None] => match agent.as_str() {
            Some(agent) => own.is(agent),
            None => own.is_present().and(agent.is_present()).and(Tri::Unknown),
        },
        _ => Tri::False,
    };
    findings.when(same, || {
        let message = format!("containers of `{}` hold the role of the agent", task.name());
        Finding::new(task.id(), ROLES[0], message).label("the same role").related(
            task.id(),
            ROLES[1],
            "meant for pulling images and reading secrets",
        )
    });
}
