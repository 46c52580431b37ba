//! Sets of texts: unions of patterns, conjunctions of those, and whether one is empty.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use super::automaton::{self, Exhausted};
use super::region::Limits;
use super::step::{self, Step, Steps};
use super::universe::Universe;
use crate::glob::Fuel;

/// The texts that any of some patterns matches.
#[derive(Debug)]
pub(crate) struct TextSet {
    /// Patterns without wildcards; sorted.
    literals: Vec<Box<str>>,
    patterns: Vec<Steps>,
    /// Whether a pattern is `*` alone.
    is_everything: bool,
    hash: u64,
}

/// One member of a [`TextSet`], or many.
#[derive(Debug)]
pub(crate) enum Text {
    /// A text that stands for itself.
    Literal(Box<str>),
    Pattern(Steps),
}

impl From<Steps> for Text {
    fn from(steps: Steps) -> Self {
        literal(&steps.exact).map_or(Self::Pattern(steps), Self::Literal)
    }
}

impl PartialEq for TextSet {
    fn eq(&self, other: &Self) -> bool {
        self.hash == other.hash
            && self.literals == other.literals
            && self.patterns == other.patterns
    }
}

// So that a set is equal to itself without a look at its texts.
impl Eq for TextSet {}

impl Hash for TextSet {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.hash.hash(state);
    }
}

impl TextSet {
    pub(crate) fn new(texts: impl IntoIterator<Item: Into<Text>>) -> Self {
        let mut literals = Vec::new();
        let mut others = Vec::new();
        for text in texts {
            match text.into() {
                Text::Literal(text) => literals.push(text),
                Text::Pattern(steps) => others.push(steps),
            }
        }
        literals.sort_unstable();
        literals.dedup();
        others.sort_unstable();
        others.dedup();
        let mut hasher = DefaultHasher::new();
        (&literals, &others).hash(&mut hasher);
        let is_everything = others.iter().any(|steps| *steps.exact == [Step::Star]);
        Self { literals, patterns: others, is_everything, hash: hasher.finish() }
    }

    /// No text at all.
    pub(crate) const fn is_nothing(&self) -> bool {
        self.literals.is_empty() && self.patterns.is_empty()
    }

    pub(crate) fn holes(&self) -> impl Iterator<Item = u32> {
        self.patterns.iter().flat_map(Steps::holes)
    }

    pub(crate) fn literals(&self) -> &[Box<str>] {
        &self.literals
    }

    pub(crate) fn patterns(&self) -> &[Steps] {
        &self.patterns
    }

    /// Texts of the set, given values for the holes; not more than a few of a large set.
    pub(crate) fn candidates(&self, value: &dyn Fn(u32) -> Option<String>) -> Vec<String> {
        const MOST: usize = 16;
        let patterns = self.patterns.iter().take(MOST);
        let filled = patterns.flat_map(|steps| {
            ["x", ""].into_iter().filter_map(|star| filled(&steps.exact, star, value))
        });
        filled.chain(self.literals.iter().take(MOST).map(ToString::to_string)).collect()
    }

    fn len(&self) -> usize {
        self.literals.len() + self.patterns.len()
    }

    fn has_pattern(&self, steps: &Steps) -> bool {
        self.patterns.binary_search(steps).is_ok()
    }

    /// Whether a look at single patterns shows that one has all texts of another.
    fn plainly_covers(&self, steps: &Steps) -> bool {
        let mut near = self.patterns_near(&[steps]);
        near.any(|own| !own.has_holes() && step::covers(&own.exact, steps.most()))
    }

