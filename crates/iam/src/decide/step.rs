//! Patterns as sequences of steps: what an automaton reads, one character after the other.
//!
//! The first five components of an ARN are special: a wildcard there stops at the next colon
//! (IAM User Guide, "Resource ARNs with wildcards": wildcards stand within a segment). A
//! pattern with fewer components is completed by wildcards ("Incomplete ARN").

use crate::glob::{HoleName, Token};

/// One step of a pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Step {
    Char(char),
    /// A letter in either case; given in lower case.
    Folded(char),
    /// `?`.
    One,
    /// `?` that does not stand for a colon.
    OneInPart,
    /// `*`.
    Star,
    /// `*` that stops at a colon.
    StarInPart,
    /// A text that is not known, the same wherever this number stands.
    Hole(u32),
}

impl Step {
    pub(crate) const fn is_star(self) -> bool {
        matches!(self, Self::Star | Self::StarInPart)
    }

    /// Whether it reads a character by itself; a star does not count.
    pub(crate) fn reads(self, char: char) -> bool {
        match self {
            Self::Char(own) => own == char,
            Self::Folded(own) => own == char.to_ascii_lowercase(),
            Self::One => true,
            Self::OneInPart => char != ':',
            Self::Star | Self::StarInPart | Self::Hole(_) => false,
        }
    }

    /// Whether it reads all that another step may stand for; of a star, whether it goes on
    /// over all of that.
    fn takes(self, other: Self) -> bool {
        match (self, other) {
            (Self::Star, _) | (Self::One, Self::One | Self::OneInPart) => true,
            (Self::StarInPart, Self::StarInPart | Self::OneInPart)
            | (Self::OneInPart, Self::OneInPart) => true,
            (Self::One, Self::Char(_) | Self::Folded(_)) => true,
            (Self::StarInPart | Self::OneInPart, Self::Folded(_)) => true,
            (Self::StarInPart | Self::OneInPart, Self::Char(char)) => char != ':',
            (Self::Char(own), Self::Char(char)) => own == char,
            (Self::Folded(own), Self::Char(char)) => own == char.to_ascii_lowercase(),
            (Self::Folded(own), Self::Folded(char)) => own == char,
            _ => false,
        }
    }

    /// Whether it is a star that goes on over a character.
    pub(crate) fn stays_on(self, char: char) -> bool {
        match self {
            Self::Star => true,
            Self::StarInPart => char != ':',
            _ => false,
        }
    }
}

/// A pattern that is no plain text.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Steps {
    /// With a symbol for every hole.
    pub(crate) exact: Box<[Step]>,
    /// The most that it may stand for: anything in the holes. `None` if it has no holes.
    wide: Option<Box<[Step]>>,
}

impl Steps {
    fn new(exact: Vec<Step>, completed: bool) -> Self {
        let exact = normal(exact);
        let has_holes = exact.iter().any(|step| matches!(step, Step::Hole(_)));
        let wide = has_holes.then(|| {
            // What stands in a hole may have colons, so that components are not told apart.
            let widened = exact.iter().map(|step| match step {
                Step::Hole(_) | Step::StarInPart => Step::Star,
                Step::OneInPart => Step::One,
                other => *other,
            });
            // A hole may end an ARN early, which is then completed by wildcards.
            let tail = (!completed).then_some(Step::Star);
            normal(widened.chain(tail).collect()).into()
        });
        Self { exact: exact.into(), wide }
    }

    /// A text that stands for itself.
    pub(crate) fn literal(text: &str) -> Self {
        Self { exact: text.chars().map(Step::Char).collect(), wide: None }
    }

    /// A pattern without holes, in which `*` and `?` have no limits.
    pub(crate) fn plain(text: &str) -> Self {
        let steps = text.chars().map(|char| match char {
            '*' => Step::Star,
            '?' => Step::One,
            char => Step::Char(char),
        });
        Self { exact: normal(steps.collect()).into(), wide: None }
    }

    /// A pattern of ARNs without holes.
    pub(crate) fn arn(text: &str) -> Self {
        let tokens: Vec<Token<'_>> = text.chars().map(Token::wildcard).collect();
        Holes::default().arn(&tokens)
    }

