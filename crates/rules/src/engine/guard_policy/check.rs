//! From failed clauses to what is reported.

use std::collections::BTreeSet;
use std::sync::Arc;

use trilith_graph::{Finding, PropertyPath, Reason, Segment};

use super::{label, place_of};
use crate::engine::guard::{Check, Status};
use crate::view::View;

/// Where a check belongs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Place {
    /// A resource, by its address, and the way from its properties.
    Resource(Arc<str>, PropertyPath),
    /// The document as a whole.
    Document,
}

impl Place {
    /// A place below `Parameters` or `Outputs`, whose members are resources of the graph.
    pub(super) fn of_section(path: &PropertyPath) -> Self {
        match path.segments() {
            [Segment::Key(section), Segment::Key(name), inside @ ..]
                if matches!(&**section, "Parameters" | "Outputs") =>
            {
                let address = format!("{section}.{name}");
                Self::Resource(address.into(), inside.iter().cloned().collect())
            }
            _ => Self::Document,
        }
    }
}

/// One thing to report: a clause that fails, or may fail, and others of the same rule that say
/// the same of the same resource.
#[derive(Debug)]
pub(crate) struct Entry {
    pub(crate) status: Status,
    pub(crate) place: Place,
    pub(crate) also: Vec<Place>,
    pub(crate) unknown: Option<Reason>,
    clause: String,
    missing: bool,
    message: Option<Message>,
    compared_to: Option<String>,
}

/// A rule's own words.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Message {
    text: String,
    fix: Option<String>,
}

/// What to report of the checks of one rule: of clauses that are alternatives the first, and of
/// clauses with one message for one resource the first, with the places of the others. `message`
/// is for clauses without their own.
pub(crate) fn entries(checks: Vec<Check>, message: Option<&str>) -> Vec<Entry> {
    let mut alternatives = BTreeSet::new();
    let mut entries: Vec<Entry> = Vec::new();
    for check in checks {
        if check.any_of.is_some_and(|group| !alternatives.insert(group)) {
            continue;
        }
        let entry = Entry::new(check, message);
        match entries.iter_mut().find(|known| known.covers(&entry)) {
            Some(known) => known.absorb(entry),
            None => entries.push(entry),
        }
    }
    entries
}

impl Entry {
    fn new(check: Check, message: Option<&str>) -> Self {
        let message = check.message.as_deref().or(message).map(Message::parse);
        Self {
            status: check.status,
            place: place_of(&check),
            also: Vec::new(),
            unknown: check.unknown,
            clause: check.clause,
            missing: check.missing,
            message,
            compared_to: check.compared_to,
        }
    }

    /// Whether another entry says nothing new: the same thing is missing, or the same message
    /// stands for another value of the resource.
    fn covers(&self, other: &Self) -> bool {
        if self.status != other.status {
            return false;
        }
        if self.place == other.place && (self.missing && other.missing) {
            return true;
        }
        match (&self.place, &other.place) {
            (Place::Resource(one, _), Place::Resource(another, _)) => {
                one == another && self.message.is_some() && self.message == other.message
            }
            (Place::Document, Place::Document) => {
                self.message.is_some() && self.message == other.message
            }
            _ => false,
        }
    }

    fn absorb(&mut self, other: Self) {
        if other.place != self.place && !self.also.contains(&other.place) {
            self.also.push(other.place);
        }
        if self.message.is_none() {
            self.message = other.message;
        }
    }

    /// The words of the finding, for something with this name.
    pub(crate) fn message(&self, name: &str) -> String {
        match &self.message {
            Some(message) => message.text.clone(),
            // The reference engine quotes no clause.
            None if self.clause.is_empty() => format!("the rule does not hold for `{name}`"),
            None => format!("`{}` does not hold for `{name}`", self.clause),
        }
    }

    /// What to do about it, in the rule's own words.
    pub(crate) fn fix(&self) -> Option<&str> {
        self.message.as_ref().and_then(|message| message.fix.as_deref())
    }

    /// The finding at a resource.
    pub(crate) fn finding(&self, view: &View<'_>, path: PropertyPath) -> Finding {
        let label = self.label(view, &path);
        let mut finding = Finding::new(view.id(), path, self.message(view.name()));
        if let Some(label) = label {
            finding = finding.label(label);
        }
        if let Some(fix) = self.fix() {
            finding = finding.help(fix);
        }
        finding
    }

    /// What to say at the value: what it is, and what it should have been if the words of the
    /// finding do not hold that. Something that is missing is said to be so by itself.
    fn label(&self, view: &View<'_>, path: &PropertyPath) -> Option<String> {
        if self.missing {
            return None;
        }
        let found = label::found(path, view.properties().at(path));
        let expected = self.compared_to.as_deref();
        let expected =
            expected.filter(|text| self.message.is_none() && !self.clause.contains(text));
        match (found, expected) {
            (Some(found), Some(expected)) => Some(format!("{found}, compared with {expected}")),
            (None, Some(expected)) => Some(format!("compared with {expected}")),
            (found, None) => found,
        }
    }
}

impl Message {
    /// Takes a message apart: what is wrong, and behind `Fix:` what to do. Both are written over
    /// several lines as a rule.
    fn parse(text: &str) -> Self {
        let (mut what, mut fix): (Vec<&str>, Vec<&str>) = (Vec::new(), Vec::new());
        let mut in_fix = false;
        for line in text.lines().map(str::trim) {
            let rest = behind(line, &["fix:", "[fix]:", "remediation:"]);
            in_fix |= rest.is_some();
            if in_fix { fix.push(rest.unwrap_or(line)) } else { what.push(line) }
        }
        let text = sentence(&what.join(" "));
        let fix = sentence(&fix.join(" "));
        let text = behind(&text, &["violation:"]).map_or(text.clone(), str::to_owned);
        match (text.is_empty(), fix.is_empty()) {
            // A message that is nothing but advice.
            (true, false) => Self { text: fix, fix: None },
            (_, empty) => Self { text, fix: (!empty).then_some(fix) },
        }
    }
}

/// What stands behind one of these words at the start of a line, in any case.
fn behind<'l>(line: &'l str, words: &[&str]) -> Option<&'l str> {
    words.iter().find_map(|word| {
        let start = line.get(..word.len())?;
        start.eq_ignore_ascii_case(word).then(|| line[word.len()..].trim_start())
    })
}

/// Text on one line, without a full stop.
fn sentence(text: &str) -> String {
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    words.strip_suffix('.').map_or(words.clone(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_taken_apart() {
        let message = |text, fix: Option<&str>| Message {
            text: String::from(text),
            fix: fix.map(str::to_owned),
        };
        let parse = Message::parse;
        assert_eq!(
            parse("\n  Violation: no logs.\n  Fix: set\n  Logging.\n"),
            message("no logs", Some("set Logging"))
        );
        assert_eq!(
            parse("[CT.1]: Require it\n[FIX]: Set it."),
            message("[CT.1]: Require it", Some("Set it"))
        );
        assert_eq!(parse("plain\ntext"), message("plain text", None));
        assert_eq!(parse("Fix: encrypt"), message("encrypt", None));
        assert_eq!(parse("prefix: \u{e4}"), message("prefix: \u{e4}", None));
    }
}