    /// The patterns that do not begin with another letter than one of `required`, which is
    /// most of what tells the actions of different services apart.
    fn patterns_near<'s>(
        &'s self,
        required: &[&Steps],
    ) -> impl Iterator<Item = &'s Steps> + use<'s> {
        let first = required.iter().find_map(|steps| match steps.most().first() {
            Some(Step::Char(char)) => Some(*char),
            _ => None,
        });
        self.patterns_from(first)
    }

    /// The patterns that begin with a letter, or with something other than a letter.
    fn patterns_from(&self, first: Option<char>) -> impl Iterator<Item = &Steps> {
        // The patterns are sorted, those that begin with a letter first.
        let start = |char: char| {
            self.patterns.partition_point(|it| it.exact.first() < Some(&Step::Char(char)))
        };
        let letters = match first {
            Some(char) => {
                let end =
                    self.patterns.partition_point(|it| it.exact.first() <= Some(&Step::Char(char)));
                &self.patterns[start(char)..end]
            }
            None => &self.patterns[..],
        };
        let others = match first {
            Some(_) => {
                let after = self
                    .patterns
                    .partition_point(|it| it.exact.first() <= Some(&Step::Char(char::MAX)));
                &self.patterns[after..]
            }
            None => &[],
        };
        letters.iter().chain(others)
    }

    /// Whether a text is in the set: surely, or depending on holes.
    pub(crate) fn holds(&self, text: &str) -> Membership {
        let is_literal = || self.literals.binary_search_by(|own| (**own).cmp(text)).is_ok();
        if self.is_everything || is_literal() {
            return Membership::In;
        }
        let mut membership = Membership::Out;
        for steps in self.patterns_from(text.chars().next()) {
            if steps.may_match(text) {
                if !steps.has_holes() {
                    return Membership::In;
                }
                membership = Membership::Perhaps;
            }
        }
        membership
    }
}

fn literal(steps: &[Step]) -> Option<Box<str>> {
    let chars = steps.iter().map(|step| match step {
        Step::Char(char) => Some(*char),
        _ => None,
    });
    chars.collect::<Option<String>>().map(String::into_boxed_str)
}

/// Whether something is in a set that may have holes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Membership {
    In,
    Out,
    Perhaps,
}

impl Membership {
    /// The membership in the complement, if `negated`.
    pub(crate) const fn negated_if(self, negated: bool) -> Self {
        match (self, negated) {
            (Self::In, true) => Self::Out,
            (Self::Out, true) => Self::In,
            _ => self,
        }
    }

    pub(crate) fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Out, _) | (_, Self::Out) => Self::Out,
            (Self::In, Self::In) => Self::In,
            _ => Self::Perhaps,
        }
    }
}

/// What the search for a member of a set came to.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Found<T> {
    /// The set is empty.
    Nothing,
    /// A member.
    Member(T),
    /// A member if holes are as it needs them, or the search was given up.
    Perhaps(T),
}

impl<T> Found<T> {
    pub(crate) const fn is_nothing(&self) -> bool {
        matches!(self, Self::Nothing)
    }
}

/// A conjunction of sets and complements of sets, within a universe.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub(crate) struct TextTerm {
    parts: Vec<(Arc<TextSet>, bool)>,
    universe: Universe,
}

impl TextTerm {
    /// All texts of a universe.
    pub(crate) const fn all_of(universe: Universe) -> Self {
        Self { parts: Vec::new(), universe }
    }

    /// Adds a set, or its complement.
    pub(crate) fn add(&mut self, set: &Arc<TextSet>, excluded: bool) {
        // A set that is there already, and all texts, make no difference.
        let is_known = self
            .parts
            .iter()
            .any(|(own, negated)| *negated == excluded && (Arc::ptr_eq(own, set) || own == set));
        if !is_known && (excluded || !set.is_everything) {
            self.parts.push((Arc::clone(set), excluded));
        }
    }

    /// Whether no text is also in a set, or in its complement.
    pub(crate) fn excludes(&self, set: &Arc<TextSet>, excluded: bool, limits: &Limits) -> bool {
        // The term itself is not empty, so that a set that it lies in leaves something.
        let lies_in = |(own, negated): &(Arc<TextSet>, bool)| *negated == excluded && own == set;
        if self.parts.iter().any(lies_in) || (!excluded && set.is_everything) {
            return false;
        }
        self.with(set, excluded).is_empty(limits)
    }

