//! `MessagePack`, as Terraform writes values in it.

use serde_json::{Map, Number, Value as Json};

/// How deep a value may be nested.
const DEPTH_LIMIT: usize = 64;

/// A value that may be unknown in parts.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Planned {
    /// What is known: no list and no map.
    Known(Json),
    /// Known after apply.
    Unknown,
    List(Vec<Planned>),
    Map(Vec<(String, Planned)>),
}

impl Planned {
    /// The value, if all of it is known.
    pub(super) fn known(&self) -> Option<Json> {
        Some(match self {
            Self::Known(value) => value.clone(),
            Self::Unknown => return None,
            Self::List(items) => items.iter().map(Self::known).collect::<Option<Vec<_>>>()?.into(),
            Self::Map(members) => {
                let members =
                    members.iter().map(|(key, value)| Some((key.clone(), value.known()?)));
                Json::Object(members.collect::<Option<Map<_, _>>>()?)
            }
        })
    }

    /// What is known of it, as `after` of a change: an unknown member is left out, an unknown
    /// element is null.
    pub(super) fn after(&self) -> Json {
        match self {
            Self::Known(value) => value.clone(),
            Self::Unknown => Json::Null,
            Self::List(items) => items.iter().map(Self::after).collect::<Vec<_>>().into(),
            Self::Map(members) => {
                let known = members.iter().filter(|(_, value)| !matches!(value, Self::Unknown));
                Json::Object(known.map(|(key, value)| (key.clone(), value.after())).collect())
            }
        }
    }

    /// What is unknown of it, as `after_unknown` of a change.
    pub(super) fn unknown(&self) -> Json {
        match self {
            Self::Known(_) => false.into(),
            Self::Unknown => true.into(),
            Self::List(items) => items.iter().map(Self::unknown).collect::<Vec<_>>().into(),
            Self::Map(members) => {
                let members = members.iter().map(|(key, value)| (key.clone(), value.unknown()));
                Json::Object(members.filter(|(_, unknown)| *unknown != Json::Bool(false)).collect())
            }
        }
    }
}

/// Reads a value; `None` if it cannot be read.
pub(super) fn planned(bytes: &[u8]) -> Option<Planned> {
    Reader { rest: bytes }.value(0)
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

    /// Passes over a piece of binary data; false if none follows.
    fn skip_binary(&mut self) -> Option<bool> {
        let Some(marker @ 0xc4..=0xc6) = self.rest.first() else { return Some(false) };
        self.take(1)?;
        let length = self.length(1 << (marker - 0xc4))?;
        self.take(length)?;
        Some(true)
    }

    fn value(&mut self, depth: usize) -> Option<Planned> {
        if depth > DEPTH_LIMIT {
            return None;
        }
        let marker = self.marker()?;
        let scalar = match marker {
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
            _ => return self.compound(marker, depth),
        };
        Some(Planned::Known(scalar))
    }

    fn compound(&mut self, marker: u8, depth: usize) -> Option<Planned> {
        match marker {
            0x90..=0x9f => self.list(usize::from(marker & 0x0f), depth),
            0xdc | 0xdd => {
                let length = self.length(2 << (marker - 0xdc))?;
                self.list(length, depth)
            }
            0x80..=0x8f => self.map(usize::from(marker & 0x0f), depth),
            0xde | 0xdf => {
                let length = self.length(2 << (marker - 0xde))?;
                self.map(length, depth)
            }
            // Extensions stand for what is unknown; what they say of it is not needed. One byte
            // of each is its type.
            0xd4..=0xd8 => {
                self.take(1 + (1 << (marker - 0xd4)))?;
                Some(Planned::Unknown)
            }
            0xc7..=0xc9 => {
                let length = self.length(1 << (marker - 0xc7))?;
                self.take(length.checked_add(1)?)?;
                Some(Planned::Unknown)
            }
            _ => None,
        }
    }

    fn text(&mut self, length: usize) -> Option<&'b str> {
        std::str::from_utf8(self.take(length)?).ok()
    }

    fn list(&mut self, length: usize, depth: usize) -> Option<Planned> {
        // A value of any type is written with its type before it, in binary data.
        if length == 2 && self.skip_binary()? {
            return self.value(depth + 1);
        }
        let items: Option<Vec<Planned>> = (0..length).map(|_| self.value(depth + 1)).collect();
        Some(Planned::List(items?))
    }

    fn map(&mut self, length: usize, depth: usize) -> Option<Planned> {
        let members = (0..length).map(|_| {
            let Planned::Known(Json::String(key)) = self.value(depth + 1)? else { return None };
            Some((key, self.value(depth + 1)?))
        });
        Some(Planned::Map(members.collect::<Option<Vec<_>>>()?))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn values_are_read_with_and_without_their_type() {
        let known = |bytes: &[u8]| planned(bytes).and_then(|value| value.known());
        let typed = b"\x92\xc4\x08\"string\"\xa3zed";
        assert_eq!(known(typed), Some(json!("zed")));
        let map = b"\x83\xa1a\x93\x01\xff\xd1\xfe\xd4\xa1b\xc3\xa1c\xcb\x3f\xf8\0\0\0\0\0\0";
        assert_eq!(known(map), Some(json!({ "a": [1, -1, -300], "b": true, "c": 1.5 })));
    }

    #[test]
    fn what_is_unknown_is_told_apart() {
        let value = b"\x84\xa2id\xd4\0\0\xa1n\xc7\x03\x0c\x81\x01\xc2\xa1l\x92\xa1x\xd4\0\0\xa1m\x81\xa1k\x07";
        let value = planned(value).expect("a value");
        assert_eq!(value.known(), None);
        assert_eq!(value.after(), json!({ "l": ["x", null], "m": { "k": 7 } }));
        assert_eq!(value.unknown(), json!({ "id": true, "n": true, "l": [false, true], "m": {} }));
    }

    #[test]
    fn broken_values_are_none() {
        for bytes in [&b""[..], b"\x92\xc4\x08\"str", b"\xdd\xff\xff\xff\xff", b"\x91\xc1"] {
            assert_eq!(planned(bytes), None, "{bytes:?}");
        }
    }
}
