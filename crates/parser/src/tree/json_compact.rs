//! JSON as programs write it: without blanks, and with the same keys in the same order again and
//! again. A plan is megabytes of it.

use super::json::{Open, Scan, Scanner};
use super::json_string::find_special;

impl Scanner<'_, '_> {
    /// Reads on while the text is written like that; whatever else comes is left to
    /// [`Scanner::step`]. Takes and gives whether a collection has just been opened.
    pub(super) fn compact(&mut self, mut opened: bool) -> Scan<bool> {
        let bytes = self.bytes;
        while let Some(Open { is_map, .. }) = self.open.last().copied() {
            if self.may_skip() || self.options.holes {
                break;
            }
            let start = match bytes.get(self.at) {
                Some(byte @ (b'}' | b']')) if is_map == (*byte == b'}') => {
                    self.close();
                    opened = false;
                    continue;
                }
                Some(b',') if !opened => self.at + 1,
                Some(_) if opened => self.at,
                _ => break,
            };
            let key = if is_map { self.builder.expected_key(start as u32) } else { None };
            let value = match key {
                Some(colon) => colon + 1,
                None if is_map => break,
                None => start,
            };
            match bytes.get(value) {
                Some(b'"') => {
                    let end = find_special(bytes, b'"', value + 1);
                    if bytes.get(end) == Some(&b'"') {
                        self.at = end + 1;
                        self.builder.push_quoted(value as u32, self.at as u32);
                        opened = false;
                        continue;
                    }
                }
                Some(b'{' | b'[' | b't' | b'f' | b'n' | b'-' | b'0'..=b'9') => {}
                // Behind a key that has been taken, a value must follow.
                _ if is_map => {}
                _ => break,
            }
            self.at = value;
            self.space()?;
            opened = self.value()?;
        }
        Ok(opened)
    }
}

#[cfg(test)]
mod tests {
    use trilith_graph::SourceId;

    use super::super::{JsonOptions, Tree, parse_json};

    /// What a tree says, and where.
    fn shown(tree: &Tree<'_>, text: &str) -> String {
        let nodes = (0..tree.len() as u32).map(super::super::NodeId);
        let place = |start: u32, end: u32| text[start as usize..end as usize].to_owned();
        let lines = nodes.map(|id| {
            let span = tree.span(id);
            let key = tree.key_span(id).map(|key| place(key.start, key.end)).unwrap_or_default();
            format!("{key} {:?} {:?} {}", tree.kind(id), tree.text(id), place(span.start, span.end))
        });
        lines.collect::<Vec<_>>().join("\n")
    }

    /// The same text with a blank behind every mark, which is read step by step, says the same.
    fn compare(text: &str) {
        let (mut spaced, mut is_inside, mut is_escaped) = (String::new(), false, false);
        for c in text.chars() {
            spaced.push(c);
            is_inside ^= c == '"' && !is_escaped;
            is_escaped = c == '\\' && !is_escaped;
            if !is_inside && "{}[],:\"".contains(c) {
                spaced.push(' ');
            }
        }
        let read = |text: &str| {
            let parsed = parse_json(SourceId(0), text, &JsonOptions::default());
            let errors = parsed.errors.iter().map(|error| error.message.clone());
            let shown = shown(&parsed.tree, text).replace(' ', "");
            (shown, errors.collect::<Vec<_>>())
        };
        assert_eq!(read(text), read(&spaced), "{text}");
    }

    #[test]
    fn what_is_written_without_blanks_is_read_as_with_them() {
        let element =
            r#"{"a":"x","b":[1,-2.5,"y",null,[],{}],"c":{"a":true,"b":false},"d":"q\"\u00e4"}"#;
        compare(&format!("[{element},{element},{element}]"));
        compare(r#"[{"a":1,"b":2},{"a":1,"b":2},{"b":1,"a":2},{"a":1,"c":3},{"a":4}]"#);
        // Slips are found in later elements, too.
        for slip in [
            r#"{"a":1,"b":2,}"#,
            r#"{"a":1 "b":2}"#,
            r#"{"a":,"b":2}"#,
            r#"{"a":1,,"b":2}"#,
            r#"{,"a":1}"#,
            r#"{"a":1]"#,
            r#"{"a":[1,],"b":2}"#,
            r#"{"a":[,1],"b":2}"#,
            r#"{"a":[1}"#,
            r#"{"a":yes,"b":2}"#,
            r#"{"a":01,"b":2}"#,
            r#"{"a":1,"a":2}"#,
            r#"{"a":"x"#,
        ] {
            compare(&format!(r#"[{{"a":1,"b":2}},{{"a":1,"b":2}},{slip},{{"a":1,"b":2}}]"#));
        }
    }
}
