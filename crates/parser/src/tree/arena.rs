//! The arena: a document as a flat list of nodes in the order of the source.
//!
//! INVARIANT: a node's descendants follow it directly, and `next` is the index of the first
//! node after them. So children are found without pointers and a subtree is skipped in one step.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;

use trilith_graph::{SourceId, Span};

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

const NONE: u32 = u32::MAX;

#[derive(Debug, Clone, Copy)]
struct Node {
    start: u32,
    end: u32,
    next: u32,
    /// Index into `Tree::keys`, or `NONE` outside a map.
    key: u32,
    key_start: u32,
    key_end: u32,
    /// Index into `Tree::decoded` where the text differs from the source, or `NONE`.
    text: u32,
    /// Index into `Tree::keys`, or `NONE` without a tag.
    tag: u32,
    kind: Kind,
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
    source: SourceId,
    text: Cow<'s, str>,
    nodes: Vec<Node>,
    keys: Vec<Arc<str>>,
    decoded: Vec<Box<str>>,
    documents: Vec<NodeId>,
    /// Comments in the order of the source.
    pub comments: Vec<Comment>,
}

impl Tree<'_> {
    /// The file that the tree was read from.
    pub fn source(&self) -> SourceId {
        self.source
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

    /// What a node is. Aliases are followed.
    pub fn kind(&self, id: NodeId) -> Kind {
        self.node(self.resolve(id)).kind
    }

    /// The node itself, or the one an alias stands for.
    pub fn resolve(&self, id: NodeId) -> NodeId {
        let mut id = id;
        // An anchor may itself stand on an alias, but every alias refers backwards.
        while let Kind::Alias(target) = self.node(id).kind {
            if target.0 >= id.0 {
                return id;
            }
            id = target;
        }
        id
    }

    /// Where a node is written, quotes and all but without its tag. An alias keeps its own place.
    pub fn span(&self, id: NodeId) -> Span {
        let node = self.node(id);
        Span::new(self.source, node.start, node.end)
    }

    /// The key that a node is the value of.
    pub fn key(&self, id: NodeId) -> Option<&Arc<str>> {
        self.keys.get(self.node(id).key as usize)
    }

    /// The tag of a node without its mark: `Ref` for `!Ref`.
    pub fn tag(&self, id: NodeId) -> Option<&str> {
        self.keys.get(self.node(self.resolve(id)).tag as usize).map(AsRef::as_ref)
    }

    /// The text of a scalar, unescaped; numbers and booleans as written; empty for collections.
    pub fn text(&self, id: NodeId) -> &str {
        let node = self.node(self.resolve(id));
        match (node.kind, self.decoded.get(node.text as usize)) {
            (Kind::List | Kind::Map | Kind::Alias(_), _) => "",
            (_, Some(text)) => text,
            (_, None) => {
                let span = self.text_span(id);
                self.text.get(span.start as usize..span.end as usize).unwrap_or("")
            }
        }
    }

    /// Where the text of a scalar is written: the span without the quotes.
    pub fn text_span(&self, id: NodeId) -> Span {
        let node = self.node(self.resolve(id));
        let first = self.text.as_bytes().get(node.start as usize);
        let quoted = node.kind == Kind::String
            && matches!(first, Some(b'"' | b'\''))
            && node.end - node.start >= 2;
        let inset = u32::from(quoted);
        Span::new(self.source, node.start + inset, node.end - inset)
    }

    /// The text of a scalar that is text; `None` for any other node.
    pub fn string(&self, id: NodeId) -> Option<&str> {
        matches!(self.kind(id), Kind::String | Kind::PlainString).then(|| self.text(id))
    }

    /// Whether the text of a scalar is the source text under [`Tree::text_span`], byte for byte.
    pub fn is_verbatim(&self, id: NodeId) -> bool {
        self.node(self.resolve(id)).text == NONE
    }

    /// The nodes directly inside a list or map.
    pub fn children(&self, id: NodeId) -> Children<'_> {
        let id = self.resolve(id);
        let node = self.node(id);
        let end = if matches!(node.kind, Kind::List | Kind::Map) { node.next } else { id.0 + 1 };
        Children { nodes: &self.nodes, at: id.0 + 1, end }
    }

    /// The elements of a list; none for any other node.
    pub fn items(&self, id: NodeId) -> Children<'_> {
        let mut children = self.children(id);
        if !matches!(self.kind(id), Kind::List) {
            children.end = children.at;
        }
        children
    }

    /// The members of a map; none for any other node. Where a key occurs twice, both are here.
    /// Merge keys (`<<`) are members like any other: see [`Tree::members`].
    pub fn own_members(&self, id: NodeId) -> impl Iterator<Item = Member<'_>> {
        let mut children = self.children(id);
        if !matches!(self.kind(id), Kind::Map) {
            children.end = children.at;
        }
        children.map(|value| {
            let node = self.node(value);
            let key_span = Span::new(self.source, node.key_start, node.key_end);
            Member { key: &self.keys[node.key as usize], key_span, value }
        })
    }

    /// The members of a map as they count: each key once (the last one wins, in the place of the
    /// first), merge keys (`<<`) resolved, own members before merged ones.
    pub fn members(&self, id: NodeId) -> Vec<Member<'_>> {
        let mut members: Vec<Member<'_>> = Vec::new();
        let mut merges: Vec<NodeId> = Vec::new();
        for member in self.own_members(id) {
            if &**member.key == "<<" {
                merges.push(member.value);
                continue;
            }
            match find_member(&mut members, member.key) {
                Some(earlier) => *earlier = member,
                None => members.push(member),
            }
        }
        for merge in merges {
            self.merge_into(&mut members, merge, 0);
        }
        members
    }

    fn merge_into<'t>(&'t self, members: &mut Vec<Member<'t>>, from: NodeId, depth: usize) {
        // Merges of merges end quickly in honest files; the limit stops the others.
        if depth > 8 {
            return;
        }
        if matches!(self.kind(from), Kind::List) {
            for item in self.items(from) {
                self.merge_into(members, item, depth + 1);
            }
            return;
        }
        for member in self.own_members(from) {
            if &**member.key == "<<" {
                self.merge_into(members, member.value, depth + 1);
            } else if find_member(members, member.key).is_none() {
                members.push(member);
            }
        }
    }

    /// The value of a key of a map; the last one where the key occurs twice.
    pub fn get(&self, id: NodeId, key: &str) -> Option<NodeId> {
        let mut found = None;
        let mut has_merge = false;
        for member in self.own_members(id) {
            if &**member.key == key {
                found = Some(member.value);
            }
            has_merge |= &**member.key == "<<";
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

    /// Number of different keys and tags; interned keys count up to it.
    pub(super) fn key_count(&self) -> usize {
        self.keys.len()
    }

    /// Every map, in the order of the source.
    pub(super) fn map_nodes(&self) -> impl Iterator<Item = NodeId> {
        let maps = self.nodes.iter().enumerate().filter(|(_, node)| node.kind == Kind::Map);
        maps.map(|(index, _)| NodeId(index as u32))
    }

    /// The interned keys of a map node with their values.
    pub(super) fn member_keys(&self, map: NodeId) -> impl Iterator<Item = (u32, NodeId)> {
        self.children(map).map(|value| (self.node(value).key, value))
    }

    /// Where the key of a node is written.
    pub fn key_span(&self, id: NodeId) -> Option<Span> {
        let node = self.node(id);
        (node.key != NONE).then(|| Span::new(self.source, node.key_start, node.key_end))
    }
}

fn find_member<'m, 't>(
    members: &'m mut [Member<'t>],
    key: &Arc<str>,
) -> Option<&'m mut Member<'t>> {
    members.iter_mut().find(|member| member.key == key)
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
        self.at = self.nodes.get(self.at as usize)?.next;
        Some(id)
    }
}

