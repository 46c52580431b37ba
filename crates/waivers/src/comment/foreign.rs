//! Comments for other tools, by the grammars that these document or read.

use trilith_graph::Span;

use crate::waiver::{Expiry, Origin, Tool, ValuePattern, Waiver};

/// What a comment for another tool covers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reach {
    /// What it stands beside or above.
    Item,
    /// The resource around it.
    Resource,
    /// The file, if nothing stands before it.
    Head,
}

/// The suppressions in the content of a comment.
pub(crate) fn read(content: &str, place: Span) -> Vec<(Waiver, Reach)> {
    let mut found = Vec::new();
    checkov(content, place, &mut found);
    for (tool, prefix) in [(Tool::Tfsec, "tfsec:ignore:"), (Tool::Trivy, "trivy:ignore:")] {
        for (at, _) in content.match_indices(prefix) {
            let text = &content[at + prefix.len()..];
            let (text, rest) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
            let mut waiver = aqua(tool, text, place);
            // Neither tool reads what follows, and people write the reason there.
            let rest = &rest[..rest.find(":ignore:").map_or(rest.len(), |end| start(rest, end))];
            rest.trim().trim_start_matches(['#', '-', ':']).trim().clone_into(&mut waiver.reason);
            found.push((waiver, Reach::Item));
        }
    }
    kics(content, place, &mut found);
    terrascan(content, place, &mut found);
    found
}

/// Where the word begins that a place of a text is in.
fn start(text: &str, at: usize) -> usize {
    text[..at].rfind(char::is_whitespace).map_or(0, |before| before + 1)
}

fn foreign(tool: Tool, place: Span) -> Waiver {
    Waiver::new(Origin::Foreign { tool, comment: true }, place)
}

/// `checkov:skip=CKV_AWS_20,CKV_AWS_57:reason`, anywhere in the block. Source: checkov's
/// `COMMENT_REGEX`.
fn checkov(content: &str, place: Span, found: &mut Vec<(Waiver, Reach)>) {
    for prefix in ["checkov:skip=", "bridgecrew:skip=", "cortex:skip="] {
        for (at, _) in content.match_indices(prefix) {
            let text = content[at + prefix.len()..].trim_start();
            let is_id = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | ',');
            let end = text.find(|c| !is_id(c)).unwrap_or(text.len());
            let (ids, rest) = text.split_at(end);
            let mut waiver = foreign(Tool::Checkov, place);
            let ids = ids.split(',').filter(|id| !id.is_empty());
            waiver.rules = ids.map(str::to_owned).collect();
            let reason = rest.strip_prefix(':').unwrap_or_default();
            reason.trim().clone_into(&mut waiver.reason);
            if !waiver.rules.is_empty() {
                found.push((waiver, Reach::Resource));
            }
        }
    }
}

/// `ID[attribute=value]:exp:2026-01-31:ws:dev`, wildcards in the id. Source: trivy's
/// `pkg/iac/ignore`.
fn aqua(tool: Tool, text: &str, place: Span) -> Waiver {
    let mut waiver = foreign(tool, place);
    let mut sections = text.split(':');
    let id = sections.next().unwrap_or_default();
    let id = match id.split_once('[') {
        Some((id, parameters)) => {
            let parameters = parameters.trim_end_matches(']').split(',');
            let values = parameters.filter_map(|one| one.split_once('='));
            let values = values.map(|(_, value)| ValuePattern::Glob(value.trim().to_owned()));
            waiver.scope.values = values.collect();
            id
        }
        None => id,
    };
    waiver.rules = vec![id.to_owned()];
    while let (Some(name), Some(value)) = (sections.next(), sections.next()) {
        match name {
            // A date that cannot be read is the zero date there, which is long past.
            "exp" => waiver.expires = Expiry::parse(value),
            "ws" => {
                waiver.error = Some(format!(
                    "it holds in the Terraform workspace `{value}` only, which a file does not tell"
                ));
            }
            _ => {}
        }
    }
    waiver
}

