//! Whether a condition limits what a statement allows, and not only who uses it, and when.

use trilith_graph::Tri;

use crate::condition::{Base, Condition};
use crate::{Answer, Statement, trust};

/// The global keys that tell what is acted upon, and with what. Whose resource it is, and in
/// which region, are not among them: everything in an account, or in a region, is everything.
fn is_about_scope(key: &str) -> bool {
    match key.strip_prefix("aws:") {
        Some(rest) => ["resourcetag/", "requesttag/", "tagkeys", "calledvia", "viaawsservice"]
            .iter()
            .any(|it| rest.starts_with(it)),
        // The keys of a service are there for its own actions only, if at all.
        None => true,
    }
}

impl<'v> Statement<'v> {
    /// Whether a condition limits what it allows: to resources with a tag, to actions that have
    /// the key of a service, to calls made by a service. Others, such as
    /// `aws:MultiFactorAuthPresent`, `aws:SourceIp` and `aws:SecureTransport`, say who may do
    /// all of it, and when. A negative operator leaves nearly everything.
    pub fn limits_scope(&self) -> Answer<'v> {
        self.conditions.any(|condition| {
            let limits = condition_limits_scope(condition);
            limits.and_then(|| self.conditions.needs_key(condition))
        })
    }
}

/// Whether a condition limits what is acted upon, for requests that have its key.
pub(crate) fn condition_limits_scope<'v>(condition: &Condition<'v>) -> Answer<'v> {
    let base = condition.operator.base;
    if base.is_negative() || !is_about_scope(&condition.key) {
        return Answer::plain(Tri::False);
    }
    match base {
        Base::Other => Answer::at(Tri::Unknown, condition.site),
        Base::Null => condition.values.all(|value| value.value.is_ignoring_case("false")),
        Base::Bool => condition.values.all(|value| value.value.is_ignoring_case("true")),
        _ if base.compares_text() => trust::demands_some_value(condition),
        _ => Answer::at(Tri::True, condition.site),
    }
}
