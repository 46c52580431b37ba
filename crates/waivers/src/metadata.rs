//! Waivers in the metadata of templates and their resources.

use regex::RegexBuilder;
use trilith_graph::Span;
use trilith_parser::tree::{Kind, NodeId, Tree};

use crate::waiver::{Expiry, Origin, Region, RegionKind, Tool, ValuePattern, Waiver};

/// A regular expression of a template may not compile to more than this.
const MOST_BYTES: usize = 1 << 20;

/// Adds what the metadata of a template and of its resources say.
pub(crate) fn collect(tree: &Tree<'_>, found: &mut Vec<Waiver>) {
    for document in tree.documents() {
        if let Some(node) = tree.get(*document, "Metadata") {
            let region =
                Region { span: tree.span(*document), kind: RegionKind::File, resource: None };
            Reader { tree, region, found }.read(node);
        }
        let Some(resources) = tree.get(*document, "Resources") else { continue };
        for member in tree.own_members(resources) {
            let Some(node) = tree.get(member.value, "Metadata") else { continue };
            let span = member.key_span.to(tree.span(member.value));
            let region = Region { span, kind: RegionKind::Resource, resource: Some(span) };
            Reader { tree, region, found }.read(node);
        }
    }
}

struct Reader<'t, 's, 'f> {
    tree: &'t Tree<'s>,
    region: Region,
    found: &'f mut Vec<Waiver>,
}

impl Reader<'_, '_, '_> {
    fn read(&mut self, metadata: NodeId) {
        if let Some(ours) = self.tree.get(metadata, "trilith") {
            self.ours(ours);
        }
        for key in ["checkov", "bridgecrew"] {
            // `skip: [{id, comment}]`
            self.list(metadata, &[key, "skip"], Tool::Checkov, "id", "comment");
        }
        let list = "rules_to_suppress";
        self.list(metadata, &["cfn_nag", list], Tool::CfnNag, "id", "reason");
        self.list(metadata, &["cdk_nag", list], Tool::CdkNag, "id", "reason");
        self.list(metadata, &["runterrascan.io/skip"], Tool::Terrascan, "rule", "comment");
        self.names(metadata, &["guard", "SuppressedRules"], Tool::Guard);
        self.names(metadata, &["cfn-lint", "config", "ignore_checks"], Tool::CfnLint);
    }

    fn waiver(&self, origin: Origin, node: NodeId) -> Waiver {
        let mut waiver = Waiver::new(origin, first_line(self.tree, node));
        waiver.scope.region = Some(self.region);
        waiver
    }

    fn text(&self, node: NodeId, key: &str) -> String {
        let value = self.tree.get(node, key);
        value.map(|value| self.tree.text(value).trim().to_owned()).unwrap_or_default()
    }

    /// A list of maps with an id and a reason.
    fn list(&mut self, metadata: NodeId, path: &[&str], tool: Tool, id: &str, reason: &str) {
        let Some(list) = self.tree.get_path(metadata, path) else { return };
        for item in self.tree.items(list) {
            let mut waiver = self.waiver(Origin::Foreign { tool, comment: false }, item);
            waiver.rules = vec![self.text(item, id)];
            waiver.reason = self.text(item, reason);
            if let Some(values) = self.tree.get(item, "applies_to") {
                waiver.scope.values = self.values(values);
            }
            if !waiver.rules[0].is_empty() {
                self.found.push(waiver);
            }
        }
    }

    /// A list of ids.
    fn names(&mut self, metadata: NodeId, path: &[&str], tool: Tool) {
        let Some(list) = self.tree.get_path(metadata, path) else { return };
        for item in self.tree.items(list) {
            let mut waiver = self.waiver(Origin::Foreign { tool, comment: false }, item);
            waiver.rules = vec![self.tree.text(item).trim().to_owned()];
            if !waiver.rules[0].is_empty() {
                self.found.push(waiver);
            }
        }
    }

    /// What cdk-nag's granular suppressions apply to: `Action::s3:*`, or `{regex: /.../g}`.
    fn values(&self, list: NodeId) -> Vec<ValuePattern> {
        let pattern = |item: NodeId| {
            if self.tree.kind(item) != Kind::Map {
                let text = self.tree.text(item);
                let value = text.split_once("::").map_or(text, |(_, value)| value);
                return Some(ValuePattern::Glob(value.to_owned()));
            }
            let text = self.text(item, "regex");
            let inner = text.strip_prefix('/').unwrap_or(&text);
            let inner = inner.rsplit_once('/').map_or(inner, |(inner, _)| inner);
            let regex = RegexBuilder::new(inner).size_limit(MOST_BYTES).build().ok()?;
            Some(ValuePattern::Regex(regex))
        };
        let patterns: Vec<ValuePattern> = self.tree.items(list).filter_map(pattern).collect();
        if patterns.is_empty() {
            // What cannot be read covers nothing.
            return vec![ValuePattern::Glob("\u{0}".into())];
        }
        patterns
    }

    /// `waivers: [{rule, reason, owner, expires, ticket, property, value, findings}]`
    fn ours(&mut self, node: NodeId) {
        let tree = self.tree;
        let Some(list) = tree.get(node, "waivers") else { return };
        for item in tree.items(list) {
            let mut waiver = self.waiver(Origin::Metadata, item);
            for member in tree.own_members(item) {
                let text = tree.text(member.value).trim().to_owned();
                match &**member.key {
                    "rule" | "rules" => waiver.rules = self.texts(member.value),
                    "reason" => waiver.reason = text,
                    "owner" => waiver.owner = text,
                    "expires" => waiver.expires = Expiry::parse(&text),
                    "ticket" => waiver.ticket = text,
                    "property" => waiver.scope.property = Some(text),
                    "value" => {
                        let values = self.texts(member.value).into_iter();
                        waiver.scope.values = values.map(ValuePattern::Glob).collect();
                    }
                    "findings" => match text.parse() {
                        Ok(count) => waiver.findings = Some(count),
                        Err(_) => waiver.error = Some(format!("`{text}` is no number")),
                    },
                    other => {
                        waiver.error = Some(format!("`{other}` is nothing that a waiver can say"));
                    }
                }
            }
            if waiver.rules.is_empty() && waiver.error.is_none() {
                waiver.error = Some("it names no rule".into());
            }
            self.found.push(waiver);
        }
    }

    /// A text, or a list of texts.
    fn texts(&self, node: NodeId) -> Vec<String> {
        if self.tree.kind(node) == Kind::List {
            return self.tree.items(node).map(|item| self.tree.text(item).to_owned()).collect();
        }
        vec![self.tree.text(node).to_owned()]
    }
}

/// Where a node is named.
fn first_line(tree: &Tree<'_>, node: NodeId) -> Span {
    match tree.own_members(node).next() {
        Some(member) => member.key_span.to(tree.span(member.value)),
        None => tree.span(node),
    }
}
