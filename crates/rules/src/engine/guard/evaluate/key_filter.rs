//! Following keys: `[ keys == .. ]` and `%variable` inside a query.

use trilith_graph::Tri;

use super::Engine;
use super::compare::Compared;
use super::node::{Located, Member, Name, Node, View};
use super::query::{Out, Way, offset};
use super::report::{Problem, Status};
use super::scope::{Found, Hit};
use crate::engine::guard::ir::{KeyComparator, Operand, Part};

impl<'a> Engine<'a> {
    /// `[ keys == .. ]`: the members of a map whose keys fit.
    pub(super) fn key_filter(
        &self,
        way: Way<'_, 'a>,
        comparator: KeyComparator,
        right: &'a Operand,
        current: &Located<'a>,
        out: &mut Out<'a>,
    ) -> Result<(), Problem> {
        if !matches!(current.node.view(), View::Map) {
            Self::missing(way, current.path, out);
            return Ok(());
        }
        let right = match right {
            Operand::Query(query) => {
                let mut hits = Vec::new();
                let parts = &query.parts;
                let own = Way { parts, at: 0, maybe: false, ..way };
                self.step(own, current.clone(), &mut hits)?;
                hits
            }
            other => self.operand(other, way.scope)?,
        };
        // Several values are always a choice of keys.
        let membership = comparator.membership || right.len() > 1;
        if let Some(key) = single_key(&right, membership || comparator.negated) {
            return self.follow_filtered_key(way, key, current, out);
        }
        for (name, value) in self.members(current) {
            let key = match &name {
                Name::Borrowed(name) => Node::Text(name),
                Name::Shared(name) => Node::Made(name.as_ref().into()),
            };
            let fits = right.iter().map(|hit| self.key_fits(&key, hit, membership, comparator));
            let status = match Tri::any(fits) {
                Tri::True => Status::Pass,
                Tri::False => Status::Fail,
                Tri::Unknown => Status::Unknown,
            };
            self.step_if(status, way.next(), value, out)?;
        }
        if current.node.is_open(self) {
            Self::unsure(current.path, out);
        }
        Ok(())
    }

    /// The member with a key, without looking at the others.
    fn follow_filtered_key(
        &self,
        way: Way<'_, 'a>,
        key: &str,
        current: &Located<'a>,
        out: &mut Out<'a>,
    ) -> Result<(), Problem> {
        match current.node.member(self, key) {
            Member::Found(node) => {
                let path = self.paths.key(current.path, Name::Shared(key.into()));
                self.step(way.next(), Located { node, path }, out)?;
            }
            Member::Unsure => Self::unsure(current.path, out),
            Member::Missing => {}
        }
        Ok(())
    }

    /// Whether a key fits one value; what cannot be compared never fits.
    fn key_fits(
        &self,
        key: &Node<'a>,
        hit: &Hit<'a>,
        membership: bool,
        comparator: KeyComparator,
    ) -> Tri {
        let value = match &hit.found {
            Found::Literal(value) | Found::Resolved(value) => &value.node,
            Found::Missing(_) => return Tri::False,
            Found::Unsure(_) => return Tri::Unknown,
        };
        let compared = match self.key_compared(key, value, membership) {
            // A constant list of one stands for its element.
            Compared::Incomparable if matches!(hit.found, Found::Literal(_)) => {
                match value.items().as_slice() {
                    [single] => self.key_compared(key, single, membership),
                    _ => Compared::Incomparable,
                }
            }
            compared => compared,
        };
        let fits = match (compared, comparator.negated) {
            (Compared::Unknown, _) => Tri::Unknown,
            (Compared::Incomparable, _) => Tri::False,
            (compared, negated) => ((compared == Compared::Yes) != negated).into(),
        };
        if hit.maybe { fits.and(Tri::Unknown) } else { fits }
    }

