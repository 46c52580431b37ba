//! Functions whose role can do everything.

use trilith_rules::prelude::*;
use trilith_rules::query::power;

pub(crate) fn check(function: &View<'_>, findings: &mut Findings<'_>) {
    let message = format!("function `{}`", function.name());
    power::report_role(function, findings, "Role", &message);
}
