//! What can be completed at a place: told from the text, since what somebody is typing parses
//! only when it is done.

use std::ops::Range;

use crate::config::NAMES;
use crate::lsp::word;

/// Lines above a place that are looked at for the key of a list.
const MOST_LINES: usize = 400;

/// What is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wanted {
    /// The names of rules.
    Rules,
    /// Actions of IAM.
    Actions,
}

/// What is wanted, and the part of the text that was typed of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Context {
    pub(super) wanted: Wanted,
    pub(super) bytes: Range<usize>,
}

/// What can be completed at an offset.
pub(super) fn of(name: &str, text: &str, offset: usize) -> Option<Context> {
    let offset = text.floor_char_boundary(offset.min(text.len()));
    if is_rule(name, text, offset) {
        let bytes = word::around(text, offset, |c| word::is_of_rule(c) && c != '.');
        return Some(Context { wanted: Wanted::Rules, bytes: bytes.start..offset });
    }
    let bytes = word::around(text, offset, word::is_of_action);
    let before = text[..bytes.start].trim_end_matches(['"', '\'', '\\']);
    let is_list = is_after_key(before, KEYS) || is_in_list(before) || is_in_block_list(before);
    is_list.then_some(Context { wanted: Wanted::Actions, bytes: bytes.start..offset })
}

/// Keys that hold actions, in every format.
const KEYS: &[&str] = &["Action", "NotAction", "actions", "not_actions"];

/// Whether the name of a rule stands at an offset: between the brackets of a comment, or as a
/// value of `rule` in metadata or configuration.
fn is_rule(name: &str, text: &str, offset: usize) -> bool {
    let line = &text[word::line(text, offset).start..offset];
    let opened = line.rfind("trilith:").map(|at| &line[at..]);
    let in_brackets = opened.is_some_and(|rest| match (rest.rfind('['), rest.rfind(']')) {
        (Some(open), Some(close)) => open > close,
        (open, _) => open.is_some(),
    });
    let without_name =
        |text: &'_ str| text.trim_end_matches(word::is_of_rule).trim_end_matches(['"', '\'']).len();
    let before = &line[..without_name(line)];
    let is_own = NAMES.contains(&name.rsplit('/').next().unwrap_or(name));
    let is_key = |keys: &[&str]| is_after_key(before, keys);
    let in_config = is_own
        && (is_key(&["rule"])
            || is_in_named_list(
                &text[..without_name(&text[..offset])],
                &["rule", "select", "ignore", "extend-select", "extend-ignore"],
            ));
    let has_metadata = text.contains("trilith") && text.contains("waivers");
    in_brackets || in_config || (has_metadata && is_key(&["rule"]))
}

/// Whether a text ends in one of some keys and its sign: `Action: `, `"Action": `, `actions = `.
fn is_after_key(text: &str, keys: &[&str]) -> bool {
    let text = text.trim_end_matches([' ', '\t']);
    let Some(before) = text.strip_suffix([':', '=']) else { return false };
    ends_in_key(before, keys)
}

fn ends_in_key(text: &str, keys: &[&str]) -> bool {
    let text = text.trim_end_matches([' ', '\t', '"', '\'', '\\']);
    keys.iter().any(|key| {
        let before = text.strip_suffix(key);
        before.is_some_and(|before| !before.ends_with(|c: char| c.is_alphanumeric() || c == '_'))
    })
}

/// Whether a text ends inside of a list in brackets that belongs to such a key.
fn is_in_list(text: &str) -> bool {
    is_in_named_list(text, KEYS)
}

fn is_in_named_list(text: &str, keys: &[&str]) -> bool {
    let mut depth = 0_usize;
    let lines = text.char_indices().rev().scan(0, |lines, (at, c)| {
        *lines += usize::from(c == '\n');
        (*lines < MOST_LINES).then_some((at, c))
    });
    for (at, c) in lines {
        match c {
            ']' | '}' => depth += 1,
            '{' if depth == 0 => return false,
            '[' if depth == 0 => return is_after_key(&text[..at], keys),
            '[' | '{' => depth -= 1,
            _ => {}
        }
    }
    false
}

/// Whether a text ends in an element of a YAML list below such a key.
fn is_in_block_list(text: &str) -> bool {
    let line = &text[word::line(text, text.len())];
    let content = line.trim_start();
    if !content.starts_with('-') || !content.trim_matches(['-', ' ']).is_empty() {
        return false;
    }
    let indent = line.len() - content.len();
    let above = text[..text.len() - line.len()].lines().rev().take(MOST_LINES);
    for line in above {
        let content = line.trim_start();
        let own = line.len() - content.len();
        if content.is_empty() || content.starts_with('#') || own > indent {
            continue;
        }
        if own == indent && content.starts_with('-') {
            continue;
        }
        let key = content.trim_start_matches(['-', ' ']);
        return key.trim_end().strip_suffix(':').is_some_and(|key| ends_in_key(key, KEYS));
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is wanted where `|` stands, and what was typed of it.
    fn wanted(name: &str, text: &str) -> Option<(Wanted, String)> {
        let at = text.find('|').expect("a place");
        let text = text.replacen('|', "", 1);
        of(name, &text, at).map(|context| (context.wanted, text[context.bytes].to_owned()))
    }

    #[test]
    fn actions_are_wanted_in_every_format() {
        for text in [
            "Action: s3:Get|",
            "Action: [s3:GetObject, s3:|]",
            "Action:\n  - s3:GetObject\n  - s3:Pu|\n",
            "Action:\n- |",
            "\"NotAction\": [\n  \"s3:GetObject\",\n  \"|\"",
            "\"Action\": \"|\"",
            "actions = [\"s3:GetObject\", \"kms:|",
            "Action = \"sts:|\"",
            "  policy = \"{\\\"Action\\\": \\\"s3:|",
        ] {
            assert_eq!(wanted("t.yaml", text).map(|it| it.0), Some(Wanted::Actions), "{text}");
        }
        assert_eq!(wanted("t", "Action: s3:Get|X").map(|it| it.1).as_deref(), Some("s3:Get"));
        for text in [
            "Resource: s3:|",
            "Action: [a]\nResource: [|]",
            "\"Action\": [{\"x\": \"|",
            "TransAction: |",
            "Actions:\n  - Name: |",
        ] {
            assert_eq!(wanted("t.yaml", text), None, "{text}");
        }
    }

    #[test]
    fn rules_are_wanted_in_waivers() {
        for (name, text) in [
            ("t.yaml", "# trilith: ignore[s3-|"),
            ("t.tf", "acl = \"x\" # trilith: ignore-block[a, b|] reason"),
            ("trilith.toml", "[[waivers]]\nrule = \"s3|"),
            ("a/.trilith.toml", "ignore = [\n  \"a\",\n  \"|"),
            ("t.json", "{\"trilith\": {\"waivers\": [{\"rule\": \"s3-|\"}]}}"),
        ] {
            assert_eq!(wanted(name, text).map(|it| it.0), Some(Wanted::Rules), "{text}");
        }
        assert_eq!(wanted("t.yaml", "# trilith: ignore[a] be|cause"), None);
        assert_eq!(wanted("t.yaml", "rule: |"), None);
    }
}
