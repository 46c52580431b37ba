//! The tables that say what Terraform calls what CloudFormation calls.
//!
//! They are written in `data/aws/*.toml`; the build script completes them, checks every name on
//! both sides and compiles them.

use std::sync::OnceLock;

use rustc_hash::FxHashMap;

include!(concat!(env!("OUT_DIR"), "/aws_tables.rs"));

/// What is known of one Terraform type.
#[derive(Debug)]
pub(crate) struct TypeTable {
    /// The Terraform type.
    pub(crate) source: &'static str,
    /// The CloudFormation type; the parent's for a satellite.
    pub(crate) canonical: &'static str,
    /// What cannot be said in rows.
    pub(crate) adapter: Adapter,
    /// The attribute that names the parent, if the type is a part of another.
    pub(crate) satellite: Option<&'static str>,
    /// Attributes that such a part shares with its parent, where it does not refer to it.
    pub(crate) shared: &'static [&'static str],
    /// The member that tells which element of a list such a part speaks of.
    pub(crate) same: Option<&'static str>,
    /// Attributes that give what CloudFormation's `Ref` gives.
    pub(crate) reference: &'static [&'static str],
    /// Attributes that give what `Fn::GetAtt` gives, where the rows do not tell. Sorted.
    pub(crate) attributes: &'static [(&'static str, &'static str)],
    /// Terraform's defaults where they differ from CloudFormation's.
    pub(crate) defaults: &'static [(&'static [Step], Literal)],
    /// Attributes that are resources of their own in CloudFormation.
    pub(crate) split: &'static [Split],
    /// Attributes in whose place other resources should be used.
    pub(crate) deprecated: &'static [&'static str],
    /// Where the attributes go.
    pub(crate) block: &'static Block,
}

/// The rows of a block, sorted by name.
#[derive(Debug)]
pub(crate) struct Block {
    pub(crate) rows: &'static [Row],
}

/// Where one attribute goes, and what happens to it on the way.
#[derive(Debug)]
pub(crate) struct Row {
    /// The attribute.
    pub(crate) name: &'static str,
    /// How its name begins: see [`head`].
    pub(crate) head: u64,
    /// Whether `steps` start at the properties and not at the counterpart of the block.
    pub(crate) absolute: bool,
    /// The property; empty for a block whose attributes go where the block stands.
    pub(crate) steps: &'static [Step],
    /// What the property holds.
    pub(crate) shape: Shape,
    /// What happens to the value.
    pub(crate) convert: Convert,
    /// Names of values that differ.
    pub(crate) values: &'static [(&'static str, Literal)],
    /// Values that mean that nothing is given.
    pub(crate) absent: &'static [&'static str],
    /// The value if the block is there and the attribute is not.
    pub(crate) default: Option<Literal>,
    /// What else the attribute says.
    pub(crate) also: &'static [(&'static [Step], Literal)],
    /// Where the number of elements goes.
    pub(crate) count: &'static [Step],
    /// An attribute of the block that can switch it off.
    pub(crate) when: Option<&'static str>,
    /// Whether the value is a secret.
    pub(crate) sensitive: bool,
    /// The rows of a nested block.
    pub(crate) block: Option<&'static Block>,
}

