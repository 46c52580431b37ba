//! Comments for other tools, written anew as ours.

use trilith_graph::SourceFile;

use crate::date::Date;
use crate::waiver::{Expiry, Origin, RegionKind, Tool, Waiver};

/// Who takes over what other tools were told, and until when.
#[derive(Debug, Clone)]
pub struct Terms {
    /// The owner.
    pub owner: String,
    /// The last day, where the comment names none.
    pub expires: Date,
    /// The reason, where the comment gives none.
    pub reason: String,
}

/// A source with its comments written anew.
#[derive(Debug, Default)]
pub struct Imported {
    /// The new text.
    pub text: String,
    /// Comments that were written anew.
    pub comments: usize,
}

/// Writes the comments for other tools anew that cover findings of ours. `rules` gives the ids of
/// the rules that a waiver names; without any, the comment stays as it is.
///
/// Where a comment is the other tool's to keep (`keep`), ours is written beside it.
pub fn import(
    file: &SourceFile,
    waivers: &[Waiver],
    terms: &Terms,
    keep: bool,
    rules: &dyn Fn(&Waiver) -> Vec<String>,
) -> Imported {
    let text = file.text();
    let mut edits: Vec<(usize, usize, String)> = Vec::new();
    let mut comments = 0;
    let mut at = 0;
    while at < waivers.len() {
        // Several may stand in one comment.
        let place = waivers[at].place;
        let group: Vec<&Waiver> =
            waivers[at..].iter().take_while(|waiver| waiver.place == place).collect();
        at += group.len();
        let ours: Vec<String> = group
            .iter()
            .filter(|waiver| matches!(waiver.origin, Origin::Foreign { comment: true, .. }))
            .filter_map(|waiver| line(waiver, &rules(waiver), terms))
            .collect();
        // A comment of which a part means nothing to us must stay as it is.
        if ours.is_empty() || ours.len() < group.len() {
            continue;
        }
        let (start, end) = (place.start as usize, place.end as usize);
        let line_start = text[..start].rfind('\n').map_or(0, |at| at + 1);
        let is_alone = text[line_start..start].trim().is_empty();
        let indent: String =
            text[line_start..].chars().take_while(|c| *c == ' ' || *c == '\t').collect();
        comments += ours.len();
        if is_alone {
            let joined = ours.join(&format!("\n{indent}"));
            if keep {
                edits.push((start, start, format!("{joined}\n{indent}")));
            } else {
                edits.push((start, end, joined));
            }
        } else {
            // Beside the code there is no room for it: a line of its own, where it covers the same.
            let region = group.iter().find_map(|waiver| waiver.scope.region);
            let is_block = group.iter().any(|waiver| is_of_block(waiver));
            let at = match region {
                Some(_) if is_block => text[end..].find('\n').map_or(text.len(), |at| end + at + 1),
                Some(region) if region.kind != RegionKind::File => {
                    text[..region.span.start as usize].rfind('\n').map_or(0, |at| at + 1)
                }
                _ => line_start,
            };
            let indent: String = if is_block {
                format!("{indent}  ")
            } else {
                text[at..].chars().take_while(|c| *c == ' ' || *c == '\t').collect()
            };
            let joined = format!("{indent}{}\n", ours.join(&format!("\n{indent}")));
            edits.push((at, at, joined));
            if !keep {
                let before = text[..start].trim_end_matches([' ', '\t']).len();
                edits.push((before, end, String::new()));
            }
        }
    }
    edits.sort();
    Imported { text: apply(text, &edits), comments }
}

fn apply(text: &str, edits: &[(usize, usize, String)]) -> String {
    let mut new = String::with_capacity(text.len());
    let mut at = 0;
    for (start, end, with) in edits {
        if *start < at {
            continue;
        }
        new.push_str(&text[at..*start]);
        new.push_str(with);
        at = *end;
    }
    new.push_str(&text[at..]);
    new
}

/// Whether the tool takes the comment for one about the whole block around it.
const fn is_of_block(waiver: &Waiver) -> bool {
    matches!(waiver.origin, Origin::Foreign { tool: Tool::Checkov | Tool::Terrascan, .. })
}

/// The comment that says the same in our words.
fn line(waiver: &Waiver, rules: &[String], terms: &Terms) -> Option<String> {
    if rules.is_empty() || waiver.error.is_some() {
        return None;
    }
    let region = waiver.scope.region?;
    let verb = match region.kind {
        RegionKind::File => "ignore-file",
        _ if is_of_block(waiver) => "ignore-block",
        _ => "ignore",
    };
    let expires = match &waiver.expires {
        Expiry::Never => terms.expires.to_string(),
        other => other.to_string(),
    };
    let reason = if waiver.reason.is_empty() { &terms.reason } else { &waiver.reason };
    let reason = reason.replace(['(', ')'], "");
    Some(format!(
        "# trilith: {verb}[{}] {} (until {expires}, owner {})",
        rules.join(", "),
        reason.trim(),
        terms.owner
    ))
}

#[cfg(test)]
mod tests {
    use trilith_graph::{SourceId, SourceMap};

    use super::*;
    use crate::collect;

    #[test]
    fn comments_say_the_same_in_our_words() {
        let text = "resource \"a\" \"b\" {\n  #checkov:skip=CKV_1:by design (really)\n  acl = \"x\" #tfsec:ignore:y:exp:2027-01-01\n  \
                    # checkov:skip=OTHER:not ours\n}\n";
        let mut sources = SourceMap::new();
        sources.add(SourceFile::new("main.tf", text));
        let file = sources.file(SourceId(0));
        let waivers = collect(SourceId(0), file);
        let terms = Terms {
            owner: "@team".into(),
            expires: "2026-12-31".parse().unwrap(),
            reason: "taken over".into(),
        };
        let rules = |waiver: &Waiver| match waiver.rules[0].as_str() {
            "OTHER" => Vec::new(),
            name => vec![format!("our-{}", name.to_lowercase())],
        };
        let imported = import(file, &waivers, &terms, false, &rules);
        assert_eq!(imported.comments, 2);
        assert_eq!(
            imported.text,
            "resource \"a\" \"b\" {\n  \
             # trilith: ignore-block[our-ckv_1] by design really (until 2026-12-31, owner @team)\n  \
             # trilith: ignore[our-y] taken over (until 2027-01-01, owner @team)\n  acl = \"x\"\n  \
             # checkov:skip=OTHER:not ours\n}\n"
        );
        let kept = import(file, &waivers, &terms, true, &rules);
        assert!(kept.text.contains("#checkov:skip=CKV_1:by design (really)\n"));
        assert!(kept.text.contains("acl = \"x\" #tfsec:ignore:y"));
    }
}
