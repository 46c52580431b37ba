//! Which values of a parameter are told apart.
//!
//! Conditions compare parameters with a few literals, and lookups use them as keys; any further
//! value behaves like every other one. So a parameter has as many values as the template
//! mentions, plus one that stands for the rest.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::intrinsics::{Call, Function};
use super::parameters::literal;
use crate::tree::{NodeId, Tree};

/// Values per parameter beyond which no more are told apart.
const MAX_VALUES: usize = 256;
/// Rounds in which comparisons of two parameters share their values.
const MAX_ROUNDS: usize = 4;

/// The values that a template mentions for each parameter.
#[derive(Debug, Default)]
pub(super) struct Domains {
    compared: BTreeMap<Arc<str>, BTreeSet<Arc<str>>>,
    read: BTreeSet<Arc<str>>,
    pairs: BTreeSet<(Arc<str>, Arc<str>)>,
    looked_up: BTreeSet<(NodeId, Arc<str>)>,
}

impl Domains {
    /// Reads every comparison, lookup and reference of a file. `mappings` is the section of that
    /// name.
    pub(super) fn collect(tree: &Tree<'_>, mappings: Option<NodeId>) -> Self {
        let mut domains = Self::default();
        for index in 0..tree.len() as u32 {
            let node = NodeId(index);
            if tree.resolve(node) != node {
                continue;
            }
            if let Some(call) = Call::of(tree, node) {
                domains.visit(tree, &call, mappings);
            }
        }
        domains.share();
        domains
    }

    fn visit(&mut self, tree: &Tree<'_>, call: &Call<'_>, mappings: Option<NodeId>) {
        let arguments = || tree.items(call.argument).take(MAX_VALUES);
        match call.function {
            Function::Equals => {
                let operands: Vec<NodeId> = arguments().collect();
                if let [left, right] = operands[..] {
                    self.compare(tree, left, right);
                    self.compare(tree, right, left);
                }
            }
            // Lists of operands and of literals, in either order.
            Function::Contains | Function::EachMemberIn | Function::EachMemberEquals => {
                let operands: Vec<NodeId> = arguments().collect();
                if let [left, right] = operands[..] {
                    for left in listed(tree, left).into_iter().take(MAX_VALUES) {
                        for right in listed(tree, right).into_iter().take(MAX_VALUES) {
                            self.compare(tree, left, right);
                            self.compare(tree, right, left);
                        }
                    }
                }
            }
            Function::FindInMap => self.lookup(tree, call, mappings),
            Function::Ref => {
                self.read.insert(tree.text(call.argument).into());
            }
            Function::Sub => {
                let text = arguments().next().unwrap_or(call.argument);
                for name in super::substitution::names(tree.text(text)) {
                    self.read.insert(name.into());
                }
            }
            _ => {}
        }
    }

    fn compare(&mut self, tree: &Tree<'_>, left: NodeId, right: NodeId) {
        let Some(name) = referenced(tree, left) else { return };
        match (referenced(tree, right), literal(tree, right)) {
            (Some(other), _) => {
                self.pairs.insert((name, other));
            }
            (None, Some(text)) if Call::of(tree, right).is_none() => self.add(name, text),
            _ => {}
        }
    }

    fn lookup(&mut self, tree: &Tree<'_>, call: &Call<'_>, mappings: Option<NodeId>) {
        let arguments: Vec<NodeId> = tree.items(call.argument).take(3).collect();
        let (Some(mappings), [map, top, second]) = (mappings, &arguments[..]) else { return };
        let Some(map) = tree.get(mappings, tree.text(*map)) else { return };
        for (key, is_second) in [(*top, false), (*second, true)] {
            let Some(name) = referenced(tree, key) else { continue };
            // The same lookup often occurs once per resource.
            if !self.looked_up.insert((map, format!("{name}/{is_second}").into())) {
                continue;
            }
            for row in tree.members(map).iter().take(MAX_VALUES) {
                if !is_second {
                    self.add(name.clone(), row.key.clone());
                    continue;
                }
                for member in tree.own_members(row.value).take(MAX_VALUES) {
                    self.add(name.clone(), member.key.clone());
                }
            }
        }
    }

    fn add(&mut self, name: Arc<str>, value: Arc<str>) {
        let values = self.compared.entry(name).or_default();
        if values.len() < MAX_VALUES {
            values.insert(value);
        }
    }

    /// Parameters that are compared with each other get each other's values.
    fn share(&mut self) {
        let pairs = std::mem::take(&mut self.pairs);
        for _ in 0..MAX_ROUNDS {
            for (left, right) in &pairs {
                for value in self.compared(left) {
                    self.add(right.clone(), value);
                }
            }
        }
    }

    /// The values that a parameter is compared with.
    pub(super) fn compared(&self, name: &str) -> BTreeSet<Arc<str>> {
        self.compared.get(name).cloned().unwrap_or_default()
    }

    /// Whether anything refers to the parameter.
    pub(super) fn is_read(&self, name: &str) -> bool {
        self.read.contains(name)
    }
}

/// The parameter that an operand is a plain reference to.
fn referenced(tree: &Tree<'_>, node: NodeId) -> Option<Arc<str>> {
    let call = Call::of(tree, node)?;
    (call.function == Function::Ref).then(|| tree.text(call.argument).into())
}

fn listed(tree: &Tree<'_>, node: NodeId) -> Vec<NodeId> {
    let items: Vec<NodeId> = tree.items(node).collect();
    if items.is_empty() { vec![node] } else { items }
}