/// Builds a [`Tree`] node by node, in the order of the source.
#[derive(Debug)]
pub struct TreeBuilder<'s> {
    tree: Tree<'s>,
    interned: HashMap<Arc<str>, u32>,
    pending_key: (u32, u32, u32),
    pending_tag: u32,
}

impl<'s> TreeBuilder<'s> {
    /// An empty tree over `text`, the text of `source`.
    pub fn new(source: SourceId, text: impl Into<Cow<'s, str>>) -> Self {
        let tree = Tree {
            source,
            text: text.into(),
            nodes: Vec::new(),
            keys: Vec::new(),
            decoded: Vec::new(),
            documents: Vec::new(),
            comments: Vec::new(),
        };
        Self { tree, interned: HashMap::new(), pending_key: (NONE, 0, 0), pending_tag: NONE }
    }

    /// Sets the key of the next node: its text, and where it is written.
    pub fn key(&mut self, key: &str, start: u32, end: u32) {
        self.pending_key = (self.intern(key), start, end);
    }

    /// Sets the tag of the next node, without its mark.
    pub fn tag(&mut self, tag: &str) {
        self.pending_tag = self.intern(tag);
    }

    fn intern(&mut self, key: &str) -> u32 {
        if let Some(index) = self.interned.get(key) {
            return *index;
        }
        let key: Arc<str> = key.into();
        let index = self.tree.keys.len() as u32;
        self.tree.keys.push(key.clone());
        self.interned.insert(key, index);
        index
    }

    /// Adds a scalar, an alias, or the start of a list or map. `decoded` is the text of a scalar
    /// where it is not `start..end` of the source.
    pub fn push(&mut self, kind: Kind, start: u32, end: u32, decoded: Option<&str>) -> NodeId {
        let id = NodeId(self.tree.nodes.len() as u32);
        let text = decoded.map_or(NONE, |text| {
            self.tree.decoded.push(text.into());
            self.tree.decoded.len() as u32 - 1
        });
        let (key, key_start, key_end) = std::mem::replace(&mut self.pending_key, (NONE, 0, 0));
        let tag = std::mem::replace(&mut self.pending_tag, NONE);
        let next = id.0 + 1;
        self.tree.nodes.push(Node { start, end, next, key, key_start, key_end, text, tag, kind });
        id
    }

    /// Ends a list or map at byte `end`.
    pub fn close(&mut self, id: NodeId, end: u32) {
        let next = self.tree.nodes.len() as u32;
        let node = &mut self.tree.nodes[id.0 as usize];
        node.end = end;
        node.next = next;
    }

    /// The id that the next node will have.
    pub fn next_id(&self) -> NodeId {
        NodeId(self.tree.nodes.len() as u32)
    }

    /// Notes that a node is the top of a document.
    pub fn document(&mut self, id: NodeId) {
        self.tree.documents.push(id);
    }

    /// Adds a comment.
    pub fn comment(&mut self, comment: Comment) {
        self.tree.comments.push(comment);
    }

    /// The finished tree.
    pub fn finish(self) -> Tree<'s> {
        self.tree
    }
}
