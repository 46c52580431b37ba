//! The rules of a run: built-in ones and the user's, and the names they answer to.

use std::collections::BTreeSet;

use crate::rule::Rule;
use crate::select::Selection;

/// All rules that a run could apply.
#[derive(Debug)]
pub struct Registry {
    built_in: &'static [Rule],
    own: Vec<Rule>,
}

impl Registry {
    /// The built-in rules.
    pub const fn new(built_in: &'static [Rule]) -> Self {
        Self { built_in, own: Vec::new() }
    }

    /// Adds a rule of the user. An id that exists already is an error: two rules under one name
    /// could not be told apart in a report.
    pub fn add(&mut self, rule: Rule) -> Result<(), String> {
        if self.rules().any(|other| other.id() == rule.id()) {
            return Err(format!("a rule called `{}` exists already", rule.id()));
        }
        self.own.push(rule);
        Ok(())
    }

    /// All rules, the built-in ones first, each group in alphabetical order of the ids.
    pub fn rules(&self) -> impl Iterator<Item = &Rule> {
        self.built_in.iter().chain(&self.own)
    }

    /// The rules that a name stands for: an id, an id with `*`, or another tool's id.
    pub fn find(&self, name: &str) -> Vec<&Rule> {
        if name.eq_ignore_ascii_case("all") {
            return self.rules().collect();
        }
        self.rules().filter(|rule| rule.answers_to(name)).collect()
    }

    /// Rule ids close to a name that is none, best first.
    pub fn suggest(&self, name: &str) -> Vec<&str> {
        let mut near: BTreeSet<(usize, &str)> = BTreeSet::new();
        for rule in self.rules() {
            let distance = distance(name, rule.id());
            if distance <= name.len().max(6) / 3 || rule.id().contains(name) {
                near.insert((distance, rule.id()));
            }
        }
        near.into_iter().map(|(_, id)| id).take(3).collect()
    }

    /// The rules to apply: those that `select` names (all stable ones if it names none) without
    /// those that `ignore` names. The error is the first name that stands for no rule.
    pub fn choose(&self, select: &[String], ignore: &[String]) -> Result<Vec<&Rule>, UnknownRule> {
        self.select(&Selection { select, ignore, ..Selection::default() })
    }

    /// The error for a name that stands for no rule.
    pub fn unknown(&self, name: &str) -> UnknownRule {
        let suggestions = self.suggest(name).into_iter().map(str::to_owned).collect();
        UnknownRule { name: name.to_owned(), suggestions }
    }
}

/// A name that stands for no rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownRule {
    /// The name as given.
    pub name: String,
    /// Ids that are close to it.
    pub suggestions: Vec<String>,
}

impl std::fmt::Display for UnknownRule {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "no rule is called `{}`", self.name)?;
        if let Some(first) = self.suggestions.first() {
            write!(f, "; did you mean `{first}`?")?;
        }
        Ok(())
    }
}

/// Levenshtein distance.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, from) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, to) in b.iter().enumerate() {
            let replaced = diagonal + usize::from(from != *to);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances_count_edits() {
        assert_eq!(distance("kitten", "sitting"), 3);
        assert_eq!(distance("", "abc"), 3);
    }
}
