//! What can be told of a rule without evaluating it: what it reads, what it says, and what its
//! author wrote above it.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::ir::{Block, Clause, Comparison, Operand, Operator, Part, Query, RuleFile, TextRange};
use super::parse::SyntaxError;
use super::selection::Matcher;
use super::walk::{self, Visitor};

/// Which resources a rule reads, directly or through variables and other rules.
#[derive(Debug, Default)]
pub struct Reads {
    matchers: Vec<Matcher>,
    everything: bool,
}

impl Reads {
    /// Whether it may read resources of any type.
    pub fn is_everything(&self) -> bool {
        self.everything
    }

    /// Whether it reads resources of a type.
    pub fn matches(&self, resource_type: &str) -> bool {
        self.everything || self.matchers.iter().any(|one| one.matches(resource_type))
    }

    /// The types that it selects, as written: names, and patterns between slashes. Sorted.
    pub fn types(&self) -> Vec<String> {
        let types: BTreeSet<String> = self.matchers.iter().map(Matcher::written).collect();
        types.into_iter().collect()
    }
}

impl RuleFile {
    /// What the rule at `rule` in [`RuleFile::rules`] reads.
    pub fn reads(&self, rule: usize) -> Reads {
        let mut reader = Reader::new(self);
        if let Some(rule) = self.rules.get(rule) {
            walk::rule(rule, &mut reader);
            reader.follow_names();
        }
        Reads { matchers: reader.matchers, everything: reader.everything }
    }

    /// The message that the clauses of a rule have, if they have one only.
    pub fn message(&self, rule: usize) -> Option<&str> {
        let mut messages = Messages::default();
        walk::block(&self.rules.get(rule)?.block, &mut messages);
        match messages.0.into_iter().collect::<Vec<_>>().as_slice() {
            [message] => Some(message),
            _ => None,
        }
    }

    /// A fault of a rule that is no fault of its syntax.
    pub(crate) fn fault_at_rule(&self, rule: usize, message: String) -> SyntaxError {
        let offset = self.rules.get(rule).map_or(0, |rule| rule.at.start);
        SyntaxError { line: self.line(offset), column: 1, offset: offset as usize, message }
    }

    /// What stands in the comment above a rule under a heading: `# severity: high`, or
    /// `# Description:` with the text in the lines below. Where there is no such heading, that of
    /// the comment at the start of the file counts.
    pub fn comment(&self, rule: usize, heading: &str) -> Option<String> {
        let at = self.rules.get(rule)?.at;
        let above = comment_above(&self.text, at);
        let first = self.text.lines().take_while(|line| is_comment_or_blank(line));
        under_heading(above.into_iter(), heading).or_else(|| under_heading(first, heading))
    }
}

fn is_comment_or_blank(line: &str) -> bool {
    let line = line.trim_start();
    line.is_empty() || line.starts_with('#')
}

/// The lines of the comment that ends right above a place.
fn comment_above(text: &str, at: TextRange) -> Vec<&str> {
    let before = text.get(..at.start as usize).unwrap_or_default();
    let lines = before.trim_end_matches([' ', '\t']).lines().rev();
    let mut comment: Vec<&str> =
        lines.take_while(|line| line.trim_start().starts_with('#')).collect();
    comment.reverse();
    comment
}

/// The text behind a heading of a comment, or in the lines below it up to a blank one.
fn under_heading<'t>(lines: impl Iterator<Item = &'t str>, heading: &str) -> Option<String> {
    let mut lines = lines.map(|line| line.trim().trim_start_matches('#').trim());
    let found = lines.find_map(|line| {
        let (word, rest) = line.split_once(':')?;
        word.trim().eq_ignore_ascii_case(heading).then_some(rest.trim())
    })?;
    if !found.is_empty() {
        return Some(found.to_owned());
    }
    let below = lines.skip_while(|line| line.is_empty()).take_while(|line| !line.is_empty());
    let text = below.collect::<Vec<_>>().join(" ");
    (!text.is_empty()).then_some(text)
}

#[derive(Default)]
struct Messages<'f>(BTreeSet<&'f str>);

