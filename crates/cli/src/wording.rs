//! Between rules and reports: what rules say in the canonical words, said in those of the files.

use trilith_graph::{Diagnostic, Subject};
use trilith_parser::wording::{About, Wording};

/// How the step begins that leads from a policy to the blocks it is written as.
const POLICY_OF_BLOCKS: &str = "policy `data.aws_iam_policy_document.";

/// Puts messages, labels, helps and notes about Terraform into Terraform's words.
pub fn in_source_words(diagnostics: &mut [Diagnostic]) {
    let mut wording = Wording::default();
    for diagnostic in diagnostics {
        one(diagnostic, &mut wording);
        diagnostic.others.iter_mut().for_each(|other| one(other, &mut wording));
    }
}

fn one(diagnostic: &mut Diagnostic, wording: &mut Wording) {
    let Some(subject) = diagnostic.subject.take() else { return };
    say(diagnostic, &subject, wording);
    diagnostic.subject = Some(subject);
}

fn say(diagnostic: &mut Diagnostic, subject: &Subject, wording: &mut Wording) {
    let steps = diagnostic.related.iter().filter(|label| label.is_step);
    let is_policy_of_blocks = { steps }.any(|label| label.message.starts_with(POLICY_OF_BLOCKS));
    let about = About {
        resource_type: &subject.resource_type,
        source_type: &subject.source_type,
        name: subject.name(),
        path: &subject.path,
        is_policy_of_blocks,
    };
    let remarks = diagnostic.related.iter_mut().filter(|label| !label.is_step);
    let texts = [&mut diagnostic.message, &mut diagnostic.primary.message]
        .into_iter()
        .chain(&mut diagnostic.help)
        .chain(remarks.map(|label| &mut label.message));
    for text in texts {
        if let Some(said) = wording.in_source_words(text, &about) {
            *text = said;
        }
    }
}
