//! Comparing the results of two queries.
//!
//! How the results of a query are paired with what they are compared with depends on whether a
//! side is a constant or a query, and on which values are lists. The cases are those of the
//! reference engine, down to the ones that surprise: `!=` between two queries does not ask for
//! the opposite of `==`, but for sets without a common value.

use trilith_graph::{Tri, Value};

use super::Engine;
use super::compare::Compared;
use super::node::{Located, Node, View};
use super::scope::{Found, Hit, Unsure};
use super::verdict::{Item, Negation, Pairing, Verdict, holds, judge};
use crate::engine::guard::ir::Operator;

/// The verdicts of `left operator right`. Neither side may be without results.
pub(super) fn verdicts<'a>(
    engine: &Engine<'a>,
    operator: Operator,
    negated: bool,
    left: &[Hit<'a>],
    right: &[Hit<'a>],
) -> Vec<Verdict<'a>> {
    let comparison = Comparison { engine, operator, left, right };
    let pairings = match operator {
        Operator::Equal => comparison.equality(),
        Operator::In => comparison.membership(),
        _ => comparison.ordering(),
    };
    let negation = Negation { engine, operator, at_least_as_many: right.len() >= left.len() };
    let mut verdicts = Vec::with_capacity(pairings.len());
    for pairing in pairings {
        let pairing = if negated { negation.apply(pairing) } else { pairing };
        judge(pairing, &mut verdicts);
    }
    verdicts
}

struct Comparison<'c, 'a> {
    engine: &'c Engine<'a>,
    operator: Operator,
    left: &'c [Hit<'a>],
    right: &'c [Hit<'a>],
}

fn constant<'h, 'a>(hits: &'h [Hit<'a>]) -> Option<&'h Located<'a>> {
    match hits {
        [Hit { found: Found::Literal(located), .. }] => Some(located),
        _ => None,
    }
}

fn values<'a>(hits: &[Hit<'a>]) -> Vec<Item<'a>> {
    let item =
        |hit: &Hit<'a>| hit.located().map(|value| Item { value: value.clone(), maybe: hit.maybe });
    hits.iter().filter_map(item).collect()
}

