//! Passing over JSON without reading it: by its brackets and strings alone, 64 bytes at a time.
//!
//! Half of a plan says nothing new, and is passed over at every run.

use wide::u8x16;

use super::json_string::skip;

/// Bytes that are looked at together.
const BLOCK: usize = 64;

/// Offset after the value that starts at `start`: of the comma or bracket behind it. `None` if it
/// is never closed.
pub(crate) fn skip_value(bytes: &[u8], start: usize) -> Option<usize> {
    let mut at = start;
    loop {
        let rest = bytes.get(at..)?;
        at += rest.iter().position(|byte| b"{}[]\",".contains(byte))?;
        at = match bytes[at] {
            b'{' | b'[' => skip_collection(bytes, at)?,
            b'"' => skip(bytes, at)?,
            _ => return Some(at),
        };
    }
}

/// Offset after the collection whose opening bracket is at `start`.
fn skip_collection(bytes: &[u8], start: usize) -> Option<usize> {
    let (blocks, rest) = bytes.get(start..)?.as_chunks::<BLOCK>();
    let mut passing = Passing::default();
    let mut at = start;
    for block in blocks {
        if let Some(length) = passing.pass(&look(block)) {
            return Some(at + length);
        }
        at += BLOCK;
    }
    let mut last = [b' '; BLOCK];
    last[..rest.len()].copy_from_slice(rest);
    passing.pass(&look(&last)).map(|length| at + length)
}

/// What the bytes of a block are: bit 0 is the first of them.
#[derive(Debug, Default)]
struct Block {
    quotes: u64,
    backslashes: u64,
    opening: u64,
    closing: u64,
}

fn look(bytes: &[u8; BLOCK]) -> Block {
    let mut block = Block::default();
    for (at, part) in bytes.as_chunks::<16>().0.iter().enumerate() {
        let text = u8x16::new(*part);
        // `[` and `{` differ in this bit alone, and so do `]` and `}`.
        let folded = text | u8x16::splat(0x20);
        let find = |text: u8x16, byte| {
            u64::from(text.simd_eq(u8x16::splat(byte)).to_bitmask()) << (16 * at)
        };
        block.quotes |= find(text, b'"');
        block.backslashes |= find(text, b'\\');
        block.opening |= find(folded, b'{');
        block.closing |= find(folded, b'}');
    }
    block
}

/// Where in a collection the blocks so far have led.
#[derive(Debug, Default)]
struct Passing {
    depth: u32,
    /// Whether the next byte is in a string: all bits or none.
    in_string: u64,
    /// Whether the next byte stands behind a backslash.
    is_escaped: bool,
}

impl Passing {
    /// Passes a block. Gives how many of its bytes belong to the collection, if that ends in it.
    fn pass(&mut self, block: &Block) -> Option<usize> {
        let quotes = block.quotes & !self.escaped(block.backslashes);
        let in_string = parity_up_to(quotes) ^ self.in_string;
        self.in_string = 0_u64.wrapping_sub(in_string >> 63);
        let (opening, closing) = (block.opening & !in_string, block.closing & !in_string);
        // As long as it cannot end here, the order of the brackets does not matter.
        if closing.count_ones() < self.depth {
            self.depth = self.depth - closing.count_ones() + opening.count_ones();
            return None;
        }
        let mut left = opening | closing;
        while left != 0 {
            let at = left.trailing_zeros();
            left &= left - 1;
            if opening >> at & 1 == 1 {
                self.depth += 1;
                continue;
            }
            self.depth = self.depth.saturating_sub(1);
            if self.depth == 0 {
                return Some(at as usize + 1);
            }
        }
        None
    }

    /// The bytes that stand behind a backslash which is not itself escaped. Outside of strings,
    /// JSON has none.
    fn escaped(&mut self, backslashes: u64) -> u64 {
        let mut escaped = u64::from(std::mem::take(&mut self.is_escaped));
        let mut left = backslashes & !escaped;
        while left != 0 {
            let at = left.trailing_zeros();
            let next = (1_u64 << at) << 1;
            self.is_escaped = next == 0;
            escaped |= next;
            left &= left - 1;
            left &= !next;
        }
        escaped
    }
}

/// For each bit whether the number of bits that are set up to it, with it, is odd.
const fn parity_up_to(mut bits: u64) -> u64 {
    let mut distance = 1;
    while distance < 64 {
        bits ^= bits << distance;
        distance *= 2;
    }
    bits
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// One byte after the other.
    fn skip_slowly(bytes: &[u8], start: usize) -> Option<usize> {
        let (mut depth, mut at) = (0_usize, start);
        loop {
            match bytes.get(at)? {
                b'{' | b'[' => depth += 1,
                b'"' => {
                    at = skip(bytes, at)?;
                    continue;
                }
                b'}' | b']' | b',' if depth == 0 => return Some(at),
                b'}' | b']' => depth -= 1,
                _ => {}
            }
            at += 1;
        }
    }

    #[test]
    fn a_value_ends_before_the_comma_or_bracket_behind_it() {
        let end = |text: &str| skip_value(text.as_bytes(), 0);
        assert_eq!(end("12 ,3"), Some(3));
        assert_eq!(end(r#""a,\"b\\" }"#), Some(10));
        assert_eq!(end(r#"{"a":[1,{"b":"}]"}]} ]"#), Some(21));
        assert_eq!(end(r#"{"a":[1,2}"#), None);
        assert_eq!(end("12"), None);
        let long = format!(r#"{{"a":"{}","b":[]}},1"#, r"\\\u0022{".repeat(100));
        assert_eq!(end(&long), Some(long.len() - 2));
    }

    proptest! {
        #[test]
        fn blocks_say_what_single_bytes_say(
            text in r#"([{}\[\],:a ]|"([{}\[\],a ]|\\["\\a]){0,20}"){0,40}("[a\\]{0,70})?"#,
        ) {
            let text = format!("[{text}");
            prop_assert_eq!(skip_value(text.as_bytes(), 0), skip_slowly(text.as_bytes(), 0));
        }
    }
}
