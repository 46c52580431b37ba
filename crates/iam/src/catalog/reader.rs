//! Reads the packed data; see `data/README.md` for the formats.

/// What is left to read. Whatever is wrong with the bytes, reading ends, and nothing panics.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reader<'b> {
    bytes: &'b [u8],
}

impl<'b> Reader<'b> {
    pub(super) const fn new(bytes: &'b [u8]) -> Self {
        Self { bytes }
    }

    pub(super) const fn len(&self) -> usize {
        self.bytes.len()
    }

    pub(super) fn take(&mut self, count: usize) -> Option<&'b [u8]> {
        let (taken, rest) = self.bytes.split_at_checked(count)?;
        self.bytes = rest;
        Some(taken)
    }

    pub(super) fn byte(&mut self) -> Option<u8> {
        self.take(1)?.first().copied()
    }

    /// A number in groups of seven bits, the lowest first.
    pub(super) fn number(&mut self) -> Option<usize> {
        let mut number = 0_usize;
        for shift in (0..35).step_by(7) {
            let byte = self.byte()?;
            number |= usize::from(byte & 0x7F) << shift;
            if byte & 0x80 == 0 {
                return Some(number);
            }
        }
        None
    }

    pub(super) fn word(&mut self) -> Option<usize> {
        let bytes: [u8; 4] = self.take(4)?.try_into().ok()?;
        Some(u32::from_le_bytes(bytes) as usize)
    }

    pub(super) fn text(&mut self) -> Option<&'b str> {
        let count = self.number()?;
        std::str::from_utf8(self.take(count)?).ok()
    }

    /// A text of which a start is that of the one before.
    pub(super) fn front_coded(&mut self, previous: &mut String) -> Option<()> {
        let shared = self.number()?;
        let rest = self.text()?;
        if !previous.is_char_boundary(shared) {
            return None;
        }
        previous.truncate(shared);
        previous.push_str(rest);
        Some(())
    }

    /// As many items as a number says. It is not trusted: items take bytes.
    pub(super) fn list<T>(
        &mut self,
        mut item: impl FnMut(&mut Self) -> Option<T>,
    ) -> Option<Vec<T>> {
        let count = self.number()?;
        let mut items = Vec::with_capacity(count.min(self.len()));
        for _ in 0..count {
            items.push(item(self)?);
        }
        Some(items)
    }
}