/// `kics-scan ignore-line`, `ignore-block`, `disable=ID,ID`, `ignore`; the last two at the head
/// of the file. Source: KICS's documentation, "Running KICS"; `dd-iac-scan` is Datadog's.
fn kics(content: &str, place: Span, found: &mut Vec<(Waiver, Reach)>) {
    let command = ["kics-scan ", "dd-iac-scan "].iter().find_map(|mark| content.strip_prefix(mark));
    let Some(command) = command.map(str::trim) else { return };
    let mut waiver = foreign(Tool::Kics, place);
    let ids = command.strip_prefix("disable=");
    let reach = match command {
        "ignore-line" | "ignore-block" => Reach::Item,
        "ignore" => Reach::Head,
        _ if ids.is_some() => Reach::Head,
        _ => return,
    };
    waiver.rules = match ids {
        Some(ids) => ids.split(',').map(|id| id.trim().to_owned()).collect(),
        None => vec!["*".into()],
    };
    found.push((waiver, reach));
}

/// `ts:skip=RULE reason`, in the block. Source: Terrascan's documentation, "In-file
/// instrumentation to skip policies".
fn terrascan(content: &str, place: Span, found: &mut Vec<(Waiver, Reach)>) {
    for (at, _) in content.match_indices("ts:skip=") {
        let text = &content[at + "ts:skip=".len()..];
        let (id, reason) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
        let mut waiver = foreign(Tool::Terrascan, place);
        waiver.rules = vec![id.to_owned()];
        reason.trim().clone_into(&mut waiver.reason);
        if !id.is_empty() {
            found.push((waiver, Reach::Resource));
        }
    }
}

#[cfg(test)]
mod tests {
    use trilith_graph::SourceId;

    use super::*;

    fn shown(content: &str) -> Vec<String> {
        let found = read(content, Span::at(SourceId(0), 0));
        let shown = found.iter().map(|(waiver, reach)| {
            format!(
                "{} {} {reach:?} {:?} {}",
                waiver.origin.name(),
                waiver.rules.join("+"),
                waiver.reason,
                waiver.expires
            )
        });
        shown.collect()
    }

    #[test]
    fn the_grammar_of_every_tool_is_read() {
        for (content, expected) in [
            (
                "checkov:skip=CKV_AWS_20:public by design",
                "checkov CKV_AWS_20 Resource \"public by design\" ",
            ),
            (
                "bridgecrew:skip= CKV_AWS_1,CKV2_AWS_6",
                "checkov CKV_AWS_1+CKV2_AWS_6 Resource \"\" ",
            ),
            ("tfsec:ignore:aws-s3-*:exp:2026-01-31", "tfsec aws-s3-* Item \"\" 2026-01-31"),
            ("trivy:ignore:AVD-AWS-0088 because", "trivy AVD-AWS-0088 Item \"because\" "),
            ("trivy:ignore:AVD-AWS-0345: a: b", "trivy AVD-AWS-0345 Item \"a: b\" "),
            ("tfsec:ignore:a # for é", "tfsec a Item \"for é\" "),
            ("trivy:ignore:x:exp:someday", "trivy x Item \"\" someday"),
            ("kics-scan ignore-block", "kics * Item \"\" "),
            ("dd-iac-scan disable=a,b", "kics a+b Head \"\" "),
            ("ts:skip=AC_AWS_0214 not needed", "terrascan AC_AWS_0214 Resource \"not needed\" "),
        ] {
            assert_eq!(shown(content), [expected], "{content}");
        }
        assert_eq!(
            shown("tfsec:ignore:a tfsec:ignore:b both"),
            ["tfsec a Item \"\" ", "tfsec b Item \"both\" "]
        );
        assert_eq!(shown("kics-scan is nice, checkov:skip="), [""; 0]);
    }
}
