//! Strings of JSON text: where they end and what their escapes stand for.

use std::borrow::Cow;

/// A string that was read.
pub(super) struct ReadString<'s> {
    /// Its text without escapes; borrowed where it has none.
    pub text: Cow<'s, str>,
    /// Offset after the closing quote, or where reading stopped.
    pub end: usize,
    /// Whether there is a closing quote.
    pub is_closed: bool,
    /// What JSON does not allow in it.
    pub slips: Vec<Slip>,
}

/// Something inside a string that JSON does not allow.
#[derive(Debug)]
pub(super) struct Slip {
    pub start: usize,
    pub end: usize,
    pub message: String,
    pub help: &'static str,
}

const ONES: u64 = 0x0101_0101_0101_0101;
const HIGHS: u64 = 0x8080_8080_8080_8080;

const fn zero_bytes(word: u64) -> u64 {
    word.wrapping_sub(ONES) & !word & HIGHS
}

/// Offset of the first quote, backslash or control character at or after `at`.
#[inline]
pub(super) fn find_special(bytes: &[u8], quote: u8, mut at: usize) -> usize {
    let quotes = ONES * u64::from(quote);
    while let Some(chunk) = bytes.get(at..).and_then(|rest| rest.first_chunk::<8>()) {
        let word = u64::from_le_bytes(*chunk);
        let controls = word.wrapping_sub(ONES * 0x20) & !word & HIGHS;
        let found = zero_bytes(word ^ quotes) | zero_bytes(word ^ (ONES * 0x5c)) | controls;
        if found != 0 {
            // A borrow can mark bytes above a true one, never below: the lowest is right.
            return at + found.trailing_zeros() as usize / 8;
        }
        at += 8;
    }
    let rest = bytes.get(at..).unwrap_or_default();
    let special = |byte: &u8| *byte == quote || *byte == b'\\' || *byte < 0x20;
    at + rest.iter().position(special).unwrap_or(rest.len())
}

/// Offset after the string whose opening quote is at `start`; `None` if it is never closed.
pub(crate) fn skip(bytes: &[u8], start: usize) -> Option<usize> {
    let mut at = start + 1;
    loop {
        at = find_special(bytes, b'"', at);
        match bytes.get(at)? {
            b'"' => return Some(at + 1),
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
}

/// Offset after the string whose opening quote is at `start`, or of the end of its line if it is
/// not closed there.
pub(super) fn end_on_line(bytes: &[u8], start: usize) -> usize {
    let line = memchr::memchr2(b'\n', b'\r', &bytes[start..]).map_or(bytes.len(), |l| start + l);
    skip(&bytes[..line], start).unwrap_or(line)
}

/// Reads the string whose opening `quote` is at `start`, escapes, slips and all.
pub(super) fn read(text: &str, start: usize, quote: u8) -> ReadString<'_> {
    let first = find_special(text.as_bytes(), quote, start + 1);
    read_escaped(text, start, first, quote)
}

fn read_escaped(text: &str, start: usize, first: usize, quote: u8) -> ReadString<'_> {
    let bytes = text.as_bytes();
    let mut decoded = String::new();
    let mut slips = Vec::new();
    let mut copied = start + 1;
    let mut at = first;
    let is_closed = loop {
        match bytes.get(at) {
            None => break false,
            Some(byte) if *byte == quote => break true,
            Some(b'\\') => {
                decoded.push_str(&text[copied..at]);
                at = unescape(text, at, &mut decoded, &mut slips);
                copied = at;
            }
            // A line break in a string is nearly always a forgotten quote; reading on would
            // turn the file inside out.
            Some(b'\n' | b'\r') if !closes_on_a_later_line(bytes, at, quote) => {
                break false;
            }
            Some(byte) => {
                slips.push(control_slip(at, *byte));
                at += 1;
            }
        }
        at = find_special(bytes, quote, at);
    };
    decoded.push_str(&text[copied..at]);
    let text = if decoded == text[start + 1..at] {
        Cow::Borrowed(&text[start + 1..at])
    } else {
        Cow::Owned(decoded)
    };
    let end = at + usize::from(is_closed);
    ReadString { text, end, is_closed, slips }
}

