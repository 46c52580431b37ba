//! Following a query into the document.

use trilith_graph::{Reason, Value, ValueKind};

use super::intrinsic;
use super::node::{Located, Member, Name, Node, View};
use super::path::PathId;
use super::report::{Role, Status};
use super::scope::{Found, Hit, Missing, Scope, Unsure};
use super::{Engine, PART, Problem};
use crate::engine::guard::ir::{Conjunction, Key, Part, Query};
use crate::engine::guard::selection::{TypeSelection, has_other_lines};

/// A query on its way.
#[derive(Clone, Copy)]
pub(super) struct Way<'s, 'a> {
    pub(super) parts: &'a [Part],
    /// The part to follow next.
    pub(super) at: usize,
    /// Where clauses of filters find variables.
    pub(super) scope: &'s Scope<'s, 'a>,
    /// The spelling in which a key was first found, if not as written.
    pub(super) spelling: Option<usize>,
    /// Whether a filter could not be decided.
    pub(super) maybe: bool,
}

impl<'a> Way<'_, 'a> {
    pub(super) fn next(self) -> Self {
        Self { at: self.at + 1, ..self }
    }

    pub(super) fn rest(&self) -> &'a [Part] {
        &self.parts[self.at..]
    }
}

/// What following a query adds to.
pub(super) type Out<'a> = Vec<Hit<'a>>;

