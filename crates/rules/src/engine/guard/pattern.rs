//! Regular expressions of rules.
//!
//! Most patterns in rules are plain text with an anchor or two. Those are matched without a
//! regular expression engine; the others are compiled when they are first needed, once, by the
//! engine that cfn-guard uses, so that look-around and back-references mean the same.

use std::sync::{Arc, OnceLock};

use fancy_regex::{CompileError, Error, Regex, RegexBuilder};
use trilith_graph::{Part, Tri, Value, ValueKind};

/// Patterns that compile to more bytes than this are only checked for their syntax: `\w{1,64}`
/// alone takes milliseconds, and the rule may never be used.
const CHECKED_SIZE: usize = 32 << 10;

/// A regular expression.
#[derive(Debug)]
pub(super) struct Pattern {
    source: Arc<str>,
    plain: Option<Plain>,
    compiled: OnceLock<Option<Regex>>,
}

/// A pattern without any special character but anchors.
#[derive(Debug, PartialEq, Eq)]
struct Plain {
    text: String,
    at_start: bool,
    at_end: bool,
    ignore_case: bool,
}

impl Pattern {
    /// A pattern that is compiled when it is first used.
    pub(super) fn new(source: &str) -> Self {
        Self { source: source.into(), plain: Plain::parse(source), compiled: OnceLock::new() }
    }

    /// What is wrong with the pattern, if anything.
    pub(super) fn error(&self) -> Option<String> {
        if self.plain.is_some() || self.compiled.get().is_some_and(Option::is_some) {
            return None;
        }
        match RegexBuilder::new(&self.source).delegate_size_limit(CHECKED_SIZE).build() {
            Ok(regex) => {
                self.compiled.get_or_init(|| Some(regex));
                None
            }
            Err(Error::CompileError(CompileError::InnerError(error)))
                if error.size_limit().is_some() =>
            {
                None
            }
            Err(error) => Some(error.to_string().replace('\n', " ")),
        }
    }

    /// The pattern as written, without slashes.
    pub(super) fn source(&self) -> &str {
        &self.source
    }

    /// Whether the pattern occurs in the text; unknown if the engine gives up.
    pub(super) fn matches(&self, text: &str) -> Tri {
        if let Some(found) = self.plain.as_ref().and_then(|plain| plain.matches(text)) {
            return found.into();
        }
        match self.compiled.get_or_init(|| Regex::new(&self.source).ok()) {
            Some(regex) => regex.is_match(text).map_or(Tri::Unknown, Tri::from),
            None => Tri::False,
        }
    }

    /// Whether the pattern occurs in text of which only parts are known.
    pub(super) fn matches_partly_known(&self, value: &Value) -> Tri {
        let (Some(plain), ValueKind::Template(parts)) = (&self.plain, &value.kind) else {
            return Tri::Unknown;
        };
        if plain.ignore_case {
            return Tri::Unknown;
        }
        match (plain.at_start, plain.at_end) {
            (true, false) => value.starts_with(&plain.text),
            (true, true) => value.is(&plain.text),
            (false, false) => {
                let found = parts
                    .iter()
                    .any(|part| matches!(part, Part::Text(text) if text.contains(&*plain.text)));
                if found { Tri::True } else { Tri::Unknown }
            }
            (false, true) => match parts.last() {
                Some(Part::Text(text)) if text.ends_with(&*plain.text) => Tri::True,
                Some(Part::Text(text)) if !plain.text.ends_with(&**text) => Tri::False,
                _ => Tri::Unknown,
            },
        }
    }
}

/// Characters that mean something in a regular expression; escaped, they mean themselves.
const SPECIAL: &str = r"\.+*?()|[]{}^$/#&-~:";

impl Plain {
    fn parse(source: &str) -> Option<Self> {
        let (ignore_case, rest) = match source.strip_prefix("(?i)") {
            Some(rest) => (true, rest),
            None => (false, source),
        };
        let (at_start, rest) = match rest.strip_prefix('^') {
            Some(rest) => (true, rest),
            None => (false, rest.strip_prefix(".*").unwrap_or(rest)),
        };
        let mut text = String::with_capacity(rest.len());
        let mut chars = rest.chars();
        while let Some(c) = chars.next() {
            match c {
                '$' if chars.as_str().is_empty() => {
                    return Some(Self { text, at_start, at_end: true, ignore_case });
                }
                '.' if chars.as_str() == "*" => break,
                '\\' => {
                    let escaped = chars.next()?;
                    // `\:` and the like are the character itself; `\d` and `\b` are not.
                    if !SPECIAL.contains(escaped) {
                        return None;
                    }
                    text.push(escaped);
                }
                '.' | '+' | '*' | '?' | '(' | ')' | '|' | '[' | ']' | '{' | '}' | '^' | '$' => {
                    return None;
                }
                c => text.push(c),
            }
        }
        Some(Self { text, at_start, at_end: false, ignore_case })
    }

    /// Whether the text fits; none where case folding needs more than ASCII.
    fn matches(&self, text: &str) -> Option<bool> {
        if self.ignore_case {
            if !text.is_ascii() || !self.text.is_ascii() {
                return None;
            }
            return Some(self.fits(&text.to_ascii_lowercase(), &self.text.to_ascii_lowercase()));
        }
        Some(self.fits(text, &self.text))
    }

    fn fits(&self, text: &str, wanted: &str) -> bool {
        match (self.at_start, self.at_end) {
            (true, true) => text == wanted,
            (true, false) => text.starts_with(wanted),
            (false, true) => text.ends_with(wanted),
            (false, false) => text.contains(wanted),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_patterns_agree_with_the_engine() {
        let patterns = [
            "",
            "^",
            "$",
            "^$",
            "abc",
            "^abc",
            "abc$",
            "^abc$",
            "a\\.c",
            ".*abc",
            "abc.*",
            "^abc.*",
            "(?i)ABC",
            "(?i)^a\\-c$",
            "\\/x",
            "a:b",
            "^a b",
            "(?i)k",
            ".*",
            ".*$",
            "a\\:",
        ];
        let texts = [
            "",
            "abc",
            "ABC",
            "xabc",
            "abcx",
            "a.c",
            "a-c",
            "/x",
            "a:b",
            "a b",
            "\nabc\n",
            "K\u{212a}",
            "abc\n",
            "a:",
        ];
        for source in patterns {
            let pattern = Pattern::new(source);
            let regex = Regex::new(source).unwrap();
            for text in texts {
                let expected = regex.is_match(text).unwrap();
                assert_eq!(pattern.matches(text), Tri::from(expected), "/{source}/ on {text:?}");
            }
        }
    }

    #[test]
    fn special_patterns_are_left_to_the_engine() {
        for source in ["a+", "[ab]", "a|b", r"\d", r"\ba", "a{2}", "(a)", "a^b", "a$b", r"\<"] {
            assert_eq!(Plain::parse(source), None, "{source}");
        }
    }

    #[test]
    fn a_broken_pattern_says_what_is_wrong() {
        assert!(Pattern::new("a(").error().is_some());
        assert!(Pattern::new("a(b)").error().is_none());
        assert!(Pattern::new("plain").error().is_none());
    }
}
