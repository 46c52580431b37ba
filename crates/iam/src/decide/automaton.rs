//! Finds a text that is one of all of some patterns, and of none of others.
//!
//! All patterns together are one automaton, whose sets of positions are bits of one vector.
//! Breadth first, so that the text found is a shortest one.

use std::collections::{HashMap, HashSet};

use super::step::Step;
use crate::glob::Fuel;

/// The fuel is used up: the question is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Exhausted;

/// A shortest text that every pattern of `required` reads and none of `excluded`.
///
/// Holes are symbols that only the same hole and a star read; where one is on the way, the
/// text has `HOLE` in its place.
pub(crate) fn find(
    required: &[&[Step]],
    excluded: &[&[Step]],
    fuel: &Fuel,
) -> Result<Option<String>, Exhausted> {
    Automaton::new(required, excluded).search(fuel)
}

/// Stands for a hole in a text.
pub(crate) const HOLE: char = '\u{FFFC}';

/// What an automaton reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Symbol {
    Char(char),
    Hole(u32),
}

type Set = Box<[u64]>;

struct Automaton<'a> {
    patterns: Vec<&'a [Step]>,
    /// The step at each position; `None` behind the last one of a pattern.
    steps: Vec<Option<Step>>,
    required: usize,
    /// The position of the first step of each pattern; one more than its steps follow.
    starts: Vec<usize>,
    words: usize,
    all_stars: Set,
    part_stars: Set,
    /// A star at the end: whatever follows, the pattern reads it.
    final_stars: Set,
    /// A character that no pattern names.
    other: char,
    masks: HashMap<Symbol, Set>,
}

impl<'a> Automaton<'a> {
    fn new(required: &[&'a [Step]], excluded: &[&'a [Step]]) -> Self {
        let patterns: Vec<&[Step]> = required.iter().chain(excluded).copied().collect();
        let mut starts = Vec::with_capacity(patterns.len());
        let mut steps = Vec::new();
        for pattern in &patterns {
            starts.push(steps.len());
            steps.extend(pattern.iter().copied().map(Some));
            steps.push(None);
        }
        let words = steps.len().div_ceil(64);
        let empty = || vec![0; words].into_boxed_slice();
        let (mut all_stars, mut part_stars, mut final_stars) = (empty(), empty(), empty());
        for (pattern, start) in patterns.iter().zip(&starts) {
            for (at, step) in pattern.iter().enumerate() {
                match step {
                    Step::Star => set(&mut all_stars, start + at),
                    Step::StarInPart => set(&mut part_stars, start + at),
                    _ => continue,
                }
                if *step == Step::Star && at + 1 == pattern.len() {
                    set(&mut final_stars, start + at);
                }
            }
        }
        let other = unnamed(&patterns);
        let required = required.len();
        let masks = HashMap::new();
        Self {
            patterns,
            steps,
            required,
            starts,
            words,
            all_stars,
            part_stars,
            final_stars,
            other,
            masks,
        }
    }

    fn search(&mut self, fuel: &Fuel) -> Result<Option<String>, Exhausted> {
        let first = self.first();
        if self.is_dead(&first) {
            return Ok(None);
        }
        let mut seen: HashSet<Set> = HashSet::new();
        let mut states: Vec<(Set, usize, Symbol)> = vec![(first, 0, Symbol::Char(HOLE))];
        seen.insert(states[0].0.clone());
        let mut at = 0;
        while at < states.len() {
            if self.accepts(&states[at].0) {
                return Ok(Some(text(&states, at)));
            }
            let symbols = self.symbols(&states[at].0);
            if !fuel.burn(symbols.len() * self.words + 1) {
                return Err(Exhausted);
            }
            for symbol in symbols {
                let next = self.step(&states[at].0, symbol);
                if !self.is_dead(&next) && !seen.contains(&next) {
                    seen.insert(next.clone());
                    states.push((next, at, symbol));
                }
            }
            at += 1;
        }
        Ok(None)
    }

    fn first(&self) -> Set {
        let mut first = vec![0; self.words].into_boxed_slice();
        for start in &self.starts {
            set(&mut first, *start);
        }
        self.close(&mut first);
        first
    }

    /// Adds the positions behind stars, which may stand for nothing. No star follows a star
    /// directly, so one shift does it.
    fn close(&self, positions: &mut [u64]) {
        let mut carry = 0;
        for (word, value) in positions.iter_mut().enumerate() {
            let passed = *value & (self.all_stars[word] | self.part_stars[word]);
            let shifted = passed << 1 | carry;
            carry = passed >> 63;
            *value |= shifted;
        }
    }

    fn step(&mut self, from: &[u64], symbol: Symbol) -> Set {
        if !self.masks.contains_key(&symbol) {
            let mask = self.mask(symbol);
            self.masks.insert(symbol, mask);
        }
        let mask = &self.masks[&symbol];
        let crosses = symbol == Symbol::Char(':');
        let mut next = vec![0; self.words].into_boxed_slice();
        let mut carry = 0;
        for word in 0..self.words {
            let read = from[word] & mask[word];
            let in_part = if crosses { 0 } else { self.part_stars[word] };
            next[word] = (read << 1) | carry | from[word] & (self.all_stars[word] | in_part);
            carry = read >> 63;
        }
        self.close(&mut next);
        next
    }