    fn key_compared(&self, key: &Node<'a>, value: &Node<'a>, membership: bool) -> Compared {
        if !membership {
            return self.equal(key, value);
        }
        match (key.view(), value.view()) {
            (View::Text(key), View::Text(text)) => text.contains(key).into(),
            (_, View::List) => {
                let mut found = Compared::No;
                for item in value.items() {
                    match self.equal(key, &item) {
                        Compared::Yes => found = Compared::Yes,
                        Compared::Unknown if found == Compared::No => found = Compared::Unknown,
                        Compared::Incomparable => return Compared::Incomparable,
                        Compared::No | Compared::Unknown => {}
                    }
                }
                found
            }
            _ => self.equal(key, value),
        }
    }

    /// `%variable` behind the start of a query: its values are the keys to follow.
    pub(super) fn keys_of_variable(
        &self,
        way: Way<'_, 'a>,
        name: &'a str,
        current: &Located<'a>,
        out: &mut Out<'a>,
    ) -> Result<(), Problem> {
        if !matches!(current.node.view(), View::Map) {
            Self::missing(way, current.path, out);
            return Ok(());
        }
        let keys = way.scope.variable(self, name)?;
        let (keys, way) = match way.parts.get(way.at + 1) {
            None | Some(Part::Indices(_) | Part::Key(_) | Part::Variable(_)) => {
                (keys.as_slice(), way)
            }
            Some(Part::Index(index)) => {
                let Some(at) = offset(*index, keys.len()) else {
                    Self::missing(way, current.path, out);
                    return Ok(());
                };
                // The index chooses among the keys; the query goes on behind it.
                (&keys[at..=at], way.next())
            }
            Some(_) => {
                let text = format!(
                    "`%{name}` stands for keys here: only a key, an index or `[*]` may follow"
                );
                return Err(Problem::of_value(text));
            }
        };
        for key in keys {
            self.follow_keys(way, name, key, current, out)?;
        }
        Ok(())
    }

    fn follow_keys(
        &self,
        way: Way<'_, 'a>,
        variable: &str,
        key: &Hit<'a>,
        current: &Located<'a>,
        out: &mut Out<'a>,
    ) -> Result<(), Problem> {
        let way = Way { maybe: way.maybe || key.maybe, ..way };
        let value = match &key.found {
            Found::Literal(value) | Found::Resolved(value) => value,
            Found::Missing(_) => {
                Self::missing(way, current.path, out);
                return Ok(());
            }
            Found::Unsure(_) => {
                Self::unsure(current.path, out);
                return Ok(());
            }
        };
        let keys = if value.node.is_list() { value.node.items() } else { vec![value.node.clone()] };
        for key in keys {
            match key.view() {
                View::Text(text) => self.follow_key(way, text, current, out)?,
                View::Unsure(_) => Self::unsure(current.path, out),
                _ => {
                    let text = format!("`%{variable}` holds something that is no key");
                    return Err(Problem::fatal(text));
                }
            }
        }
        Ok(())
    }

    fn follow_key(
        &self,
        way: Way<'_, 'a>,
        key: &str,
        current: &Located<'a>,
        out: &mut Out<'a>,
    ) -> Result<(), Problem> {
        match current.node.member(self, key) {
            Member::Found(node) => {
                let path = self.paths.key(current.path, Name::Shared(key.into()));
                self.step(way.next(), Located { node, path }, out)
            }
            Member::Missing => {
                Self::missing(way, current.path, out);
                Ok(())
            }
            Member::Unsure => {
                Self::unsure(current.path, out);
                Ok(())
            }
        }
    }
}

/// The only key that fits, if that is known.
fn single_key<'h>(right: &'h [Hit<'_>], is_choice: bool) -> Option<&'h str> {
    let [hit] = right else { return None };
    let value = hit.located().filter(|_| !is_choice && !hit.maybe)?;
    match value.node.view() {
        View::Text(key) => Some(key),
        _ => None,
    }
}
