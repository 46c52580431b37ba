//! `# trilith: ignore[RULE, RULE] reason (until 2026-12-31, owner @team)`

use crate::waiver::{Expiry, ValuePattern, Waiver};

/// What marks a comment of ours.
const MARK: &str = "trilith:";

/// What a comment of ours covers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verb {
    /// What it stands beside or above.
    Item,
    /// The resource around it.
    Resource,
    /// The file.
    File,
}

/// What a comment of ours says.
#[derive(Debug)]
pub(crate) struct Note {
    pub(crate) verb: Verb,
    /// Whether the words in parentheses at the end are there.
    pub(crate) is_closed: bool,
}

/// Reads the content of a comment into a waiver; `None` if it is none of ours.
pub(crate) fn read(content: &str, waiver: &mut Waiver) -> Option<Note> {
    let at = content.find(MARK)?;
    let is_first = at == 0;
    let rest = content[at + MARK.len()..].trim_start();
    let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '-').unwrap_or(rest.len());
    let (verb, rest) = rest.split_at(end);
    let verb = match verb {
        "ignore" => Verb::Item,
        "ignore-block" => Verb::Resource,
        "ignore-file" => Verb::File,
        // A comment may speak of us; one that begins with our name means us.
        _ if !is_first => return None,
        _ => {
            waiver.error = Some(format!(
                "`{}` is nothing that a comment can say; write `trilith: ignore[RULE] ...`",
                shortened(verb)
            ));
            return Some(Note { verb: Verb::Item, is_closed: true });
        }
    };
    let Some((rules, rest)) = rest.strip_prefix('[').and_then(|rest| rest.split_once(']')) else {
        waiver.error = Some("it names no rule; write `trilith: ignore[RULE] ...`".into());
        return Some(Note { verb, is_closed: true });
    };
    let rules = rules.split(',').map(str::trim).filter(|rule| !rule.is_empty());
    waiver.rules = rules.map(str::to_owned).collect();
    if waiver.rules.is_empty() {
        waiver.error = Some("it names no rule between the brackets".into());
    }
    let (reason, fields) = split_fields(rest.trim());
    reason.trim_matches([' ', ':', '-']).clone_into(&mut waiver.reason);
    if let Some(fields) = fields
        && let Err(error) = read_fields(fields, waiver)
    {
        waiver.error = Some(error);
    }
    Some(Note { verb, is_closed: fields.is_some() })
}

/// Takes the parentheses off the end if they hold what we know, and not a part of the reason.
fn split_fields(text: &str) -> (&str, Option<&str>) {
    let open = text.strip_suffix(')').and_then(|inner| {
        // The value of a field may hold parentheses itself.
        let starts = inner.match_indices('(').map(|(at, _)| at);
        let mut known = starts.filter(|at| is_field(inner[at + 1..].trim_start()));
        known.next().map(|at| (&text[..at], &inner[at + 1..]))
    });
    match open {
        Some((reason, fields)) => (reason.trim(), Some(fields)),
        None => (text, None),
    }
}

const FIELDS: [&str; 6] = ["until", "owner", "ticket", "property", "value", "findings"];

fn is_field(text: &str) -> bool {
    let word = text.split([' ', ':']).next().unwrap_or_default();
    FIELDS.contains(&word)
}

fn read_fields(text: &str, waiver: &mut Waiver) -> Result<(), String> {
    for part in text.split(',').map(str::trim).filter(|part| !part.is_empty()) {
        let (name, value) = part.split_once([' ', ':']).unwrap_or((part, ""));
        let value = value.trim();
        if value.is_empty() && FIELDS.contains(&name) {
            return Err(format!("`{name}` is empty"));
        }
        match name {
            "until" => waiver.expires = Expiry::parse(value),
            "owner" => value.clone_into(&mut waiver.owner),
            "ticket" => value.clone_into(&mut waiver.ticket),
            "property" => waiver.scope.property = Some(value.to_owned()),
            "value" => waiver.scope.values.push(ValuePattern::Glob(value.to_owned())),
            "findings" => {
                let count = value.parse().map_err(|_| format!("`{value}` is no number"))?;
                waiver.findings = Some(count);
            }
            _ => {
                return Err(format!(
                    "`{}` is none of {}",
                    shortened(name),
                    FIELDS.map(|field| format!("`{field}`")).join(", ")
                ));
            }
        }
    }
    Ok(())
}

fn shortened(text: &str) -> String {
    text.chars().take(30).collect()
}

#[cfg(test)]
mod tests {
    use trilith_graph::{SourceId, Span};

    use super::*;
    use crate::waiver::Origin;

    fn waiver(content: &str) -> Option<(Waiver, Note)> {
        let mut waiver = Waiver::new(Origin::Comment, Span::at(SourceId(0), 0));
        let note = read(content, &mut waiver)?;
        Some((waiver, note))
    }

    #[test]
    fn everything_can_be_said() {
        let (one, note) = waiver(
            "trilith: ignore-block[s3-*, CKV_AWS_21] logs only (see the wiki) \
             (until 2026-12-31, owner @data team, ticket SEC-7, property Policies/*, value s3:*, findings 2)",
        )
        .unwrap();
        assert_eq!(note.verb, Verb::Resource);
        assert_eq!(one.rules, ["s3-*", "CKV_AWS_21"]);
        assert_eq!(one.reason, "logs only (see the wiki)");
        assert_eq!(one.owner, "@data team");
        assert_eq!(one.ticket, "SEC-7");
        assert_eq!(one.expires, Expiry::parse("2026-12-31"));
        assert_eq!(one.scope.property.as_deref(), Some("Policies/*"));
        assert_eq!(one.findings, Some(2));
        assert_eq!(one.error, None);
    }

    #[test]
    fn a_slip_is_told_and_prose_is_left_alone() {
        assert!(waiver("as trilith: the documentation says").is_none());
        assert!(waiver("nothing").is_none());
        let error = |text: &str| waiver(text).unwrap().0.error.unwrap();
        assert!(error("trilith: disable=x").starts_with("`disable`"));
        assert!(error("trilith: ignore s3").contains("no rule"));
        assert!(error("trilith: ignore[] why (owner me)").contains("no rule"));
        assert!(error("trilith: ignore[x] why (until 2026-12-31, by me)").starts_with("`by`"));
        assert!(error("trilith: ignore[x] why (owner)").contains("empty"));
        let (one, note) = waiver("trilith: ignore[x] only a reason (see above)").unwrap();
        assert!(!note.is_closed && one.reason == "only a reason (see above)");
    }
}
