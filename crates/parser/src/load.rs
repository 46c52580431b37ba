//! Bytes to text.
//!
//! Templates are UTF-8. Plans that PowerShell redirected into a file are UTF-16, with or without
//! a byte order mark; they are converted, and spans refer to the converted text.

/// Text that was read from bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decoded {
    /// The text. A UTF-8 byte order mark stays in it, so that offsets are those of the file.
    /// What could not be decoded is U+FFFD; empty if the bytes are no text at all.
    pub text: String,
    /// How the text is encoded.
    pub encoding: Encoding,
    /// What is wrong with the bytes.
    pub problem: Option<DecodeProblem>,
}

/// How a text is encoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// UTF-8.
    Utf8,
    /// UTF-16, low byte first: what PowerShell writes.
    Utf16Le,
    /// UTF-16, high byte first.
    Utf16Be,
}

/// Why bytes are not the text of a source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DecodeProblem {
    /// The bytes are not UTF-8.
    InvalidUtf8 {
        /// Offset of the first wrong byte, in the bytes and in the text.
        at: usize,
    },
    /// The bytes are not UTF-16.
    InvalidUtf16 {
        /// Offset of the first U+FFFD in the text.
        at: usize,
    },
    /// A zip archive, as which Terraform saves a plan.
    Zip,
    /// Not text.
    Binary,
    /// Longer than 4 GiB, more than a span can express.
    TooLong,
}

impl DecodeProblem {
    /// What to tell the user, in one sentence.
    pub const fn message(self) -> &'static str {
        match self {
            Self::InvalidUtf8 { .. } => "this is not valid UTF-8",
            Self::InvalidUtf16 { .. } => "this is not valid UTF-16",
            Self::Zip => "this is a zip archive",
            Self::Binary => "this is not text",
            Self::TooLong => "the file is larger than 4 GiB",
        }
    }

    /// What to do about it.
    pub const fn help(self) -> Option<&'static str> {
        match self {
            Self::InvalidUtf8 { .. } | Self::InvalidUtf16 { .. } => Some("save the file as UTF-8"),
            Self::Zip => Some("for a plan, check the output of `terraform show -json <plan>`"),
            Self::Binary | Self::TooLong => None,
        }
    }

    /// Where in the text it is.
    pub const fn offset(self) -> usize {
        match self {
            Self::InvalidUtf8 { at } | Self::InvalidUtf16 { at } => at,
            Self::Zip | Self::Binary | Self::TooLong => 0,
        }
    }

    /// Whether the bytes are no text at all, so that a file found by chance is passed over.
    pub const fn is_not_text(self) -> bool {
        matches!(self, Self::Zip | Self::Binary)
    }
}

/// How many bytes are looked at to tell text from other things.
const SAMPLE: usize = 8192;

/// Decodes the bytes of a file.
pub fn decode(bytes: Vec<u8>) -> Decoded {
    if u32::try_from(bytes.len()).is_err() {
        return nothing(DecodeProblem::TooLong);
    }
    match bytes.as_slice() {
        [0xFF, 0xFE, rest @ ..] => return decode_utf16(rest, Encoding::Utf16Le),
        [0xFE, 0xFF, rest @ ..] => return decode_utf16(rest, Encoding::Utf16Be),
        [b'P', b'K', 3, 4, ..] => return nothing(DecodeProblem::Zip),
        _ => {}
    }
    let sample = &bytes[..bytes.len().min(SAMPLE)];
    if let Some(encoding) = unmarked_utf16(sample) {
        return decode_utf16(&bytes, encoding);
    }
    if sample.contains(&0) {
        return nothing(DecodeProblem::Binary);
    }
    let encoding = Encoding::Utf8;
    match String::from_utf8(bytes) {
        Ok(text) => Decoded { text, encoding, problem: None },
        Err(error) => {
            let at = error.utf8_error().valid_up_to();
            let text = String::from_utf8_lossy(error.as_bytes()).into_owned();
            Decoded { text, encoding, problem: Some(DecodeProblem::InvalidUtf8 { at }) }
        }
    }
}

fn nothing(problem: DecodeProblem) -> Decoded {
    Decoded { text: String::new(), encoding: Encoding::Utf8, problem: Some(problem) }
}

