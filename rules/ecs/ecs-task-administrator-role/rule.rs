//! Tasks whose role can do everything.

use trilith_rules::prelude::*;
use trilith_rules::query::power;

pub(crate) fn check(task: &View<'_>, findings: &mut Findings<'_>) {
    let message = format!("every container of `{}`", task.name());
    power::report_role(task, findings, "TaskRoleArn", &message);
    let message = format!("the agent that starts `{}`", task.name());
    power::report_role(task, findings, "ExecutionRoleArn", &message);
}
