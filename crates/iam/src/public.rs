//! Who is let in by a resource policy.

use trilith_graph::Tri;

use crate::{Answer, PolicyDocument, Statement};

impl<'v> Statement<'v> {
    /// Whether it allows everyone, or everyone but a few, whatever its conditions.
    pub fn allows_anyone(&self) -> Answer<'v> {
        self.applies_to_anyone().and(self.is_allow())
    }

    /// Whether it allows everyone, and no condition limits that to a known set of callers.
    ///
    /// The conditions that do are those of Amazon S3's meaning of "public" and their likes in
    /// other services: see [`crate::Conditions::narrow_to_known`].
    pub fn is_public(&self) -> Answer<'v> {
        self.allows_anyone().and(!self.conditions.narrow_to_known())
    }

    /// Whether it denies everything that `other` allows to all but a known set of callers.
    fn denies_strangers(&self, other: &Self) -> Answer<'v> {
        let mut answer = self.is_deny().and(self.applies_to_anyone());
        if answer.is_false() {
            return answer;
        }
        // All conditions must hold for the denial, so each opens one more way around it.
        for condition in &self.conditions.items {
            answer = answer.and(condition.is_escaped_by_known());
        }
        for site in &self.conditions.unknown {
            answer = answer.and(Answer::at(Tri::Unknown, *site));
        }
        if answer.is_false() { answer } else { answer.and(self.covers_scope_of(other)) }
    }
}

impl<'v> PolicyDocument<'v> {
    /// Whether some statement allows everyone, conditions do not limit that to a known set of
    /// callers, and no single `Deny` does so either.
    ///
    /// A `Deny` is seen if it applies to everyone, covers all actions and resources of the
    /// statement, and has no condition or only ones that a known set escapes, such as
    /// `StringNotEquals` on `aws:PrincipalOrgID`. Denials that work only together are not
    /// seen.
    pub fn is_public(&self) -> Answer<'v> {
        self.any(|statement| {
            let public = statement.is_public();
            if public.is_false() { public } else { public.and(!self.denies_strangers(statement)) }
        })
    }

    fn denies_strangers(&self, allow: &Statement<'v>) -> Answer<'v> {
        self.any(|statement| statement.denies_strangers(allow))
    }
}
