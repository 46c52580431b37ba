//! The keys at the top of a document, found without parsing it.

use crate::tree::json_skip::skip_value;
use crate::tree::json_string::skip;

/// The keys at the top of a file.
#[derive(Debug, Default)]
pub(super) struct TopLevel<'t> {
    keys: Vec<&'t str>,
    /// Whether the file is a list whose first element is a policy or a statement.
    pub is_policy_list: bool,
}

impl TopLevel<'_> {
    pub(super) fn has(&self, key: &str) -> bool {
        self.keys.contains(&key)
    }
}

/// More keys than any template has; a lock file or a translation has thousands.
const KEY_LIMIT: usize = 64;

/// Keys of the object that JSON text holds, from its first `limit` bytes, or until they decide
/// what it is. Text that is not quite JSON is fine: only brackets, strings and colons count.
pub(super) fn json_top_level(
    text: &str,
    limit: usize,
    decides: fn(&TopLevel<'_>) -> bool,
) -> TopLevel<'_> {
    let bytes = &text.as_bytes()[..text.len().min(limit)];
    let mut top = TopLevel::default();
    let is_list = bytes.first() == Some(&b'[');
    let mut at = 1;
    if is_list {
        // A list shows what it is by its first element.
        at += bytes[1..].iter().take_while(|byte| byte.is_ascii_whitespace()).count() + 1;
    }
    let is_object = bytes.get(at - 1) == Some(&b'{');
    let mut word = 0..0;
    while let Some(byte) = bytes.get(at).filter(|_| is_object) {
        match byte {
            b'}' | b']' => break,
            b'"' | b'\'' => {
                let end = end_of_string(bytes, at);
                word = at + 1..end.saturating_sub(1).max(at + 1);
                at = end;
            }
            b':' => {
                top.keys.extend(text.get(word.clone()).filter(|key| !key.is_empty()));
                if top.keys.len() >= KEY_LIMIT || decides(&top) {
                    break;
                }
                let Some(end) = skip_value(bytes, at + 1) else { break };
                at = end;
            }
            byte if is_word(*byte) => {
                let length = bytes[at..].iter().take_while(|byte| is_word(**byte)).count();
                word = at..at + length;
                at += length;
            }
            _ => at += 1,
        }
    }
    if is_list {
        top.is_policy_list = top.has("Effect") || top.has("Statement");
        top.keys.clear();
    }
    top
}

const fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'$')
}

fn end_of_string(bytes: &[u8], start: usize) -> usize {
    let end = match bytes[start] {
        b'"' => skip(bytes, start),
        quote => memchr::memchr(quote, &bytes[start + 1..]).map(|length| start + length + 2),
    };
    end.unwrap_or(bytes.len())
}

/// Keys at the outermost indentation of every document of YAML text, from its first `limit`
/// bytes.
pub(super) fn yaml_top_level(text: &str, limit: usize) -> TopLevel<'_> {
    let mut end = text.len().min(limit);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let text = text[..end].trim_start_matches('\u{feff}');
    let mut top = TopLevel::default();
    let mut indent = None;
    for line in text.lines() {
        if line.starts_with("---") {
            indent = None;
            continue;
        }
        let body = line.trim_start_matches(' ');
        if body.is_empty() || body.starts_with(['#', '%', '\r']) {
            continue;
        }
        let column = line.len() - body.len();
        if column > *indent.get_or_insert(column) {
            continue;
        }
        if let Some(key) = key_of(body) {
            top.keys.push(key);
            if top.keys.len() >= KEY_LIMIT {
                break;
            }
        }
    }
    top
}

/// The key that a line begins with.
fn key_of(line: &str) -> Option<&str> {
    if let Some(quote) = line.chars().next().filter(|first| matches!(first, '"' | '\'')) {
        let rest = &line[1..];
        let (key, after) = rest.split_at(rest.find(quote)?);
        return after[1..].trim_start().starts_with(':').then_some(key);
    }
    let (key, after) = line.split_at(line.find(':')?);
    let ends = after.len() == 1 || after[1..].starts_with([' ', '\t', '\r']);
    (ends && !key.is_empty() && !key.starts_with('-')).then(|| key.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn json(text: &str, limit: usize) -> TopLevel<'_> {
        json_top_level(text, limit, |top| top.has("end"))
    }

    #[test]
    fn keys_of_objects_are_found_at_the_top_only() {
        let text = r#"{"a": {"b": 1}, "c": ["d", {"e": 2}], f: "g: \" {", 'h': 1, "i" : 2}"#;
        assert_eq!(json(text, usize::MAX).keys, ["a", "c", "f", "h", "i"]);
        assert_eq!(json("{\"a\": {", usize::MAX).keys, ["a"]);
        assert_eq!(json("{\"a\": 1, \"b\": 2}", 8).keys, ["a"]);
        assert_eq!(json("{\"a\": 1, \"end\": 2, \"b\": 3}", 99).keys, ["a", "end"]);
        assert!(json("[ {\"Effect\": 1}]", 99).is_policy_list);
        assert!(json("[{\"Statement\": []}, 1]", 99).is_policy_list);
        assert!(!json("[[1], {\"Effect\": 1}]", 99).is_policy_list);
        assert_eq!(json("[", 99).keys.len() + json("{", 99).keys.len(), 0);
    }

    #[test]
    fn keys_of_documents_are_found_at_the_outermost_column() {
        let text = "\u{feff}# c\n---\nA: 1\n  B: 2\n\"C\": 3\n- D: 4\n---\n  E:\n    F: 1\n  G: x:y\nH:I\n";
        assert_eq!(yaml_top_level(text, usize::MAX).keys, ["A", "C", "E", "G"]);
    }
}