impl<'a> Comparison<'_, 'a> {
    /// Results on the left that are no values.
    fn left_without_value(&self) -> Vec<Pairing<'a>> {
        let pairing = |hit: &Hit<'a>| match &hit.found {
            Found::Missing(missing) => Some(Pairing::LeftMissing(*missing, hit.maybe)),
            Found::Unsure(unsure) => Some(Pairing::LeftUnsure(unsure.clone())),
            _ => None,
        };
        self.left.iter().filter_map(pairing).collect()
    }

    /// Values on the left that meet a result on the right that is no value.
    fn right_without_value(&self, left: &[Item<'a>], out: &mut Vec<Pairing<'a>>) {
        for hit in self.right {
            match &hit.found {
                Found::Missing(_) => {
                    // Something unknown may be a list without elements, which fails nowhere.
                    let maybe = |item: &Item<'a>| matches!(item.node().view(), View::Unsure(_));
                    let missing = left.iter().cloned();
                    out.extend(missing.map(|item| {
                        let maybe = hit.maybe || maybe(&item);
                        Pairing::RightMissing(item, maybe)
                    }));
                }
                Found::Unsure(_) => out.extend(left.iter().cloned().map(Pairing::RightUnsure)),
                _ => {}
            }
        }
    }

    fn pair(&self, left: &Item<'a>, right: &Item<'a>) -> Pairing<'a> {
        let compared = self.engine.compare(self.operator, left.node(), right.node());
        let compared = if right.maybe { Compared::Unknown } else { compared };
        Pairing::Pair(left.clone(), right.value.clone(), compared)
    }

    fn items_of(&self, list: &Item<'a>) -> Vec<Item<'a>> {
        let items = list.node().items().into_iter().enumerate();
        items
            .map(|(at, node)| {
                let path = self.engine.paths.index(list.value.path, at);
                Item { value: Located { node, path }, maybe: list.maybe }
            })
            .collect()
    }

    /// The items of a list, or the value itself.
    fn flat(&self, item: &Item<'a>) -> Vec<Item<'a>> {
        if item.node().is_list() { self.items_of(item) } else { vec![item.clone()] }
    }

    /// An open list may have further items.
    fn has_unseen(&self, list: &Item<'a>) -> bool {
        list.node().is_list() && list.node().is_open(self.engine)
    }

    /// Further items on the left may differ.
    fn unseen(&self, list: &Item<'a>, out: &mut Vec<Pairing<'a>>) {
        if self.has_unseen(list) {
            out.push(Pairing::LeftUnsure(Unsure { path: list.value.path, reason: None }));
        }
    }

    /// Further items on the right may differ from each value on the left.
    fn unseen_right(&self, list: &Item<'a>, left: &[Item<'a>], out: &mut Vec<Pairing<'a>>) {
        if self.has_unseen(list) {
            out.extend(left.iter().cloned().map(Pairing::RightUnsure));
        }
    }

    fn ordering(&self) -> Vec<Pairing<'a>> {
        let mut out = self.left_without_value();
        let mut left = Vec::new();
        for item in values(self.left) {
            left.extend(self.flat(&item));
            self.unseen(&item, &mut out);
        }
        self.right_without_value(&left, &mut out);
        let lists = values(self.right);
        lists.iter().for_each(|list| self.unseen_right(list, &left, &mut out));
        let right: Vec<Item<'a>> = lists.iter().flat_map(|item| self.flat(item)).collect();
        for left in &left {
            out.extend(right.iter().map(|right| self.pair(left, right)));
        }
        out
    }

    fn equality(&self) -> Vec<Pairing<'a>> {
        match (constant(self.left), constant(self.right)) {
            (Some(left), Some(right)) => {
                vec![self.pair(&certain(left), &certain(right))]
            }
            (Some(left), None) => self.constant_equals(&certain(left)),
            (None, Some(right)) => self.equals_constant(&certain(right)),
            (None, None) => self.equal_sets(),
        }
    }

    fn constant_equals(&self, left: &Item<'a>) -> Vec<Pairing<'a>> {
        let mut out = Vec::new();
        self.right_without_value(std::slice::from_ref(left), &mut out);
        for right in values(self.right) {
            if left.node().is_list() || !right.node().is_list() {
                out.push(self.pair(left, &right));
            } else {
                out.extend(self.items_of(&right).iter().map(|right| self.pair(left, right)));
                self.unseen_right(&right, std::slice::from_ref(left), &mut out);
            }
        }
        out
    }

    fn equals_constant(&self, right: &Item<'a>) -> Vec<Pairing<'a>> {
        let mut out = self.left_without_value();
        let single = if right.node().is_list() {
            let items = self.items_of(right);
            if items.len() == 1 { items.into_iter().next() } else { None }
        } else {
            None
        };
        for left in values(self.left) {
            match &single {
                Some(single) if left.node().is_scalar() => out.push(self.pair(&left, single)),
                _ if left.node().is_list() && !right.node().is_list() => {
                    out.extend(self.items_of(&left).iter().map(|left| self.pair(left, right)));
                    self.unseen(&left, &mut out);
                }
                _ => out.push(self.pair(&left, right)),
            }
        }
        out
    }

    fn equal_sets(&self) -> Vec<Pairing<'a>> {
        let mut out = self.left_without_value();
        let (left, right) = (values(self.left), values(self.right));
        self.right_without_value(&left, &mut out);
        let (many, few) = if left.len() > right.len() { (&left, &right) } else { (&right, &left) };
        let sets = self.sets(left.clone(), &right, many, |item| {
            Tri::any(few.iter().map(|other| {
                let same = self.engine.same(other.node(), item.node());
                if other.maybe { same.and(Tri::Unknown) } else { same }
            }))
        });
        out.push(sets);
        out
    }

    /// The sets, with the items of `many` that are not found in the other.
    fn sets(
        &self,
        left: Vec<Item<'a>>,
        right: &[Item<'a>],
        many: &[Item<'a>],
        is_found: impl Fn(&Item<'a>) -> Tri,
    ) -> Pairing<'a> {
        let unseen = self.left.iter().chain(self.right);
        let mut holds = Tri::True;
        if unseen.into_iter().any(|hit| matches!(hit.found, Found::Unsure(_))) {
            holds = Tri::Unknown;
        }
        let mut others = Vec::new();
        for item in many {
            match is_found(item) {
                Tri::True => {}
                Tri::False if !item.maybe => others.push(item.value.clone()),
                _ => holds = Tri::Unknown,
            }
        }
        if holds == Tri::True && !others.is_empty() {
            holds = Tri::False;
        }
        let right = right.iter().map(|item| item.value.clone()).collect();
        Pairing::Sets { left, right, holds, others }
    }

    fn membership(&self) -> Vec<Pairing<'a>> {
        match (constant(self.left), constant(self.right)) {
            (Some(left), Some(right)) => {
                let (left, right) = (certain(left), certain(right));
                match part_of_text(&left, &right) {
                    found @ Pairing::Pair(_, _, Compared::Yes) => vec![found],
                    _ => vec![self.member(&left, &right)],
                }
            }
            (Some(left), None) => self.constant_in(certain(left)),
            (None, Some(right)) => self.in_constant(&certain(right)),
            (None, None) => self.set_in_set(),
        }
    }

    fn constant_in(&self, left: Item<'a>) -> Vec<Pairing<'a>> {
        let mut out = Vec::new();
        self.right_without_value(std::slice::from_ref(&left), &mut out);
        let right = values(self.right);
        if !left.node().is_list() || right.iter().any(|item| item.node().is_list()) {
            out.extend(right.iter().map(|right| self.member(&left, right)));
            return out;
        }
        let items = self.items_of(&left);
        let nodes: Vec<Node<'a>> = right.iter().map(|item| item.node().clone()).collect();
        out.push(
            self.sets(vec![left], &right, &items, |item| self.engine.contains(&nodes, item.node())),
        );
        out
    }

    fn in_constant(&self, right: &Item<'a>) -> Vec<Pairing<'a>> {
        let mut out = self.left_without_value();
        let is_text = matches!(right.node().view(), View::Text(_));
        for left in values(self.left) {
            if is_text {
                let parts = self.flat(&left);
                out.extend(parts.iter().map(|left| part_of_text(left, right)));
                self.unseen(&left, &mut out);
            } else {
                out.push(self.member(&left, right));
            }
        }
        out
    }

    fn set_in_set(&self) -> Vec<Pairing<'a>> {
        let mut out = self.left_without_value();
        let (left, right) = (values(self.left), values(self.right));
        self.right_without_value(&left, &mut out);
        let sets = self.sets(left.clone(), &right, &left, |item| {
            Tri::any(right.iter().map(|other| {
                let found = holds(&self.member(item, other));
                if other.maybe { found.and(Tri::Unknown) } else { found }
            }))
        });
        out.push(sets);
        out
    }

    /// Whether a value is one of a list, or a list part of a list.
    fn member(&self, left: &Item<'a>, right: &Item<'a>) -> Pairing<'a> {
        let (engine, node, list) = (self.engine, left.node(), right.node());
        if !list.is_list() {
            if node.is_list() {
                let unsure = matches!(list.view(), View::Unsure(_));
                let compared = if unsure { Compared::Unknown } else { Compared::Incomparable };
                return Pairing::Pair(left.clone(), right.value.clone(), compared);
            }
            let pair = Self { operator: Operator::Equal, ..*self };
            return pair.pair(left, right);
        }
        let known = list.items();
        let unseen = list.is_open(engine) || right.maybe;
        let soften = |found: Tri| if unseen { found.or(Tri::Unknown) } else { found };
        if !node.is_list() {
            let found = soften(engine.contains(&known, node));
            // Something unknown may be a list without elements, which is part of every list.
            let unsure = matches!(node.view(), View::Unsure(_)) && known.is_empty();
            let found = if unsure { Tri::Unknown } else { found };
            return Pairing::Pair(left.clone(), right.value.clone(), found.into());
        }
        let (left, right) = (left.clone(), right.value.clone());
        if known.first().is_some_and(Node::is_list) {
            let holds = soften(engine.contains(&known, left.node()));
            let others = vec![left.node().clone()];
            return Pairing::List { left, right, holds, others };
        }
        // Whether the list is one of lists cannot be told from an unknown first element.
        let unclear = known.first().and_then(Node::value).is_some_and(Value::is_unknown);
        let unclear = unclear || left.node().is_open(engine);
        let mut others = Vec::new();
        let mut holds = if unclear { Tri::Unknown } else { Tri::True };
        for item in left.node().items() {
            match soften(engine.contains(&known, &item)) {
                Tri::True => {}
                Tri::False => others.push(item),
                Tri::Unknown => holds = Tri::Unknown,
            }
        }
        if holds == Tri::True && !others.is_empty() {
            holds = Tri::False;
        }
        Pairing::List { left, right, holds, others }
    }
}

fn certain<'a>(value: &Located<'a>) -> Item<'a> {
    Item { value: value.clone(), maybe: false }
}

/// Whether text is a part of other text.
fn part_of_text<'a>(left: &Item<'a>, right: &Item<'a>) -> Pairing<'a> {
    let compared = match (left.node().view(), right.node().view()) {
        (View::Text(part), View::Text(text)) => text.contains(part).into(),
        (View::Unsure(_), _) | (_, View::Unsure(_)) => Compared::Unknown,
        _ => Compared::Incomparable,
    };
    Pairing::Pair(left.clone(), right.value.clone(), compared)
}
