//! The waivers that a source holds.

use memchr::memmem;
use trilith_graph::{SourceFile, SourceId, Span};
use trilith_parser::detect::{Detection, Syntax, detect};
use trilith_parser::hcl;
use trilith_parser::tree::{Comment, JsonOptions, Tree, parse_json, parse_yaml};

use crate::comment::{self, Verb};
use crate::metadata;
use crate::outline::Outline;
use crate::waiver::{Origin, Waiver};

/// What a text holds that has a waiver, or a suppression of another tool.
const MARKS: [&str; 13] = [
    "trilith",
    ":skip=",
    ":ignore:",
    "kics-scan",
    "dd-iac-scan",
    "cfn_nag",
    "cdk_nag",
    "SuppressedRules",
    "ignore_checks",
    "checkov",
    "bridgecrew",
    "runterrascan.io/skip",
    "ts:skip",
];

/// Whether a text may hold a waiver: a quick look, so that only few files are read again.
pub fn may_have_waivers(text: &str) -> bool {
    MARKS.iter().any(|mark| memmem::find(text.as_bytes(), mark.as_bytes()).is_some())
}

/// The waivers in a source, in its order: comments of YAML and of Terraform's language, and the
/// metadata of templates. JSON has no comments.
pub fn collect(source: SourceId, file: &SourceFile) -> Vec<Waiver> {
    let text = file.text();
    // A plan of many megabytes is passed over at the first look.
    let is_json = text.trim_start().starts_with(['{', '[']);
    if is_json && memmem::find(text.as_bytes(), b"\"Metadata\"").is_none() {
        return Vec::new();
    }
    if !may_have_waivers(text) {
        return Vec::new();
    }
    match detect(file.name(), text) {
        Detection::TerraformHcl | Detection::TerraformVariables(Syntax::Hcl) => {
            let parsed = hcl::parse_file(source, text);
            let mut found = Vec::new();
            comments(&Outline::of_hcl(source, text, &parsed), &mut found);
            sorted(found)
        }
        Detection::CloudFormation(Syntax::Json) => {
            let parsed = parse_json(source, text, &JsonOptions::default());
            of_tree(source, text, &parsed.tree)
        }
        Detection::CloudFormation(_) | Detection::IamDocument(Syntax::Yaml) => {
            let parsed = parse_yaml(source, text);
            of_tree(source, text, &parsed.tree)
        }
        _ => Vec::new(),
    }
}

/// The waivers in a template or policy document that has been read already.
pub fn collect_in(source: SourceId, text: &str, tree: &Tree<'_>) -> Vec<Waiver> {
    if may_have_waivers(text) { of_tree(source, text, tree) } else { Vec::new() }
}

fn of_tree(source: SourceId, text: &str, tree: &Tree<'_>) -> Vec<Waiver> {
    let mut found = Vec::new();
    if !tree.comments.is_empty() {
        comments(&Outline::of_tree(source, text, tree), &mut found);
    }
    metadata::collect(tree, &mut found);
    sorted(found)
}

fn sorted(mut found: Vec<Waiver>) -> Vec<Waiver> {
    found.sort_by_key(|waiver| waiver.place);
    found
}

fn comments(outline: &Outline<'_>, found: &mut Vec<Waiver>) {
    let comments = outline.comments();
    for (index, one) in comments.iter().enumerate() {
        let content = comment::content(outline.text_of(one.span));
        let mut waiver = Waiver::new(Origin::Comment, one.span);
        if let Some(note) = comment::read_ours(content, &mut waiver) {
            let mut last = *one;
            if !note.is_closed {
                last = continued(outline, content, index, &mut waiver).unwrap_or(last);
            }
            waiver.place = one.span.to(last.span);
            ours(outline, last, note.verb, &mut waiver);
            found.push(waiver);
        }
        for (waiver, reach) in comment::read_foreign(content, one.span) {
            found.extend(foreign(outline, *one, reach, waiver));
        }
    }
}

/// A waiver may go on in the comments below it, up to the parentheses at its end.
fn continued(
    outline: &Outline<'_>,
    content: &str,
    index: usize,
    waiver: &mut Waiver,
) -> Option<Comment> {
    const MOST_LINES: usize = 6;
    let comments = outline.comments();
    let mut text = content.to_owned();
    let mut previous = comments[index];
    for next in comments[index + 1..].iter().take(MOST_LINES) {
        let between = Span::new(previous.span.source, previous.span.end, next.span.start);
        let is_below = outline.text_of(between).matches('\n').count() == 1;
        let more = comment::content(outline.text_of(next.span));
        if previous.trailing || next.trailing || !is_below || more.contains("trilith:") {
            return None;
        }
        text.push(' ');
        text.push_str(more);
        let mut whole = Waiver::new(Origin::Comment, waiver.place);
        if comment::read_ours(&text, &mut whole).is_some_and(|note| note.is_closed) {
            *waiver = whole;
            return Some(*next);
        }
        previous = *next;
    }
    None
}

