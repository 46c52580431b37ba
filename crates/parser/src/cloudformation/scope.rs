//! What names mean at one place of a template: the variables of the loops around it.

use std::borrow::Cow;
use std::rc::Rc;
use std::sync::Arc;

use trilith_graph::{Formula, Part, Reason, Span, Value};

use super::documents::DocumentPlaces;

/// Bytes of the longest name, braces included. Logical ids have 255 at most.
const MAX_NAME: usize = 258;

/// The surroundings in which a node is evaluated.
#[derive(Debug, Clone)]
pub(super) struct Scope {
    /// The innermost loop variable.
    loops: Option<Rc<LoopVariable>>,
    /// Whether parameters stand for every value that they may take, not for their defaults: so
    /// inside conditions.
    pub(super) symbolic: bool,
    /// Whether mistakes go unreported: so inside `Metadata`, where anything may be written.
    pub(super) quiet: bool,
    /// When the place counts: under the conditions around it.
    pub(super) guard: Formula,
    /// Where texts below this place are documents.
    pub(super) documents: Option<DocumentPlaces>,
}

#[derive(Debug)]
struct LoopVariable {
    name: Arc<str>,
    binding: Binding,
    outer: Option<Rc<LoopVariable>>,
}

/// What a loop variable stands for.
#[derive(Debug, Clone)]
pub(super) enum Binding {
    /// One element of the collection: a text.
    Element(Arc<str>, Box<Value>),
    /// Any element of a collection that is not known.
    Unknown(Reason),
}

impl Default for Scope {
    fn default() -> Self {
        Self { loops: None, symbolic: false, quiet: false, guard: Formula::True, documents: None }
    }
}

impl Scope {
    /// The scope of conditions.
    pub(super) fn symbolic() -> Self {
        Self { symbolic: true, ..Self::default() }
    }

    /// This scope without reports of mistakes.
    pub(super) fn quiet(&self) -> Self {
        Self { quiet: true, ..self.clone() }
    }

    /// This scope under a further condition.
    pub(super) fn guarded(&self, guard: &Formula) -> Self {
        let guard = Formula::all([self.guard.clone(), guard.clone()]);
        Self { guard, ..self.clone() }
    }

    /// This scope at a member of a map, or at the elements of a list: `*`.
    pub(super) fn at(&self, key: &str) -> Cow<'_, Self> {
        match &self.documents {
            None => Cow::Borrowed(self),
            Some(places) => Cow::Owned(self.with_documents(places.below(key))),
        }
    }

    /// Whether a text at this place is a document.
    pub(super) fn is_document(&self) -> bool {
        self.documents.as_ref().is_some_and(DocumentPlaces::is_here)
    }

    /// This scope above some documents.
    pub(super) fn with_documents(&self, documents: Option<DocumentPlaces>) -> Self {
        Self { documents, ..self.clone() }
    }

    /// This scope for what is no part of a document.
    pub(super) fn outside_documents(&self) -> Self {
        self.with_documents(None)
    }

    /// This scope inside one iteration of a loop.
    pub(super) fn iteration(&self, name: Arc<str>, binding: Binding) -> Self {
        let outer = self.loops.clone();
        Self { loops: Some(Rc::new(LoopVariable { name, binding, outer })), ..self.clone() }
    }

    /// What a loop variable stands for here.
    pub(super) fn lookup(&self, name: &str) -> Option<&Binding> {
        let mut variable = self.loops.as_deref();
        while let Some(found) = variable {
            if &*found.name == name {
                return Some(&found.binding);
            }
            variable = found.outer.as_deref();
        }
        None
    }

    /// Whether `text` may name a loop variable.
    pub(super) fn concerns(&self, text: &str) -> bool {
        self.loops.is_some() && text.contains('{')
    }

    /// `text` with the loop variables of known collections replaced.
    pub(super) fn expand<'a>(&self, text: &'a str) -> Cow<'a, str> {
        if !self.concerns(text) {
            return Cow::Borrowed(text);
        }
        let mut expanded = String::with_capacity(text.len());
        for piece in self.pieces(text) {
            match piece {
                Piece::Text(text) => expanded.push_str(text),
                Piece::Element(element) => expanded.push_str(&element),
                Piece::Unknown { written, .. } => expanded.push_str(written),
            }
        }
        Cow::Owned(expanded)
    }

    /// `text` with all loop variables replaced: those of unknown collections leave holes.
    pub(super) fn parts(&self, text: &str, span: Span) -> Vec<Part> {
        let pieces = self.pieces(text).into_iter();
        let part = |piece| match piece {
            Piece::Text(text) => Part::Text(text.into()),
            Piece::Element(element) => Part::Text(element.into()),
            Piece::Unknown { reason, .. } => Part::Hole(Value::unknown(reason, span)),
        };
        pieces.map(part).collect()
    }

    fn pieces<'a>(&self, text: &'a str) -> Vec<Piece<'a>> {
        let mut pieces = Vec::new();
        let mut rest = text;
        let mut kept = 0;
        while let Some(at) = rest[kept..].find('{').map(|at| at + kept) {
            let found = self.variable_at(rest, at);
            let Some((start, end, piece)) = found else {
                kept = at + 1;
                continue;
            };
            pieces.push(Piece::Text(&rest[..start]));
            pieces.push(piece);
            rest = &rest[end..];
            kept = 0;
        }
        pieces.push(Piece::Text(rest));
        pieces
    }

    /// The loop variable whose brace is at `at`: `${Name}`, or `&{Name}`, which leaves out
    /// everything but letters and digits.
    fn variable_at<'a>(&self, text: &'a str, at: usize) -> Option<(usize, usize, Piece<'a>)> {
        let start = at.checked_sub(1)?;
        let mark = text.as_bytes()[start];
        let name = text.as_bytes()[at..].iter().take(MAX_NAME);
        let end = at + name.copied().position(|byte| byte == b'}')? + 1;
        let binding = self.lookup(text[at + 1..end - 1].trim())?;
        let piece = match (mark, binding) {
            (b'$', Binding::Element(element, _)) => Piece::Element(element.as_ref().to_owned()),
            (b'&', Binding::Element(element, _)) => {
                Piece::Element(element.chars().filter(char::is_ascii_alphanumeric).collect())
            }
            (b'$' | b'&', Binding::Unknown(reason)) => {
                Piece::Unknown { written: &text[start..end], reason: reason.clone() }
            }
            _ => return None,
        };
        Some((start, end, piece))
    }
}

enum Piece<'a> {
    Text(&'a str),
    Element(String),
    Unknown { written: &'a str, reason: Reason },
}

#[cfg(test)]
mod tests {
    use super::*;

    fn element(text: &str) -> Binding {
        let value = Value::string(text, Span::at(trilith_graph::SourceId(0), 0));
        Binding::Element(text.into(), Box::new(value))
    }

    #[test]
    fn loop_variables_are_replaced_wherever_they_stand() {
        let outer = Scope::default().iteration("Zone".into(), element("eu-1a"));
        let scope = outer.iteration("Name".into(), element("x"));
        assert_eq!(
            scope.expand("${Name}-${Zone}&{Zone}-${Other}{Name}"),
            "x-eu-1aeu1a-${Other}{Name}"
        );
        assert_eq!(Scope::default().expand("${Name}"), "${Name}");
    }

    #[test]
    fn an_inner_variable_hides_an_outer_one() {
        let outer = Scope::default().iteration("N".into(), element("a"));
        let inner = outer.iteration("N".into(), element("b"));
        assert_eq!(inner.expand("${N}"), "b");
    }
}