/// A step of the path to a property. Numbers are indexes into [`NAMES`].
#[derive(Debug)]
pub(crate) enum Step {
    /// A member.
    Key(u16),
    /// A new element of a list.
    Each(u16),
    /// The element of a list at an index.
    At(u16, u8),
    /// The element of a list whose member, the second, has this value.
    Where(u16, u16, &'static str),
    /// The `Value` of a new element of a list whose `Key` is this.
    Pair(u16, &'static str),
}

impl Step {
    /// Index of the property's name.
    pub(crate) fn name(&self) -> u16 {
        match self {
            Self::Key(name)
            | Self::Each(name)
            | Self::At(name, _)
            | Self::Where(name, ..)
            | Self::Pair(name, _) => *name,
        }
    }
}

/// What a property holds, by CloudFormation's schema.
#[derive(Debug)]
pub(crate) enum Shape {
    Text,
    Bool,
    Int,
    Number,
    /// A map with free keys.
    Map,
    /// A JSON document.
    Json,
    Object,
    /// A list of `{Key, Value}`.
    Pairs,
    /// Whatever Terraform has: the schema does not know the property.
    Any,
    List(&'static Shape),
}

impl Shape {
    /// Whether there is one of it at most, where Terraform may have a list.
    pub(crate) const fn is_single(&self) -> bool {
        matches!(self, Self::Text | Self::Bool | Self::Int | Self::Number | Self::Object)
    }
}

/// What happens to a value beyond what the shape asks for.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Convert {
    Plain,
    /// Text that CloudFormation wants base64-encoded.
    Text,
    /// Text that is base64-encoded.
    Base64,
    /// JSON text, where the schema says text too.
    Json,
    /// JSON text in the service's own words.
    CamelJson,
    /// Blocks of `name` and `value` to a map.
    Named,
    /// Blocks to a map, by this attribute.
    Keyed(&'static str),
    /// A map to a list of pairs whose first member has this name.
    Pairs(u16),
    /// Each text to a map with this only key.
    Wrap(u16),
    /// Each block to what this attribute holds.
    Each(&'static str),
    /// Each block to the list that this attribute holds.
    Inner(&'static str),
    /// The statements of a policy document.
    Statements,
}

/// A constant of a table.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Literal {
    Bool(bool),
    Int(i64),
    Text(&'static str),
    EmptyList,
}

/// An attribute that is a resource of its own in CloudFormation.
#[derive(Debug)]
pub(crate) struct Split {
    /// The attribute.
    pub(crate) attribute: &'static str,
    /// Type of that resource.
    pub(crate) canonical: &'static str,
    /// Property for the attribute's value.
    pub(crate) to: &'static str,
    /// Property that refers to the resource it was taken from.
    pub(crate) parent: &'static str,
    /// Whether that property is a list.
    pub(crate) parents: bool,
    /// Whether the value is a JSON document.
    pub(crate) is_document: bool,
}

/// Structural differences that are told in code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Adapter {
    Plain,
    S3Grants,
    SecurityGroup,
    SecurityGroupRule,
    NetworkAclEntries,
    Routes,
    Directory,
    MethodSettings,
    PolicyAttachment,
}

/// The table of a Terraform type.
pub(crate) fn of(source: &str) -> Option<&'static TypeTable> {
    // Asked several times of each resource.
    static BY_SOURCE: OnceLock<FxHashMap<&'static str, &'static TypeTable>> = OnceLock::new();
    let by_source =
        BY_SOURCE.get_or_init(|| TYPES.iter().map(|table| (table.source, table)).collect());
    by_source.get(source).copied()
}

/// The tables of what says something of a resource of this canonical type without being one.
pub(crate) fn parts_of(canonical: &str) -> impl Iterator<Item = &'static TypeTable> {
    TYPES.iter().filter(move |table| table.satellite.is_some() && table.canonical == canonical)
}

/// The Terraform type for a canonical type: of several the shortest, which has the fewest
/// qualifications.
pub(crate) fn source_of(canonical: &str) -> Option<&'static str> {
    let tables = TYPES.iter().filter(|table| table.canonical == canonical);
    let whole = tables.filter(|table| table.satellite.is_none()).map(|table| table.source);
    whole.min_by_key(|source| source.len())
}

/// The index of a property's name in [`NAMES`].
pub(crate) fn name_index(name: &str) -> Option<u16> {
    let found = NAMES_SORTED.binary_search_by(|at| NAMES[usize::from(*at)].cmp(name)).ok()?;
    Some(NAMES_SORTED[found])
}

impl Block {
    /// The row of an attribute.
    pub(crate) fn row(&self, name: &str) -> Option<&'static Row> {
        let (rows, head) = (self.rows, head(name));
        let order = |row: &Row| row.head.cmp(&head).then_with(|| row.name.cmp(name));
        rows.binary_search_by(order).ok().map(|at| &rows[at])
    }
}

/// The first eight bytes of a name as a number that orders as they do: most names are told apart
/// by that, without reading the rest.
const fn head(name: &str) -> u64 {
    let bytes = name.as_bytes();
    let mut head = [0; 8];
    let mut at = 0;
    while at < head.len() && at < bytes.len() {
        head[at] = bytes[at];
        at += 1;
    }
    u64::from_be_bytes(head)
}

impl TypeTable {
    /// CloudFormation's name of an attribute that others refer to; empty for what `Ref` gives.
    pub(crate) fn attribute(&self, name: &str) -> Option<&'static str> {
        if let Ok(at) = self.attributes.binary_search_by(|(from, _)| (*from).cmp(name)) {
            return Some(self.attributes[at].1);
        }
        if self.reference.contains(&name) {
            return Some("");
        }
        match self.block.row(name)?.steps {
            [Step::Key(at)] => Some(NAMES[usize::from(*at)]),
            _ => None,
        }
    }
}