impl<'f> Visitor<'f> for Messages<'f> {
    fn clause(&mut self, clause: &'f Clause) {
        let message = match clause {
            Clause::Comparison(comparison) => &comparison.message,
            Clause::Reference(reference) => &reference.message,
            Clause::Call(call) => &call.message,
            _ => return,
        };
        let message = message.as_deref().map(str::trim);
        self.0.extend(message.filter(|message| !message.is_empty()));
    }
}

/// Collects what a rule reads.
struct Reader<'f> {
    file: &'f RuleFile,
    matchers: Vec<Matcher>,
    everything: bool,
    /// Whether something stands for the document.
    has_this: bool,
    /// The clause `Resources exists`, which reads no resource.
    harmless: Option<&'f Query>,
    variables: BTreeSet<Arc<str>>,
    rules: BTreeSet<Arc<str>>,
}

impl<'f> Reader<'f> {
    fn new(file: &'f RuleFile) -> Self {
        Self {
            file,
            matchers: Vec::new(),
            everything: false,
            has_this: file.lets.iter().any(|one| is_this(&one.value)),
            harmless: None,
            variables: BTreeSet::new(),
            rules: BTreeSet::new(),
        }
    }

    /// Reads on in the variables of the file and the rules that were named, until there are no
    /// new names.
    fn follow_names(&mut self) {
        let file = self.file;
        let (mut seen_variables, mut seen_rules) = (BTreeSet::new(), BTreeSet::new());
        loop {
            let variables: Vec<_> = self.variables.difference(&seen_variables).cloned().collect();
            let rules: Vec<_> = self.rules.difference(&seen_rules).cloned().collect();
            if variables.is_empty() && rules.is_empty() {
                return;
            }
            for one in file.lets.iter().filter(|one| variables.contains(&one.name)) {
                walk::operand(&one.value, self);
            }
            let called = file.parameterised.iter().map(|one| &one.rule);
            for rule in file.rules.iter().chain(called).filter(|rule| rules.contains(&rule.name)) {
                walk::rule(rule, self);
            }
            seen_variables.extend(variables);
            seen_rules.extend(rules);
        }
    }
}

impl<'f> Visitor<'f> for Reader<'f> {
    fn block(&mut self, block: &'f Block) {
        self.has_this |= block.lets.iter().any(|one| is_this(&one.value));
    }

    fn clause(&mut self, clause: &'f Clause) {
        match clause {
            Clause::Comparison(Comparison { query, operator: Operator::Exists, .. }) if matches!(query.parts.last(), Some(part) if is_resources(part)) =>
            {
                self.harmless = Some(query);
            }
            Clause::Reference(reference) => {
                self.rules.insert(reference.name.clone());
            }
            Clause::Call(call) => {
                self.rules.insert(call.name.clone());
            }
            _ => {}
        }
    }

    fn query(&mut self, query: &'f Query) {
        self.variables.extend(query.parts.iter().filter_map(|part| match part {
            Part::Variable(name) => Some(name.clone()),
            _ => None,
        }));
        if let Some(selection) = &query.selection {
            self.matchers.extend(selection.matchers().iter().cloned());
            return;
        }
        if self.harmless.is_some_and(|harmless| std::ptr::eq(harmless, query)) {
            return;
        }
        let leads_on = |part: &Part| matches!(part, Part::Values(_) | Part::KeyFilter { .. });
        let from_variable = matches!(query.parts.first(), Some(Part::Variable(_) | Part::This));
        self.everything |= query.parts.iter().any(is_resources)
            || (self.has_this && from_variable && query.parts.iter().take(3).any(leads_on));
    }
}

fn is_this(value: &Operand) -> bool {
    matches!(value, Operand::Query(query) if matches!(query.parts.as_slice(), [Part::This]))
}

/// Whether a part leads to the resources of a document, in any spelling.
fn is_resources(part: &Part) -> bool {
    let Part::Key(key) = part else { return false };
    &*key.name == "Resources" || key.spellings().iter().any(|other| &**other == "Resources")
}
