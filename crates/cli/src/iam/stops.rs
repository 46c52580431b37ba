//! Which level of an organization takes something away.

use trilith_iam::{Catalog, Policies, PositionedDocument, Question, Verdict};

use super::holders::layer;
use super::principal::{Given, Principal};
use crate::guardrails::Guardrails;

impl Guardrails {
    /// The level that takes away what a principal's own policies allow.
    pub(super) fn stops(
        &self,
        principal: &Principal<'_>,
        resources: &[&str],
        action: &str,
        catalog: &Catalog,
    ) -> Option<&str> {
        let question = Question { catalog: Some(catalog), ..Question::default() };
        let allows = |policies: &Policies<'_, '_>| {
            question.grants(policies, &[action], resources).verdict() != Verdict::Proved
        };
        let nothing = Vec::new();
        if !allows(&principal.policies(&nothing)) {
            return None;
        }
        let limits = self.limits();
        let stops = |level: &Vec<PositionedDocument<'_>>| {
            let own = principal.grants.iter().map(Given::document);
            let policies = Policies { grants: own.collect(), limits: vec![layer(level)] };
            !allows(&policies)
        };
        let at = limits.iter().position(stops)?;
        self.name(at)
    }
}
