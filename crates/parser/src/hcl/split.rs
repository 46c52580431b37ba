//! Cuts a file at its top-level blocks, so that a broken block costs that block only.

use super::scan::{Event, Scanner};

/// A stretch of a file with at most one top-level block or attribute.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Chunk {
    /// Offset of the first byte. Chunks follow each other without a gap.
    pub start: usize,
    /// Offset after the last byte.
    pub end: usize,
    /// Whether the brackets in it match in number.
    pub is_balanced: bool,
}

/// Cuts `text[start..end]`.
///
/// Where the brackets of the text do not match, a line that can only be the head of a top-level
/// block (`resource "a" "b" {` in the first column) starts a new chunk wherever it stands.
pub fn split(text: &str, start: usize, end: usize) -> Vec<Chunk> {
    balanced_chunks(text, start, end).unwrap_or_else(|| split_at_heads(text, start, end))
}

/// The chunks of a text whose brackets match in number; `None` for any other text.
fn balanced_chunks(text: &str, start: usize, end: usize) -> Option<Vec<Chunk>> {
    let mut chunks = Vec::new();
    let mut scanner = Scanner::new(text, start, end);
    let mut depth = 0_usize;
    let mut from = start;
    loop {
        match scanner.next() {
            Event::Open(..) => depth += 1,
            Event::Close(..) => depth = depth.checked_sub(1)?,
            Event::Newline(at) if depth == 0 && scanner.saw_content => {
                chunks.push(Chunk { start: from, end: at + 1, is_balanced: true });
                from = at + 1;
                scanner.saw_content = false;
            }
            Event::Newline(_) => {}
            Event::End if depth == 0 => break,
            Event::End => return None,
        }
    }
    if from < end {
        chunks.push(Chunk { start: from, end, is_balanced: true });
    }
    Some(chunks)
}

/// The chunks of a text whose brackets do not match: see [`split`].
pub(super) fn split_at_heads(text: &str, start: usize, end: usize) -> Vec<Chunk> {
    let mut chunks = Vec::new();
    let mut scanner = Scanner::new(text, start, end);
    let mut depth = 0_usize;
    let mut is_balanced = true;
    let mut from = start;
    loop {
        match scanner.next() {
            Event::Open(..) => depth += 1,
            Event::Close(..) => {
                is_balanced &= depth > 0;
                depth = depth.saturating_sub(1);
            }
            Event::Newline(at) => {
                let is_cut = depth > 0 && is_head(&text[at + 1..end]);
                if is_cut || (depth == 0 && scanner.saw_content) {
                    let is_balanced = is_balanced && depth == 0;
                    chunks.push(Chunk { start: from, end: at + 1, is_balanced });
                    from = at + 1;
                    scanner.saw_content = false;
                    depth = 0;
                }
                if depth == 0 {
                    is_balanced = true;
                }
            }
            Event::End => break,
        }
    }
    if from < end {
        chunks.push(Chunk { start: from, end, is_balanced: is_balanced && depth == 0 });
    }
    chunks
}

/// Top-level block types, and how many labels they have. `module` and `provider` occur inside
/// other blocks too, but without a label.
const HEADS: [(&str, usize); 13] = [
    ("resource", 2),
    ("data", 2),
    ("ephemeral", 2),
    ("module", 1),
    ("variable", 1),
    ("output", 1),
    ("provider", 1),
    ("check", 1),
    ("locals", 0),
    ("terraform", 0),
    ("moved", 0),
    ("removed", 0),
    ("import", 0),
];

/// Whether `rest` starts with the head of a top-level block.
fn is_head(rest: &str) -> bool {
    HEADS.iter().any(|(name, labels)| {
        let Some(mut rest) = rest.strip_prefix(name) else { return false };
        for _ in 0..*labels {
            match skip_label(rest) {
                Some(after) => rest = after,
                None => return false,
            }
        }
        rest.trim_start_matches([' ', '\t']).starts_with('{')
    })
}

fn skip_label(rest: &str) -> Option<&str> {
    let label = rest.trim_start_matches([' ', '\t']);
    if let Some(inside) = label.strip_prefix('"') {
        let end = inside.find(['"', '\n'])?;
        return inside[end..].strip_prefix('"');
    }
    let is_name = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-');
    let after = label.trim_start_matches(is_name);
    (after.len() < label.len() && label.len() < rest.len()).then_some(after)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chunks(text: &str) -> Vec<(&str, bool)> {
        let chunks = split(text, 0, text.len());
        chunks.iter().map(|chunk| (&text[chunk.start..chunk.end], chunk.is_balanced)).collect()
    }

    #[test]
    fn every_block_is_a_chunk() {
        let text = "# head\na \"b\" {\n  c = \"}\" # }\n}\n\nx = [\n1]\n/* { */ d {}";
        assert_eq!(
            chunks(text),
            [
                ("# head\na \"b\" {\n  c = \"}\" # }\n}\n", true),
                ("\nx = [\n1]\n", true),
                ("/* { */ d {}", true)
            ]
        );
    }

    #[test]
    fn templates_and_heredocs_hide_their_brackets() {
        let cases = [
            "a {\n b = \"${f(\"{\", \"${x}}\")}\"\n}\n",
            "a {\n b = \"$${ { %%{ \\\" {\"\n}\n",
            "a {\n b = <<EOT\n{{{ resource \"a\" \"b\" {\nEOT\n}\n",
            "a {\n b = <<-EOT\n{\n EOT x\n  EOT\n}\n",
            "a {\n b = \"${merge({\n}, {})}\"\n}\n",
        ];
        for text in cases {
            let text = format!("{text}c {{}}\n");
            assert_eq!(chunks(&text).len(), 2, "{text}");
        }
    }

    #[test]
    fn an_unclosed_block_ends_where_the_next_one_starts() {
        let text = "resource \"a\" \"b\" {\n  x {\n}\nresource \"c\" \"d\" {\n}\nlocals {\n}\n";
        assert_eq!(
            chunks(text),
            [
                ("resource \"a\" \"b\" {\n  x {\n}\n", false),
                ("resource \"c\" \"d\" {\n}\n", true),
                ("locals {\n}\n", true)
            ]
        );
    }

    #[test]
    fn a_superfluous_brace_costs_its_own_block() {
        let text = "module \"a\" {\n}}\nmodule \"b\" {\n}\n";
        assert_eq!(chunks(text), [("module \"a\" {\n}}\n", false), ("module \"b\" {\n}\n", true)]);
    }

    #[test]
    fn a_nested_block_is_no_head() {
        for text in ["module {", "provider {", "data \"a\" {", "resource_x \"a\" \"b\" {", "locals"]
        {
            assert!(!is_head(text), "{text}");
        }
        for text in ["locals {", "locals{", "data a \"b\"{", "variable \"a\" {"] {
            assert!(is_head(text), "{text}");
        }
    }
}