/// Whether the next quote looks like the end of a string that spans lines: a separator or the
/// end of the collection follows it.
fn closes_on_a_later_line(bytes: &[u8], at: usize, quote: u8) -> bool {
    let rest = &bytes[at..];
    // A forgotten quote shows within a line or two; more is not worth looking at.
    let rest = &rest[..rest.len().min(4096)];
    let Some(end) = memchr::memchr(quote, rest) else { return false };
    let after = rest[end + 1..].iter().find(|byte| !byte.is_ascii_whitespace());
    matches!(after, Some(b',' | b'}' | b']')) && !rest[..end].contains(&b':')
}

fn control_slip(at: usize, byte: u8) -> Slip {
    let (name, help) = match byte {
        b'\t' => ("a tab", "write `\\t`"),
        b'\n' => ("a line break", "write `\\n`"),
        b'\r' => ("a carriage return", "write `\\r`"),
        _ => ("a control character", "write it as `\\u00..`"),
    };
    Slip { start: at, end: at + 1, message: format!("{name} inside a string"), help }
}

/// Reads the escape at `at`, adds what it stands for, and returns the offset after it.
fn unescape(text: &str, at: usize, decoded: &mut String, slips: &mut Vec<Slip>) -> usize {
    let bytes = text.as_bytes();
    let simple = match bytes.get(at + 1) {
        Some(b'"') => '"',
        Some(b'\\') => '\\',
        Some(b'/') => '/',
        Some(b'b') => '\u{8}',
        Some(b'f') => '\u{c}',
        Some(b'n') => '\n',
        Some(b'r') => '\r',
        Some(b't') => '\t',
        Some(b'u') => return unescape_unicode(text, at, decoded, slips),
        Some(_) => {
            let found = text[at + 1..].chars().next().unwrap_or(' ');
            let end = at + 1 + found.len_utf8();
            let message = format!("`\\{}` is no escape", found.escape_debug());
            slips.push(Slip { start: at, end, message, help: "write `\\\\` for a backslash" });
            decoded.push('\\');
            // The character itself may be special; it is looked at again.
            return at + 1;
        }
        None => return at + 1,
    };
    decoded.push(simple);
    at + 2
}

/// Code unit of the escape `\uXXXX` at `at`.
fn code_unit(bytes: &[u8], at: usize) -> Option<u32> {
    let digits = bytes.get(at..at + 6)?.strip_prefix(b"\\u")?;
    digits.iter().try_fold(0, |unit, digit| Some(unit * 16 + char::from(*digit).to_digit(16)?))
}

fn unescape_unicode(text: &str, at: usize, decoded: &mut String, slips: &mut Vec<Slip>) -> usize {
    let bytes = text.as_bytes();
    let Some(unit) = code_unit(bytes, at) else {
        let help = "write four hexadecimal digits";
        let message = "`\\u` without four hexadecimal digits".to_owned();
        slips.push(Slip { start: at, end: at + 2, message, help });
        decoded.push('\u{fffd}');
        return at + 2;
    };
    if let Some(character) = char::from_u32(unit) {
        decoded.push(character);
        return at + 6;
    }
    // UTF-16 pairs: a high surrogate, then a low one.
    let low = code_unit(bytes, at + 6).filter(|low| (0xDC00..0xE000).contains(low));
    if let (0xD800..0xDC00, Some(low)) = (unit, low) {
        let code = 0x1_0000 + ((unit - 0xD800) << 10) + (low - 0xDC00);
        decoded.push(char::from_u32(code).unwrap_or('\u{fffd}'));
        return at + 12;
    }
    let help = "write the pair of surrogates, or the character itself";
    let message = "half of a surrogate pair".to_owned();
    slips.push(Slip { start: at, end: at + 6, message, help });
    decoded.push('\u{fffd}');
    at + 6
}
