//! Selecting resources by their type.
//!
//! Nearly every query of a rule starts with `Resources.*[ Type == 'AWS::S3::Bucket' ]`. Such a
//! query is answered from an index of types instead of looking at every resource.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::constant::Constants;
use super::ir::{Clause, Comparison, Conjunction, Literal, Operand, Operator, Part};
use super::pattern::Pattern;

/// The types that the first three parts of a query select.
#[derive(Debug)]
pub(super) struct TypeSelection {
    matchers: Vec<Matcher>,
    /// The line of the filter that names the types; the other lines are still to be checked.
    pub(super) line: usize,
}

/// What a type is compared with.
#[derive(Debug, Clone)]
pub(super) enum Matcher {
    Name(Arc<str>),
    Pattern(Arc<Pattern>),
}

impl Matcher {
    /// Whether a type fits.
    pub(super) fn matches(&self, resource_type: &str) -> bool {
        match self {
            Self::Name(name) => **name == *resource_type,
            Self::Pattern(pattern) => pattern.matches(resource_type).is_true(),
        }
    }

    /// The type as written: a name, or a pattern between slashes.
    pub(super) fn written(&self) -> String {
        match self {
            Self::Name(name) => name.to_string(),
            Self::Pattern(pattern) => format!("/{}/", pattern.source()),
        }
    }
}

impl TypeSelection {
    /// Recognises `Resources.*[ Type == .. ]`, with further lines in the filter or none. The
    /// types stand there as constants, or as variables with the name of a constant.
    pub(super) fn recognise(parts: &[Part], constants: &Constants) -> Option<Self> {
        let [Part::Key(first), Part::Values(None), Part::Filter { clauses, .. }, ..] = parts else {
            return None;
        };
        if &*first.name != "Resources" {
            return None;
        }
        let mut lines = clauses.iter().enumerate();
        lines.find_map(|(line, any)| Some(Self { matchers: matchers(any, constants)?, line }))
    }

    /// The selection of a block that names one type.
    pub(super) fn of_type(name: &str) -> Self {
        Self { matchers: vec![Matcher::Name(name.into())], line: 0 }
    }

    /// The exact type names, if the selection has no pattern.
    pub(super) fn names(&self) -> Option<Vec<Arc<str>>> {
        let name = |matcher: &Matcher| match matcher {
            Matcher::Name(name) => Some(name.clone()),
            Matcher::Pattern(_) => None,
        };
        self.matchers.iter().map(name).collect()
    }

    /// What types are compared with.
    pub(super) fn matchers(&self) -> &[Matcher] {
        &self.matchers
    }

    /// Whether a type is selected.
    pub(super) fn matches(&self, resource_type: &str) -> bool {
        self.matchers.iter().any(|matcher| matcher.matches(resource_type))
    }

    /// The resources that are selected, in the order of the document.
    pub(super) fn select(&self, index: &TypeIndex) -> Vec<usize> {
        if let [Matcher::Name(name)] = self.matchers.as_slice() {
            return index.of_type(name).to_vec();
        }
        let selected = index.by_type.iter().filter(|(name, _)| self.matches(name));
        let mut found: Vec<usize> =
            selected.flat_map(|(_, resources)| resources).copied().collect();
        found.sort_unstable();
        found
    }
}

/// The matchers of a line whose alternatives all name types.
fn matchers(any: &[Clause], constants: &Constants) -> Option<Vec<Matcher>> {
    let mut found = Vec::new();
    for clause in any {
        let Clause::Comparison(comparison) = clause else { return None };
        found.extend(of_comparison(comparison, constants)?);
    }
    Some(found)
}

fn of_comparison(comparison: &Comparison, constants: &Constants) -> Option<Vec<Matcher>> {
    let [Part::Key(key)] = comparison.query.parts.as_slice() else { return None };
    if &*key.name != "Type" || comparison.negated {
        return None;
    }
    if !matches!(comparison.operator, Operator::Equal | Operator::In) {
        return None;
    }
    let in_list = comparison.operator == Operator::In;
    match comparison.right.as_ref()? {
        // Text behind `in` is searched for the type.
        Operand::Literal(Literal::List(_)) if !in_list => None,
        Operand::Literal(Literal::String(_) | Literal::Regex(_)) if in_list => None,
        Operand::Literal(literal) => matchers_of_literal(literal),
        Operand::Query(query) => {
            let [Part::Variable(name)] = query.parts.as_slice() else { return None };
            let known = constants.get(name)?;
            (known.is_list == in_list).then(|| known.matchers.clone())
        }
        Operand::Call(_) => None,
    }
}

/// The matchers of text, of a pattern, or of a list of these.
pub(super) fn matchers_of_literal(literal: &Literal) -> Option<Vec<Matcher>> {
    match literal {
        Literal::List(items) if !items.is_empty() => items.iter().map(matcher).collect(),
        other => matcher(other).map(|matcher| vec![matcher]),
    }
}

fn matcher(literal: &Literal) -> Option<Matcher> {
    match literal {
        Literal::String(name) => Some(Matcher::Name(name.clone())),
        Literal::Regex(pattern) => Some(Matcher::Pattern(Arc::new(Pattern::new(pattern.source())))),
        _ => None,
    }
}

/// The filter lines that a selection does not decide by itself.
pub(super) fn has_other_lines(clauses: &Conjunction) -> bool {
    clauses.len() > 1
}

/// Which resources of a document have which type.
#[derive(Debug, Clone, Default)]
pub struct TypeIndex {
    by_type: BTreeMap<Arc<str>, Vec<usize>>,
}

impl TypeIndex {
    /// An index over the types of resources 0, 1, 2 ...
    pub fn new<'t>(types: impl IntoIterator<Item = &'t Arc<str>>) -> Self {
        let mut by_type: BTreeMap<Arc<str>, Vec<usize>> = BTreeMap::new();
        for (at, name) in types.into_iter().enumerate() {
            match by_type.get_mut(name) {
                Some(resources) => resources.push(at),
                None => {
                    by_type.insert(name.clone(), vec![at]);
                }
            }
        }
        Self { by_type }
    }

    /// The resources of a type, in order.
    pub fn of_type(&self, name: &str) -> &[usize] {
        self.by_type.get(name).map_or(&[], Vec::as_slice)
    }

    /// The types that occur, in alphabetical order.
    pub fn types(&self) -> impl Iterator<Item = &str> {
        self.by_type.keys().map(|name| &**name)
    }
}
