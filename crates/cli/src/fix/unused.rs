//! Comments that waive nothing: what mends them is to take them away.

use trilith_graph::{Diagnostic, Fix, Replacement, SourceMap, Span};

/// What our comments begin with.
const MARK: &str = "trilith:";

/// The removal of a comment that covers no finding. `None` for other findings, for a waiver that is
/// no comment, and for a comment that says more than one thing.
pub(super) fn removal(diagnostic: &Diagnostic, sources: &SourceMap) -> Option<Fix> {
    if !trilith_waivers::is_unused(&diagnostic.rule) {
        return None;
    }
    let place = diagnostic.primary.span;
    let comment = sources.text(place);
    let is_comment = comment.starts_with('#') || comment.starts_with("//");
    if !is_comment || comment.contains('\n') || comment.matches(MARK).count() != 1 {
        return None;
    }
    let text = sources.file(place.source).text();
    let (start, end) = around(text, place.start as usize, place.end as usize);
    let span = Span::new(place.source, start as u32, end as u32);
    let replacement = Replacement { span, text: String::new() };
    let title = "remove the waiver that covers nothing".to_owned();
    Some(Fix { title, caution: None, replacements: vec![replacement] })
}

/// What goes with a comment: its line if it stands alone there, else the space in front of it.
fn around(text: &str, start: usize, end: usize) -> (usize, usize) {
    let before = &text[..start];
    let code = before.trim_end_matches([' ', '\t']).len();
    if before[..code].is_empty() || before[..code].ends_with('\n') {
        let end = text[end..].find('\n').map_or(text.len(), |at| end + at + 1);
        (code, end)
    } else {
        (code, end)
    }
}

#[cfg(test)]
mod tests {
    use trilith_graph::{Severity, SourceFile};

    use super::*;

    fn without(text: &str) -> Option<String> {
        let mut sources = SourceMap::new();
        let source = sources.add(SourceFile::new("t.tf", text));
        let start = text.find(['#', '/', '{']).expect("a comment");
        let end = text[start..].find(['\r', '\n']).map_or(text.len(), |at| start + at);
        let span = Span::new(source, start as u32, end as u32);
        let finding = Diagnostic::new("waiver-unused", Severity::Low, span, "m");
        let fix = removal(&finding, &sources)?;
        let gone = fix.replacements[0].span;
        Some(format!("{}{}", &text[..gone.start as usize], &text[gone.end as usize..]))
    }

    #[test]
    fn a_comment_goes_with_its_line_or_with_the_space_before_it() {
        assert_eq!(without("a\n  # trilith: ignore[x] y\nb\n").as_deref(), Some("a\nb\n"));
        assert_eq!(without("# trilith: ignore[x] y").as_deref(), Some(""));
        assert_eq!(without("a = 1  // trilith: ignore[x]\r\nb").as_deref(), Some("a = 1\r\nb"));
        assert_eq!(without("a = 1 # trilith: ignore[x] trilith: ignore[y]\n"), None);
        assert_eq!(without("waivers: {rule: x}\n"), None, "metadata is no comment");
    }
}
