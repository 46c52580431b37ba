//! Documents as they are written, for the Rego rules that want to see them so.

use std::collections::BTreeSet;
use std::path::Path;

use trilith_graph::SourceFile;
use trilith_parser::detect::{Detection, detect};
use trilith_parser::{HclShape, raw_documents};
use trilith_rules::{Document, Form, Predicate, Rule};

use crate::analyse::{Analysis, Input};
use crate::{check, files};

/// Whether a rule is shown documents.
pub fn are_wanted(rules: &[&Rule]) -> bool {
    has_form(rules, |form| matches!(form, Form::Document | Form::Plan))
}

/// Whether a rule is shown whole graphs.
pub fn graphs_are_wanted(rules: &[&Rule]) -> bool {
    has_form(rules, |form| form == Form::Graph)
}

fn has_form(rules: &[&Rule], wanted: impl Fn(Form) -> bool) -> bool {
    rules.iter().any(|rule| match &rule.predicate {
        Predicate::Package(package) => wanted(package.form),
        _ => false,
    })
}

/// Files that were named and are none of ours: a rule that is shown documents sees them all the same,
/// as it would in conftest. Name and text.
pub fn not_ours(inputs: &[Input], named: Option<&BTreeSet<String>>) -> Vec<(String, String)> {
    let Some(named) = named else { return Vec::new() };
    let is_document = |input: &&Input| {
        let name = input.name.to_ascii_lowercase();
        input.problem.is_none()
            && named.contains(&input.name)
            && [".json", ".yaml", ".yml"].iter().any(|ending| name.ends_with(ending))
            && matches!(detect(&input.name, &input.text), Detection::NotOurs(_))
    };
    let inputs = inputs.iter().filter(is_document);
    inputs.map(|input| (input.name.clone(), input.text.clone())).collect()
}

/// Adds files to what was read.
pub fn add(analysis: &mut Analysis, extra: Vec<(String, String)>) {
    for (name, text) in extra {
        for names in analysis.skipped.values_mut() {
            names.retain(|skipped| *skipped != name);
        }
        analysis.sources.add(SourceFile::new(name, text));
        analysis.files += 1;
    }
    analysis.skipped.retain(|_, names| !names.is_empty());
}

/// Every document of every file.
pub fn of(analysis: &Analysis, shape: HclShape) -> Vec<Document> {
    let here = files::current_directory();
    let mut documents = Vec::new();
    for (source, file) in analysis.sources.files() {
        let directory = here.join(check::directory_of(Path::new(file.name())));
        let directory = files::display(&directory);
        for value in raw_documents(&analysis.sources, source, shape) {
            let (name, directory) = (file.name().to_owned(), directory.clone());
            documents.push(Document { name, directory, source, value });
        }
    }
    documents
}
