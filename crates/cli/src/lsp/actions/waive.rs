//! "Accept the risk": a waiver to fill in, where it covers the finding.
//!
//! Until reason, owner and expiry are filled in, it waives nothing and is reported itself.

use std::collections::HashMap;

use lsp_types::{Range, TextEdit, Uri, WorkspaceEdit};
use trilith_graph::{SourceFile, SourceId, Span};
use trilith_parser::detect::{Detection, Syntax, detect};
use trilith_parser::tree::{JsonOptions, Kind, NodeId, Tree, parse_json};
use trilith_waivers::{Permission, collect, is_about_waivers};

use super::Subject;
use crate::lsp::position::{Encoding, Lines};
use crate::lsp::session::Session;
use crate::lsp::word;
use crate::{config, files};

/// Lines above a finding in which a comment is tried.
const MOST_TRIES: usize = 12;

/// An edit that writes a waiver.
pub(super) struct Waiver {
    pub(super) title: String,
    pub(super) edit: WorkspaceEdit,
}

/// What is written at an offset.
#[derive(Debug, PartialEq, Eq)]
struct Insertion {
    at: usize,
    text: String,
}

/// The waiver for a finding; `None` where none can be written, and for what cannot be waived.
pub(super) fn waiver(subject: &Subject<'_>, session: &Session) -> Option<Waiver> {
    let rule = &*subject.shown.diagnostic.rule;
    if is_about_waivers(rule) || trilith_parser::is_unreadable(rule) {
        return None;
    }
    let loaded = &subject.unit.project.loaded;
    let title = format!("Accept the risk: waive `{rule}`");
    let place = subject.shown.place.start as usize;
    let may_stand_here = loaded.setup.config.waiver_policy.inline != Permission::Deny;
    let here = may_stand_here.then(|| beside(subject.name, subject.text, rule, place)).flatten();
    if let Some(insertion) = here {
        let (_, document) = session.documents.get_key_value(subject.name)?;
        let edit = edit(&document.uri, subject.text, insertion, session.encoding);
        return Some(Waiver { title, edit });
    }
    let (uri, edit) = in_configuration(subject, session)?;
    Some(Waiver { title: format!("{title} in {}", file_name(&uri)), edit })
}

/// A waiver in the file itself.
fn beside(name: &str, text: &str, rule: &str, place: usize) -> Option<Insertion> {
    match detect(name, text) {
        Detection::CloudFormation(Syntax::Json) => in_metadata(name, text, rule, place),
        Detection::CloudFormation(_)
        | Detection::IamDocument(Syntax::Yaml)
        | Detection::TerraformHcl
        | Detection::TerraformVariables(Syntax::Hcl) => in_comment(name, text, rule, place),
        _ => None,
    }
}

/// A comment above the line of the finding, or above what is around it where a comment would be
/// part of a text.
fn in_comment(name: &str, text: &str, rule: &str, place: usize) -> Option<Insertion> {
    let mut line = word::line(text, place);
    for _ in 0..MOST_TRIES {
        let indent = indent(&text[line.clone()]);
        let comment = format!(
            "{}# trilith: ignore[{rule}] REASON (until YYYY-MM-DD, owner @OWNER){}",
            &text[line.start..line.start + indent],
            end_of_line(text)
        );
        let insertion = Insertion { at: line.start, text: comment };
        if covers(name, text, rule, place, &insertion) {
            return Some(insertion);
        }
        line = line_around(text, line.start, indent)?;
    }
    None
}

/// The nearest line above an offset that is indented less.
fn line_around(text: &str, from: usize, than: usize) -> Option<std::ops::Range<usize>> {
    let mut start = from;
    while start > 0 {
        let line = word::line(text, start - 1);
        let content = &text[line.clone()];
        if !content.trim().is_empty() && indent(content) < than {
            return Some(line);
        }
        start = line.start;
    }
    None
}

