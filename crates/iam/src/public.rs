//! Who is let in by a resource policy.

use trilith_graph::Tri;

use crate::glob::Fuel;
use crate::{Answer, PolicyDocument, Statement};

impl<'v> Statement<'v> {
    /// Whether it allows everyone, or everyone but a few, whatever its conditions.
    pub fn allows_anyone(&self) -> Answer<'v> {
        self.is_allow().and_ask(|| self.applies_to_anyone())
    }

    /// Whether it allows everyone, and no condition limits that to a known set of callers.
    ///
    /// The conditions that do are those of Amazon S3's meaning of "public" and their likes in
    /// other services: see [`crate::Conditions::narrow_to_known`].
    pub fn is_public(&self) -> Answer<'v> {
        self.allows_anyone().and_then(|| !self.conditions.narrow_to_known())
    }

    /// Whether it denies something to all but a known set of callers.
    fn denies_strangers(&self) -> Answer<'v> {
        let mut answer = self.is_deny().and_then(|| self.applies_to_anyone());
        // All conditions must hold for the denial, so each opens one more way around it.
        for condition in &self.conditions.items {
            answer = answer.and_then(|| condition.is_escaped_by_known());
        }
        for site in &self.conditions.unknown {
            answer = answer.and_then(|| Answer::at(Tri::Unknown, *site));
        }
        answer
    }
}

impl<'v> PolicyDocument<'v> {
    /// Whether some statement is one of [`PolicyDocument::public_statements`].
    pub fn is_public(&self) -> Answer<'v> {
        let unknown = self.unknown.map(|site| Answer::at(Tri::Unknown, site));
        let public = self.public_statements().into_iter().map(|(_, answer)| answer);
        Answer::any(public.chain(unknown))
    }

    /// The statements that allow everyone, or may, where conditions do not limit that to a
    /// known set of callers and no single `Deny` does so either.
    ///
    /// A `Deny` is seen if it applies to everyone, covers all actions and resources of the
    /// statement, and has no condition or only ones that a known set escapes, such as
    /// `StringNotEquals` on `aws:PrincipalOrgID`. Denials that work only together are not
    /// seen.
    pub fn public_statements(&self) -> Vec<(&Statement<'v>, Answer<'v>)> {
        let denials: Vec<_> = self
            .statements
            .iter()
            .map(|statement| (statement, statement.denies_strangers()))
            .filter(|(_, denies)| !denies.is_false())
            .collect();
        let fuel = Fuel::full();
        let is_denied = |allow: &Statement<'v>| {
            let covers = |(deny, denies): &(&Statement<'v>, Answer<'v>)| {
                denies.clone().and_then(|| deny.covers_scope_of(allow, &fuel))
            };
            let unseen = self.unknown.map(|site| Answer::at(Tri::Unknown, site));
            Answer::any(denials.iter().map(covers).chain(unseen))
        };
        self.which(|statement| statement.is_public().and_then(|| !is_denied(statement)))
    }
}
