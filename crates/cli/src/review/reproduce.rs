//! What is needed to make a review again: digests of what went into it.

use rayon::prelude::*;
use sha2::{Digest, Sha256};
use trilith_graph::SourceMap;
use trilith_review::{InputRow, Reproduce};
use trilith_rules::Rule;

/// The digests of a run. `others` are files besides the sources, with their texts.
pub(super) fn of(
    sources: &SourceMap,
    others: &[(String, String)],
    rules: &[&Rule],
    commit: Option<String>,
) -> Reproduce {
    let files: Vec<_> = sources.files().map(|(_, file)| file).collect();
    let mut inputs: Vec<InputRow> = files
        .par_iter()
        .map(|file| input(file.name(), file.text()))
        .chain(others.par_iter().map(|(name, text)| input(name, text)))
        .collect();
    inputs.sort_by(|a, b| (&a.file, &a.sha256).cmp(&(&b.file, &b.sha256)));
    inputs.dedup();
    let list: String =
        inputs.iter().map(|input| format!("{}  {}\n", input.sha256, input.file)).collect();
    let mut named: Vec<String> =
        rules.iter().map(|rule| format!("{} {}\n", rule.id(), rule.severity())).collect();
    named.sort();
    Reproduce {
        rules: rules.len(),
        rules_digest: digest(&named.concat()),
        evidence: 0,
        commit,
        inputs_digest: digest(&list),
        inputs,
    }
}

fn input(name: &str, text: &str) -> InputRow {
    InputRow { file: name.to_owned(), sha256: digest(text) }
}

fn digest(text: &str) -> String {
    Sha256::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}