    /// The conjunction with a set, or its complement.
    #[must_use]
    pub(crate) fn with(&self, set: &Arc<TextSet>, excluded: bool) -> Self {
        let mut parts = Vec::with_capacity(self.parts.len() + 1);
        parts.clone_from(&self.parts);
        parts.push((Arc::clone(set), excluded));
        Self { parts, universe: self.universe }
    }

    pub(crate) fn holds(&self, text: &str) -> Membership {
        if !self.universe.has(text) {
            return Membership::Out;
        }
        self.parts.iter().fold(Membership::In, |all, (set, excluded)| {
            if all == Membership::Out {
                all
            } else {
                all.and(set.holds(text).negated_if(*excluded))
            }
        })
    }

    /// Texts that may be members once the holes have values.
    pub(crate) fn candidates(&self, value: &dyn Fn(u32) -> Option<String>) -> Vec<String> {
        let set = self.included().min_by_key(|set| set.len());
        set.map_or_else(Vec::new, |set| set.candidates(value))
    }

    /// The numbers of all holes.
    pub(crate) fn holes(&self) -> impl Iterator<Item = u32> {
        self.parts.iter().flat_map(|(set, _)| set.holes())
    }

    /// The sets that a member is in.
    pub(crate) fn included(&self) -> impl Iterator<Item = &TextSet> {
        self.parts.iter().filter(|(_, excluded)| !excluded).map(|(set, _)| &**set)
    }

    fn excluded(&self) -> impl Iterator<Item = &TextSet> {
        self.parts.iter().filter(|(_, excluded)| *excluded).map(|(set, _)| &**set)
    }

    /// A text in all sets and in no complement; one that is so for certain, if there is any.
    pub(crate) fn find(&self, fuel: &Fuel) -> Found<String> {
        self.find_for(Goal::Certainty, fuel)
    }

    /// Whether there is no text for certain.
    pub(crate) fn is_empty(&self, limits: &Limits) -> bool {
        if self.is_plainly_empty() {
            return true;
        }
        if self.parts.len() < 2 {
            return self.find_for(Goal::Possibility, &limits.fuel).is_nothing();
        }
        // The regions of a query differ in few of their constraints, so that most terms come
        // up again and again.
        if let Some(known) = limits.emptiness.borrow().get(self) {
            return *known;
        }
        let is_empty = self.find_for(Goal::Possibility, &limits.fuel).is_nothing();
        limits.emptiness.borrow_mut().insert(self.clone(), is_empty);
        is_empty
    }

    fn find_for(&self, goal: Goal, fuel: &Fuel) -> Found<String> {
        if self.is_plainly_empty() {
            return Found::Nothing;
        }
        let finite = self.included().filter(|set| set.patterns.is_empty());
        if let Some(set) = finite.min_by_key(|set| set.literals.len()) {
            return self.find_among(&set.literals, goal);
        }
        let set = self.included().min_by_key(|set| set.len());
        let set = set.unwrap_or_else(|| self.universe.texts());
        let mut perhaps = self.find_among(&set.literals, goal);
        if goal.is_met_by(&perhaps) {
            return perhaps;
        }
        let others: Vec<&TextSet> =
            self.included().filter(|other| !std::ptr::eq(*other, set)).collect();
        for steps in &set.patterns {
            let found = self.find_choice(&mut vec![steps], &others, goal, fuel);
            if goal.is_met_by(&found) {
                return found;
            }
            if perhaps.is_nothing() {
                perhaps = found;
            }
        }
        perhaps
    }

    /// Whether a glance shows that there is no text.
    fn is_plainly_empty(&self) -> bool {
        self.parts.iter().any(|(set, excluded)| {
            if !excluded {
                return set.is_nothing();
            }
            set.is_everything || self.included().any(|included| included == &**set)
        })
    }

