//! Condition blocks.

use std::borrow::Cow;

use trilith_graph::{Flags, PropertyPath, Tri, Value, ValueKind};

use crate::pattern::Patterns;
use crate::problem::{Problem, ProblemKind};
use crate::{Answer, Site};

/// One key of a condition block: all of them must hold, each for any of its values.
#[derive(Debug, Clone)]
pub struct Condition<'v> {
    /// How the value of the request is compared.
    pub operator: Operator,
    /// What of the request is compared, in lower case: `aws:sourcearn`.
    pub key: Cow<'v, str>,
    /// With what it is compared.
    pub values: Patterns<'v>,
    /// Where the key is written.
    pub site: Site<'v>,
}

/// A condition operator: `ForAnyValue:StringLikeIfExists`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Operator {
    /// Without qualifier and suffix.
    pub base: Base,
    /// For keys that have several values.
    pub qualifier: Option<Qualifier>,
    /// Whether a missing key makes it hold.
    pub if_exists: bool,
}

/// How a condition over a key with several values is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Qualifier {
    /// Every value of the request must match; holds if the request has none.
    ForAllValues,
    /// Some value of the request must match.
    ForAnyValue,
}

macro_rules! bases {
    ($($name:ident),+ $(,)?) => {
        /// What a condition operator does.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[expect(missing_docs, reason = "the names are those of the policy language")]
        pub enum Base {
            $($name,)+
            /// None that the language has.
            Other,
        }

        impl Base {
            /// The names of the operators, without what may stand before and behind them.
            pub(crate) const NAMES: &[&str] = &[$(stringify!($name)),+];

            fn parse(text: &str) -> Self {
                $(if text.eq_ignore_ascii_case(stringify!($name)) { return Self::$name; })+
                Self::Other
            }
        }
    };
}

bases! {
    StringEquals, StringLike, StringNotEquals, StringNotLike,
    StringEqualsIgnoreCase, StringNotEqualsIgnoreCase,
    ArnLike, ArnEquals, ArnNotLike, ArnNotEquals,
    Bool, Null, IpAddress, NotIpAddress,
    NumericEquals, NumericNotEquals, NumericLessThan, NumericLessThanEquals,
    NumericGreaterThan, NumericGreaterThanEquals,
    DateEquals, DateNotEquals, DateLessThan, DateLessThanEquals,
    DateGreaterThan, DateGreaterThanEquals, BinaryEquals,
}

impl Base {
    /// Whether it holds for what does not match. A missing key makes such an operator hold.
    pub const fn is_negative(self) -> bool {
        matches!(
            self,
            Self::StringNotEquals
                | Self::StringNotLike
                | Self::StringNotEqualsIgnoreCase
                | Self::ArnNotLike
                | Self::ArnNotEquals
                | Self::NotIpAddress
                | Self::NumericNotEquals
                | Self::DateNotEquals
        )
    }

    /// Whether `*` and `?` in its values are wildcards. They are for `ArnEquals` too, which
    /// AWS treats like `ArnLike`.
    pub const fn has_wildcards(self) -> bool {
        matches!(
            self,
            Self::StringLike
                | Self::StringNotLike
                | Self::ArnLike
                | Self::ArnEquals
                | Self::ArnNotLike
                | Self::ArnNotEquals
        )
    }

    /// Whether it compares text or ARNs, matching or not.
    pub const fn compares_text(self) -> bool {
        matches!(
            self,
            Self::StringEquals
                | Self::StringEqualsIgnoreCase
                | Self::StringNotEquals
                | Self::StringNotEqualsIgnoreCase
        ) || self.has_wildcards()
    }

    /// Whether it compares numbers.
    pub(crate) const fn is_numeric(self) -> bool {
        matches!(
            self,
            Self::NumericEquals
                | Self::NumericNotEquals
                | Self::NumericLessThan
                | Self::NumericLessThanEquals
                | Self::NumericGreaterThan
                | Self::NumericGreaterThanEquals
        )
    }
}

impl Base {
    /// Whether it compares dates.
    pub(crate) const fn is_date(self) -> bool {
        matches!(
            self,
            Self::DateEquals
                | Self::DateNotEquals
                | Self::DateLessThan
                | Self::DateLessThanEquals
                | Self::DateGreaterThan
                | Self::DateGreaterThanEquals
        )
    }
}

impl Operator {
    pub(crate) fn parse(text: &str) -> Self {
        let (qualifier, rest) = match text.split_once(':') {
            Some((prefix, rest)) if prefix.eq_ignore_ascii_case("ForAllValues") => {
                (Some(Qualifier::ForAllValues), rest)
            }
            Some((prefix, rest)) if prefix.eq_ignore_ascii_case("ForAnyValue") => {
                (Some(Qualifier::ForAnyValue), rest)
            }
            _ => (None, text),
        };
        let suffix = "IfExists";
        let cut = rest.len().checked_sub(suffix.len()).filter(|at| rest.is_char_boundary(*at));
        let (base, if_exists) = match cut.map(|at| rest.split_at(at)) {
            Some((base, end)) if end.eq_ignore_ascii_case(suffix) => (base, true),
            _ => (rest, false),
        };
        let mut base = Base::parse(base);
        if base == Base::Null && if_exists {
            // `NullIfExists` would hold for every request; AWS refuses it.
            base = Base::Other;
        }
        Self { base, qualifier, if_exists }
    }

