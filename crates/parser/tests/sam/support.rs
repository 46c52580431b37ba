//! A template, expanded.

use trilith_graph::{Formula, Reference, Resource, Root, SourceFile, SourceMap, Span, Value};
use trilith_parser::{Options, parse};

/// A root and the text it came from.
pub(crate) struct Expanded {
    pub(crate) root: Root,
    sources: SourceMap,
}

/// The template of the resources in `body`.
pub(crate) fn expand(body: &str) -> Expanded {
    expand_whole(&format!("Transform: AWS::Serverless-2016-10-31\n{body}"))
}

/// A whole template.
pub(crate) fn expand_whole(text: &str) -> Expanded {
    let mut sources = SourceMap::new();
    let source = sources.add(SourceFile::new("template.yaml", text));
    let mut parsed = parse(&sources, source, &Options::default());
    assert!(parsed.diagnostics.is_empty(), "{:?}", parsed.diagnostics);
    Expanded { root: parsed.roots.remove(0), sources }
}

impl Expanded {
    /// The resource with an address.
    pub(crate) fn get(&self, address: &str) -> &Resource {
        let found = self.root.resources.iter().find(|resource| &*resource.address == address);
        found.unwrap_or_else(|| panic!("no {address} among {:?}", self.addresses()))
    }

    /// Whether there is a resource with an address.
    pub(crate) fn has(&self, address: &str) -> bool {
        self.addresses().contains(&address)
    }

    /// The addresses of all resources.
    pub(crate) fn addresses(&self) -> Vec<&str> {
        self.root.resources.iter().map(|resource| &*resource.address).collect()
    }

    /// The text under a span.
    pub(crate) fn text(&self, span: Span) -> &str {
        self.sources.text(span)
    }

    /// The line, from 1, at which a span starts.
    pub(crate) fn line(&self, span: Span) -> u32 {
        self.sources.start(span).line
    }
}

/// The text of a value, with `${..}` for what is not known of it.
pub(crate) fn text(value: &Value) -> String {
    value.display_text().unwrap_or_else(|| panic!("no text: {value:?}"))
}

/// The reference that a value is: `Address` or `Address.Attribute`.
pub(crate) fn reference(value: &Value) -> String {
    let Some(Reference { address, attribute }) = value.as_reference() else {
        panic!("no reference: {value:?}")
    };
    if attribute.is_empty() { address.to_string() } else { format!("{address}.{attribute}") }
}

/// The texts of a list.
pub(crate) fn texts(value: &Value) -> Vec<String> {
    value.items().iter().map(text).collect()
}

/// When something exists, in words.
pub(crate) fn when(guard: &Formula) -> String {
    guard.describe(true)
}
