//! What AWS documents about IAM: services, actions, resource types, condition keys and the
//! policies that AWS manages.
//!
//! The data is carried as bytes that are read when asked for: a service at a time, and the
//! managed policies a block at a time. `data/README.md` tells where it comes from.

mod example;
mod managed;
mod reader;
mod service;

use std::borrow::Cow;
use std::fmt;
use std::sync::{LazyLock, OnceLock};

pub use managed::ManagedPolicy;
pub use service::{AccessLevel, ResourceType};

use managed::Managed;
use reader::Reader;
use service::{Entry, Service};

static REFERENCE: &[u8] = include_bytes!("../../data/service-reference.bin");
static MANAGED: &[u8] = include_bytes!("../../data/managed-policies.bin");

/// A reference of AWS's services.
#[derive(Debug)]
pub struct Catalog {
    bytes: Cow<'static, [u8]>,
    date: Box<str>,
    source: Box<str>,
    services: Vec<ServiceEntry>,
    /// Where the sections of the file start.
    sections: [usize; SECTIONS],
    keys: OnceLock<Vec<ConditionKey>>,
    sets: OnceLock<Vec<Box<[u32]>>>,
    managed: Managed,
}

const SECTIONS: usize = 6;
const KEYS: usize = 1;
const SETS: usize = 2;
const RETIRED: usize = 3;
const RESOURCE_CONTROL: usize = 4;
const BLOCKS: usize = 5;

#[derive(Debug)]
struct ServiceEntry {
    prefix: Box<str>,
    first: u32,
    count: usize,
    start: usize,
    len: usize,
    service: OnceLock<Service>,
}

/// What the values of a condition key are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "the names are those of the service authorization reference")]
pub enum KeyType {
    String,
    Arn,
    Bool,
    Numeric,
    Date,
    IpAddress,
    Binary,
}

impl KeyType {
    const ALL: [Self; 7] = [
        Self::String,
        Self::Arn,
        Self::Bool,
        Self::Numeric,
        Self::Date,
        Self::IpAddress,
        Self::Binary,
    ];
}

/// A condition key.
#[derive(Debug)]
pub struct ConditionKey {
    /// Its name, with `${...}` or `tag-key` where a request has a name of its own.
    pub name: Box<str>,
    /// What its values are.
    pub value_type: KeyType,
    /// Whether a request has several values of it.
    pub is_multi_valued: bool,
}

impl ConditionKey {
    /// Whether it is the key of a name in lower case, with anything for `${TagKey}`, `<key>` or
    /// `tag-key`.
    pub fn is(&self, name: &str) -> bool {
        let Some((start, end)) = self.around_name() else {
            return self.name.eq_ignore_ascii_case(name);
        };
        let is =
            |part: Option<&str>, own: &str| part.is_some_and(|it| it.eq_ignore_ascii_case(own));
        name.len() > start.len() + end.len()
            && is(name.get(..start.len()), start)
            && is(name.get(name.len() - end.len()..), end)
    }

    /// What stands before and behind the name that a request has of its own in it, if one has.
    fn around_name(&self) -> Option<(&str, &str)> {
        let opening = self.name.find("${").or_else(|| self.name.find('<'));
        let Some(at) = opening else {
            return self.name.strip_suffix("tag-key").map(|start| (start, ""));
        };
        let end = self.name[at..].find(['}', '>']).map_or(self.name.len(), |end| at + end + 1);
        Some((&self.name[..at], &self.name[end..]))
    }
}

/// An action of a service.
#[derive(Debug, Clone, Copy)]
pub struct Action<'c> {
    catalog: &'c Catalog,
    service: &'c ServiceEntry,
    entry: &'c Entry,
    /// Its number in the catalogue.
    pub id: u32,
}

/// The file is no service reference, or not one of this version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CatalogError;

impl fmt::Display for CatalogError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a service reference that this version of Trilith can read")
    }
}

impl std::error::Error for CatalogError {}

