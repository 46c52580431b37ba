//! `MessagePack`, as Terraform writes values in it.

use serde_json::{Map, Number, Value as Json};

/// How deep a value may be nested.
const DEPTH_LIMIT: usize = 64;

/// A value that is written with its type before it: a list of both. `None` if a part of it is
/// unknown, or if it cannot be read.
pub(super) fn dynamic(bytes: &[u8]) -> Option<Json> {
    let mut reader = Reader { rest: bytes };
    match reader.marker()? {
        0x92 => {
            reader.skip_type()?;
            reader.value(0)
        }
        marker => reader.value_of(marker, 0),
    }
}

struct Reader<'b> {
    rest: &'b [u8],
}

impl<'b> Reader<'b> {
    fn take(&mut self, length: usize) -> Option<&'b [u8]> {
        let (taken, after) = self.rest.split_at_checked(length)?;
        self.rest = after;
        Some(taken)
    }

    fn marker(&mut self) -> Option<u8> {
        self.take(1)?.first().copied()
    }

    /// A number of so many bytes, the high byte first.
    fn number(&mut self, bytes: usize) -> Option<u64> {
        Some(self.take(bytes)?.iter().fold(0, |number, byte| number << 8 | u64::from(*byte)))
    }

    fn length(&mut self, bytes: usize) -> Option<usize> {
        usize::try_from(self.number(bytes)?).ok()
    }

    /// The type, which is JSON in a piece of binary data.
    fn skip_type(&mut self) -> Option<()> {
        let length = match self.marker()? {
            0xc4 => self.length(1)?,
            0xc5 => self.length(2)?,
            0xc6 => self.length(4)?,
            _ => return None,
        };
        self.take(length).map(drop)
    }

    fn value(&mut self, depth: usize) -> Option<Json> {
        let marker = self.marker()?;
        self.value_of(marker, depth)
    }

    fn value_of(&mut self, marker: u8, depth: usize) -> Option<Json> {
        if depth > DEPTH_LIMIT {
            return None;
        }
        Some(match marker {
            0x00..=0x7f => marker.into(),
            0xe0..=0xff => i8::from_be_bytes([marker]).into(),
            0xc0 => Json::Null,
            0xc2 => false.into(),
            0xc3 => true.into(),
            0xca => {
                let bits = u32::try_from(self.number(4)?).ok()?;
                Number::from_f64(f32::from_bits(bits).into())?.into()
            }
            0xcb => Number::from_f64(f64::from_bits(self.number(8)?))?.into(),
            0xcc..=0xcf => self.number(1 << (marker - 0xcc))?.into(),
            0xd0..=0xd3 => {
                let bytes = 1_u32 << (marker - 0xd0);
                let number = self.number(bytes as usize)?;
                let unused = 64 - 8 * bytes;
                // Moved up and down again, the sign fills the bits that were not written.
                ((number << unused).cast_signed() >> unused).into()
            }
            0xa0..=0xbf => self.text(usize::from(marker & 0x1f))?.into(),
            0xd9..=0xdb => {
                let length = self.length(1 << (marker - 0xd9))?;
                self.text(length)?.into()
            }
            0x90..=0x9f => self.list(usize::from(marker & 0x0f), depth)?,
            0xdc => {
                let length = self.length(2)?;
                self.list(length, depth)?
            }
            0xdd => {
                let length = self.length(4)?;
                self.list(length, depth)?
            }
            0x80..=0x8f => self.map(usize::from(marker & 0x0f), depth)?,
            0xde => {
                let length = self.length(2)?;
                self.map(length, depth)?
            }
            0xdf => {
                let length = self.length(4)?;
                self.map(length, depth)?
            }
            // Extensions stand for what is unknown.
            _ => return None,
        })
    }

    fn text(&mut self, length: usize) -> Option<&'b str> {
        std::str::from_utf8(self.take(length)?).ok()
    }

    fn list(&mut self, length: usize, depth: usize) -> Option<Json> {
        (0..length).map(|_| self.value(depth + 1)).collect()
    }

    fn map(&mut self, length: usize, depth: usize) -> Option<Json> {
        let mut map = Map::new();
        for _ in 0..length {
            let Json::String(key) = self.value(depth + 1)? else { return None };
            map.insert(key, self.value(depth + 1)?);
        }
        Some(Json::Object(map))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn values_are_read_with_and_without_their_type() {
        let typed = b"\x92\xc4\x08\"string\"\xa3zed";
        assert_eq!(dynamic(typed), Some(json!("zed")));
        let map = b"\x83\xa1a\x93\x01\xff\xd1\xfe\xd4\xa1b\xc3\xa1c\xcb\x3f\xf8\0\0\0\0\0\0";
        assert_eq!(dynamic(map), Some(json!({ "a": [1, -1, -300], "b": true, "c": 1.5 })));
    }

    #[test]
    fn unknown_and_broken_values_are_none() {
        for bytes in
            [&b"\xd4\0\0"[..], b"", b"\x92\xc4\x08\"str", b"\xdd\xff\xff\xff\xff", b"\x91\xd4\0\0"]
        {
            assert_eq!(dynamic(bytes), None, "{bytes:?}");
        }
    }
}
