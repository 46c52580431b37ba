//! Actions of IAM: what they let do, and on what.

use std::fmt::Write as _;

use trilith_iam::{AccessLevel, Action, Catalog};

use super::{Note, Question};
use crate::lsp::word;

/// Actions of a pattern that are named.
const MOST_NAMED: usize = 12;

/// What the catalogue says about the action, or the pattern of actions, at a place.
pub(super) fn note(question: &Question<'_>) -> Option<Note> {
    let bytes = word::around(question.text, question.offset, word::is_of_action);
    let text = question.text.get(bytes.clone())?;
    // A key of YAML ends in a colon, and has one alone.
    let (service, name) = text.split_once(':')?;
    let catalog = Catalog::embedded();
    let is_action = !name.is_empty() && !name.contains(':');
    if !is_action || !catalog.has_service(&service.to_ascii_lowercase()) {
        return None;
    }
    let markdown = if name.contains(['*', '?']) {
        pattern(text, &matching(text, catalog))
    } else {
        action(&catalog.action(text)?, catalog)
    };
    Some(Note { bytes, markdown })
}

/// What the catalogue says about an action.
pub(in crate::lsp) fn action(action: &Action<'_>, catalog: &Catalog) -> String {
    let mut text = format!("**{action}** · {}\n", action.level().name());
    let types: Vec<String> = action
        .resource_types()
        .map(|(kind, is_needed)| {
            let mark = if is_needed { " (required)" } else { "" };
            let arn = if kind.arn.is_empty() { String::new() } else { format!(" `{}`", kind.arn) };
            format!("- {}{mark}{arn}\n", kind.name)
        })
        .collect();
    if types.is_empty() {
        text.push_str("\nResource: `*` only\n");
    } else {
        let _ = write!(text, "\nResources:\n{}", types.concat());
    }
    let keys: Vec<String> = action.condition_keys().map(|key| format!("`{}`", key.name)).collect();
    if !keys.is_empty() {
        let _ = write!(text, "\nCondition keys: {}\n", keys.join(", "));
    }
    let _ = write!(text, "\nAs of {}\n", catalog.date());
    text
}

fn pattern(text: &str, actions: &[Action<'_>]) -> String {
    if actions.is_empty() {
        return format!("**{text}** matches no action that AWS has\n");
    }
    let mut shown = format!("**{text}** matches {} actions: ", actions.len());
    let levels = AccessLevel::ALL.iter().rev().filter_map(|level| {
        let count = actions.iter().filter(|action| action.level() == *level).count();
        (count > 0).then(|| format!("{count} {}", level.name()))
    });
    shown.push_str(&levels.collect::<Vec<_>>().join(", "));
    shown.push_str("\n\n");
    let mut strongest: Vec<&Action<'_>> = actions.iter().collect();
    strongest.sort_by_key(|action| std::cmp::Reverse(action.level()));
    for action in strongest.iter().take(MOST_NAMED) {
        let _ = writeln!(shown, "- {action} · {}", action.level().name());
    }
    if let Some(more) = actions.len().checked_sub(MOST_NAMED).filter(|more| *more > 0) {
        let _ = writeln!(shown, "- and {more} more");
    }
    shown
}

/// The actions that a pattern such as `s3:Get*` stands for.
pub(in crate::lsp) fn matching<'c>(pattern: &str, catalog: &'c Catalog) -> Vec<Action<'c>> {
    let Some((service, name)) = pattern.split_once(':') else { return Vec::new() };
    let name = name.to_ascii_lowercase();
    let actions =
        catalog.services().filter(|prefix| is_like(&service.to_ascii_lowercase(), prefix));
    let actions = actions.flat_map(|prefix| catalog.actions_of(prefix));
    actions.filter(|action| is_like(&name, &action.name().to_ascii_lowercase())).collect()
}

/// Whether a text matches a pattern in which `*` stands for any text and `?` for a character.
fn is_like(pattern: &str, text: &str) -> bool {
    let (pattern, text) = (pattern.as_bytes(), text.as_bytes());
    let (mut at, mut here) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while here < text.len() {
        match pattern.get(at) {
            Some(b'*') => {
                star = Some((at, here));
                at += 1;
            }
            Some(byte) if *byte == b'?' || *byte == text[here] => {
                at += 1;
                here += 1;
            }
            _ => {
                // The last star takes one character more.
                let Some((back, from)) = star else { return false };
                star = Some((back, from + 1));
                at = back + 1;
                here = from + 1;
            }
        }
    }
    pattern[at..].iter().all(|byte| *byte == b'*')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn noted(text: &str, at: usize) -> Option<String> {
        let question = Question { name: "a.yaml", text, offset: at, unit: None };
        note(&question).map(|note| note.markdown)
    }

    #[test]
    fn an_action_is_told_with_level_resources_and_keys() {
        let text = "Action: [s3:GetObject, 'kms:*']";
        let shown = noted(text, 12).expect("an action");
        assert!(shown.starts_with("**s3:GetObject** · read"), "{shown}");
        assert!(shown.contains("- object `arn:${Partition}:s3:::"), "{shown}");
        assert!(shown.contains("`s3:ExistingObjectTag/"), "{shown}");
        let shown = noted(text, 26).expect("a pattern");
        assert!(shown.contains("permissions management"), "{shown}");
    }

    #[test]
    fn what_is_no_action_is_none() {
        for text in ["Action: x", "arn:aws:s3:::bucket", "a:b", "s3:", "https://x"] {
            assert_eq!(noted(text, text.len() / 2), None, "{text}");
        }
    }

    #[test]
    fn wildcards_stand_for_any_text() {
        assert!(is_like("get*", "getobject") && is_like("*o?ject", "getobject"));
        assert!(is_like("*", "") && !is_like("?", ""));
        assert!(!is_like("get*x", "getobject"));
        assert!(!matching("s3:Get*", Catalog::embedded()).is_empty());
    }
}
