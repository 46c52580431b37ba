//! Builds a tree node by node, in the order of the source.

use rustc_hash::FxHashMap as HashMap;
use std::borrow::Cow;
use std::sync::Arc;

use trilith_graph::SourceId;

use super::arena::{Comment, Kind, NONE, Node, NodeId, Shape, TagOf, Tree};

/// Builds a [`Tree`] node by node, in the order of the source.
#[derive(Debug)]
pub struct TreeBuilder<'s> {
    tree: Tree<'s>,
    interned: HashMap<Arc<str>, u32>,
    /// The key last seen for each value of a cheap hash. Most keys of a document are repeats of
    /// recent ones; a wrong guess costs one look into `interned`, whose hash cannot be forced.
    recent: Box<[u32]>,
    /// For each key the one that came after it last: the elements of a list have the same keys in
    /// the same order, so that most keys are known before they are read.
    followers: Vec<u32>,
    last_key: u32,
    /// Whether each key so far is written as it is in JSON: without an escape.
    are_plain: bool,
    pending_key: (u32, u32, u32),
    pending_tag: Option<(u32, u32, u32)>,
}

/// Places for keys last seen, a power of two: few for the many small documents inside of strings.
const RECENT: usize = 1024;
const RECENT_OF_SMALL: usize = 64;
/// Bytes from which a text is not small.
const SMALL_TEXT: usize = 16 * 1024;

impl<'s> TreeBuilder<'s> {
    /// An empty tree over `text`, the text of `source`.
    pub fn new(source: SourceId, text: impl Into<Cow<'s, str>>) -> Self {
        let tree = Tree {
            source,
            text: text.into(),
            nodes: Vec::new(),
            keys: Vec::new(),
            tags: Vec::new(),
            decoded: String::new(),
            decoded_ends: Vec::new(),
            documents: Vec::new(),
            cut: Vec::new(),
            segments: None,
            comments: Vec::new(),
        };
        let recent = if tree.text.len() < SMALL_TEXT { RECENT_OF_SMALL } else { RECENT };
        Self {
            tree,
            interned: HashMap::default(),
            recent: vec![NONE; recent].into_boxed_slice(),
            followers: Vec::new(),
            last_key: NONE,
            are_plain: true,
            pending_key: (NONE, 0, 0),
            pending_tag: None,
        }
    }

    /// Makes room for so many nodes.
    pub fn reserve(&mut self, nodes: usize) {
        self.tree.nodes.reserve(nodes);
    }

    /// Sets the key of the next node: its text, and where it is written.
    pub fn key(&mut self, key: &str, start: u32, end: u32) {
        let id = self.intern(key);
        if let Some(follower) = self.followers.get_mut(self.last_key as usize) {
            *follower = id;
        }
        self.last_key = id;
        self.pending_key = (id, start, end);
    }

    /// Sets the key of the next node if that which is to be expected is written in double quotes
    /// at `start`, with a `:` behind it. Gives the offset of that.
    #[inline]
    pub(super) fn expected_key(&mut self, start: u32) -> Option<usize> {
        let id = *self.followers.get(self.last_key as usize)?;
        let key = self.tree.keys.get(id as usize).filter(|_| self.are_plain)?;
        let rest = self.tree.text.as_bytes().get(start as usize..)?;
        let after = rest.strip_prefix(b"\"")?.strip_prefix(key.as_bytes())?;
        if !after.starts_with(b"\":") {
            return None;
        }
        let end = start + key.len() as u32 + 2;
        self.last_key = id;
        self.pending_key = (id, start, end);
        Some(end as usize)
    }

    /// Sets the tag of the next node, without its mark, and where it is written.
    pub fn tag(&mut self, tag: &str, start: u32, end: u32) {
        self.pending_tag = Some((self.intern(tag), start, end));
    }

    /// Takes back a key that no node follows.
    pub fn forget_key(&mut self) {
        self.pending_key = (NONE, 0, 0);
        self.pending_tag = None;
    }

