//! Going through the words of a rule.

use super::super::Beyond;
use super::super::lex::Kind;
use super::Parser;

impl<'t> Parser<'_, 't> {
    pub(super) fn kind(&self) -> Option<&Kind<'t>> {
        self.tokens.get(self.at).map(|token| &token.kind)
    }

    pub(super) fn is_at(&self, kind: &Kind<'_>) -> bool {
        self.kind() == Some(kind)
    }

    pub(super) fn take(&mut self, kind: &Kind<'_>) -> bool {
        let is = self.is_at(kind);
        self.at += usize::from(is);
        is
    }

    pub(super) fn expect(&mut self, kind: &Kind<'_>) -> Result<(), Beyond> {
        self.take(kind).then_some(()).ok_or(Beyond)
    }

    pub(super) fn sign(&mut self, sign: &str) -> bool {
        self.take(&Kind::Sign(sign))
    }

    pub(super) fn expect_sign(&mut self, sign: &str) -> Result<(), Beyond> {
        self.expect(&Kind::Sign(sign))
    }

    pub(super) fn name(&mut self) -> Result<&'t str, Beyond> {
        let Some(Kind::Name(name)) = self.kind() else { return Err(Beyond) };
        let name = *name;
        self.at += 1;
        Ok(name)
    }

    pub(super) fn lines(&mut self) {
        while self.take(&Kind::Line) {}
    }

    /// Where one of some words comes next, outside of the brackets that open on the way; where
    /// those around close, or the end.
    pub(super) fn find(&self, from: usize, wanted: &[Kind<'_>]) -> usize {
        let mut depth = 0_usize;
        for (at, token) in self.tokens.iter().enumerate().skip(from) {
            match token.kind {
                ref kind if depth == 0 && wanted.contains(kind) => return at,
                Kind::Sign("{" | "[" | "(") => depth += 1,
                Kind::Sign("}" | "]" | ")") if depth == 0 => return at,
                Kind::Sign("}" | "]" | ")") => depth -= 1,
                _ => {}
            }
        }
        self.tokens.len()
    }
}