    fn mask(&self, symbol: Symbol) -> Set {
        let mut mask = vec![0; self.words].into_boxed_slice();
        for (at, step) in self.steps.iter().enumerate() {
            let reads = match (symbol, step) {
                (_, None) => false,
                (Symbol::Char(char), Some(step)) => step.reads(char),
                (Symbol::Hole(number), Some(step)) => *step == Step::Hole(number),
            };
            if reads {
                set(&mut mask, at);
            }
        }
        mask
    }

    /// The symbols that make a difference in a state: those that some pattern is about to
    /// read, and one that none names.
    fn symbols(&self, state: &[u64]) -> Vec<Symbol> {
        let mut symbols = Vec::new();
        let mut has_wildcard = false;
        let first_end = self.patterns.first().map_or(0, |pattern| pattern.len());
        for (word, bits) in state.iter().enumerate() {
            let mut bits = *bits;
            while bits != 0 {
                let at = word * 64 + bits.trailing_zeros() as usize;
                bits &= bits - 1;
                match self.steps[at] {
                    Some(Step::Char(char)) => symbols.push(Symbol::Char(char)),
                    Some(Step::Folded(char)) => {
                        symbols.push(Symbol::Char(char));
                        symbols.push(Symbol::Char(char.to_ascii_uppercase()));
                    }
                    Some(Step::Hole(number)) => symbols.push(Symbol::Hole(number)),
                    Some(Step::OneInPart | Step::StarInPart) => {
                        has_wildcard |= at < first_end;
                        symbols.push(Symbol::Char(':'));
                    }
                    Some(Step::One | Step::Star) => has_wildcard |= at < first_end,
                    None => {}
                }
            }
        }
        if has_wildcard {
            symbols.push(Symbol::Char(self.other));
        }
        symbols.sort_unstable_by_key(|symbol| match symbol {
            // Letters first: they make texts that people can read.
            Symbol::Char(char) => (!char.is_ascii_alphanumeric(), *char as u32),
            Symbol::Hole(number) => (true, u32::MAX - number),
        });
        symbols.dedup();
        symbols
    }

    /// Whether nothing that may follow is found: a required pattern cannot go on, or an
    /// excluded one reads whatever follows.
    fn is_dead(&self, state: &[u64]) -> bool {
        let stuck = (0..self.required).any(|index| {
            let (start, end) =
                (self.starts[index], self.starts[index] + self.patterns[index].len());
            !any(state, start, end)
        });
        stuck
            || state.iter().zip(&self.final_stars).any(|(word, last)| word & last != 0)
                && (self.required..self.patterns.len()).any(|index| {
                    let last = self.starts[index] + self.patterns[index].len();
                    last > self.starts[index]
                        && has(&self.final_stars, last - 1)
                        && has(state, last - 1)
                })
    }

    fn accepts(&self, state: &[u64]) -> bool {
        self.patterns.iter().zip(&self.starts).enumerate().all(|(index, (pattern, start))| {
            has(state, start + pattern.len()) == (index < self.required)
        })
    }
}

fn text(states: &[(Set, usize, Symbol)], mut at: usize) -> String {
    let mut chars = Vec::new();
    while at != 0 {
        let (_, from, symbol) = &states[at];
        chars.push(match symbol {
            Symbol::Char(char) => *char,
            Symbol::Hole(_) => HOLE,
        });
        at = *from;
    }
    chars.iter().rev().collect()
}

/// A character that no pattern names, in either case.
fn unnamed(patterns: &[&[Step]]) -> char {
    let named: HashSet<char> = patterns
        .iter()
        .flat_map(|pattern| pattern.iter())
        .filter_map(|step| match step {
            Step::Char(char) | Step::Folded(char) => Some(char.to_ascii_lowercase()),
            _ => None,
        })
        .collect();
    let nice = "xyz0123456789qwvjkabcdefghilmnoprstu".chars();
    let rare = ('\u{100}'..).step_by(2);
    nice.chain(rare).find(|char| !named.contains(char)).unwrap_or('\u{FFFD}')
}

fn set(bits: &mut [u64], at: usize) {
    bits[at / 64] |= 1 << (at % 64);
}

fn has(bits: &[u64], at: usize) -> bool {
    bits[at / 64] >> (at % 64) & 1 == 1
}

/// Whether any bit from `start` to `end`, both included, is set.
fn any(bits: &[u64], start: usize, end: usize) -> bool {
    let (first, last) = (start / 64, end / 64);
    (first..=last).any(|word| {
        let low = if word == first { u64::MAX << (start % 64) } else { u64::MAX };
        let high = if word == last { u64::MAX >> (63 - end % 64) } else { u64::MAX };
        bits[word] & low & high != 0
    })
}