impl<'a> Engine<'a> {
    /// The results of a query that starts from a value.
    pub(super) fn follow(
        &self,
        query: &'a Query,
        root: Located<'a>,
        scope: &Scope<'_, 'a>,
    ) -> Result<Vec<Hit<'a>>, Problem> {
        let mut out = Vec::new();
        let way = Way { parts: &query.parts, at: 0, scope, spelling: None, maybe: false };
        match self.selected(query, &root) {
            Some((selection, resources)) => {
                let way = Way { at: 2, ..way };
                for resource in resources {
                    self.select(way, selection, resource, &mut out)?;
                }
                if self.document.is_open() {
                    let all = self.paths.key(PathId::ROOT, Name::Borrowed("Resources"));
                    Self::unsure(all, &mut out);
                }
            }
            None => self.step(way, root, &mut out)?,
        }
        Ok(out)
    }

    /// The resources that the start of a query selects by type, if an index can tell.
    fn selected(
        &self,
        query: &'a Query,
        root: &Located<'a>,
    ) -> Option<(&'a TypeSelection, Vec<Located<'a>>)> {
        let selection = query.selection.as_ref()?;
        let index = self.document.types()?;
        if root.path != PathId::ROOT || self.document.resource_count() == 0 {
            return None;
        }
        let place = |at: usize| {
            let address = self.document.resource(at).address;
            let all = self.paths.key(PathId::ROOT, Name::Borrowed("Resources"));
            self.paths.key(all, Name::Borrowed(address))
        };
        let of_value = |resources: &'a Value, at: usize| {
            resources.entries().get(at).map(|entry| Node::Value(&entry.value))
        };
        let node = |at: usize| match &root.node {
            Node::Document => Some(Node::Resource(at)),
            Node::Value(value) => of_value(value.get("Resources"), at),
            _ => None,
        };
        let is_root = match (&root.node, self.document.value()) {
            (Node::Document, None) => true,
            (Node::Value(value), Some(document)) => std::ptr::eq(*value, document),
            _ => false,
        };
        if !is_root {
            return None;
        }
        let found = selection.select(index).into_iter();
        let found = found.filter_map(|at| Some(Located { node: node(at)?, path: place(at) }));
        Some((selection, found.collect()))
    }

    /// A resource of the right type: the other lines of the filter decide.
    fn select(
        &self,
        way: Way<'_, 'a>,
        selection: &TypeSelection,
        resource: Located<'a>,
        out: &mut Out<'a>,
    ) -> Result<(), Problem> {
        let Some(Part::Filter { clauses, .. }) = way.parts.get(way.at) else { return Ok(()) };
        let scope = Scope::value(resource.clone(), way.scope);
        let status = if has_other_lines(clauses) {
            match self.conjunction(clauses, Some(selection.line), &scope, Role::Gate)? {
                Status::Skip => Status::Pass,
                status => status,
            }
        } else {
            Status::Pass
        };
        self.step_if(status, Way { scope: &scope, ..way.next() }, resource, out)
    }

    /// Follows the rest of a query.
    pub(super) fn step(
        &self,
        way: Way<'_, 'a>,
        current: Located<'a>,
        out: &mut Out<'a>,
    ) -> Result<(), Problem> {
        self.count_step()?;
        if let Some(part) = way.parts.get(way.at) {
            return self.deeper(PART, || self.part(way, part, current, out));
        }
        out.push(Hit { found: Found::Resolved(current), maybe: way.maybe });
        Ok(())
    }

    fn part(
        &self,
        way: Way<'_, 'a>,
        part: &'a Part,
        current: Located<'a>,
        out: &mut Out<'a>,
    ) -> Result<(), Problem> {
        if let (0, Part::Variable(name)) = (way.at, part) {
            return self.start_from_variable(way, name, out);
        }
        let mut current = current;
        if let Some(node) = intrinsic::form_for(&current.node, part) {
            current.node = node;
        }
        if let Some(unsure) = Self::stops_at(part, &current) {
            out.push(Hit { found: Found::Unsure(unsure), maybe: true });
            return Ok(());
        }
        match part {
            Part::This => self.step(way.next(), current, out),
            Part::Key(key) => match key.index {
                Some(index) => self.index(way, index, &current, out),
                None => self.key(way, key, &current, out),
            },
            Part::Variable(name) => self.keys_of_variable(way, name, &current, out),
            Part::Index(index) => self.index(way, *index, &current, out),
            Part::Values(capture) => self.all(way, capture.as_deref(), false, current, out),
            Part::Indices(capture) => self.all(way, capture.as_deref(), true, current, out),
            Part::Filter { capture, clauses } => {
                self.filter(way, clauses, capture.as_deref(), current, out)
            }
            Part::KeyFilter { comparator, right } => {
                self.key_filter(way, *comparator, right, &current, out)
            }
        }
    }

    /// [`Engine::step`], as far as a filter lets the value through.
    pub(super) fn step_if(
        &self,
        status: Status,
        way: Way<'_, 'a>,
        value: Located<'a>,
        out: &mut Out<'a>,
    ) -> Result<(), Problem> {
        match status {
            Status::Pass => self.step(way, value, out),
            Status::Unknown => self.step(Way { maybe: true, ..way }, value, out),
            Status::Fail | Status::Skip => Ok(()),
        }
    }

    /// Whether nothing can be told of what a part finds in a value. A reference and text with
    /// holes are single values, so that `*` and `[*]` lead to themselves.
    fn stops_at(part: &Part, current: &Located<'a>) -> Option<Unsure> {
        let View::Unsure(value) = current.node.view() else { return None };
        let single = matches!(value.kind, ValueKind::Reference(_) | ValueKind::Template(_));
        match part {
            Part::This => None,
            Part::Values(_) | Part::Indices(_) if single => None,
            _ => Some(Unsure { path: current.path, reason: value.unknown_reason().cloned() }),
        }
    }

    pub(super) fn missing(way: Way<'_, 'a>, at: PathId, out: &mut Out<'a>) {
        let missing = Missing { at, rest: way.rest() };
        out.push(Hit { found: Found::Missing(missing), maybe: way.maybe });
    }

    pub(super) fn unsure(path: PathId, out: &mut Out<'a>) {
        let unsure = Unsure { path, reason: Some(Reason::OpenMap) };
        out.push(Hit { found: Found::Unsure(unsure), maybe: true });
    }

    fn start_from_variable(
        &self,
        way: Way<'_, 'a>,
        name: &'a str,
        out: &mut Out<'a>,
    ) -> Result<(), Problem> {
        let skip = if matches!(way.parts.get(1), Some(Part::Indices(_))) { 2 } else { 1 };
        for hit in way.scope.variable(self, name)?.iter() {
            match hit.located() {
                Some(located) if skip < way.parts.len() => {
                    let scope = Scope::value(located.clone(), way.scope);
                    let way = Way { at: skip, scope: &scope, maybe: way.maybe || hit.maybe, ..way };
                    self.step(way, located.clone(), out)?;
                }
                _ => out.push(hit.clone()),
            }
        }
        Ok(())
    }

    fn index(
        &self,
        way: Way<'_, 'a>,
        index: i64,
        current: &Located<'a>,
        out: &mut Out<'a>,
    ) -> Result<(), Problem> {
        if current.node.is_list() {
            // Further elements of an open list stand behind those that can be seen.
            if index < 0 && current.node.is_open(self) {
                Self::unsure(current.path, out);
                return Ok(());
            }
            if let Some(at) = offset(index, current.node.len(self))
                && let Some(node) = current.node.item(at)
            {
                let path = self.paths.index(current.path, at);
                return self.step(way.next(), Located { node, path }, out);
            }
            if current.node.is_open(self) {
                Self::unsure(current.path, out);
                return Ok(());
            }
        }
        Self::missing(way, current.path, out);
        Ok(())
    }

    fn key(
        &self,
        way: Way<'_, 'a>,
        key: &'a Key,
        current: &Located<'a>,
        out: &mut Out<'a>,
    ) -> Result<(), Problem> {
        if !matches!(current.node.view(), View::Map) {
            Self::missing(way, current.path, out);
            return Ok(());
        }
        match current.node.member(self, &key.name) {
            Member::Found(node) => {
                let path = self.paths.key(current.path, Name::Borrowed(&key.name));
                return self.step(way.next(), Located { node, path }, out);
            }
            Member::Unsure => {
                Self::unsure(self.paths.key(current.path, Name::Borrowed(&key.name)), out);
                return Ok(());
            }
            Member::Missing => {}
        }
        let spellings = key.spellings();
        let tried = match way.spelling {
            Some(spelling) => spelling..spelling + 1,
            None => 0..spellings.len(),
        };
        for spelling in tried {
            let name: &'a str = &spellings[spelling];
            if let Member::Found(node) = current.node.member(self, name) {
                let path = self.paths.key(current.path, Name::Borrowed(name));
                let way = Way { spelling: Some(spelling), ..way.next() };
                return self.step(way, Located { node, path }, out);
            }
        }
        Self::missing(way, current.path, out);
        Ok(())
    }

    /// `*` and `[*]`: the elements of a list, the members of a map, or a single value itself.
    fn all(
        &self,
        way: Way<'_, 'a>,
        capture: Option<&'a str>,
        indices: bool,
        current: Located<'a>,
        out: &mut Out<'a>,
    ) -> Result<(), Problem> {
        match current.node.view() {
            View::List => {
                for (at, node) in current.node.items().into_iter().enumerate() {
                    let path = self.paths.index(current.path, at);
                    self.step(way.next(), Located { node, path }, out)?;
                }
                self.end_of(way, &current, out);
                Ok(())
            }
            View::Map if indices && capture.is_none() => self.step(way.next(), current, out),
            View::Map => {
                for (name, value) in self.members(&current) {
                    if let Some(capture) = capture {
                        self.capture(capture, &current, &name);
                    }
                    let scope = Scope::value(value.clone(), way.scope);
                    self.step(Way { scope: &scope, ..way.next() }, value, out)?;
                }
                self.end_of(way, &current, out);
                Ok(())
            }
            _ => self.step(way.next(), current, out),
        }
    }

    /// Behind the last visible member: there may be more, or there was none at all.
    fn end_of(&self, way: Way<'_, 'a>, current: &Located<'a>, out: &mut Out<'a>) {
        if current.node.is_open(self) {
            Self::unsure(current.path, out);
        } else if current.node.len(self) == 0 {
            Self::missing(way, current.path, out);
        }
    }

    /// The members of a map with their keys and places.
    pub(super) fn members(&self, map: &Located<'a>) -> Vec<(Name<'a>, Located<'a>)> {
        let entries = map.node.entries(self).into_iter();
        entries
            .map(|(name, node)| {
                let path = self.paths.key(map.path, name.clone());
                (name, Located { node, path })
            })
            .collect()
    }

    /// `[ clauses ]`.
    fn filter(
        &self,
        way: Way<'_, 'a>,
        clauses: &'a Conjunction,
        capture: Option<&'a str>,
        current: Located<'a>,
        out: &mut Out<'a>,
    ) -> Result<(), Problem> {
        let before = way.at.checked_sub(1).and_then(|before| way.parts.get(before));
        match current.node.view() {
            View::Map => match before {
                Some(Part::Values(_) | Part::Indices(_)) => {
                    let status = self.conjunction(clauses, None, way.scope, Role::Gate)?;
                    self.step_if(status, way.next(), current, out)
                }
                Some(Part::Key(_) | Part::Variable(_)) => {
                    for (name, value) in self.members(&current) {
                        let scope = Scope::value(value.clone(), way.scope);
                        let status = self.conjunction(clauses, None, &scope, Role::Gate)?;
                        if let (Some(capture), Status::Pass) = (capture, status) {
                            self.capture(capture, &current, &name);
                        }
                        self.step_if(status, Way { scope: &scope, ..way.next() }, value, out)?;
                    }
                    if current.node.is_open(self) {
                        Self::unsure(current.path, out);
                    }
                    Ok(())
                }
                // The reference engine has no answer here.
                _ => self.filter_one(way, clauses, current, out),
            },
            View::List => {
                for (at, node) in current.node.items().into_iter().enumerate() {
                    let path = self.paths.index(current.path, at);
                    self.filter_one(way, clauses, Located { node, path }, out)?;
                }
                if current.node.is_open(self) {
                    Self::unsure(current.path, out);
                }
                Ok(())
            }
            _ if matches!(before, Some(Part::Indices(_))) => {
                self.filter_one(way, clauses, current, out)
            }
            _ => {
                Self::missing(way, current.path, out);
                Ok(())
            }
        }
    }

    /// Lets one value through a filter.
    fn filter_one(
        &self,
        way: Way<'_, 'a>,
        clauses: &'a Conjunction,
        value: Located<'a>,
        out: &mut Out<'a>,
    ) -> Result<(), Problem> {
        let scope = Scope::value(value.clone(), way.scope);
        let status = self.conjunction(clauses, None, &scope, Role::Gate)?;
        self.step_if(status, way.next(), value, out)
    }

    /// Adds a key to a captured variable. Such variables belong to the file and keep what they
    /// were given by other rules.
    fn capture(&self, variable: &'a str, map: &Located<'a>, name: &Name<'a>) {
        let node = match name {
            Name::Borrowed(name) => Node::Text(name),
            Name::Shared(name) => Node::Made(name.as_ref().into()),
        };
        let path = self.paths.key(map.path, name.clone());
        let hit = Hit::resolved(Located { node, path });
        let mut variables = self.variables.borrow_mut();
        match variables.iter_mut().find(|(known, _)| *known == variable) {
            Some((_, hits)) => std::rc::Rc::make_mut(hits).push(hit),
            None => variables.push((variable, std::rc::Rc::new(vec![hit]))),
        }
    }
}

/// The offset that an index means in a list; negative indexes count from the end.
pub(super) fn offset(index: i64, length: usize) -> Option<usize> {
    let magnitude = usize::try_from(index.unsigned_abs()).ok()?;
    let offset = if index < 0 { length.checked_sub(magnitude)? } else { magnitude };
    (offset < length).then_some(offset)
}
