//! Methods and routes that anyone may call.

use trilith_rules::prelude::*;
use trilith_rules::query::entries::is_open;

pub(crate) fn check(method: &View<'_>, findings: &mut Findings<'_>) {
    findings.when(is_open(method), || {
        let message = format!("anyone may call `{}`", method.name());
        Finding::new(method.id(), "AuthorizationType", message).label("no authorization")
    });
}
