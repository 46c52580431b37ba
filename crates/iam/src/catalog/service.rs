//! The actions and resource types of one service.

use super::reader::Reader;

/// How far an action reaches; AWS's access levels, the strongest last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AccessLevel {
    /// Lists resources.
    List,
    /// Reads what is in resources.
    Read,
    /// Changes tags only.
    Tagging,
    /// Creates, changes or deletes resources.
    Write,
    /// Grants or changes permissions.
    PermissionsManagement,
}

impl AccessLevel {
    /// All levels, the weakest first.
    pub const ALL: [Self; 5] =
        [Self::List, Self::Read, Self::Tagging, Self::Write, Self::PermissionsManagement];

    /// In words: `permissions management`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::List => "list",
            Self::Read => "read",
            Self::Tagging => "tagging",
            Self::Write => "write",
            Self::PermissionsManagement => "permissions management",
        }
    }
}

/// A type of resources.
#[derive(Debug)]
pub struct ResourceType {
    /// Its name in the service authorization reference: `bucket`.
    pub name: Box<str>,
    /// Its ARN with `${...}` for what differs; empty if it has none.
    pub arn: Box<str>,
    pub(super) keys: u32,
}

/// An action as it is stored.
#[derive(Debug)]
pub(super) struct Entry {
    /// `GetObject`.
    pub(super) name: Box<str>,
    /// `s3:getobject`.
    pub(super) folded: Box<str>,
    pub(super) level: AccessLevel,
    pub(super) keys: u32,
    /// Numbers of resource types, and whether one of that type is needed.
    pub(super) types: Box<[(u16, bool)]>,
}

#[derive(Debug, Default)]
pub(super) struct Service {
    pub(super) types: Vec<ResourceType>,
    pub(super) actions: Vec<Entry>,
}

impl Service {
    pub(super) fn read(prefix: &str, count: usize, bytes: &[u8]) -> Option<Self> {
        let mut reader = Reader::new(bytes);
        let types = reader.list(|reader| {
            let (name, arn) = (reader.text()?.into(), reader.text()?.into());
            Some(ResourceType { name, arn, keys: reader.number()? as u32 })
        })?;
        let mut actions = Vec::with_capacity(count.min(bytes.len()));
        let mut name = String::new();
        for _ in 0..count {
            reader.front_coded(&mut name)?;
            let level = *AccessLevel::ALL.get(usize::from(reader.byte()?))?;
            let keys = reader.number()? as u32;
            let wanted = reader.list(Reader::number)?;
            let types = wanted.iter().map(|it| ((it >> 1) as u16, it & 1 == 1)).collect();
            let mut folded = String::with_capacity(prefix.len() + 1 + name.len());
            folded.push_str(prefix);
            folded.push(':');
            folded.push_str(&name);
            folded.make_ascii_lowercase();
            actions.push(Entry { name: (*name).into(), folded: folded.into(), level, keys, types });
        }
        Some(Self { types, actions })
    }
}
