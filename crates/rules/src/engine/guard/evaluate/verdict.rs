//! From comparisons to verdicts: negation, and what counts for each value.

use trilith_graph::Tri;

use super::Engine;
use super::compare::Compared;
use super::node::{Located, Node};
use super::scope::{Missing, Unsure};
use crate::engine::guard::ir::Operator;

/// What came of one value.
#[derive(Debug)]
pub(super) struct Verdict<'a> {
    pub(super) subject: Subject<'a>,
    pub(super) outcome: Outcome,
    /// What the value was compared with.
    pub(super) to: Vec<Located<'a>>,
    /// Why the check could not be answered.
    pub(super) note: Option<String>,
}

/// What a verdict is about.
#[derive(Debug)]
pub(super) enum Subject<'a> {
    Value(Located<'a>),
    Missing(Missing<'a>),
    Unsure(Unsure),
}

/// The outcome of checking one value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outcome {
    Pass,
    /// The value passes if it is among those to check, which is not known.
    PassIfThere,
    Fail,
    Unknown,
}

impl Outcome {
    pub(super) fn new(holds: Tri, maybe: bool) -> Self {
        match (holds, maybe) {
            (Tri::True, false) => Self::Pass,
            (Tri::True, true) => Self::PassIfThere,
            (Tri::False, false) => Self::Fail,
            _ => Self::Unknown,
        }
    }
}

/// A result that is a value.
#[derive(Debug, Clone)]
pub(super) struct Item<'a> {
    pub(super) value: Located<'a>,
    pub(super) maybe: bool,
}

impl<'a> Item<'a> {
    pub(super) fn node(&self) -> &Node<'a> {
        &self.value.node
    }
}

/// A comparison before negation.
pub(super) enum Pairing<'a> {
    LeftMissing(Missing<'a>, bool),
    LeftUnsure(Unsure),
    /// There is nothing to compare this value with.
    RightMissing(Item<'a>, bool),
    RightUnsure(Item<'a>),
    Pair(Item<'a>, Located<'a>, Compared),
    /// A list in a list: the elements that are not there, and all elements.
    List {
        left: Item<'a>,
        right: Located<'a>,
        holds: Tri,
        others: Vec<Node<'a>>,
    },
    /// All values of one query against all of another: what one has and the other has not.
    Sets {
        left: Vec<Item<'a>>,
        right: Vec<Located<'a>>,
        holds: Tri,
        others: Vec<Located<'a>>,
    },
}

/// Whether a pairing holds before negation.
pub(super) fn holds(pairing: &Pairing<'_>) -> Tri {
    match pairing {
        Pairing::Pair(_, _, compared) => compared.as_tri(),
        Pairing::List { holds, .. } | Pairing::Sets { holds, .. } => *holds,
        _ => Tri::False,
    }
}

/// The opposite of comparisons.
pub(super) struct Negation<'c, 'a> {
    pub(super) engine: &'c Engine<'a>,
    pub(super) operator: Operator,
    /// Whether the right side has at least as many results as the left.
    pub(super) at_least_as_many: bool,
}

impl<'a> Negation<'_, 'a> {
    pub(super) fn apply(&self, pairing: Pairing<'a>) -> Pairing<'a> {
        match pairing {
            Pairing::Pair(left, right, Compared::Yes) => Pairing::Pair(left, right, Compared::No),
            Pairing::Pair(left, right, Compared::No) => Pairing::Pair(left, right, Compared::Yes),
            Pairing::List { left, right, holds, others } => {
                let items = left.node().items();
                let (holds, rest) = self.reversed(holds, items, &others, Node::clone);
                Pairing::List { left, right, holds, others: rest }
            }
            Pairing::Sets { left, right, holds, others } => {
                let of_right = self.operator == Operator::Equal
                    && self.at_least_as_many
                    && holds == Tri::False;
                let items = if of_right {
                    right.clone()
                } else {
                    left.iter().map(|item| item.value.clone()).collect()
                };
                let excluded: Vec<Node<'a>> = others.iter().map(|item| item.node.clone()).collect();
                let (holds, rest) =
                    self.reversed(holds, items, &excluded, |item| item.node.clone());
                Pairing::Sets { left, right, holds, others: rest }
            }
            other => other,
        }
    }

    /// What is left of all items without those that were not found. It has to be nothing; and
    /// where every item was found, the negation never holds.
    fn reversed<T>(
        &self,
        holds: Tri,
        items: Vec<T>,
        excluded: &[Node<'a>],
        node: impl Fn(&T) -> Node<'a>,
    ) -> (Tri, Vec<T>) {
        match holds {
            Tri::True => (Tri::False, items),
            Tri::Unknown => (Tri::Unknown, Vec::new()),
            Tri::False => {
                let mut holds = Tri::True;
                let mut rest = Vec::new();
                for item in items {
                    match self.is_among(excluded, &node(&item)) {
                        Tri::True => {}
                        Tri::False => rest.push(item),
                        Tri::Unknown => holds = Tri::Unknown,
                    }
                }
                (if rest.is_empty() { holds } else { Tri::False }, rest)
            }
        }
    }

    /// Whether a value is one of these, which it is for certain if it is the same one.
    fn is_among(&self, nodes: &[Node<'a>], wanted: &Node<'a>) -> Tri {
        if nodes.iter().any(|node| node.is_identical(wanted)) {
            return Tri::True;
        }
        self.engine.contains(nodes, wanted)
    }
}

/// The verdicts of one pairing.
pub(super) fn judge<'a>(pairing: Pairing<'a>, out: &mut Vec<Verdict<'a>>) {
    let value = |item: Item<'a>, holds: Tri, to: Vec<Located<'a>>| Verdict {
        outcome: Outcome::new(holds, item.maybe),
        subject: Subject::Value(item.value),
        to,
        note: None,
    };
    match pairing {
        Pairing::LeftMissing(missing, maybe) => out.push(Verdict {
            subject: Subject::Missing(missing),
            outcome: Outcome::new(Tri::False, maybe),
            to: Vec::new(),
            note: None,
        }),
        Pairing::LeftUnsure(unsure) => out.push(Verdict {
            subject: Subject::Unsure(unsure),
            outcome: Outcome::Unknown,
            to: Vec::new(),
            note: None,
        }),
        Pairing::RightMissing(item, maybe) => {
            let holds = if maybe { Tri::Unknown } else { Tri::False };
            let note = Some("what it is compared with is missing".to_owned());
            out.push(Verdict { note, ..value(item, holds, Vec::new()) });
        }
        Pairing::RightUnsure(item) => out.push(value(item, Tri::Unknown, Vec::new())),
        Pairing::Pair(item, right, compared) => {
            out.push(value(item, compared.as_tri(), vec![right]));
        }
        Pairing::List { left, right, holds, .. } => out.push(value(left, holds, vec![right])),
        Pairing::Sets { left, right, holds: Tri::False, others } => {
            for other in others {
                // A value that only the right side has is still a fault of the left side.
                let other = if right.iter().any(|value| value.path == other.path) {
                    left.first().map_or(other, |item| item.value.clone())
                } else {
                    other
                };
                let item = Item { value: other, maybe: false };
                out.push(value(item, Tri::False, right.clone()));
            }
        }
        Pairing::Sets { left, right, holds, .. } => {
            for item in left {
                out.push(value(item, holds, right.clone()));
            }
        }
    }
}