    fn find_among(&self, texts: &[Box<str>], goal: Goal) -> Found<String> {
        let mut perhaps = Found::Nothing;
        for text in texts {
            let found = self.member(text);
            if goal.is_met_by(&found) {
                return found;
            }
            if perhaps.is_nothing() {
                perhaps = found;
            }
        }
        perhaps
    }

    /// A text, as far as it is a member.
    fn member(&self, text: &str) -> Found<String> {
        match self.holds(text) {
            Membership::In => Found::Member(text.to_owned()),
            Membership::Perhaps => Found::Perhaps(text.to_owned()),
            Membership::Out => Found::Nothing,
        }
    }

    /// Tries every choice of one pattern from each set.
    fn find_choice<'a>(
        &'a self,
        chosen: &mut Vec<&'a Steps>,
        others: &[&'a TextSet],
        goal: Goal,
        fuel: &Fuel,
    ) -> Found<String> {
        let Some((set, rest)) = others.split_first() else {
            if chosen.iter().any(|steps| self.universe.has_all_of(steps)) {
                return self.find_in(chosen, goal, fuel);
            }
            return self.find_choice(chosen, &[self.universe.texts()], goal, fuel);
        };
        if set.is_everything {
            if self.universe == Universe::Texts && rest.is_empty() {
                return self.find_in(chosen, goal, fuel);
            }
            return self.find_choice(chosen, rest, goal, fuel);
        }
        let mut perhaps = self.find_among_matching(&set.literals, chosen);
        if goal.is_met_by(&perhaps) {
            return perhaps;
        }
        for steps in set.patterns_near(chosen) {
            if !chosen.iter().all(|other| may_meet(other.most(), steps.most())) {
                continue;
            }
            if !fuel.burn(1) {
                return Found::Perhaps(String::new());
            }
            chosen.push(steps);
            let found = self.find_choice(chosen, rest, goal, fuel);
            chosen.pop();
            if goal.is_met_by(&found) {
                return found;
            }
            if perhaps.is_nothing() {
                perhaps = found;
            }
        }
        perhaps
    }

    fn find_among_matching(&self, texts: &[Box<str>], chosen: &[&Steps]) -> Found<String> {
        let mut perhaps = Found::Nothing;
        for text in texts.iter().filter(|text| chosen.iter().all(|steps| steps.may_match(text))) {
            match self.holds(text) {
                Membership::In => return Found::Member(text.to_string()),
                Membership::Perhaps => perhaps = Found::Perhaps(text.to_string()),
                Membership::Out => {}
            }
        }
        perhaps
    }

    /// A text that all of the patterns match and no excluded set has.
    fn find_in(&self, required: &[&Steps], goal: Goal, fuel: &Fuel) -> Found<String> {
        // A pattern is covered by itself, whatever its holes are.
        let is_excluded = |steps: &&Steps| {
            self.excluded().any(|set| set.has_pattern(steps) || set.plainly_covers(steps))
        };
        if required.iter().any(is_excluded) {
            return Found::Nothing;
        }
        let simple = self.simple_member(required);
        if goal.is_met_by(&simple) && !self.hides_something(required) {
            return simple;
        }
        let mut is_open = required.iter().any(|steps| steps.has_holes());
        let mut excludes_holes = false;
        let mut excluded: Vec<&[Step]> = Vec::new();
        let mut literals = Vec::new();
        for set in self.excluded() {
            for steps in set.patterns_near(required) {
                if !required.iter().all(|own| may_meet(own.most(), steps.most())) {
                    continue;
                }
                // Nothing may be concluded from what an excluded pattern with holes leaves out.
                if steps.has_holes() {
                    excludes_holes = true;
                } else {
                    excluded.push(&steps.exact);
                }
            }
            let meeting =
                set.literals.iter().filter(|text| required.iter().all(|own| own.may_match(text)));
            literals.extend(meeting.map(|text| text.chars().map(Step::Char).collect::<Vec<_>>()));
        }
        excluded.extend(literals.iter().map(Vec::as_slice));
        let most: Vec<&[Step]> = required.iter().map(|steps| steps.most()).collect();
        let text = match automaton::find(&most, &excluded, fuel) {
            Ok(None) => return Found::Nothing,
            Ok(Some(text)) => text,
            Err(Exhausted) => return Found::Perhaps(String::new()),
        };
        // Whatever the holes are, a text of a pattern is one of others if that is so with a
        // symbol for each hole.
        let is_covered = |steps: &&&Steps| self.covers_whatever_holes_are(steps, fuel);
        let mut hidden = required.iter().filter(|steps| steps.has_holes());
        if excludes_holes && hidden.any(|steps| is_covered(&steps)) {
            return Found::Nothing;
        }
        is_open |= excludes_holes;
        if is_open { Found::Perhaps(text) } else { Found::Member(text) }
    }

