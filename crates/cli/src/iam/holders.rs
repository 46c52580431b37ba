//! The policies of a file, by what they are attached to.

use std::collections::BTreeMap;
use std::path::Path;

use trilith_graph::{Diagnostic, Span};
use trilith_iam::{Access, Policies, PolicyKind, PositionedDocument, Statement, documents};
use trilith_parser::Options;

use crate::analyse::{Analysis, Input, analyse};
use crate::failure::Failure;
use crate::files;

/// What has policies that decide together: a role with its inline policies, a bucket.
pub(super) struct Holder<'a> {
    /// The address of the resource, and the kind of its policies.
    pub(super) name: String,
    pub(super) kind: PolicyKind,
    pub(super) documents: Vec<PositionedDocument<'a>>,
}

impl<'a> Holder<'a> {
    pub(super) fn policies(&self) -> Policies<'_, 'a> {
        let grants = self.documents.iter().map(|it| &*it.document).collect();
        Policies { grants, limits: Vec::new() }
    }

    /// The statement that allows something.
    pub(super) fn statement(&self, access: &Access) -> Option<&Statement<'a>> {
        let (document, statement) = access.statement?;
        self.documents.get(document)?.document.statements.get(statement)
    }

    /// Where that statement allows it: at the action, or as a whole.
    pub(super) fn span(&self, access: &Access) -> Option<Span> {
        let (document, _) = access.statement?;
        let statement = self.statement(access)?;
        let covers = statement.covers_action(&access.request.action);
        let path = covers.paths().into_iter().next().unwrap_or_else(|| statement.path());
        let document = &self.documents.get(document)?.document;
        document.value.locate(&path).map(|(span, _)| span)
    }
}

/// Reads a file of policies: a document, a template, a plan, a module's file.
pub(super) fn read(path: &Path) -> Result<Analysis, Failure> {
    let name = files::display(path);
    let bytes = if name == "-" { files::read_stdin()? } else { files::read(path)? };
    let analysis = analyse(vec![Input::decode(name.clone(), bytes)], &Options::default());
    let unreadable = |it: &&Diagnostic| trilith_parser::is_unreadable(&it.rule);
    if let Some(diagnostic) = analysis.diagnostics.iter().find(unreadable) {
        let line = analysis.sources.start(diagnostic.primary.span).line;
        return Err(Failure::new(format!("{name}:{line}: {}", diagnostic.message)));
    }
    Ok(analysis)
}

/// The holders of policies in a file, in order of their names.
pub(super) fn holders<'a>(analysis: &'a Analysis, name: &str) -> Result<Vec<Holder<'a>>, Failure> {
    let mut found: BTreeMap<(String, String), Holder<'a>> = BTreeMap::new();
    for (_, resource) in analysis.graph.resources() {
        for document in documents(resource) {
            let kind = document.kind;
            let key = (resource.address.to_string(), kind.to_string());
            let name = format!("{} ({kind})", resource.address);
            let holder =
                found.entry(key).or_insert_with(|| Holder { name, kind, documents: Vec::new() });
            holder.documents.push(document);
        }
    }
    if found.is_empty() {
        return Err(Failure::new(format!("{name}: no policy in this file")));
    }
    Ok(found.into_values().collect())
}
