//! The policies that AWS manages.

use std::borrow::Cow;
use std::sync::OnceLock;

use super::reader::Reader;

/// AWS managed policies by their ARN.
#[derive(Debug)]
pub(super) struct Managed {
    bytes: Cow<'static, [u8]>,
    index: OnceLock<Option<Index>>,
}

#[derive(Debug)]
struct Index {
    date: Box<str>,
    policies: Vec<Entry>,
    /// Start and size of each block, packed and not.
    blocks: Vec<Block>,
}

#[derive(Debug)]
struct Entry {
    arn: Box<str>,
    version: u32,
    block: usize,
    start: usize,
    len: usize,
}

#[derive(Debug)]
struct Block {
    start: usize,
    packed: usize,
    len: usize,
}

/// A policy that AWS manages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ManagedPolicy {
    /// Its ARN in the partition `aws`.
    pub arn: String,
    /// The number of its default version.
    pub version: u32,
    /// The document, in JSON.
    pub document: String,
}

impl Managed {
    pub(super) const fn new(bytes: Cow<'static, [u8]>) -> Self {
        Self { bytes, index: OnceLock::new() }
    }

    fn index(&self) -> Option<&Index> {
        self.index.get_or_init(|| Index::read(&self.bytes)).as_ref()
    }

    /// When AWS last changed one of them.
    pub(super) fn date(&self) -> Option<&str> {
        self.index().map(|index| &*index.date)
    }

    pub(super) fn arns(&self) -> impl Iterator<Item = &str> {
        self.index().into_iter().flat_map(|index| &index.policies).map(|entry| &*entry.arn)
    }

    /// The policy of an ARN in any partition.
    pub(super) fn find(&self, arn: &str) -> Option<ManagedPolicy> {
        let rest = arn.strip_prefix("arn:")?.split_once(':')?.1;
        let arn = format!("arn:aws:{rest}");
        let index = self.index()?;
        let at = index.policies.binary_search_by(|entry| (*entry.arn).cmp(&arn)).ok()?;
        let entry = index.policies.get(at)?;
        let block = index.blocks.get(entry.block)?;
        let packed = self.bytes.get(block.start..block.start.checked_add(block.packed)?)?;
        let unpacked =
            miniz_oxide::inflate::decompress_to_vec_with_limit(packed, block.len).ok()?;
        let document = unpacked.get(entry.start..entry.start.checked_add(entry.len)?)?;
        let document = std::str::from_utf8(document).ok()?.to_owned();
        Some(ManagedPolicy { arn, version: entry.version, document })
    }
}

impl Index {
    fn read(bytes: &[u8]) -> Option<Self> {
        let mut reader = Reader::new(bytes);
        if reader.take(6)? != b"TRIMP1" {
            return None;
        }
        let date = reader.text()?.into();
        let _source = reader.text()?;
        let (index, table) = (reader.word()?, reader.word()?);
        let mut index = Reader::new(reader.take(index)?);
        let mut table = Reader::new(reader.take(table)?);
        let mut start = bytes.len() - reader.len();
        let mut arn = String::new();
        let policies = index.list(|reader| {
            reader.front_coded(&mut arn)?;
            Some(Entry {
                arn: (*arn).into(),
                version: reader.number()? as u32,
                block: reader.number()?,
                start: reader.number()?,
                len: reader.number()?,
            })
        })?;
        let blocks = table.list(|reader| {
            let (len, packed) = (reader.number()?, reader.number()?);
            let block = Block { start, packed, len };
            start = start.checked_add(packed)?;
            Some(block)
        })?;
        Some(Self { date, policies, blocks })
    }
}