fn ours(outline: &Outline<'_>, comment: Comment, verb: Verb, waiver: &mut Waiver) {
    waiver.scope.region = match verb {
        Verb::Item => outline.beside(comment),
        Verb::Resource => outline.around(comment),
        Verb::File => Some(outline.whole()),
    };
    if waiver.scope.region.is_none() && waiver.error.is_none() {
        waiver.error = Some(match verb {
            Verb::Resource => "it stands in no resource".into(),
            _ => "it stands neither beside nor above anything that it could cover".into(),
        });
    }
}

fn foreign(
    outline: &Outline<'_>,
    comment: Comment,
    reach: comment::Reach,
    mut waiver: Waiver,
) -> Option<Waiver> {
    let region = match reach {
        comment::Reach::Item => outline.beside(comment),
        comment::Reach::Resource => outline.around(comment),
        comment::Reach::Head => outline.is_head(comment).then(|| outline.whole()),
    };
    // What covers nothing there is nothing here.
    waiver.scope.region = Some(region?);
    Some(waiver)
}

#[cfg(test)]
mod tests {
    use trilith_graph::SourceMap;

    use super::*;

    fn shown(name: &str, text: &str) -> Vec<String> {
        let mut sources = SourceMap::new();
        let id = sources.add(SourceFile::new(name, text));
        let found = collect(id, sources.file(id));
        let shown = found.iter().map(|waiver| {
            let region = waiver.scope.region.map_or("nothing".into(), |region| {
                let (start, end) = (sources.start(region.span), sources.end(region.span));
                format!("{}-{}", start.line, end.line)
            });
            let error = waiver.error.as_deref().unwrap_or_default();
            format!("{}: {region}{error}", waiver.rules.join("+"))
        });
        shown.collect()
    }

    #[test]
    fn comments_of_a_module_cover_what_they_stand_beside_or_above() {
        let text = "\
# trilith: ignore[above] why (owner me)
resource \"a\" \"b\" { # trilith: ignore[header] why (owner me)
  # trilith: ignore[block] why
  #   and more of it (owner me)

  ingress {
    cidr = [
      \"a\", # trilith: ignore[element] why (owner me)
      \"b\",
    ] # trilith: ignore[end] why (owner me)
  }
  acl = \"x\" // trilith: ignore[line] why (owner me)
  #checkov:skip=CKV_1:why
  /* trilith: ignore-block[around] why (owner me) */
  # trilith: ignore[nothing] why (owner me)
}
# trilith: ignore-block[outside] why (owner me)
# trilith: ignore-file[file] why (owner me)
";
        assert_eq!(
            shown("main.tf", text),
            [
                "above: 2-16",
                "header: 2-16",
                "block: 6-11",
                "element: 8-8",
                "end: 7-10",
                "line: 12-12",
                "CKV_1: 2-16",
                "around: 2-16",
                "nothing: nothingit stands neither beside nor above anything that it could cover",
                "outside: nothingit stands in no resource",
                "file: 1-19",
            ]
        );
    }

    #[test]
    fn comments_and_metadata_of_a_template_are_read() {
        let text = "\
# kics-scan disable=abc
AWSTemplateFormatVersion: '2010-09-09'
Resources:
  # trilith: ignore[above] why (owner me)
  A:
    Type: AWS::S3::Bucket # trilith: ignore[line] why (owner me)
    Metadata:
      checkov:
        skip: [{id: CKV_2, comment: why}]
    Properties:
      Tags:
        # tfsec:ignore:element
        - Key: a
          Value: b
        - Key: c
      # checkov:skip=CKV_3
  B: # trilith: ignore[header] why (owner me)
    Type: AWS::S3::Bucket
";
        assert_eq!(
            shown("t.yaml", text),
            [
                "abc: 1-19",
                "above: 5-15",
                "line: 6-6",
                "CKV_2: 5-15",
                "element: 13-14",
                "CKV_3: 5-15",
                "header: 17-18",
            ]
        );
    }

    #[test]
    fn other_files_have_none() {
        assert_eq!(shown("x.yaml", "a: b # trilith: ignore[x]\n"), [""; 0]);
        assert_eq!(shown("x.tf", "resource \"a\" \"b\" {}\n"), [""; 0]);
    }
}
