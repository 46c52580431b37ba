//! Globs as sets of texts: `*` stands for any text, `?` for one character.
//!
//! A glob may have holes, which are parts that are not known. Containment then has to hold
//! whatever stands in them. This is the ground on which a decision procedure over whole
//! policies can be built: sets of texts, contained, disjoint or neither.

mod subset;

use std::cell::Cell;

use trilith_graph::{Reason, Reference, Tri};

use subset::is_subset;

/// A piece of a [`Glob`].
#[derive(Debug, Clone, Copy)]
pub(crate) enum Token<'v> {
    Char(char),
    /// `?`.
    One,
    /// `*`.
    Star,
    Hole(Hole<'v>),
}

/// A part of a text that is not known.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Hole<'v> {
    pub(crate) name: HoleName<'v>,
    /// Whether the text that will stand here is neither empty nor has wildcards: an
    /// attribute of a resource, an account id.
    pub(crate) fixed: bool,
}

/// What tells that two holes stand for the same text.
#[derive(Debug, Clone, Copy)]
pub(crate) enum HoleName<'v> {
    Reference(&'v Reference),
    Reason(&'v Reason),
    /// A policy variable such as `aws:username`, filled in by each request.
    Variable(&'v str),
}

impl Hole<'_> {
    fn is_same(&self, other: &Hole<'_>) -> bool {
        match (self.name, other.name) {
            (HoleName::Reference(one), HoleName::Reference(two)) => one == two,
            // Other reasons name what a value comes from, not the value: two attributes of
            // one variable have the same reason.
            (HoleName::Reason(Reason::Pseudo(one)), HoleName::Reason(Reason::Pseudo(two))) => {
                one == two
            }
            (HoleName::Variable(one), HoleName::Variable(two)) => is_same_variable(one, two),
            _ => false,
        }
    }
}

/// Whether two policy variables are the same: the keys, without case, and the defaults.
fn is_same_variable(one: &str, two: &str) -> bool {
    let parts = |text: &str| {
        let (key, default) = text.split_once(',').unwrap_or((text, ""));
        (key.trim().to_ascii_lowercase(), default.trim().to_owned())
    };
    one == two || parts(one) == parts(two)
}

impl HoleName<'_> {
    /// Whether two holes of documents that are compared stand for the same text. Beyond
    /// [`Hole::is_same`], a value that is the very same in memory is the same.
    pub(crate) fn is_identical(&self, other: &HoleName<'_>) -> bool {
        let hole = |name| Hole { name, fixed: false };
        let is_one = match (self, other) {
            (HoleName::Reason(one), HoleName::Reason(two)) => {
                **one != Reason::Undecided && std::ptr::eq(*one, *two)
            }
            _ => false,
        };
        is_one || hole(*self).is_same(&hole(*other))
    }
}

impl std::fmt::Display for HoleName<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            HoleName::Reference(reference) => write!(f, "{reference}"),
            HoleName::Reason(reason) => write!(f, "{reason}"),
            HoleName::Variable(name) => write!(f, "${{{name}}}"),
        }
    }
}

/// A set of texts, given by a pattern.
#[derive(Debug, Clone, Default)]
pub(crate) struct Glob<'v> {
    tokens: Vec<Token<'v>>,
}

impl<'v> Glob<'v> {
    /// From tokens; runs of wildcards are put in a normal form: `?` before one `*`.
    pub(crate) fn new(tokens: impl IntoIterator<Item = Token<'v>>) -> Self {
        let mut glob = Self::default();
        for token in tokens {
            glob.push(token);
        }
        glob
    }

    /// From text known to have no holes.
    pub(crate) fn from_text(text: &str) -> Self {
        Self::new(text.chars().map(Token::wildcard))
    }