    /// The numbers of its holes.
    pub(crate) fn holes(&self) -> impl Iterator<Item = u32> {
        self.exact.iter().filter_map(|step| match step {
            Step::Hole(number) => Some(*number),
            _ => None,
        })
    }

    /// From steps without holes.
    pub(crate) fn of(steps: Vec<Step>) -> Self {
        Self { exact: normal(steps).into(), wide: None }
    }

    /// The same pattern with wildcards that stop at colons, but for one at the end.
    pub(crate) fn in_parts(self) -> Self {
        let last = self.exact.len().saturating_sub(1);
        let steps = self.exact.iter().enumerate().map(|(at, step)| match step {
            Step::Star if at != last => Step::StarInPart,
            Step::One => Step::OneInPart,
            other => *other,
        });
        Self::of(steps.collect())
    }

    pub(crate) const fn has_holes(&self) -> bool {
        self.wide.is_some()
    }

    /// Every text that it may stand for, whatever the holes are.
    pub(crate) fn most(&self) -> &[Step] {
        self.wide.as_deref().unwrap_or(&self.exact)
    }

    /// Whether a text is one of the pattern, with anything in the holes.
    pub(crate) fn may_match(&self, text: &str) -> bool {
        matches(self.most(), text)
    }
}

/// Whether a text is one of steps without holes.
pub(crate) fn matches(steps: &[Step], text: &str) -> bool {
    let (mut at, mut rest) = (0, text.chars());
    let mut resume: Option<(usize, std::str::Chars<'_>)> = None;
    loop {
        match (steps.get(at), rest.clone().next()) {
            (None, None) => return true,
            (Some(step), _) if step.is_star() => {
                resume = Some((at, rest.clone()));
                at += 1;
                continue;
            }
            (Some(step), Some(char)) if step.reads(char) => {
                at += 1;
                rest.next();
                continue;
            }
            _ => {}
        }
        // The last star swallows one character more. An earlier star never has to: what lies
        // between two stars was read at its first place, and a star that stops at colons has
        // none before it that does not.
        let Some((star, mut from)) = resume.take() else { return false };
        match from.next() {
            Some(char) if steps[star].stays_on(char) => {
                rest = from.clone();
                at = star + 1;
                resume = Some((star, from));
            }
            _ => return false,
        }
    }
}

/// Whether a look, step by step, shows that one pattern has all texts of another. It may have
/// them all without that being seen.
pub(crate) fn covers(wide: &[Step], narrow: &[Step]) -> bool {
    let (mut at, mut read) = (0, 0);
    let mut last_star: Option<(usize, usize)> = None;
    loop {
        match (wide.get(at), narrow.get(read)) {
            (None, None) => return true,
            (Some(star), _) if star.is_star() => {
                last_star = Some((at, read));
                at += 1;
            }
            (Some(own), Some(other)) if own.takes(*other) => {
                at += 1;
                read += 1;
            }
            _ => {
                let Some((star, from)) = last_star else { return false };
                let taken = narrow.get(from).is_some_and(|step| wide[star].takes(*step));
                if !taken {
                    return false;
                }
                last_star = Some((star, from + 1));
                (at, read) = (star + 1, from + 1);
            }
        }
    }
}

/// Steps in which no star follows a star directly, so that one shift passes a star.
fn normal(steps: Vec<Step>) -> Vec<Step> {
    let mut done: Vec<Step> = Vec::with_capacity(steps.len());
    for step in steps {
        match (done.last().copied(), step) {
            (Some(Step::Star), Step::StarInPart) => {}
            (Some(last), Step::Star) if last.is_star() => {
                done.pop();
                done.push(Step::Star);
            }
            (Some(Step::StarInPart), Step::StarInPart) => {}
            (Some(star), Step::One | Step::OneInPart) if star.is_star() => {
                // `?` comes first, so that runs of wildcards have one form. Where the two are
                // not of one part they must keep their order.
                let same_part = (star == Step::StarInPart) == (step == Step::OneInPart);
                if same_part {
                    done.insert(done.len() - 1, step);
                } else {
                    done.push(step);
                }
            }
            _ => done.push(step),
        }
    }
    done
}

/// What tells one hole from another.
#[derive(Debug)]
pub(crate) enum HoleKey<'v> {
    Name(HoleName<'v>),
    /// What cannot be seen of a list: what it is, and the document.
    Open(String, usize),
}

impl HoleKey<'_> {
    fn is_same(&self, other: &HoleKey<'_>) -> bool {
        match (self, other) {
            (Self::Name(one), HoleKey::Name(two)) => one.is_identical(two),
            (Self::Open(one, from), HoleKey::Open(two, other)) => one == two && from == other,
            _ => false,
        }
    }
}

