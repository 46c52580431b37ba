//! Scalars as each syntax writes them.

use std::fmt::Write;

use trilith_graph::Literal;

/// A scalar in JSON: as text if what it replaces is text.
pub(crate) fn json(value: &Literal, is_quoted: bool) -> String {
    match value {
        Literal::Text(text) => quoted(text),
        other => {
            let text = other.text().unwrap_or_default();
            if is_quoted { quoted(&text) } else { text }
        }
    }
}

/// A scalar in YAML, in the quotes of what it replaces if that had any.
pub(crate) fn yaml(value: &Literal, quote: Option<char>) -> String {
    let text = value.text().unwrap_or_default();
    let is_text = matches!(value, Literal::Text(_));
    match quote {
        Some('\'') => format!("'{}'", text.replace('\'', "''")),
        Some(_) => quoted(&text),
        None if !is_text || is_plain(&text) => text,
        None => quoted(&text),
    }
}

/// Text in HCL.
pub(crate) fn hcl(value: &Literal, is_quoted: bool) -> String {
    match value {
        Literal::Text(text) => quoted(text).replace("${", "$${").replace("%{", "%%{"),
        other => {
            let text = other.text().unwrap_or_default();
            if is_quoted { quoted(&text) } else { text }
        }
    }
}

/// Text in double quotes, as JSON, YAML and HCL read them alike.
pub(crate) fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if c.is_control() => {
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// Whether text without quotes is that text in every version of YAML, inside brackets too.
fn is_plain(text: &str) -> bool {
    const WORDS: [&str; 11] =
        ["true", "false", "yes", "no", "on", "off", "null", "y", "n", "inf", "nan"];
    let starts_well = text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '/');
    let is_harmless = |c: char| c.is_ascii_alphanumeric() || "_-./:".contains(c);
    starts_well
        && text.chars().all(is_harmless)
        && !text.ends_with(':')
        && !WORDS.contains(&text.to_ascii_lowercase().as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scalars_keep_quotes_and_gain_them_where_needed() {
        assert_eq!(yaml(&Literal::Bool(true), None), "true");
        assert_eq!(yaml(&Literal::Bool(true), Some('\'')), "'true'");
        assert_eq!(yaml(&"TLSv1.2_2021".into(), None), "TLSv1.2_2021");
        assert_eq!(yaml(&"on".into(), None), "\"on\"");
        assert_eq!(yaml(&"365".into(), None), "\"365\"");
        assert_eq!(yaml(&"a: b".into(), None), "\"a: b\"");
        assert_eq!(yaml(&"it's".into(), Some('\'')), "'it''s'");
        assert_eq!(json(&Literal::Bool(true), true), "\"true\"");
        assert_eq!(json(&Literal::Int(7), false), "7");
        assert_eq!(hcl(&"${a}".into(), false), "\"$${a}\"");
    }
}