    /// From a part of another glob.
    pub(crate) fn from_tokens(tokens: &[Token<'v>]) -> Self {
        Self::new(tokens.iter().copied())
    }

    fn push(&mut self, token: Token<'v>) {
        match (self.tokens.last(), token) {
            (Some(Token::Star), Token::Star) => {}
            (Some(Token::Star), Token::One) => {
                let at = self.tokens.len() - 1;
                self.tokens.insert(at, Token::One);
            }
            _ => self.tokens.push(token),
        }
    }

    pub(crate) fn tokens(&self) -> &[Token<'v>] {
        &self.tokens
    }

    /// Whether this is `*`.
    pub(crate) fn is_star(&self) -> bool {
        matches!(self.tokens.as_slice(), [Token::Star])
    }

    pub(crate) fn has_holes(&self) -> bool {
        self.tokens.iter().any(|token| matches!(token, Token::Hole(_)))
    }

    /// Whether a part is not known but certainly has no wildcards.
    pub(crate) fn has_fixed_hole(&self) -> bool {
        self.tokens.iter().any(|token| matches!(token, Token::Hole(hole) if hole.fixed))
    }

    pub(crate) fn has_fixed_holes_only(&self) -> bool {
        !self.tokens.iter().any(|token| matches!(token, Token::Hole(hole) if !hole.fixed))
    }

    /// The most that the glob may stand for: anything in the holes.
    fn widened(&self) -> Self {
        let tokens = self.tokens.iter().flat_map(|token| match token {
            Token::Hole(hole) if hole.fixed => [Some(Token::One), Some(Token::Star)],
            Token::Hole(_) => [Some(Token::Star), None],
            other => [Some(*other), None],
        });
        Self::new(tokens.flatten())
    }

    /// Whether every text of `other` is one of this glob.
    pub(crate) fn contains(&self, other: &Glob<'_>) -> Tri {
        self.contains_within(other, &Fuel::full())
    }

    /// [`Glob::contains`], or unknown if there is no fuel left to find out.
    pub(crate) fn contains_within(&self, other: &Glob<'_>, fuel: &Fuel) -> Tri {
        if self.is_star() {
            return Tri::True;
        }
        match is_subset(&other.tokens, &self.tokens, fuel) {
            Some(true) => return Tri::True,
            Some(false) if !self.has_holes() && !other.has_holes() => return Tri::False,
            Some(false) => {}
            None => return Tri::Unknown,
        }
        let most = self.widened();
        if other.has_holes() {
            let disjoint = !meet(&most.tokens, &other.widened().tokens);
            return if disjoint { Tri::False } else { Tri::Unknown };
        }
        match is_subset(&other.tokens, &most.tokens, fuel) {
            Some(false) => Tri::False,
            _ => Tri::Unknown,
        }
    }

    /// Whether no text is one of both globs.
    pub(crate) fn is_disjoint(&self, other: &Glob<'_>) -> Tri {
        if !meet(&self.widened().tokens, &other.widened().tokens) {
            Tri::True
        } else if self.has_holes() || other.has_holes() {
            Tri::Unknown
        } else {
            Tri::False
        }
    }
}

impl Token<'_> {
    pub(crate) const fn wildcard(char: char) -> Self {
        match char {
            '*' => Self::Star,
            '?' => Self::One,
            other => Self::Char(other),
        }
    }

    fn is_same(&self, other: &Token<'_>) -> bool {
        match (self, other) {
            (Token::Char(one), Token::Char(two)) => one == two,
            (Token::Hole(one), Token::Hole(two)) => one.is_same(two),
            _ => false,
        }
    }
}

/// How much work a question may still cause; when it is used up, answers are left open.
#[derive(Debug)]
pub(crate) struct Fuel(Cell<usize>);

impl Fuel {
    /// About 50 ms, and more than enough for any policy that AWS takes, the largest of which
    /// have 20,480 characters.
    pub(crate) const fn full() -> Self {
        Self(Cell::new(1 << 20))
    }

    /// Whether none is left.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.get() == 0
    }

    /// A given amount.
    pub(crate) const fn of(amount: usize) -> Self {
        Self(Cell::new(amount))
    }

    /// Takes some; false if there was not enough.
    pub(crate) fn burn(&self, work: usize) -> bool {
        let left = self.0.get().checked_sub(work);
        self.0.set(left.unwrap_or(0));
        left.is_some()
    }
}

/// Whether a text is one of a glob without holes.
pub(crate) fn matches(pattern: &str, text: &str, ignore_case: bool) -> bool {
    let same = |a: u8, b: u8| if ignore_case { a.eq_ignore_ascii_case(&b) } else { a == b };
    let (pattern, bytes) = (pattern.as_bytes(), text.as_bytes());
    let (mut at, mut read) = (0, 0);
    // Where to resume if the rest does not match: after the last `*`, one character later.
    let mut resume: Option<(usize, usize)> = None;
    while read < bytes.len() {
        match pattern.get(at) {
            Some(b'*') => {
                at += 1;
                resume = Some((at, read));
                continue;
            }
            Some(b'?') => {
                at += 1;
                read += char_len(bytes[read]);
                continue;
            }
            Some(byte) if same(*byte, bytes[read]) => {
                at += 1;
                read += 1;
                continue;
            }
            _ => {}
        }
        let Some((after, from)) = resume else { return false };
        let next = from + char_len(bytes[from]);
        resume = Some((after, next));
        (at, read) = (after, next);
    }
    pattern[at..].iter().all(|byte| *byte == b'*')
}

const fn char_len(first: u8) -> usize {
    match first {
        0xF0.. => 4,
        0xE0.. => 3,
        0xC0.. => 2,
        _ => 1,
    }
}