/// Whether a waiver covers a finding once it is written.
fn covers(name: &str, text: &str, rule: &str, place: usize, insertion: &Insertion) -> bool {
    let Insertion { at, text: new } = insertion;
    let changed = format!("{}{new}{}", &text[..*at], &text[*at..]);
    let place = if place >= *at { place + new.len() } else { place };
    let file = SourceFile::new(name, changed);
    let source = SourceId(0);
    let place = Span::at(source, place as u32);
    collect(source, &file).iter().any(|waiver| {
        let is_it = waiver.rules.iter().any(|name| name == rule) && waiver.error.is_none();
        is_it && waiver.scope.region.is_some_and(|region| region.span.contains(place))
    })
}

/// A waiver in the metadata of the resource around a place.
fn in_metadata(name: &str, text: &str, rule: &str, place: usize) -> Option<Insertion> {
    let parsed = parse_json(SourceId(0), text, &JsonOptions::default());
    let tree = &parsed.tree;
    let resources = tree.get(*tree.documents().first()?, "Resources")?;
    let resource = tree.own_members(resources).find(|member| {
        let whole = member.key_span.to(tree.span(member.value));
        whole.start as usize <= place && place < whole.end as usize
    })?;
    let waiver = format!(
        "{{ \"rule\": \"{rule}\", \"reason\": \"REASON\", \"owner\": \"@OWNER\", \"expires\": \
         \"YYYY-MM-DD\" }}"
    );
    let metadata = tree.get(resource.value, "Metadata");
    let ours = metadata.and_then(|metadata| tree.get(metadata, "trilith"));
    let list = ours.and_then(|ours| tree.get(ours, "waivers"));
    let insertion = match (metadata, ours, list) {
        (_, _, Some(list)) => within(tree, text, list, &waiver)?,
        (_, Some(ours), None) => within(tree, text, ours, &format!("\"waivers\": [{waiver}]"))?,
        (Some(metadata), None, None) => {
            within(tree, text, metadata, &format!("\"trilith\": {{ \"waivers\": [{waiver}] }}"))?
        }
        (None, None, None) => {
            let member = format!("\"Metadata\": {{ \"trilith\": {{ \"waivers\": [{waiver}] }} }}");
            within(tree, text, resource.value, &member)?
        }
    };
    covers(name, text, rule, place, &insertion).then_some(insertion)
}

/// A first member or element of a map or list, on a line of its own if the others have one.
fn within(tree: &Tree<'_>, text: &str, node: NodeId, new: &str) -> Option<Insertion> {
    let span = tree.span(node);
    let at = span.start as usize + 1;
    let inside = text.get(at..span.end as usize)?;
    let space = &inside[..inside.len() - inside.trim_start().len()];
    let is_empty = match tree.kind(node) {
        Kind::Map => tree.own_members(node).next().is_none(),
        Kind::List => tree.items(node).next().is_none(),
        _ => return None,
    };
    let text = if is_empty { new.to_owned() } else { format!("{space}{new},") };
    Some(Insertion { at, text })
}

