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
        name: name_of(&subject.address),
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

/// The name in an address: `b` of `module.a.aws_s3_bucket.b["c.d"]`.
fn name_of(address: &str) -> &str {
    let address = address.split_once('#').map_or(address, |(before, _)| before);
    let end = if address.ends_with(']') { address.rfind('[') } else { None };
    let address = &address[..end.unwrap_or(address.len())];
    address.rsplit('.').next().unwrap_or(address)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_is_what_stands_before_the_key() {
        assert_eq!(name_of("aws_s3_bucket.logs"), "logs");
        assert_eq!(name_of("module.a[\"x\"].aws_s3_bucket.b[\"c.d\"]"), "b");
        assert_eq!(name_of("aws_security_group_rule.web#cidr_blocks.1"), "web");
    }
}