/// Whether some text is one of both; neither glob has holes.
fn meet(one: &[Token<'_>], two: &[Token<'_>]) -> bool {
    // Row by row from the end: `reach[j]` tells whether `one[i..]` and `two[j..]` meet.
    let mut below = vec![false; two.len() + 1];
    let mut reach = below.clone();
    for i in (0..=one.len()).rev() {
        for j in (0..=two.len()).rev() {
            reach[j] = match (one.get(i), two.get(j)) {
                (None, None) => true,
                // A star stands for nothing, or swallows what the other side has next.
                (Some(Token::Star), _) | (_, Some(Token::Star)) => {
                    (i < one.len() && below[j]) || (j < two.len() && reach[j + 1])
                }
                (Some(Token::Char(a)), Some(Token::Char(b))) => a == b && below[j + 1],
                (Some(_), Some(_)) => below[j + 1],
                _ => false,
            };
        }
        std::mem::swap(&mut below, &mut reach);
    }
    below[0]
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn contains(large: &str, small: &str) -> Tri {
        Glob::from_text(large).contains(&Glob::from_text(small))
    }

    #[test]
    fn wildcards_match() {
        for (pattern, text, expected) in [
            ("s3:*", "s3:GetObject", true),
            ("S3:get*", "s3:GetObject", true),
            ("*:*", "s3:GetObject", true),
            ("iam:CreatePolicyVersio?", "iam:CreatePolicyVersion", true),
            ("i*:CreatePolicyVersion", "iam:CreatePolicyVersion", true),
            ("iam:CreatePolicyVersion?", "iam:CreatePolicyVersion", false),
            ("**", "", true),
            ("?", "", false),
            ("?", "\u{e9}", true),
            ("*a*b", "xaxxb", true),
            ("*a*b", "xbxxa", false),
            ("", "", true),
        ] {
            assert_eq!(matches(pattern, text, true), expected, "{pattern} {text}");
        }
        assert!(!matches("S3", "s3", false));
    }

    #[test]
    fn containment_is_exact() {
        for (large, small, expected) in [
            ("*", "anything", Tri::True),
            ("**", "?*:?*", Tri::True),
            ("?*", "a*", Tri::True),
            ("a*?", "a*b", Tri::True),
            ("a?*", "a*?", Tri::True),
            ("*a*", "b*a", Tri::True),
            ("*ab*", "*a*b*", Tri::False),
            ("*a*b*", "*ab*", Tri::True),
            ("s3:*", "s3:Get*", Tri::True),
            ("s3:Get*", "s3:*", Tri::False),
            ("arn:aws:s3:::*", "arn:aws:s3:::b/*", Tri::True),
            ("arn:aws:s3:::b/*", "arn:aws:s3:::b*", Tri::False),
        ] {
            assert_eq!(contains(large, small), expected, "{large} {small}");
        }
    }

    #[test]
    fn a_pattern_too_long_to_decide_is_unknown() {
        let long = "?a".repeat(100);
        assert_eq!(contains(&format!("{long}*"), &format!("?{}*", "b*".repeat(90))), Tri::Unknown);
    }

    fn hole(fixed: bool) -> Token<'static> {
        Token::Hole(Hole { name: HoleName::Variable("x"), fixed })
    }

    fn with_hole(before: &str, hole: Token<'static>, after: &str) -> Glob<'static> {
        let wild = |text: &str| text.chars().map(Token::wildcard).collect::<Vec<_>>();
        Glob::new(wild(before).into_iter().chain([hole]).chain(wild(after)))
    }

    #[test]
    fn the_same_hole_stands_for_the_same_text() {
        let objects = with_hole("arn:aws:s3:::", hole(true), "/*");
        let some = with_hole("arn:aws:s3:::", hole(true), "/a/*");
        assert_eq!(objects.contains(&some), Tri::True);
        assert_eq!(some.contains(&objects), Tri::Unknown);
        assert_eq!(objects.contains(&Glob::from_text("arn:aws:sns:::b")), Tri::False);
        assert_eq!(objects.contains(&Glob::from_text("arn:aws:s3:::b/c")), Tri::Unknown);
        assert_eq!(Glob::from_text("arn:*").contains(&objects), Tri::True);
        assert_eq!(objects.is_disjoint(&Glob::from_text("arn:aws:s3:::b")), Tri::True);
    }

    fn small_glob() -> impl Strategy<Value = String> {
        proptest::collection::vec(prop_oneof!["a", "b", "\\*", "\\?"], 0..6)
            .prop_map(|pieces| pieces.concat())
    }

    /// All texts over three letters, one of which no glob names, up to a length that tells
    /// globs of five tokens apart: `b?b*` and `*aa??` meet first in seven letters, and eight are
    /// the most that two of them can need.
    fn texts() -> Vec<String> {
        let mut all = vec![String::new()];
        let mut last = all.clone();
        for _ in 0..8 {
            last = last
                .iter()
                .flat_map(|text| ["a", "b", "c"].map(|end| format!("{text}{end}")))
                .collect();
            all.extend_from_slice(&last);
        }
        all
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn sets_agree_with_their_texts(one in small_glob(), two in small_glob()) {
            let texts = texts();
            let (mut subset, mut disjoint) = (true, true);
            for text in &texts {
                let (in_one, in_two) = (matches(&one, text, false), matches(&two, text, false));
                subset &= in_two || !in_one;
                disjoint &= !(in_one && in_two);
            }
            let (one, two) = (Glob::from_text(&one), Glob::from_text(&two));
            prop_assert_eq!(two.contains(&one), Tri::from(subset));
            prop_assert_eq!(two.is_disjoint(&one), Tri::from(disjoint));
        }
    }
}