/// A waiver at the end of the nearest configuration.
fn in_configuration(subject: &Subject<'_>, session: &Session) -> Option<(Uri, WorkspaceEdit)> {
    let config = subject.unit.key.config.as_ref()?;
    let name = session.names.of(config);
    let uri = session.with_reporter(|it| it.uri(&name))?;
    let text = match session.documents.get(&name) {
        Some(document) => document.text.clone(),
        None => files::read_text(config).ok()?,
    };
    let rule = &*subject.shown.diagnostic.rule;
    let address = subject.shown.diagnostic.subject.as_ref().map(|subject| &subject.address);
    let place = match address {
        Some(address) => format!("resource = {}", quoted(address)),
        None => {
            let directory = subject.unit.project.loaded.setup.config.directory.as_deref();
            format!("path = {}", quoted(&crate::paths::Paths::new(directory).of(subject.name)))
        }
    };
    let end = end_of_line(&text);
    let gap = if text.is_empty() || text.ends_with('\n') { "" } else { end };
    let lines = [
        String::new(),
        "[[waivers]]".into(),
        format!("rule = \"{rule}\""),
        place,
        "reason = \"REASON\"".into(),
        "owner = \"@OWNER\"".into(),
        "expires = \"YYYY-MM-DD\"".into(),
        String::new(),
    ];
    let insertion = Insertion { at: text.len(), text: format!("{gap}{}", lines.join(end)) };
    let edit = edit(&uri, &text, insertion, session.encoding);
    Some((uri, edit))
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

fn file_name(uri: &Uri) -> &str {
    uri.as_str().rsplit('/').next().unwrap_or(config::NAMES[0])
}

fn edit(uri: &Uri, text: &str, insertion: Insertion, encoding: Encoding) -> WorkspaceEdit {
    let position = Lines::of(text).position(text, insertion.at, encoding);
    let edit = TextEdit { range: Range::new(position, position), new_text: insertion.text };
    WorkspaceEdit::new(HashMap::from([(uri.clone(), vec![edit])]))
}

fn indent(line: &str) -> usize {
    line.len() - line.trim_start_matches([' ', '\t']).len()
}

fn end_of_line(text: &str) -> &'static str {
    if text.contains("\r\n") { "\r\n" } else { "\n" }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn inserted(name: &str, text: &str, at: &str) -> Option<String> {
        let place = text.find(at).expect("there");
        let insertion = beside(name, text, "some-rule", place)?;
        Some(format!("{}{}{}", &text[..insertion.at], insertion.text, &text[insertion.at..]))
    }

    const COMMENT: &str = "# trilith: ignore[some-rule] REASON (until YYYY-MM-DD, owner @OWNER)";

    #[test]
    fn a_comment_stands_above_the_line_with_its_indent_and_its_ends() {
        let text = "Resources:\r\n  A:\r\n    Type: AWS::S3::Bucket\r\n    Properties:\r\n      \
                    X: 1\r\n";
        let expected = text.replace("      X", &format!("      {COMMENT}\r\n      X"));
        assert_eq!(inserted("t.yaml", text, "1\r").as_deref(), Some(&*expected));
        let text = "resource \"aws_s3_bucket\" \"a\" {\n  acl = \"x\"\n}\n";
        let expected = text.replace("  acl", &format!("  {COMMENT}\n  acl"));
        assert_eq!(inserted("t.tf", text, "\"x\"").as_deref(), Some(&*expected));
    }

    #[test]
    fn a_comment_does_not_become_part_of_a_text() {
        let text = "resource \"aws_iam_policy\" \"a\" {\n  policy = <<EOT\n  {\n    \"Version\": 1\n  \
                    }\nEOT\n}\n";
        let shown = inserted("t.tf", text, "\"Version\"").expect("a waiver");
        assert!(
            shown.starts_with(&format!("{COMMENT}\nresource"))
                || shown.contains(&format!("{{\n  {COMMENT}\n  policy")),
            "{shown}"
        );
        let text = "Resources:\n  A:\n    Type: AWS::S3::Bucket\n    Properties:\n      Policy: |\n        \
                    {\n          \"Version\": 1\n        }\n";
        let shown = inserted("t.yaml", text, "\"Version\"").expect("a waiver");
        assert!(shown.contains(&format!("      {COMMENT}\n      Policy: |")), "{shown}");
    }

    #[test]
    fn json_has_metadata() {
        let text = "{\n  \"Resources\": {\n    \"A\": {\n      \"Type\": \"AWS::S3::Bucket\"\n    }\n  }\n}\n";
        let once = inserted("t.json", text, "\"Type\"").expect("a waiver");
        assert!(
            once.contains(
                "\"A\": {\n      \"Metadata\": { \"trilith\": { \"waivers\": [{ \"rule\""
            ),
            "{once}"
        );
        let twice = inserted("t.json", &once, "\"Type\"").expect("a waiver");
        assert_eq!(twice.matches("some-rule").count(), 2);
        assert!(serde_json::from_str::<serde_json::Value>(&twice).is_ok(), "{twice}");
        let empty = text.replace("\"Type\"", "\"Metadata\": {}, \"Type\"");
        let shown = inserted("t.json", &empty, "\"Type\"").expect("a waiver");
        assert!(serde_json::from_str::<serde_json::Value>(&shown).is_ok(), "{shown}");
        assert_eq!(inserted("p.json", "{\"Statement\": [{\"Effect\": \"Allow\"}]}", "Allow"), None);
    }
}
