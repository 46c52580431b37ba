//! Texts that a plan repeats.

use std::sync::Arc;

use crate::tree::cheap_hash;

/// Places for texts seen last, a power of two.
const RECENT: usize = 512;
/// Bytes of the longest text that is looked for among them: longer ones hardly repeat.
const LONGEST: usize = 48;

/// The texts seen last. A plan says `tcp` and `t3.micro` thousands of times; each is kept once.
#[derive(Debug)]
pub(super) struct Texts {
    recent: Box<[Option<Arc<str>>]>,
}

impl Default for Texts {
    fn default() -> Self {
        Self { recent: vec![None; RECENT].into_boxed_slice() }
    }
}

impl Texts {
    /// A text, shared with where it was seen before if that is not long ago.
    pub(super) fn share(&mut self, text: &str) -> Arc<str> {
        if text.len() > LONGEST {
            return text.into();
        }
        let recent = &mut self.recent[cheap_hash(text.as_bytes()) & (RECENT - 1)];
        match recent {
            Some(known) if **known == *text => known.clone(),
            _ => recent.insert(text.into()).clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_that_repeats_is_kept_once() {
        let mut texts = Texts::default();
        let first = texts.share("tcp");
        assert!(Arc::ptr_eq(&first, &texts.share("tcp")));
        assert_eq!(&*texts.share("udp"), "udp");
        let long = "x".repeat(LONGEST + 1);
        assert!(!Arc::ptr_eq(&texts.share(&long), &texts.share(&long)));
        for n in 0..5000 {
            assert_eq!(*texts.share(&n.to_string()), *n.to_string());
        }
    }
}