    /// What has been built so far. Collections that are not closed look empty.
    pub fn tree(&self) -> &Tree<'s> {
        &self.tree
    }

    fn intern(&mut self, key: &str) -> u32 {
        let slot = cheap_hash(key.as_bytes()) & (self.recent.len() - 1);
        let recent = self.recent[slot];
        if self.tree.keys.get(recent as usize).is_some_and(|known| &**known == key) {
            return recent;
        }
        let index = self.intern_slowly(key);
        self.recent[slot] = index;
        index
    }

    fn intern_slowly(&mut self, key: &str) -> u32 {
        if let Some(index) = self.interned.get(key) {
            return *index;
        }
        let is_plain = |byte: u8| byte >= b' ' && byte != b'"' && byte != b'\\';
        self.are_plain &= key.bytes().all(is_plain);
        let key: Arc<str> = key.into();
        let index = self.tree.keys.len() as u32;
        self.followers.push(NONE);
        self.tree.keys.push(key.clone());
        self.interned.insert(key, index);
        index
    }

    /// Adds a scalar, an alias, or the start of a list or map. `decoded` is the text of a scalar
    /// where it is not the text under `start..end`, quotes aside.
    pub fn push(&mut self, kind: Kind, start: u32, end: u32, decoded: Option<&str>) -> NodeId {
        let id = self.next_id();
        let (shape, link) = match kind {
            Kind::Null => (Shape::Null, NONE),
            Kind::Bool(true) => (Shape::True, NONE),
            Kind::Bool(false) => (Shape::False, NONE),
            Kind::Int(_) => (Shape::Int, NONE),
            Kind::Float(_) => (Shape::Float, NONE),
            Kind::String => (self.text_shape(start), NONE),
            Kind::PlainString => (Shape::Plain, NONE),
            Kind::List => (Shape::List, id.0 + 1),
            Kind::Map => (Shape::Map, id.0 + 1),
            Kind::Alias(target) => (Shape::Alias, target.0),
        };
        self.push_shape(shape, link, (start, end), decoded)
    }

    /// Adds text that stands in quotes as it is.
    #[inline]
    pub(super) fn push_quoted(&mut self, start: u32, end: u32) {
        self.push_shape(Shape::Quoted, NONE, (start, end), None);
    }

    fn text_shape(&self, start: u32) -> Shape {
        match self.tree.text.as_bytes().get(start as usize) {
            Some(b'"' | b'\'') => Shape::Quoted,
            _ => Shape::Block,
        }
    }

    /// Adds the text of a block, which has no quotes even where it begins with one.
    pub fn push_block(&mut self, start: u32, end: u32, decoded: Option<&str>) -> NodeId {
        self.push_shape(Shape::Block, NONE, (start, end), decoded)
    }

    fn push_shape(
        &mut self,
        shape: Shape,
        link: u32,
        (start, end): (u32, u32),
        decoded: Option<&str>,
    ) -> NodeId {
        let id = self.next_id();
        let link = decoded.map_or(link, |text| self.decode(text));
        let (key, key_start, key_end) = std::mem::replace(&mut self.pending_key, (NONE, 0, 0));
        if let Some((name, start, end)) = self.pending_tag.take() {
            self.tree.tags.push(TagOf { node: id.0, name, start, end });
        }
        self.tree.nodes.push(Node { start, end, link, key, key_start, key_end, shape });
        id
    }

    fn decode(&mut self, text: &str) -> u32 {
        self.tree.decoded.push_str(text);
        self.tree.decoded_ends.push(self.tree.decoded.len() as u32);
        self.tree.decoded_ends.len() as u32 - 1
    }

    /// Ends a list or map at byte `end`.
    pub fn close(&mut self, id: NodeId, end: u32) {
        let next = self.tree.nodes.len() as u32;
        let node = &mut self.tree.nodes[id.0 as usize];
        node.end = end;
        node.link = next;
    }

    /// Notes that something of a list or map could not be read: see [`Tree::is_cut`].
    pub fn cut(&mut self, id: NodeId) {
        self.tree.cut.push(id);
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
    pub fn finish(mut self) -> Tree<'s> {
        self.tree.cut.sort_unstable();
        self.tree.cut.dedup();
        self.tree
    }
}

/// Length and both ends: enough to tell the keys of a document apart, at a few instructions.
#[inline]
pub(crate) fn cheap_hash(key: &[u8]) -> usize {
    let (first, last) = match (key.first_chunk::<8>(), key.last_chunk::<8>()) {
        (Some(first), Some(last)) => (u64::from_le_bytes(*first), u64::from_le_bytes(*last)),
        _ => match (key.first_chunk::<4>(), key.last_chunk::<4>()) {
            (Some(first), Some(last)) => {
                (u32::from_le_bytes(*first).into(), u32::from_le_bytes(*last).into())
            }
            _ => (key.iter().fold(0, |word, byte| word << 8 | u64::from(*byte)), 0),
        },
    };
    let ends = first ^ last.rotate_left(29) ^ key.len() as u64;
    (ends.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 40) as usize
}