/// Numbers the holes of a query, so that the same hole has the same number.
#[derive(Debug, Default)]
pub(crate) struct Holes<'v> {
    keys: Vec<HoleKey<'v>>,
}

impl<'v> Holes<'v> {
    fn number(&mut self, key: HoleKey<'v>) -> u32 {
        let known = self.keys.iter().position(|other| other.is_same(&key));
        known.unwrap_or_else(|| {
            self.keys.push(key);
            self.keys.len() - 1
        }) as u32
    }

    /// A pattern that is a hole as a whole.
    pub(crate) fn unknown(&mut self, key: HoleKey<'v>) -> Steps {
        let number = self.number(key);
        Steps::new(vec![Step::Hole(number)], true)
    }

    /// The key, in lower case, of which a hole is the value; `None` if it is no policy variable.
    pub(crate) fn variable(&self, number: u32) -> Option<String> {
        match self.keys.get(number as usize)? {
            HoleKey::Name(HoleName::Variable(name)) => {
                let key = name.split(',').next().unwrap_or(name);
                Some(key.trim().to_ascii_lowercase())
            }
            _ => None,
        }
    }

    /// What all holes stand for, for people.
    pub(crate) fn describe(&self) -> Vec<String> {
        self.keys
            .iter()
            .map(|key| match key {
                HoleKey::Name(name) => name.to_string(),
                HoleKey::Open(what, _) => what.clone(),
            })
            .collect()
    }

    /// A plain pattern.
    pub(crate) fn plain(&mut self, tokens: &[Token<'v>], fold: bool) -> Steps {
        let steps = tokens.iter().map(|token| self.step(token, false, fold)).collect();
        Steps::new(steps, true)
    }

    /// A pattern of ARNs.
    pub(crate) fn arn(&mut self, tokens: &[Token<'v>]) -> Steps {
        let has_holes = tokens.iter().any(|token| matches!(token, Token::Hole(_)));
        let everything = tokens.iter().all(|token| matches!(token, Token::Star));
        if everything {
            return self.plain(tokens, false);
        }
        let mut part = 0;
        let mut steps = Vec::with_capacity(tokens.len());
        for token in tokens {
            steps.push(self.step(token, part < 5, false));
            if part < 5 && matches!(token, Token::Char(':')) {
                part += 1;
            }
        }
        if has_holes {
            // A hole may be a whole ARN, or end it early. With symbols for holes that does not
            // matter: patterns with as many colons are completed alike, and with fewer than
            // five colons none has a text in common with one that has them all.
            return Steps::new(steps, part == 5);
        }
        while part < 5 {
            part += 1;
            let star = if part == 5 { Step::Star } else { Step::StarInPart };
            steps.extend([Step::Char(':'), star]);
        }
        Steps::new(steps, true)
    }

    fn step(&mut self, token: &Token<'v>, in_part: bool, fold: bool) -> Step {
        match token {
            Token::Char(char) if fold && char.is_ascii_alphabetic() => {
                Step::Folded(char.to_ascii_lowercase())
            }
            Token::Char(char) => Step::Char(*char),
            Token::One if in_part => Step::OneInPart,
            Token::One => Step::One,
            Token::Star if in_part => Step::StarInPart,
            Token::Star => Step::Star,
            Token::Hole(hole) => Step::Hole(self.number(HoleKey::Name(hole.name))),
        }
    }
}
