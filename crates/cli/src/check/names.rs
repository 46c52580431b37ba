//! What the names in waivers stand for.

use std::collections::{BTreeMap, BTreeSet};

use trilith_rules::{Registry, Rule};
use trilith_waivers::Names;

/// The rules of a run, by all of their names.
pub(crate) struct RuleNames<'r> {
    registry: &'r Registry,
    by_id: BTreeMap<&'r str, &'r Rule>,
    applied: BTreeSet<&'r str>,
}

impl<'r> RuleNames<'r> {
    pub(crate) fn new(registry: &'r Registry, applied: &[&'r Rule]) -> Self {
        Self {
            registry,
            by_id: registry.rules().map(|rule| (rule.id(), rule)).collect(),
            applied: applied.iter().map(|rule| rule.id()).collect(),
        }
    }
}

fn is_problem(name: &str) -> bool {
    let mut problems = trilith_parser::problems().iter();
    problems.any(|problem| problem.id == name && !problem.unreadable)
}

impl Names for RuleNames<'_> {
    fn is_known(&self, name: &str) -> bool {
        name == "*"
            || is_problem(name)
            // A rule of `trilith review`, which other commands do not apply.
            || trilith_review::is_contrary(name)
            || self.registry.rules().any(|rule| rule.answers_to(name))
    }

    fn stands_for(&self, name: &str, rule: &str) -> bool {
        match self.by_id.get(rule) {
            Some(rule) => rule.answers_to(name),
            None => name == rule || name == "*",
        }
    }

    fn was_applied(&self, name: &str) -> bool {
        is_problem(name) || {
            if trilith_review::is_contrary(name) && !self.applied.contains(name) {
                return false;
            }
            let mut rules = self.registry.rules().filter(|rule| rule.answers_to(name));
            rules.all(|rule| self.applied.contains(rule.id()))
        }
    }

    fn suggest(&self, name: &str) -> Option<String> {
        self.registry.suggest(name).first().map(|id| (*id).to_owned())
    }
}
