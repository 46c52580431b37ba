//! How much one evaluation may cost.

use std::cell::Cell;

use trilith_graph::{Part, Reason, Value, ValueKind};

/// Steps of one evaluation: expressions, elements, characters by the kilobyte.
const STEP_LIMIT: u32 = 2_000_000;
/// Values that a value may hold, shared ones counted each time.
const WEIGHT_LIMIT: usize = 100_000;
/// How deep a value may be nested.
const DEPTH_LIMIT: usize = 256;
/// Elements of one list or map.
pub(in crate::hcl) const ITEM_LIMIT: usize = 10_000;
/// Bytes of one text.
pub(in crate::hcl) const TEXT_LIMIT: usize = 1 << 20;

/// What is left to spend, and what came to light on the way.
#[derive(Debug)]
pub(in crate::hcl) struct Budget {
    steps: Cell<u32>,
    doubt: Cell<bool>,
}

impl Budget {
    pub(in crate::hcl) const fn new() -> Self {
        Self { steps: Cell::new(STEP_LIMIT), doubt: Cell::new(false) }
    }

    /// Takes `steps`; false if there are not so many left.
    pub(in crate::hcl) fn spend(&self, steps: usize) -> bool {
        let steps = u32::try_from(steps).unwrap_or(u32::MAX);
        let left = self.steps.get().checked_sub(steps);
        self.steps.set(left.unwrap_or(0));
        left.is_some()
    }

    /// Notes that something was evaluated that may turn out to fail: an element of a list that
    /// may be empty, an attribute of a value that may lack it.
    pub(in crate::hcl) fn note_doubt(&self) {
        self.doubt.set(true);
    }

    /// Runs `evaluate` and tells whether it left a doubt. Doubts from before are kept.
    pub(in crate::hcl) fn watch<T>(&self, evaluate: impl FnOnce() -> T) -> (T, bool) {
        let before = self.doubt.replace(false);
        let result = evaluate();
        (result, self.doubt.replace(before))
    }

    /// Whether more was asked for than there was.
    pub(in crate::hcl) fn is_spent(&self) -> bool {
        self.steps.get() == 0
    }

    /// Takes a step for everything inside of `value`; false if that is too much.
    pub(in crate::hcl) fn spend_on(&self, value: &Value) -> bool {
        let mut left = WEIGHT_LIMIT;
        let fits = weigh(value, &mut left, DEPTH_LIMIT);
        self.spend(WEIGHT_LIMIT - left) && fits
    }
}

/// Counts down for every value inside; false once nothing is left.
fn weigh(value: &Value, left: &mut usize, depth: usize) -> bool {
    if *left == 0 || depth == 0 {
        return false;
    }
    *left -= 1;
    let mut inside = |value: &Value| weigh(value, left, depth - 1);
    match &value.kind {
        ValueKind::List(items) => items.iter().all(inside),
        ValueKind::Map(map) => map.entries().iter().all(|entry| inside(&entry.value)),
        ValueKind::OneOf(arms) => arms.iter().all(|arm| inside(&arm.value)),
        ValueKind::Template(parts) => parts.iter().all(|part| match part {
            Part::Text(_) => true,
            Part::Hole(hole) => inside(hole),
        }),
        _ => true,
    }
}

/// The reason for what costs too many steps.
pub(in crate::hcl) fn too_many_steps() -> Reason {
    Reason::Budget(format!("an expression takes more than {STEP_LIMIT} steps").into())
}

/// The reason for a list or map that is too long.
pub(in crate::hcl) fn too_many_items() -> Reason {
    Reason::Budget(format!("a collection has more than {ITEM_LIMIT} elements").into())
}

/// The reason for text that is too long.
pub(in crate::hcl) fn too_much_text() -> Reason {
    Reason::Budget(format!("a text has more than {TEXT_LIMIT} bytes").into())
}

/// The reason for a value that holds too much.
pub(in crate::hcl) fn too_heavy() -> Reason {
    Reason::Budget(format!("a value holds more than {WEIGHT_LIMIT} others").into())
}