impl Catalog {
    /// The one that Trilith carries.
    pub fn embedded() -> &'static Self {
        static EMBEDDED: LazyLock<Catalog> = LazyLock::new(|| {
            let catalog = Catalog::open(Cow::Borrowed(REFERENCE));
            catalog.unwrap_or_else(|| Catalog::empty(Cow::Borrowed(REFERENCE)))
        });
        &EMBEDDED
    }

    /// A newer one, from a file that the generator in `data/` wrote. All of it is read, so
    /// that a damaged file is noticed at once.
    pub fn parse(bytes: Vec<u8>) -> Result<Self, CatalogError> {
        let catalog = Self::open(Cow::Owned(bytes)).ok_or(CatalogError)?;
        let read = |entry: &ServiceEntry| catalog.read(entry).is_some();
        let is_whole = catalog.services.iter().all(read)
            && catalog.read_keys().is_some()
            && catalog.read_sets().is_some()
            && catalog.texts(RETIRED).is_some();
        if is_whole { Ok(catalog) } else { Err(CatalogError) }
    }

    fn empty(bytes: Cow<'static, [u8]>) -> Self {
        Self {
            bytes,
            date: "".into(),
            source: "".into(),
            services: Vec::new(),
            sections: [usize::MAX; SECTIONS],
            keys: OnceLock::new(),
            sets: OnceLock::new(),
            managed: Managed::new(Cow::Borrowed(MANAGED)),
        }
    }

    fn open(bytes: Cow<'static, [u8]>) -> Option<Self> {
        let mut catalog = Self::empty(Cow::Borrowed(&[]));
        let mut reader = Reader::new(&bytes);
        if reader.take(6)? != b"TRISR1" {
            return None;
        }
        catalog.date = reader.text()?.into();
        catalog.source = reader.text()?.into();
        for section in &mut catalog.sections {
            *section = reader.word()?;
        }
        let mut start = catalog.sections[BLOCKS];
        let mut first = 0;
        catalog.services = reader.list(|reader| {
            let prefix = reader.text()?.into();
            let (count, len) = (reader.number()?, reader.number()?);
            let service = OnceLock::new();
            let entry = ServiceEntry { prefix, first, count, start, len, service };
            start = start.checked_add(len)?;
            first = first.checked_add(u32::try_from(count).ok()?)?;
            Some(entry)
        })?;
        catalog.bytes = bytes;
        Some(catalog)
    }

    fn read(&self, entry: &ServiceEntry) -> Option<Service> {
        let bytes = self.bytes.get(entry.start..entry.start.checked_add(entry.len)?)?;
        Service::read(&entry.prefix, entry.count, bytes)
    }

    fn service<'c>(&'c self, entry: &'c ServiceEntry) -> &'c Service {
        entry.service.get_or_init(|| self.read(entry).unwrap_or_default())
    }

    fn section(&self, number: usize) -> Option<Reader<'_>> {
        self.bytes.get(self.sections[number]..).map(Reader::new)
    }

    fn read_keys(&self) -> Option<Vec<ConditionKey>> {
        self.section(KEYS)?.list(|reader| {
            let name = reader.text()?.into();
            let byte = reader.byte()?;
            let value_type = *KeyType::ALL.get(usize::from(byte & 0x7F))?;
            Some(ConditionKey { name, value_type, is_multi_valued: byte & 0x80 != 0 })
        })
    }

    fn read_sets(&self) -> Option<Vec<Box<[u32]>>> {
        self.section(SETS)?.list(|reader| {
            let mut last = 0;
            let members = reader.list(|reader| {
                last += reader.number()? as u32;
                Some(last)
            })?;
            Some(members.into())
        })
    }

    fn texts(&self, section: usize) -> Option<Vec<&str>> {
        self.section(section)?.list(Reader::text)
    }

    /// The day of which the data is: `2026-10-27`.
    pub fn date(&self) -> &str {
        &self.date
    }

    /// Where the data comes from: a package and its version.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// The day of the newest managed policy.
    pub fn managed_policies_date(&self) -> Option<&str> {
        self.managed.date()
    }

    /// The prefixes of all services, sorted.
    pub fn services(&self) -> impl ExactSizeIterator<Item = &str> {
        self.services.iter().map(|entry| &*entry.prefix)
    }

    fn entry(&self, prefix: &str) -> Option<&ServiceEntry> {
        let at = self.services.binary_search_by(|entry| (*entry.prefix).cmp(prefix)).ok()?;
        self.services.get(at)
    }

    /// Whether AWS has a service with this prefix, in lower case.
    pub fn has_service(&self, prefix: &str) -> bool {
        self.entry(prefix).is_some()
    }

    /// Whether AWS once had a service with this prefix, or names it in policies of its own
    /// without describing it.
    pub fn is_retired(&self, prefix: &str) -> bool {
        self.texts(RETIRED).is_some_and(|names| names.binary_search(&prefix).is_ok())
    }

    /// Whether resource control policies apply to a service.
    pub fn has_resource_control(&self, prefix: &str) -> bool {
        self.texts(RESOURCE_CONTROL).is_some_and(|names| names.binary_search(&prefix).is_ok())
    }

    /// How many actions there are.
    pub fn action_count(&self) -> usize {
        self.services.iter().map(|entry| entry.count).sum()
    }

    /// The action of a name such as `s3:GetObject`, without regard to case.
    pub fn action(&self, name: &str) -> Option<Action<'_>> {
        let folded = name.to_ascii_lowercase();
        let (prefix, _) = folded.split_once(':')?;
        let service = self.entry(prefix)?;
        let actions = &self.service(service).actions;
        let at = actions.binary_search_by(|entry| (*entry.folded).cmp(&folded)).ok()?;
        let id = service.first + at as u32;
        Some(Action { catalog: self, service, entry: actions.get(at)?, id })
    }

    /// The action of a number.
    pub fn action_of(&self, id: u32) -> Option<Action<'_>> {
        let after = self.services.partition_point(|entry| entry.first <= id);
        let service = self.services.get(after.checked_sub(1)?)?;
        let entry = self.service(service).actions.get((id - service.first) as usize)?;
        Some(Action { catalog: self, service, entry, id })
    }

    /// The actions of a service, in the order of their names.
    pub fn actions_of(&self, prefix: &str) -> impl Iterator<Item = Action<'_>> {
        self.entry(prefix).into_iter().flat_map(|service| self.actions_in_entry(service))
    }

    fn actions_in_entry<'c>(
        &'c self,
        service: &'c ServiceEntry,
    ) -> impl Iterator<Item = Action<'c>> {
        let actions = self.service(service).actions.iter().zip(service.first..);
        actions.map(move |(entry, id)| Action { catalog: self, service, entry, id })
    }

    /// The actions that a pattern such as `s3:Get*` names, service by service.
    pub fn matching(&self, pattern: &str) -> impl Iterator<Item = Action<'_>> {
        let everything = !pattern.is_empty() && pattern.bytes().all(|byte| byte == b'*');
        let (service, name) = pattern.split_once(':').unwrap_or((pattern, ""));
        let (service, name) = if everything { ("*", "*") } else { (service, name) };
        let services: Vec<&ServiceEntry> = self
            .services
            .iter()
            .filter(|entry| crate::glob::matches(service, &entry.prefix, true))
            .collect();
        let name = name.to_owned();
        let actions = services.into_iter().flat_map(|entry| self.actions_in_entry(entry));
        actions.filter(move |action| crate::glob::matches(&name, action.name(), true))
    }

    /// The resource types of a service.
    pub fn resource_types(&self, prefix: &str) -> &[ResourceType] {
        self.entry(prefix).map_or(&[], |entry| &self.service(entry).types)
    }

    /// All condition keys; those of no service in particular first.
    pub fn condition_keys(&self) -> &[ConditionKey] {
        self.keys.get_or_init(|| self.read_keys().unwrap_or_default())
    }

    /// The condition key that a request has under a name in lower case.
    pub fn condition_key(&self, name: &str) -> Option<&ConditionKey> {
        self.condition_keys().iter().find(|key| key.is(name))
    }

    fn set(&self, number: u32) -> &[u32] {
        let sets = self.sets.get_or_init(|| self.read_sets().unwrap_or_default());
        sets.get(number as usize).map_or(&[], |set| &**set)
    }

    /// The policy that AWS manages under an ARN such as
    /// `arn:aws:iam::aws:policy/ReadOnlyAccess`.
    pub fn managed_policy(&self, arn: &str) -> Option<ManagedPolicy> {
        self.managed.find(arn)
    }

    /// The ARNs of the policies that AWS manages, sorted.
    pub fn managed_policies(&self) -> impl Iterator<Item = &str> {
        self.managed.arns()
    }
}

