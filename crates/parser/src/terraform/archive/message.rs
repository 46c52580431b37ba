//! Messages in the encoding of Protocol Buffers, as far as Terraform's plans need it.

/// What a field holds.
#[derive(Debug, Clone, Copy)]
pub(super) enum Content<'b> {
    /// Text, data or a message.
    Bytes(&'b [u8]),
    /// A number, a truth or one of an enumeration.
    Number(u64),
}

/// A message.
#[derive(Debug, Clone, Copy)]
pub(super) struct Message<'b>(pub(super) &'b [u8]);

impl<'b> Message<'b> {
    /// The numbers and contents of the fields, up to the first that makes no sense.
    fn fields(self) -> impl Iterator<Item = (u64, Content<'b>)> {
        let mut rest = self.0;
        std::iter::from_fn(move || {
            loop {
                let tag = varint(&mut rest)?;
                let number = tag >> 3;
                match tag & 7 {
                    0 => return Some((number, Content::Number(varint(&mut rest)?))),
                    1 => drop(take(&mut rest, 8)?),
                    2 => {
                        let length = usize::try_from(varint(&mut rest)?).ok()?;
                        return Some((number, Content::Bytes(take(&mut rest, length)?)));
                    }
                    5 => drop(take(&mut rest, 4)?),
                    _ => return None,
                }
            }
        })
    }

    /// Whether every byte belongs to a field.
    pub(super) fn is_whole(self) -> bool {
        let mut rest = self.0;
        while !rest.is_empty() {
            let passed = varint(&mut rest).and_then(|tag| match tag & 7 {
                0 => varint(&mut rest).map(drop),
                1 => take(&mut rest, 8).map(drop),
                2 => {
                    let length = usize::try_from(varint(&mut rest)?).ok()?;
                    take(&mut rest, length).map(drop)
                }
                5 => take(&mut rest, 4).map(drop),
                _ => None,
            });
            if passed.is_none() {
                return false;
            }
        }
        true
    }

    /// The contents of a repeated field.
    pub(super) fn all(self, number: u64) -> impl Iterator<Item = &'b [u8]> {
        self.fields().filter_map(move |(own, content)| match content {
            Content::Bytes(bytes) if own == number => Some(bytes),
            _ => None,
        })
    }

    /// The messages of a repeated field.
    pub(super) fn messages(self, number: u64) -> impl Iterator<Item = Message<'b>> {
        self.all(number).map(Message)
    }

    /// The message of a field.
    pub(super) fn message(self, number: u64) -> Option<Message<'b>> {
        self.messages(number).last()
    }

    /// The text of a field; empty if it is not there.
    pub(super) fn text(self, number: u64) -> &'b str {
        let bytes = self.all(number).last().unwrap_or_default();
        std::str::from_utf8(bytes).unwrap_or_default()
    }

    /// The number of a field; 0 if it is not there.
    pub(super) fn number(self, number: u64) -> u64 {
        let numbers = self.fields().filter_map(|(own, content)| match content {
            Content::Number(value) if own == number => Some(value),
            _ => None,
        });
        numbers.last().unwrap_or_default()
    }
}

fn varint(rest: &mut &[u8]) -> Option<u64> {
    let mut value = 0;
    for shift in (0..64).step_by(7) {
        let byte = *take(rest, 1)?.first()?;
        value |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Some(value);
        }
    }
    None
}

fn take<'b>(rest: &mut &'b [u8], length: usize) -> Option<&'b [u8]> {
    let (taken, after) = rest.split_at_checked(length)?;
    *rest = after;
    Some(taken)
}
