//! `[[waivers]]`.

use std::ops::Range;

use trilith_graph::{SourceId, Span};
use trilith_waivers::{Expiry, Origin, ValuePattern, Waiver};

use super::file;

/// A waiver of a configuration file.
#[derive(Debug, Clone)]
pub struct ConfiguredWaiver {
    /// The waiver; its place is in no source yet.
    pub waiver: Waiver,
    /// Name of the file.
    pub file: String,
    /// Where the rule is named in the file.
    pub range: Range<usize>,
}

/// Reads an entry. Who names a rule without saying where, would switch it off.
pub(super) fn read(entry: file::Waiver, name: &str) -> Result<ConfiguredWaiver, String> {
    let range = entry.rule.span();
    let mut waiver = Waiver::new(Origin::Configuration, Span::at(SourceId(0), 0));
    waiver.rules = entry.rule.into_inner().into_vec();
    waiver.reason = entry.reason;
    waiver.owner = entry.owner;
    waiver.ticket = entry.ticket;
    waiver.findings = entry.findings;
    waiver.expires = match entry.expires {
        None => Expiry::Never,
        Some(toml::Value::String(text)) => Expiry::parse(&text),
        Some(toml::Value::Datetime(day)) => Expiry::parse(&day.to_string()),
        Some(value) => Expiry::Malformed(format!("{value:?}")),
    };
    let texts = |texts: Option<file::Texts>| texts.map(file::Texts::into_vec).unwrap_or_default();
    waiver.scope.addresses = texts(entry.resource);
    waiver.scope.paths = texts(entry.path);
    waiver.scope.property = entry.property;
    waiver.scope.values = texts(entry.value).into_iter().map(ValuePattern::Glob).collect();
    if waiver.scope.addresses.is_empty() && waiver.scope.paths.is_empty() {
        waiver.error = Some(
            "it names no `resource` and no `path`; to switch a rule off, use `ignore`".to_owned(),
        );
    }
    if waiver.rules.is_empty() {
        return Err("a waiver with an empty list of rules".into());
    }
    Ok(ConfiguredWaiver { waiver, file: name.to_owned(), range })
}
