//! Whether one glob contains another.

use std::collections::HashSet;

use super::{Fuel, Hole, Token};

/// Most pairs of states that are tried before the answer is left open. Patterns of real
/// policies need a few dozen; only crafted ones come near.
const BUDGET: usize = 1024;

/// Whether every text of `small` is one of `large`, with holes as symbols that only the same
/// hole and a star can read; `None` if that takes too long to find out.
///
/// The glob `small` is walked as an automaton along with the set of all positions in `large`
/// that the text so far can have led to. A reachable end of `small` where that set does not
/// contain the end of `large` is a text of the one and not of the other.
pub(super) fn is_subset(small: &[Token<'_>], large: &[Token<'_>], fuel: &Fuel) -> Option<bool> {
    let Some((small, large)) = without_common_ends(small, large) else { return Some(false) };
    if !fuel.burn(small.len() + large.len()) {
        return None;
    }
    let large = Positions::new(large)?;
    // Two texts of `small` refute most of what is not contained.
    let refuted = [None, Some(Symbol::Other)].iter().any(|star| !large.reads(small, *star));
    if refuted {
        return Some(false);
    }
    if !small.iter().any(|token| matches!(token, Token::One | Token::Star)) {
        return Some(true);
    }
    let mut symbols: Vec<Symbol<'_>> =
        large.chars.iter().map(|(char, _)| Symbol::Char(*char)).collect();
    symbols.push(Symbol::Other);
    let mut seen = HashSet::new();
    let mut open = vec![(0, large.start())];
    while let Some((at, set)) = open.pop() {
        if !seen.insert((at, set)) {
            continue;
        }
        if seen.len() > BUDGET || !fuel.burn(symbols.len()) {
            return None;
        }
        match small.get(at) {
            None if !large.is_end(set) => return Some(false),
            None => {}
            Some(Token::Char(char)) => open.push((at + 1, large.step(set, Symbol::Char(*char)))),
            Some(Token::Hole(hole)) => open.push((at + 1, large.step(set, Symbol::Hole(*hole)))),
            Some(Token::One) => {
                open.extend(symbols.iter().map(|symbol| (at + 1, large.step(set, *symbol))));
            }
            Some(Token::Star) => {
                open.push((at + 1, set));
                open.extend(symbols.iter().map(|symbol| (at, large.step(set, *symbol))));
            }
        }
    }
    Some(true)
}

/// Both without the literal ends that they share; `None` if their ends clash, so that they
/// have no text in common.
fn without_common_ends<'a, 'v>(
    mut small: &'a [Token<'v>],
    mut large: &'a [Token<'v>],
) -> Option<(&'a [Token<'v>], &'a [Token<'v>])> {
    while let ([a, rest_a @ ..], [b, rest_b @ ..]) = (small, large) {
        match (a, b) {
            _ if a.is_same(b) => (small, large) = (rest_a, rest_b),
            (Token::Char(_), Token::Char(_)) => return None,
            _ => break,
        }
    }
    while let ([rest_a @ .., a], [rest_b @ .., b]) = (small, large) {
        match (a, b) {
            _ if a.is_same(b) => (small, large) = (rest_a, rest_b),
            (Token::Char(_), Token::Char(_)) => return None,
            _ => break,
        }
    }
    Some((small, large))
}

#[derive(Clone, Copy)]
enum Symbol<'v> {
    Char(char),
    /// Any character that the larger glob does not name.
    Other,
    Hole(Hole<'v>),
}

/// A glob of fewer than 128 tokens as an automaton whose sets of positions are bit masks.
struct Positions<'a, 'v> {
    tokens: &'a [Token<'v>],
    stars: u128,
    ones: u128,
    chars: Vec<(char, u128)>,
}

impl<'a, 'v> Positions<'a, 'v> {
    fn new(tokens: &'a [Token<'v>]) -> Option<Self> {
        if tokens.len() >= 128 {
            return None;
        }
        let mut positions = Self { tokens, stars: 0, ones: 0, chars: Vec::new() };
        for (at, token) in tokens.iter().enumerate() {
            let bit = 1 << at;
            match token {
                Token::Star => positions.stars |= bit,
                Token::One => positions.ones |= bit,
                Token::Char(char) => positions.add(*char, bit),
                Token::Hole(_) => {}
            }
        }
        Some(positions)
    }

    fn add(&mut self, char: char, bit: u128) {
        match self.chars.iter_mut().find(|(known, _)| *known == char) {
            Some((_, mask)) => *mask |= bit,
            None => self.chars.push((char, bit)),
        }
    }

    const fn start(&self) -> u128 {
        self.closed(1)
    }

    const fn is_end(&self, set: u128) -> bool {
        set >> self.tokens.len() & 1 == 1
    }

    /// With the positions behind stars that stand for nothing. Two stars never follow each
    /// other directly, so one shift does it.
    const fn closed(&self, set: u128) -> u128 {
        set | (set & self.stars) << 1
    }

    fn step(&self, set: u128, symbol: Symbol<'_>) -> u128 {
        let reading = match symbol {
            Symbol::Char(char) => {
                let mask = self.chars.iter().find(|(known, _)| *known == char);
                self.ones | mask.map_or(0, |(_, mask)| *mask)
            }
            Symbol::Other => self.ones,
            Symbol::Hole(hole) => self.holes_like(hole),
        };
        self.closed((set & reading) << 1 | set & self.stars)
    }

    /// Whether one text of a glob is read to the end: the one with a character that no glob
    /// names for every `?`, and `star` for every `*`.
    fn reads(&self, tokens: &[Token<'_>], star: Option<Symbol<'_>>) -> bool {
        let set = tokens.iter().fold(self.start(), |set, token| match token {
            Token::Char(char) => self.step(set, Symbol::Char(*char)),
            Token::Hole(hole) => self.step(set, Symbol::Hole(*hole)),
            Token::One => self.step(set, Symbol::Other),
            Token::Star => star.map_or(set, |symbol| self.step(set, symbol)),
        });
        self.is_end(set)
    }

    fn holes_like(&self, hole: Hole<'_>) -> u128 {
        self.tokens.iter().enumerate().fold(0, |mask, (at, token)| match token {
            Token::Hole(own) if own.is_same(&hole) => mask | 1 << at,
            _ => mask,
        })
    }
}