/// UTF-16 without a mark: source text is nearly all ASCII, so every other byte is zero.
fn unmarked_utf16(sample: &[u8]) -> Option<Encoding> {
    let (pairs, _) = sample.as_chunks::<2>();
    if pairs.is_empty() {
        return None;
    }
    let enough = pairs.len() - pairs.len() / 8;
    let ascii = |text: u8, zero: u8| zero == 0 && text != 0 && text.is_ascii();
    if pairs.iter().filter(|[low, high]| ascii(*low, *high)).count() >= enough {
        return Some(Encoding::Utf16Le);
    }
    let big = pairs.iter().filter(|[high, low]| ascii(*low, *high)).count() >= enough;
    big.then_some(Encoding::Utf16Be)
}

fn decode_utf16(bytes: &[u8], encoding: Encoding) -> Decoded {
    let unit = |pair: &[u8; 2]| match encoding {
        Encoding::Utf16Be => u16::from_be_bytes(*pair),
        Encoding::Utf16Le | Encoding::Utf8 => u16::from_le_bytes(*pair),
    };
    let (pairs, rest) = bytes.as_chunks::<2>();
    let mut text = String::with_capacity(bytes.len() / 2);
    let mut invalid = None;
    for decoded in char::decode_utf16(pairs.iter().map(unit)) {
        if decoded.is_err() {
            invalid = invalid.or(Some(text.len()));
        }
        text.push(decoded.unwrap_or(char::REPLACEMENT_CHARACTER));
    }
    if !rest.is_empty() {
        invalid = invalid.or(Some(text.len()));
        text.push(char::REPLACEMENT_CHARACTER);
    }
    if u32::try_from(text.len()).is_err() {
        return nothing(DecodeProblem::TooLong);
    }
    let problem = invalid.map(|at| DecodeProblem::InvalidUtf16 { at });
    Decoded { text, encoding, problem }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn utf16(text: &str, encoding: Encoding, mark: bool) -> Vec<u8> {
        let mark = if mark { "\u{feff}" } else { "" };
        let units = format!("{mark}{text}").encode_utf16().collect::<Vec<u16>>();
        let bytes = |unit: &u16| match encoding {
            Encoding::Utf16Be => unit.to_be_bytes(),
            _ => unit.to_le_bytes(),
        };
        units.iter().flat_map(bytes).collect()
    }

    #[test]
    fn text_is_read_in_every_encoding_that_occurs() {
        let text = "{\"format_version\": \"1.2\", \"é\": \"😀\"}";
        for (encoding, mark) in [
            (Encoding::Utf16Le, true),
            (Encoding::Utf16Le, false),
            (Encoding::Utf16Be, true),
            (Encoding::Utf16Be, false),
        ] {
            let decoded = decode(utf16(text, encoding, mark));
            assert_eq!(decoded, Decoded { text: text.into(), encoding, problem: None }, "{mark}");
        }
        let decoded = decode(format!("\u{feff}{text}").into_bytes());
        assert_eq!((decoded.text.len(), decoded.problem), (text.len() + 3, None));
        assert_eq!(decode(Vec::new()).text, "");
    }

    #[test]
    fn what_is_not_text_is_told_apart() {
        let cases: [(&[u8], DecodeProblem); 6] = [
            (b"a: \xff b", DecodeProblem::InvalidUtf8 { at: 3 }),
            (b"\xff\xfe\x00\xd8a\x00", DecodeProblem::InvalidUtf16 { at: 0 }),
            (b"\xff\xfea\x00b", DecodeProblem::InvalidUtf16 { at: 1 }),
            (b"PK\x03\x04rest", DecodeProblem::Zip),
            (b"\x7fELF\x02\x01\x00\x00\x00\x00\x00\x00", DecodeProblem::Binary),
            (b"\x00\x00\x00\x00", DecodeProblem::Binary),
        ];
        for (bytes, problem) in cases {
            assert_eq!(decode(bytes.to_vec()).problem, Some(problem), "{bytes:?}");
        }
        assert_eq!(decode(b"a: \xff b".to_vec()).text, "a: \u{fffd} b");
        assert!(DecodeProblem::Binary.is_not_text());
    }

    proptest! {
        #[test]
        fn any_bytes_are_decoded_and_valid_text_stays_as_it_is(bytes: Vec<u8>, text in "[ -~é\\n]{1,40}") {
            let decoded = decode(bytes);
            if let Some(problem) = decoded.problem {
                prop_assert!(decoded.text.is_char_boundary(problem.offset()));
            }
            let expected = Decoded { text: text.clone(), encoding: Encoding::Utf8, problem: None };
            prop_assert_eq!(decode(text.into_bytes()), expected);
        }
    }
}
