//! The arena: a document as a flat list of nodes in the order of the source.
//!
//! INVARIANT: a node's descendants follow it directly, and a collection's `link` is the index of
//! the first node after them. So children are found without pointers and a subtree is skipped in
//! one step.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

use trilith_graph::{SourceId, Span};

use super::Segments;
use super::builder::TreeBuilder;
use super::members::MERGE;
use super::scalar::number_kind;

/// Identifies a node of a [`Tree`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NodeId(pub u32);

/// What a node is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Kind {
    /// An explicit or empty null.
    Null,
    /// A boolean.
    Bool(bool),
    /// A whole number that prints as it is written.
    Int(i64),
    /// Any other number that prints as it is written.
    Float(f64),
    /// Text in quotes or in a block, or a number that does not print as it is written.
    String,
    /// A plain YAML scalar that is text.
    PlainString,
    /// A list.
    List,
    /// A map.
    Map,
    /// A YAML alias for another node.
    Alias(NodeId),
}

pub(super) const NONE: u32 = u32::MAX;

/// [`Kind`] without its payload, which is read from the text again where it is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    Null,
    True,
    False,
    Int,
    Float,
    /// Text between quotes that are inside the node's range.
    Quoted,
    /// Text in a block, or a number that does not print as it is written.
    Block,
    Plain,
    List,
    Map,
    Alias,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Node {
    pub start: u32,
    pub end: u32,
    /// A collection's next node outside it; an alias's target; index into `Tree::decoded` of a
    /// scalar whose text differs from the source, or `NONE`.
    pub link: u32,
    /// Index into `Tree::keys`, or `NONE` outside a map.
    pub key: u32,
    pub key_start: u32,
    pub key_end: u32,
    pub shape: Shape,
}

impl Node {
    const fn is_collection(&self) -> bool {
        matches!(self.shape, Shape::List | Shape::Map)
    }

    /// Where the text of a scalar is written.
    fn text_range(&self) -> Range<u32> {
        let inset = u32::from(self.shape == Shape::Quoted && self.end - self.start >= 2);
        self.start + inset..self.end - inset
    }
}

#[derive(Debug, Clone, Copy)]
pub(super) struct TagOf {
    pub node: u32,
    pub name: u32,
    pub start: u32,
    pub end: u32,
}

/// A comment of a YAML or HCL source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Comment {
    /// The comment with its mark.
    pub span: Span,
    /// Whether something else stands before it on its line.
    pub trailing: bool,
}

/// A member of a map.
#[derive(Debug, Clone, Copy)]
pub struct Member<'t> {
    /// The key.
    pub key: &'t Arc<str>,
    /// Where the key is written.
    pub key_span: Span,
    /// The value.
    pub value: NodeId,
}

/// A parsed source: one or more documents.
#[derive(Debug)]
pub struct Tree<'s> {
    pub(super) source: SourceId,
    pub(super) text: Cow<'s, str>,
    pub(super) nodes: Vec<Node>,
    pub(super) keys: Vec<Arc<str>>,
    /// Sorted by node.
    pub(super) tags: Vec<TagOf>,
    /// The texts of `decoded_ends`, one after the other.
    pub(super) decoded: String,
    pub(super) decoded_ends: Vec<u32>,
    pub(super) documents: Vec<NodeId>,
    /// Sorted.
    pub(super) cut: Vec<NodeId>,
    /// Where the text comes from, if it is not the text of the source itself.
    pub(super) segments: Option<Arc<Segments>>,
    /// Comments in the order of the source.
    pub comments: Vec<Comment>,
}

impl<'s> Tree<'s> {
    /// An empty tree to build on.
    pub fn builder(source: SourceId, text: impl Into<Cow<'s, str>>) -> TreeBuilder<'s> {
        TreeBuilder::new(source, text)
    }

    /// The tree with a text of its own.
    pub(super) fn into_owned(self) -> Tree<'static> {
        // Naming every field, since the lifetime of the whole changes.
        Tree {
            source: self.source,
            text: Cow::Owned(self.text.into_owned()),
            nodes: self.nodes,
            keys: self.keys,
            tags: self.tags,
            decoded: self.decoded,
            decoded_ends: self.decoded_ends,
            documents: self.documents,
            cut: self.cut,
            segments: self.segments,
            comments: self.comments,
        }
    }
}

