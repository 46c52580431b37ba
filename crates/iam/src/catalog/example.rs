//! Actions and resources that AWS knows, out of sets that the decision procedure found.

use std::sync::Arc;

use super::{Action, Catalog, ResourceType, ServiceEntry};
use crate::decide::{Found, Membership, Step, Steps, TextSet, TextTerm};
use crate::glob::Fuel;

/// An action and a resource for it.
#[derive(Debug)]
pub(crate) struct Example {
    pub(crate) action: String,
    /// A resource of a type that the action is about, if one is in the set.
    pub(crate) resource: Option<String>,
}

/// How many actions are tried before the search for a resource is given up.
const TRIES: usize = 64;

impl Catalog {
    /// The actions of a set, sorted.
    pub(crate) fn actions_in(&self, actions: &TextTerm) -> Vec<u32> {
        let mut found = Vec::new();
        let smallest =
            actions.included().min_by_key(|set| set.literals().len() + 1000 * set.patterns().len());
        let holds = |action: &Action<'_>| actions.holds(action.folded()) != Membership::Out;
        let Some(set) = smallest else {
            let all = self.services.iter().flat_map(|entry| self.actions_in_entry(entry));
            return all.filter(holds).map(|action| action.id).collect();
        };
        let literals = set.literals().iter().filter_map(|name| self.action(name));
        found.extend(literals.filter(holds).map(|action| action.id));
        for pattern in set.patterns() {
            for entry in self.entries_matching(pattern) {
                let own = self
                    .actions_in_entry(entry)
                    .filter(|action| pattern.may_match(action.folded()) && holds(action));
                found.extend(own.map(|action| action.id));
            }
        }
        found.sort_unstable();
        found.dedup();
        found
    }

    /// The services whose actions a pattern may match.
    fn entries_matching(&self, pattern: &Steps) -> impl Iterator<Item = &ServiceEntry> {
        let chars = pattern.most().iter().map_while(|step| match step {
            Step::Char(char) => Some(*char),
            _ => None,
        });
        let start: String = chars.collect();
        let (prefix, is_whole) = match start.split_once(':') {
            Some((prefix, _)) => (prefix.to_owned(), true),
            None => (start, false),
        };
        let from = self.services.partition_point(|entry| *entry.prefix < *prefix);
        self.services[from..]
            .iter()
            .take_while(move |entry| entry.prefix.starts_with(&*prefix))
            .take(if is_whole { 1 } else { usize::MAX })
            .filter(move |entry| !is_whole || starts_service(pattern, &entry.prefix))
    }

    /// The most dangerous of some actions, on a resource that it is about if one of them has
    /// any in the set.
    pub(crate) fn example(
        &self,
        actions: &[u32],
        resources: &TextTerm,
        fuel: &Fuel,
    ) -> Option<Example> {
        let mut actions: Vec<Action<'_>> =
            actions.iter().filter_map(|id| self.action_of(*id)).collect();
        actions.sort_by_key(|action| (std::cmp::Reverse(action.level()), action.id));
        let fitting = actions.iter().take(TRIES).find_map(|action| {
            let resource = resource_of(action, resources, fuel)?;
            Some(Example { action: action.to_string(), resource: Some(resource) })
        });
        let first = actions.first();
        fitting.or_else(|| first.map(|it| Example { action: it.to_string(), resource: None }))
    }
}

fn starts_service(pattern: &Steps, prefix: &str) -> bool {
    let mut steps = pattern.most().iter();
    let mut same = prefix.chars().all(|char| steps.next() == Some(&Step::Char(char)));
    same &= steps.next() == Some(&Step::Char(':'));
    same
}

/// A resource of a set that an action is about.
fn resource_of(action: &Action<'_>, resources: &TextTerm, fuel: &Fuel) -> Option<String> {
    let mut types = action.resource_types().peekable();
    if types.peek().is_none() {
        return (resources.holds("*") == Membership::In).then(|| "*".to_owned());
    }
    let (needed, others): (Vec<_>, Vec<_>) = types.partition(|(_, needed)| *needed);
    needed.into_iter().chain(others).find_map(|(kind, _)| {
        let nice = kind.example();
        if resources.holds(&nice) == Membership::In {
            return Some(nice);
        }
        let set = TextSet::new([Steps::arn(&kind.pattern())]);
        match resources.with(&Arc::new(set), false).find(fuel) {
            Found::Member(text) => Some(text),
            _ => None,
        }
    })
}

impl ResourceType {
    /// Its ARN with a wildcard for everything that differs.
    pub fn pattern(&self) -> String {
        self.filled(|_| "*")
    }

    /// An ARN of this type.
    pub fn example(&self) -> String {
        self.filled(|name| match name {
            "Partition" => "aws",
            "Region" => "us-east-1",
            "Account" => "111122223333",
            _ => "example",
        })
    }

    fn filled(&self, value: impl Fn(&str) -> &'static str) -> String {
        let mut filled = String::with_capacity(self.arn.len());
        let mut rest = &*self.arn;
        while let Some((before, after)) = rest.split_once("${") {
            let Some((name, after)) = after.split_once('}') else { break };
            filled.push_str(before);
            filled.push_str(value(name));
            rest = after;
        }
        filled.push_str(rest);
        filled
    }
}