    fn covers_whatever_holes_are(&self, steps: &Steps, fuel: &Fuel) -> bool {
        let excluded: Vec<&[Step]> =
            self.excluded().flat_map(|set| &set.patterns).map(|steps| &*steps.exact).collect();
        automaton::find(&[&steps.exact], &excluded, fuel) == Ok(None)
    }

    /// Whether both a pattern and an excluded one have holes: they may be the same.
    fn hides_something(&self, required: &[&Steps]) -> bool {
        required.iter().any(|steps| steps.has_holes())
            && self.excluded().any(|set| set.patterns.iter().any(Steps::has_holes))
    }

    /// A text of a pattern with something for every star, or nothing: most sets that are not
    /// empty are found so.
    fn simple_member(&self, required: &[&Steps]) -> Found<String> {
        let [steps] = required else { return Found::Nothing };
        let texts = ["x", ""].map(|star| instance(steps.most(), star));
        let mut perhaps = Found::Nothing;
        for text in texts {
            match self.member(&text) {
                Found::Nothing => {}
                Found::Member(text) => return Found::Member(text),
                found @ Found::Perhaps(_) => perhaps = found,
            }
        }
        perhaps
    }
}

/// When a search may stop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Goal {
    /// At something that is a member whatever the holes are.
    Certainty,
    /// At anything that may be a member.
    Possibility,
}

impl Goal {
    const fn is_met_by<T>(self, found: &Found<T>) -> bool {
        match found {
            Found::Nothing => false,
            Found::Member(_) => true,
            Found::Perhaps(_) => matches!(self, Self::Possibility),
        }
    }
}

/// A text of a pattern without holes.
fn instance(steps: &[Step], star: &str) -> String {
    filled(steps, star, &|_| Some(String::new())).unwrap_or_default()
}

/// A text of a pattern, with a text for every star and values for the holes.
fn filled(steps: &[Step], star: &str, value: &dyn Fn(u32) -> Option<String>) -> Option<String> {
    let mut text = String::with_capacity(steps.len());
    for step in steps {
        match step {
            Step::Char(char) | Step::Folded(char) => text.push(*char),
            Step::One | Step::OneInPart => text.push('x'),
            Step::Star | Step::StarInPart => text.push_str(star),
            Step::Hole(number) => text.push_str(&value(*number)?),
        }
    }
    Some(text)
}

/// Whether a look at both ends leaves it open that two patterns without holes share a text.
fn may_meet(one: &[Step], two: &[Step]) -> bool {
    fn clash<'a>(one: impl Iterator<Item = &'a Step>, two: impl Iterator<Item = &'a Step>) -> bool {
        for (a, b) in one.zip(two) {
            match (a, b) {
                (Step::Char(a), Step::Char(b)) if a == b => {}
                (Step::Char(_), Step::Char(_)) => return true,
                _ if a.is_star() || b.is_star() => return false,
                _ => {}
            }
        }
        false
    }
    !clash(one.iter(), two.iter()) && !clash(one.iter().rev(), two.iter().rev())
}
