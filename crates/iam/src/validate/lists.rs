//! Members of a list that another member covers.

use super::Checker;
use crate::pattern::{Case, Patterns};
use crate::principal::PrincipalKind;
use crate::{PolicyKind, Statement};

/// Members beyond which a list is not looked through: the work grows with their square.
const MOST_MEMBERS: usize = 200;

impl Checker<'_, '_> {
    pub(super) fn lists(&mut self) {
        for statement in &self.document.statements {
            self.covered(&statement.action, Case::Ignored, "REDUNDANT_ACTION");
            self.covered(&statement.not_action, Case::Ignored, "REDUNDANT_ACTION");
            self.covered(&statement.resource, Case::Exact, "REDUNDANT_RESOURCE");
            self.covered(&statement.not_resource, Case::Exact, "REDUNDANT_RESOURCE");
            if self.kind == PolicyKind::Trust {
                self.covered_principals(statement);
            }
        }
    }

    /// Says of each member that another one covers that it may go; of two that are the same
    /// the later one.
    fn covered(&mut self, patterns: &Patterns<'_>, case: Case, code: &'static str) {
        if !(2..=MOST_MEMBERS).contains(&patterns.len()) {
            return;
        }
        let globs: Vec<_> = patterns.iter().map(|pattern| (pattern, pattern.glob(case))).collect();
        for (at, (pattern, glob)) in globs.iter().enumerate() {
            let Some(glob) = glob else { continue };
            let covers = |(other_at, (_, other)): &(usize, &(crate::Pattern<'_>, Option<_>))| {
                let Some(other): &Option<crate::glob::Glob<'_>> = other else { return false };
                let is_same = || glob.contains(other).is_true();
                *other_at != at && other.contains(glob).is_true() && (*other_at < at || !is_same())
            };
            let Some((_, (other, _))) = globs.iter().enumerate().find(covers) else { continue };
            let (own, other) = (pattern.value.display_text(), other.value.display_text());
            let (own, other) = (own.unwrap_or_default(), other.unwrap_or_default());
            self.suggestion(code, pattern.site, format!("`{other}` covers `{own}`"));
        }
    }

    /// Roles and users of an account that is trusted as a whole, and those named twice.
    fn covered_principals(&mut self, statement: &Statement<'_>) {
        let texts: Vec<_> = statement
            .principal
            .items
            .iter()
            .filter(|it| it.kind == PrincipalKind::Aws)
            .filter_map(|it| Some((it.pattern.site, it.pattern.text()?)))
            .collect();
        for (at, (site, text)) in texts.iter().enumerate() {
            let account = text.split(':').nth(4).unwrap_or(text);
            let is_root = text.ends_with(":root") || text == account;
            let covers = |(other_at, (_, other)): (usize, &(_, std::borrow::Cow<'_, str>))| {
                let whole = !is_root
                    && (*other == account || other.ends_with(&format!("::{account}:root")));
                other_at != at && (whole || other_at < at && other == text)
            };
            if texts.iter().enumerate().any(covers) {
                let message = format!("another entry lets `{text}` in already");
                self.suggestion("REDUNDANT_PRINCIPAL_IN_ROLE_TRUST_POLICY", *site, message);
            }
        }
    }
}