impl Tree<'_> {
    /// The file that the tree was read from.
    pub fn source(&self) -> SourceId {
        self.source
    }

    /// Whether the text of the tree is that of a string in a source, and not a source itself.
    pub fn is_embedded(&self) -> bool {
        self.segments.is_some()
    }

    /// The top node of each document.
    pub fn documents(&self) -> &[NodeId] {
        &self.documents
    }

    /// Number of nodes.
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Whether there is no node.
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    fn node(&self, id: NodeId) -> &Node {
        &self.nodes[id.0 as usize]
    }

    fn slice(&self, range: Range<u32>) -> &str {
        self.text.get(range.start as usize..range.end as usize).unwrap_or("")
    }

    /// The place in the source of a range of the text.
    pub(super) fn outer(&self, start: u32, end: u32) -> Span {
        match &self.segments {
            None => Span::new(self.source, start, end),
            Some(segments) => segments.outer(start, end),
        }
    }

    /// What a node is. Aliases are followed.
    pub fn kind(&self, id: NodeId) -> Kind {
        let node = self.node(self.resolve(id));
        match node.shape {
            Shape::Null => Kind::Null,
            Shape::True => Kind::Bool(true),
            Shape::False => Kind::Bool(false),
            Shape::Int | Shape::Float => {
                number_kind(self.slice(node.start..node.end)).unwrap_or(Kind::String)
            }
            Shape::Quoted | Shape::Block => Kind::String,
            Shape::Plain => Kind::PlainString,
            Shape::List => Kind::List,
            Shape::Map => Kind::Map,
            Shape::Alias => Kind::Alias(NodeId(node.link)),
        }
    }

    /// The node itself, or the one an alias stands for.
    pub fn resolve(&self, id: NodeId) -> NodeId {
        let mut id = id;
        // An anchor may itself stand on an alias, but every alias refers backwards.
        loop {
            let node = self.node(id);
            if node.shape != Shape::Alias || node.link >= id.0 {
                return id;
            }
            id = NodeId(node.link);
        }
    }

    /// Whether the node itself is an alias.
    pub fn is_alias(&self, id: NodeId) -> bool {
        self.node(id).shape == Shape::Alias
    }

    /// Whether something of a list or map is missing because it could not be read. Nothing may
    /// be called missing in it. A null is cut if its value as a whole could not be read.
    pub fn is_cut(&self, id: NodeId) -> bool {
        !self.cut.is_empty() && self.cut.binary_search(&self.resolve(id)).is_ok()
    }

    /// Where a node is written, quotes and all but without its tag. An alias keeps its own place.
    pub fn span(&self, id: NodeId) -> Span {
        let node = self.node(id);
        self.outer(node.start, node.end)
    }

    /// The key that a node is the value of.
    pub fn key(&self, id: NodeId) -> Option<&Arc<str>> {
        self.keys.get(self.node(id).key as usize)
    }

    /// Whether any map of the tree has a key.
    pub fn has_key(&self, key: &str) -> bool {
        self.keys.iter().any(|known| **known == *key)
    }

    fn tag_of(&self, id: NodeId) -> Option<&TagOf> {
        let id = self.resolve(id).0;
        let at = self.tags.binary_search_by_key(&id, |tag| tag.node).ok()?;
        self.tags.get(at)
    }

    /// The tag of a node without its mark: `Ref` for `!Ref`.
    pub fn tag(&self, id: NodeId) -> Option<&str> {
        self.keys.get(self.tag_of(id)?.name as usize).map(AsRef::as_ref)
    }

    /// Where the tag of a node is written.
    pub fn tag_span(&self, id: NodeId) -> Option<Span> {
        self.tag_of(id).map(|tag| self.outer(tag.start, tag.end))
    }

    /// The text of a scalar, unescaped; numbers and booleans as written; empty for collections.
    pub fn text(&self, id: NodeId) -> &str {
        let node = self.node(self.resolve(id));
        if node.is_collection() || node.shape == Shape::Alias {
            return "";
        }
        if node.link == NONE {
            return self.slice(node.text_range());
        }
        let at = node.link as usize;
        let start = at.checked_sub(1).map_or(0, |before| self.decoded_ends[before]);
        &self.decoded[start as usize..self.decoded_ends[at] as usize]
    }

    /// A node and all that is in it, as it is written.
    pub fn as_written(&self, id: NodeId) -> &str {
        let node = self.node(self.resolve(id));
        self.slice(node.start..node.end)
    }

    /// Where the text of a scalar is written: the span without the quotes.
    pub fn text_span(&self, id: NodeId) -> Span {
        let range = self.node(self.resolve(id)).text_range();
        self.outer(range.start, range.end)
    }

    /// The text of a scalar as it is written, without quotes; where it begins in the text of the
    /// tree; and the quote.
    pub(crate) fn written(&self, id: NodeId) -> (&str, u32, Option<u8>) {
        let node = self.node(self.resolve(id));
        let range = node.text_range();
        let quote = self.text.as_bytes().get(node.start as usize).copied();
        let quote = quote.filter(|_| node.shape == Shape::Quoted);
        (self.slice(range.clone()), range.start, quote)
    }

    /// The text of a scalar that is text; `None` for any other node.
    pub fn string(&self, id: NodeId) -> Option<&str> {
        matches!(self.kind(id), Kind::String | Kind::PlainString).then(|| self.text(id))
    }

    /// Whether the text of a scalar is the source text under [`Tree::text_span`], byte for byte.
    pub fn is_verbatim(&self, id: NodeId) -> bool {
        let node = self.node(self.resolve(id));
        !node.is_collection() && node.link == NONE && self.segments.is_none()
    }

    /// The nodes directly inside a list or map.
    pub fn children(&self, id: NodeId) -> Children<'_> {
        let id = self.resolve(id);
        let node = self.node(id);
        let end = if node.is_collection() { node.link } else { id.0 + 1 };
        Children { nodes: &self.nodes, at: id.0 + 1, end }
    }

    /// The elements of a list; none for any other node.
    pub fn items(&self, id: NodeId) -> Children<'_> {
        let mut children = self.children(id);
        if self.node(self.resolve(id)).shape != Shape::List {
            children.end = children.at;
        }
        children
    }

    /// The members of a map; none for any other node. Where a key occurs twice, both are here.
    /// Merge keys (`<<`) are members like any other: see [`Tree::members`].
    pub fn own_members(&self, id: NodeId) -> impl Iterator<Item = Member<'_>> {
        let mut children = self.children(id);
        if self.node(self.resolve(id)).shape != Shape::Map {
            children.end = children.at;
        }
        children.map(|value| {
            let node = self.node(value);
            let key_span = self.outer(node.key_start, node.key_end);
            Member { key: &self.keys[node.key as usize], key_span, value }
        })
    }

    /// The value of a key of a map; the last one where the key occurs twice.
    pub fn get(&self, id: NodeId, key: &str) -> Option<NodeId> {
        let map = self.resolve(id);
        let Node { shape: Shape::Map, link: end, .. } = *self.node(map) else { return None };
        let mut found = None;
        let mut has_merge = false;
        // Asked more often than anything else of a tree: no more is read than the keys.
        for value in (Children { nodes: &self.nodes, at: map.0 + 1, end }) {
            let name = self.keys[self.node(value).key as usize].as_ref();
            if name.len() == key.len() && name == key {
                found = Some(value);
            }
            has_merge |= name == MERGE;
        }
        if found.is_none() && has_merge {
            let members = self.members(id);
            found = members.iter().find(|member| &**member.key == key).map(|member| member.value);
        }
        found
    }

    /// The value behind several keys, from the outside in.
    pub fn get_path(&self, id: NodeId, keys: &[&str]) -> Option<NodeId> {
        keys.iter().try_fold(id, |id, key| self.get(id, key))
    }

    /// Values whose key is in their map already, each with the earlier value. Takes time linear
    /// in the tree: one stamp per key names the map that had it last.
    pub(super) fn repeated_members(&self) -> Vec<(NodeId, NodeId)> {
        let mut repeated = Vec::new();
        let mut stamps = vec![(NONE, NONE); self.keys.len()];
        for (map, node) in self.nodes.iter().enumerate() {
            // Most maps that could be looked at have one member or none.
            if node.shape != Shape::Map || node.link as usize <= map + 2 {
                continue;
            }
            for value in (Children { nodes: &self.nodes, at: map as u32 + 1, end: node.link }) {
                let Some(stamp) = stamps.get_mut(self.node(value).key as usize) else { continue };
                let earlier = std::mem::replace(stamp, (map as u32, value.0));
                if earlier.0 == map as u32 {
                    repeated.push((value, NodeId(earlier.1)));
                }
            }
        }
        repeated
    }

    /// Where the key of a node is written.
    pub fn key_span(&self, id: NodeId) -> Option<Span> {
        let node = self.node(id);
        (node.key != NONE).then(|| self.outer(node.key_start, node.key_end))
    }
}

/// Iterator over the nodes directly inside a node.
#[derive(Debug, Clone)]
pub struct Children<'t> {
    nodes: &'t [Node],
    at: u32,
    end: u32,
}

impl Iterator for Children<'_> {
    type Item = NodeId;

    fn next(&mut self) -> Option<NodeId> {
        if self.at >= self.end {
            return None;
        }
        let id = NodeId(self.at);
        let node = self.nodes.get(self.at as usize)?;
        self.at = if node.is_collection() { node.link } else { self.at + 1 };
        Some(id)
    }
}
