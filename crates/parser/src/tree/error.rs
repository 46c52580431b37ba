//! What is wrong with the syntax of a source.

use trilith_graph::{Diagnostic, Severity, Span};

use super::{NodeId, Tree};

/// A tree and what was wrong with its source.
#[derive(Debug)]
pub struct ParsedTree<'s> {
    /// The tree. It holds what could be read: at least everything before the first error, with
    /// open collections closed there.
    pub tree: Tree<'s>,
    /// The errors, in the order of the source.
    pub errors: Vec<SyntaxError>,
}

/// Something that the syntax does not allow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyntaxError {
    /// The place.
    pub span: Span,
    /// What is wrong here.
    pub message: String,
    /// What to type.
    pub help: Option<String>,
    /// What it means for the rest of the tree.
    pub kind: SyntaxErrorKind,
}

/// What a [`SyntaxError`] means for the rest of the tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SyntaxErrorKind {
    /// Something is not in the tree; [`Tree::is_cut`] tells the collections that may lack it.
    Fatal,
    /// A slip that other tools reject; the tree is what was meant.
    Recovered,
    /// A key occurs twice in a map; the last one counts. `span` is the later key.
    DuplicateKey {
        /// The earlier key.
        first: Span,
    },
}

impl SyntaxError {
    /// An error that leaves a gap in the tree.
    pub fn fatal(span: Span, message: impl Into<String>) -> Self {
        Self { span, message: message.into(), help: None, kind: SyntaxErrorKind::Fatal }
    }

    /// An error that the parser corrected for itself.
    pub fn recovered(span: Span, message: impl Into<String>) -> Self {
        Self { span, message: message.into(), help: None, kind: SyntaxErrorKind::Recovered }
    }

    /// Sets what to type.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// What to report: `duplicate-key` or `unreadable-file`.
    pub fn to_diagnostic(&self) -> Diagnostic {
        let (rule, severity) = match self.kind {
            SyntaxErrorKind::Fatal => ("unreadable-file", Severity::High),
            SyntaxErrorKind::Recovered => ("unreadable-file", Severity::Medium),
            SyntaxErrorKind::DuplicateKey { .. } => ("duplicate-key", Severity::Medium),
        };
        let message = match self.kind {
            SyntaxErrorKind::Fatal => format!("part of this file cannot be read: {}", self.message),
            _ => self.message.clone(),
        };
        let mut diagnostic = Diagnostic::new(rule, severity, self.span, message);
        diagnostic.help.clone_from(&self.help);
        if let SyntaxErrorKind::DuplicateKey { first } = self.kind {
            return diagnostic.label("counts").related(first, "does not count");
        }
        diagnostic
    }

    /// Whether a key occurs twice; the syntax itself is sound.
    pub fn is_duplicate_key(&self) -> bool {
        matches!(self.kind, SyntaxErrorKind::DuplicateKey { .. })
    }

    /// Whether something is missing from the tree.
    pub fn is_fatal(&self) -> bool {
        self.kind == SyntaxErrorKind::Fatal
    }
}

/// The keys that occur twice in one map of a finished tree, in the order of the source.
///
/// Merge keys (`<<`) may repeat, and so may `//`, the comment of Terraform's JSON.
pub fn duplicate_keys(tree: &Tree<'_>) -> Vec<SyntaxError> {
    let repeated = tree.repeated_members().into_iter();
    let mut errors: Vec<SyntaxError> =
        repeated.filter_map(|(value, earlier)| duplicate_key(tree, value, earlier)).collect();
    errors.sort_by_key(|error| error.span);
    errors
}

fn duplicate_key(tree: &Tree<'_>, value: NodeId, earlier: NodeId) -> Option<SyntaxError> {
    let key = tree.key(value).filter(|key| !matches!(&***key, "<<" | "//"))?;
    Some(SyntaxError {
        span: tree.key_span(value)?,
        message: format!("the key `{key}` occurs twice in this map; only this one counts"),
        help: Some(format!("remove or rename one of the two `{key}`")),
        kind: SyntaxErrorKind::DuplicateKey { first: tree.key_span(earlier)? },
    })
}
