//! Which policies together decide what is allowed.

use super::lower::{Lowering, Rule};
use super::region::{Limits, Region, TooMany};
use crate::PolicyDocument;

/// The policies that decide about the requests of a principal, or to a resource.
///
/// A request is allowed if a document of `grants` allows it, a document of every layer of
/// `limits` does too, and no document at all denies it (IAM User Guide, "Policy evaluation
/// logic").
#[derive(Debug, Clone, Default)]
pub struct Policies<'d, 'v> {
    /// Documents that grant: inline, attached and managed policies, or the policy of a
    /// resource.
    pub grants: Vec<&'d PolicyDocument<'v>>,
    /// Layers that limit: a permissions boundary, a session policy, the service control
    /// policies of each level of an organization.
    pub limits: Vec<Vec<&'d PolicyDocument<'v>>>,
}

impl<'d, 'v> Policies<'d, 'v> {
    /// One document alone.
    pub fn of(document: &'d PolicyDocument<'v>) -> Self {
        Self { grants: vec![document], limits: Vec::new() }
    }

    /// All documents, grants first.
    pub(crate) fn documents(&self) -> impl Iterator<Item = &'d PolicyDocument<'v>> + Clone {
        self.grants.iter().chain(self.limits.iter().flatten()).copied()
    }
}

/// A rule, and the number of its document among [`Policies::grants`].
#[derive(Debug)]
pub(crate) struct Grant {
    pub(crate) rule: Rule,
    pub(crate) document: usize,
}

/// [`Policies`] as rules.
#[derive(Debug, Default)]
pub(crate) struct Rules {
    pub(crate) grants: Vec<Grant>,
    layers: Vec<Vec<Rule>>,
    denies: Vec<Rule>,
}

impl Rules {
    pub(crate) fn new<'v>(policies: &Policies<'_, 'v>, lowering: &mut Lowering<'v>) -> Self {
        let mut rules = Self::default();
        for (document, policy) in policies.grants.iter().enumerate() {
            for rule in lowering.lower(policy) {
                if rule.denies {
                    rules.denies.push(rule);
                } else {
                    rules.grants.push(Grant { rule, document });
                }
            }
        }
        for layer in &policies.limits {
            let mut allows = Vec::new();
            for policy in layer {
                let (denies, others): (Vec<_>, Vec<_>) =
                    lowering.lower(policy).into_iter().partition(|rule| rule.denies);
                rules.denies.extend(denies);
                allows.extend(others);
            }
            rules.layers.push(allows);
        }
        rules
    }

    /// The parts of a region that a grant lets through and nothing takes back.
    pub(crate) fn effective(
        &self,
        mut parts: Vec<Region>,
        limits: &Limits,
    ) -> Result<Vec<Region>, TooMany> {
        for layer in &self.layers {
            let mut within = Vec::new();
            for part in &parts {
                for rule in layer {
                    within.extend(part.intersect(&rule.constraints, limits));
                }
            }
            parts = within;
        }
        subtract_all(parts, self.denies.iter(), limits)
    }

    /// Whether a look shows that all requests of a rule are allowed.
    pub(crate) fn plainly_allow(&self, rule: &Rule) -> bool {
        self.layers.is_empty()
            && self.denies.is_empty()
            && self.grants.iter().any(|grant| grant.rule.has_all_of(rule))
    }

    /// The parts of the region of a rule that these policies do not allow.
    pub(crate) fn refused(
        &self,
        region: &Region,
        rule: &Rule,
        limits: &Limits,
    ) -> Result<Vec<Region>, TooMany> {
        let grants = || self.grants.iter().map(|grant| &grant.rule);
        let mut parts = if grants().any(|grant| grant.has_all_of(rule)) {
            Vec::new()
        } else {
            // What is most alike leaves least to take away from.
            let mut alike: Vec<&Rule> = grants().collect();
            alike.sort_by_cached_key(|grant| std::cmp::Reverse(grant.shared_with(rule)));
            subtract_all(vec![region.clone()], alike.into_iter(), limits)?
        };
        for layer in &self.layers {
            parts.extend(subtract_all(vec![region.clone()], layer.iter(), limits)?);
        }
        parts.extend(
            self.denies.iter().filter_map(|rule| region.intersect(&rule.constraints, limits)),
        );
        Ok(parts)
    }
}

/// What no rule covers.
fn subtract_all<'r>(
    mut parts: Vec<Region>,
    rules: impl Iterator<Item = &'r Rule>,
    limits: &Limits,
) -> Result<Vec<Region>, TooMany> {
    for rule in rules {
        if parts.is_empty() {
            break;
        }
        let mut left = Vec::with_capacity(parts.len());
        for part in parts {
            part.subtract(&rule.constraints, limits, &mut left)?;
        }
        parts = left;
    }
    Ok(parts)
}
