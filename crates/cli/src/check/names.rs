//! What the names in waivers stand for.

use std::cell::RefCell;
use std::collections::{BTreeSet, HashMap};
use std::rc::Rc;

use trilith_rules::{Registry, Rule};
use trilith_waivers::Names;

/// The rules of a run, by all of their names.
pub(crate) struct RuleNames<'r> {
    registry: &'r Registry,
    ids: BTreeSet<&'r str>,
    applied: BTreeSet<&'r str>,
    /// The rules that a name was found to stand for: a repository repeats few names often.
    asked: RefCell<HashMap<String, Rc<BTreeSet<&'r str>>>>,
}

impl<'r> RuleNames<'r> {
    pub(crate) fn new(registry: &'r Registry, applied: &[&'r Rule]) -> Self {
        Self {
            registry,
            ids: registry.rules().map(Rule::id).collect(),
            applied: applied.iter().map(|rule| rule.id()).collect(),
            asked: RefCell::default(),
        }
    }

    fn rules_of(&self, name: &str) -> Rc<BTreeSet<&'r str>> {
        if let Some(known) = self.asked.borrow().get(name) {
            return known.clone();
        }
        let rules = self.registry.rules().filter(|rule| rule.answers_to(name));
        let found: Rc<BTreeSet<&str>> = Rc::new(rules.map(Rule::id).collect());
        self.asked.borrow_mut().insert(name.to_owned(), found.clone());
        found
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
            || !self.rules_of(name).is_empty()
    }

    fn stands_for(&self, name: &str, rule: &str) -> bool {
        if self.ids.contains(rule) {
            return self.rules_of(name).contains(rule);
        }
        name == rule || name == "*"
    }

    fn was_applied(&self, name: &str) -> bool {
        if trilith_review::is_contrary(name) && !self.applied.contains(name) {
            return is_problem(name);
        }
        is_problem(name) || self.rules_of(name).is_subset(&self.applied)
    }

    fn suggest(&self, name: &str) -> Option<String> {
        self.registry.suggest(name).first().map(|id| (*id).to_owned())
    }
}