impl<'c> Action<'c> {
    /// The prefix of its service: `s3`.
    pub fn service(&self) -> &'c str {
        &self.service.prefix
    }

    /// Its name without the service: `GetObject`.
    pub fn name(&self) -> &'c str {
        &self.entry.name
    }

    /// `s3:getobject`.
    pub(crate) fn folded(&self) -> &'c str {
        &self.entry.folded
    }

    /// Its access level.
    pub const fn level(&self) -> AccessLevel {
        self.entry.level
    }

    /// The types of resources that it is about, and whether one of that type is needed. An
    /// action of none can be allowed on `*` only.
    pub fn resource_types(&self) -> impl Iterator<Item = (&'c ResourceType, bool)> + use<'c> {
        let types = &self.catalog.service(self.service).types;
        let wanted = self.entry.types.iter();
        wanted.filter_map(|(number, needed)| Some((types.get(usize::from(*number))?, *needed)))
    }

    /// The condition keys that its requests may have, besides those of every action.
    pub fn condition_keys(&self) -> impl Iterator<Item = &'c ConditionKey> + use<'c> {
        let keys = self.catalog.condition_keys();
        self.catalog.set(self.entry.keys).iter().filter_map(|key| keys.get(*key as usize))
    }
}

/// `s3:GetObject`.
impl fmt::Display for Action<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.service(), self.name())
    }
}

impl ResourceType {
    /// The condition keys that its resources have.
    pub fn condition_keys<'c>(
        &'c self,
        catalog: &'c Catalog,
    ) -> impl Iterator<Item = &'c ConditionKey> {
        let keys = catalog.condition_keys();
        catalog.set(self.keys).iter().filter_map(|key| keys.get(*key as usize))
    }
}
