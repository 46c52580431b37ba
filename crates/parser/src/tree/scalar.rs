//! What a plain scalar means.
//!
//! INVARIANT: a scalar is a number only if the number prints as it is written, so that nothing
//! is lost by reading it: `012345678901`, `1.10` and `1e5` stay text.

use super::Kind;

/// The number that `text` is, if it prints as it is written.
pub(super) fn number_kind(text: &str) -> Option<Kind> {
    let bytes = text.as_bytes();
    let digits = bytes.strip_prefix(b"-").unwrap_or(bytes);
    match digits {
        [b'0'] => return (digits.len() == bytes.len()).then_some(Kind::Int(0)),
        [b'1'..=b'9', rest @ ..] if rest.iter().all(u8::is_ascii_digit) => {
            // Beyond 64 bits the digits are all that can be kept.
            return text.parse().ok().map(Kind::Int);
        }
        [b'0'..=b'9', ..] if digits.contains(&b'.') => {}
        _ => return None,
    }
    let number: f64 = text.parse().ok()?;
    (number.is_finite() && number.to_string() == text).then_some(Kind::Float(number))
}

/// What a plain YAML scalar is: YAML 1.2 core for null and booleans; the YAML 1.1 booleans
/// (`yes`, `on`) and everything else are text.
pub(super) fn plain_kind(text: &str) -> Kind {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => Kind::Null,
        "true" | "True" | "TRUE" => Kind::Bool(true),
        "false" | "False" | "FALSE" => Kind::Bool(false),
        _ => number_kind(text).unwrap_or(Kind::PlainString),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_numbers_that_print_as_written_are_numbers() {
        let cases = [
            ("0", Kind::Int(0)),
            ("-1", Kind::Int(-1)),
            ("9223372036854775807", Kind::Int(i64::MAX)),
            ("1.5", Kind::Float(1.5)),
            ("-0.25", Kind::Float(-0.25)),
            ("0.1", Kind::Float(0.1)),
        ];
        for (text, kind) in cases {
            assert_eq!(plain_kind(text), kind, "{text}");
        }
        let texts = [
            "012345678901",
            "2012-10-17",
            "yes",
            "on",
            "0o17",
            "0x1F",
            "1.10",
            "1.0",
            "1_000",
            "1e5",
            "00",
            "-0",
            "+1",
            ".5",
            "5.",
            "-",
            "-.5",
            "1.2.3",
            ".inf",
            ".NaN",
            "9223372036854775808",
            "123456789012345678901234567890",
            "0.1000000000000000055511151231257827",
            "tRue",
            "-1.",
        ];
        for text in texts {
            assert_eq!(plain_kind(text), Kind::PlainString, "{text}");
        }
    }

    #[test]
    fn the_core_spellings_of_null_and_booleans_count() {
        for text in ["", "~", "null", "Null", "NULL"] {
            assert_eq!(plain_kind(text), Kind::Null, "{text}");
        }
        for text in ["true", "True", "TRUE"] {
            assert_eq!(plain_kind(text), Kind::Bool(true), "{text}");
        }
        for text in ["false", "False", "FALSE"] {
            assert_eq!(plain_kind(text), Kind::Bool(false), "{text}");
        }
    }
}
