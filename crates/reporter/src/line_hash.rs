//! Hashes of lines, as GitHub's code scanning compares alerts.

use std::collections::{BTreeMap, HashMap};

/// Characters that go into the hash of a line: as many, from its start on, whatever line they
/// are on.
const WINDOW: usize = 100;

const FACTOR: i64 = 37;

/// Stands for the end of the file.
const END: u16 = u16::MAX;

/// Hashes of the lines `wanted` (from 1) of `text`: what `primaryLocationLineHash` holds in SARIF.
///
/// This is the function that GitHub's upload action computes for results without one
/// (github/codeql-action, `src/fingerprints.ts`); it warns where its own result is another. The
/// hash covers 100 UTF-16 code units from the start of the line on, without spaces and tabs and
/// with every line break as LF; equal hashes are numbered. A line that does not exist has none.
pub fn line_hashes(text: &str, wanted: &[u32]) -> BTreeMap<u32, String> {
    let mut missing: Vec<u32> = wanted.to_vec();
    missing.sort_unstable_by(|a, b| b.cmp(a));
    missing.dedup();
    let mut hashes = BTreeMap::new();
    let mut rolling = Rolling::new();
    let units = Normal { units: text.encode_utf16(), after_cr: false };
    let padding = std::iter::repeat_n(None, WINDOW);
    for unit in units.map(Some).chain(std::iter::once(Some(END))).chain(padding) {
        if missing.is_empty() {
            break;
        }
        let Some((line, hash)) = rolling.push(unit) else { continue };
        if missing.last() == Some(&line) {
            missing.pop();
            hashes.insert(line, hash);
        }
    }
    hashes
}

/// The code units that count.
struct Normal<I> {
    units: I,
    after_cr: bool,
}

impl<I: Iterator<Item = u16>> Iterator for Normal<I> {
    type Item = u16;

    fn next(&mut self) -> Option<u16> {
        const SPACE: u16 = b' ' as u16;
        const TAB: u16 = b'\t' as u16;
        const LF: u16 = b'\n' as u16;
        const CR: u16 = b'\r' as u16;
        loop {
            let unit = self.units.next()?;
            let after_cr = std::mem::replace(&mut self.after_cr, unit == CR);
            match unit {
                SPACE | TAB => {}
                LF if after_cr => {}
                CR => return Some(LF),
                _ => return Some(unit),
            }
        }
    }
}

/// A hash over the last [`WINDOW`] code units.
struct Rolling {
    window: [i64; WINDOW],
    /// The line that starts at each place of the window, if one does.
    starts: [Option<u32>; WINDOW],
    at: usize,
    hash: i64,
    /// Weight of the code unit that leaves the window.
    last_weight: i64,
    line: u32,
    is_line_start: bool,
    seen: HashMap<i64, u32>,
}

impl Rolling {
    fn new() -> Self {
        Self {
            window: [0; WINDOW],
            starts: [None; WINDOW],
            at: 0,
            hash: 0,
            last_weight: (0..WINDOW).fold(1, |weight: i64, _| weight.wrapping_mul(FACTOR)),
            line: 0,
            is_line_start: true,
            seen: HashMap::new(),
        }
    }

    /// Takes a code unit, or padding after the end. If the one that leaves started a line, the
    /// window holds what counts for that line: returns the line and its hash.
    fn push(&mut self, unit: Option<u16>) -> Option<(u32, String)> {
        let done = self.starts[self.at].take().map(|line| (line, self.numbered()));
        if let Some(unit) = unit {
            if self.is_line_start {
                self.line += 1;
                self.starts[self.at] = Some(self.line);
            }
            self.is_line_start = unit == u16::from(b'\n');
        }
        let new = i64::from(unit.unwrap_or(0));
        let old = std::mem::replace(&mut self.window[self.at], new);
        self.hash = self
            .hash
            .wrapping_mul(FACTOR)
            .wrapping_add(new)
            .wrapping_sub(self.last_weight.wrapping_mul(old));
        self.at = (self.at + 1) % WINDOW;
        done
    }

    fn numbered(&mut self) -> String {
        let count = self.seen.entry(self.hash).or_default();
        *count += 1;
        format!("{:x}:{count}", self.hash.cast_unsigned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hashes(text: &str) -> Vec<String> {
        let lines: Vec<u32> = (1..=60).collect();
        line_hashes(text, &lines).into_values().collect()
    }

    /// The function by its definition: for every line the sum over its 100 characters.
    fn by_definition(text: &str) -> Vec<String> {
        let text = text.replace("\r\n", "\n").replace('\r', "\n").replace([' ', '\t'], "");
        let units: Vec<u16> = text.encode_utf16().chain([END]).collect();
        let starts = (0..units.len()).filter(|at| *at == 0 || units[at - 1] == u16::from(b'\n'));
        let mut seen = BTreeMap::new();
        starts
            .map(|start| {
                let hash = (0..WINDOW).fold(0_u64, |hash, at| {
                    let unit = units.get(start + at).copied().unwrap_or(0);
                    hash.wrapping_mul(37).wrapping_add(u64::from(unit))
                });
                let count = seen.entry(hash).or_insert(0);
                *count += 1;
                format!("{hash:x}:{count}")
            })
            .collect()
    }

    #[test]
    fn the_hash_is_the_one_that_github_computes() {
        // What the upload action gives for these texts.
        assert_eq!(hashes(""), ["c129715d7a2bc9a3:1"]);
        assert_eq!(
            hashes(" a\nb\n  \t\tc\n d"),
            ["271789c17abda88f:1", "54703d4cd895b18:1", "180aee12dab6264:1", "a23a3dc5e078b07b:1"]
        );
    }

    #[test]
    fn rolling_and_definition_agree() {
        let long = "resource \"aws_s3_bucket\" \"b\" { bucket = \"ä𝄞\" }\n".repeat(20);
        for text in ["", "\n", "a\r\nb\rc\n\n d", "x", &long, &"y".repeat(300)] {
            assert_eq!(hashes(text), by_definition(text), "{text:?}");
        }
    }

    #[test]
    fn equal_lines_are_numbered() {
        let found = hashes(&"Lorem ipsum dolor sit amet.\n".repeat(10));
        assert_eq!(found[0], "a7f2ff13bc495cf2:1");
        assert_eq!(found[5], "a7f2ff13bc495cf2:6");
        assert_eq!(found.len(), 11);
    }

    #[test]
    fn only_what_is_wanted_is_kept() {
        let found = line_hashes("a\nb\nc", &[3, 1, 3, 9]);
        assert_eq!(found.keys().copied().collect::<Vec<_>>(), [1, 3]);
    }
}