    /// Whether a request without the key satisfies it although the base would not:
    /// `...IfExists`, and `ForAllValues`, which has nothing to refute it.
    pub fn holds_without_key(self) -> bool {
        self.if_exists || self.qualifier == Some(Qualifier::ForAllValues)
    }
}

impl<'v> Condition<'v> {
    /// Whether it is about this key, given in lower case.
    pub fn is_about(&self, key: &str) -> bool {
        self.key == key
    }

    /// The path of the key, relative to the document.
    pub fn path(&self) -> PropertyPath {
        self.site.path()
    }

    /// Whether it holds only for requests that have the key, and nothing else matters: the
    /// form `"Null": {key: "false"}`.
    fn demands_presence(&self) -> Answer<'v> {
        if self.operator.base != Base::Null || self.operator.qualifier.is_some() {
            return Answer::plain(Tri::False);
        }
        self.values.all(|value| value.value.is_ignoring_case("false"))
    }
}

/// The condition block of a statement.
#[derive(Debug, Clone)]
pub struct Conditions<'v> {
    /// The conditions whose operator and key are known, in order.
    pub items: Vec<Condition<'v>>,
    /// Parts that may hold further conditions.
    pub unknown: Vec<Site<'v>>,
    /// The element.
    pub site: Site<'v>,
}

impl<'v> Conditions<'v> {
    pub(crate) fn parse(value: &'v Value, site: Site<'v>, problems: &mut Vec<Problem<'v>>) -> Self {
        let mut conditions = Self { items: Vec::new(), unknown: Vec::new(), site };
        conditions.note_shape(value, site, problems);
        for block in value.entries() {
            let site = site.key(&block.key);
            let operator = Operator::parse(&block.key);
            if operator.base == Base::Other {
                problems.push(Problem { site, kind: ProblemKind::UnknownOperator });
            }
            conditions.note_shape(&block.value, site, problems);
            for entry in block.value.entries() {
                let site = site.key(&entry.key);
                let values = Patterns::parse(&entry.value, site);
                note_values(&values, problems);
                let key = lower_case(&entry.key);
                conditions.items.push(Condition { operator, key, values, site });
            }
        }
        conditions
    }

    fn note_shape(&mut self, value: &'v Value, site: Site<'v>, problems: &mut Vec<Problem<'v>>) {
        match &value.kind {
            ValueKind::Map(_) if value.flags.has(Flags::OPEN) => self.unknown.push(site),
            ValueKind::Map(_) | ValueKind::Absent => {}
            ValueKind::Unknown(_)
            | ValueKind::OneOf(_)
            | ValueKind::Reference(_)
            | ValueKind::Template(_) => self.unknown.push(site),
            _ => {
                // AWS refuses the policy, so what it would allow cannot be told.
                self.unknown.push(site);
                problems.push(Problem { site, kind: ProblemKind::NotAMap });
            }
        }
    }

    /// Whether the statement depends on any condition.
    pub fn is_conditional(&self) -> Answer<'v> {
        match (self.items.first(), self.unknown.first()) {
            (Some(condition), _) => Answer::at(Tri::True, condition.site),
            (None, Some(site)) => Answer::at(Tri::Unknown, *site),
            (None, None) => Answer::plain(Tri::False),
        }
    }

    /// The conditions on a key, given in lower case.
    pub fn on<'a>(&'a self, key: &'a str) -> impl Iterator<Item = &'a Condition<'v>> {
        self.items.iter().filter(move |condition| condition.is_about(key))
    }

    /// Whether any condition satisfies `holds`; unknown if none does but more may exist.
    pub fn any(&self, holds: impl FnMut(&Condition<'v>) -> Answer<'v>) -> Answer<'v> {
        let unknown = self.unknown.iter().map(|site| Answer::at(Tri::Unknown, *site));
        Answer::any(self.items.iter().map(holds).chain(unknown))
    }

    /// Whether a condition with this operator can hold only for requests that have its key:
    /// by itself, or since a `Null` condition beside it demands the key.
    pub(crate) fn needs_key(&self, condition: &Condition<'v>) -> Answer<'v> {
        if !condition.operator.holds_without_key() {
            return Answer::at(Tri::True, condition.site);
        }
        self.any(|other| {
            let same = other.key == condition.key;
            if same { other.demands_presence() } else { Answer::plain(Tri::False) }
        })
    }
}

fn note_values<'v>(values: &Patterns<'v>, problems: &mut Vec<Problem<'v>>) {
    for value in values.iter() {
        if value.state() == crate::State::Malformed {
            problems.push(Problem { site: value.site, kind: ProblemKind::NotText });
        }
    }
}

fn lower_case(text: &str) -> Cow<'_, str> {
    let is_lower = !text.bytes().any(|byte| byte.is_ascii_uppercase());
    if is_lower { Cow::Borrowed(text) } else { Cow::Owned(text.to_ascii_lowercase()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn operators_are_taken_apart() {
        let parse = Operator::parse;
        let like = parse("ForAllValues:stringlikeifexists");
        assert_eq!(like.base, Base::StringLike);
        assert_eq!(like.qualifier, Some(Qualifier::ForAllValues));
        assert!(like.if_exists && like.holds_without_key());
        assert_eq!(parse("ArnEquals").base, Base::ArnEquals);
        assert!(!parse("ForAnyValue:StringEquals").holds_without_key());
        for odd in ["", "IfExists", "NullIfExists", "ForSomeValues:StringLike", "\u{e9}Exists"] {
            assert_eq!(parse(odd).base, Base::Other, "{odd}");
        }
    }
}
