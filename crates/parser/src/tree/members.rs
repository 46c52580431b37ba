//! The members of a map as they count, merge keys resolved.

use rustc_hash::FxHashMap as HashMap;
use std::sync::Arc;

use super::{Member, NodeId, Tree};

impl Tree<'_> {
    /// The members of a map as they count: each key once (the last one wins, in the place of the
    /// first), merge keys (`<<`) resolved, own members before merged ones.
    pub fn members(&self, id: NodeId) -> Vec<Member<'_>> {
        let mut members = Members::default();
        let mut merges: Vec<NodeId> = Vec::new();
        for member in self.own_members(id) {
            if is_merge(&member) {
                merges.push(member.value);
            } else {
                members.set(member);
            }
        }
        for merge in merges {
            self.merge_into(&mut members, merge, 0);
        }
        members.list
    }

    fn merge_into<'t>(&'t self, members: &mut Members<'t>, from: NodeId, depth: usize) {
        // Merges of merges end quickly in honest files; the limits stop the others.
        if depth > 8 || members.steps > MERGE_LIMIT {
            return;
        }
        members.steps += 1;
        for item in self.items(from) {
            self.merge_into(members, item, depth + 1);
        }
        for member in self.own_members(from) {
            members.steps += 1;
            if is_merge(&member) {
                self.merge_into(members, member.value, depth + 1);
            } else {
                members.set_if_new(member);
            }
        }
    }
}

/// How many merged members are looked at for one map.
const MERGE_LIMIT: usize = 10_000;

/// The key that takes over the members of another map.
pub(super) const MERGE: &str = "<<";

fn is_merge(member: &Member<'_>) -> bool {
    &**member.key == MERGE
}

/// The members of a map while they are collected.
#[derive(Default)]
struct Members<'t> {
    list: Vec<Member<'t>>,
    /// Place in `list` by key, once the list is too long to be searched.
    places: HashMap<&'t Arc<str>, usize>,
    steps: usize,
}

impl<'t> Members<'t> {
    const LONG: usize = 16;

    fn place(&mut self, key: &'t Arc<str>) -> Option<usize> {
        if self.list.len() < Self::LONG {
            // Keys of one tree are interned: the same text is the same allocation.
            return self.list.iter().position(|member| Arc::ptr_eq(member.key, key));
        }
        if self.places.is_empty() {
            let places = self.list.iter().enumerate();
            self.places = places.map(|(place, member)| (member.key, place)).collect();
        }
        self.places.get(key).copied()
    }

    fn set(&mut self, member: Member<'t>) {
        match self.place(member.key) {
            Some(place) => self.list[place] = member,
            None => self.add(member),
        }
    }

    fn set_if_new(&mut self, member: Member<'t>) {
        if self.place(member.key).is_none() {
            self.add(member);
        }
    }

    fn add(&mut self, member: Member<'t>) {
        if !self.places.is_empty() {
            self.places.insert(member.key, self.list.len());
        }
        self.list.push(member);
    }
}
