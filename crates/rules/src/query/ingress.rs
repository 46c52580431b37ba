//! What the rules of a security group let in.

use std::sync::Arc;

use trilith_graph::{
    Finding, Flags, Formula, PropertyPath, ResourceId, Severity, Tri, Value, ValueKind,
};

use crate::View;
use crate::query::cidr::{self, Cidr, Source};
use crate::query::exposure;
use crate::query::ports::Ports;

const GROUP: &str = "AWS::EC2::SecurityGroup";
const RULE: &str = "AWS::EC2::SecurityGroupIngress";

/// One range of addresses that a rule lets in, or one of which nothing is known.
#[derive(Debug, Clone)]
pub struct Opening {
    /// The property that holds the range.
    pub path: PropertyPath,
    /// The ports that it may reach.
    pub ports: Ports,
    reach: Reach,
    text: String,
    /// What else matters: the other pieces of the internet, the entry of a prefix list.
    related: Vec<(ResourceId, PropertyPath, &'static str)>,
}

/// How much of the internet a range holds, alone or together with others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reach {
    Unknown,
    Little,
    /// A /8 or more.
    Wide,
    /// All of it.
    Internet,
    /// All of it, in pieces of which this is the first.
    Pieces,
}

impl Opening {
    /// Whether a large part of the internet is let in.
    pub fn is_wide(&self) -> Tri {
        match self.reach {
            Reach::Unknown => Tri::Unknown,
            Reach::Little => Tri::False,
            Reach::Wide | Reach::Internet | Reach::Pieces => Tri::True,
        }
    }

    /// The finding that it reaches something: "port 22 (SSH)".
    pub fn finding(&self, view: &View<'_>, what: &str) -> Finding {
        let who = match self.reach {
            Reach::Wide => format!("`{}`", self.text),
            Reach::Pieces => "the whole internet, in pieces,".to_owned(),
            _ => "the whole internet".to_owned(),
        };
        let message = format!("{} lets {who} reach {what}", subject(view));
        let mut finding = Finding::new(view.id(), self.path.clone(), message);
        finding.label = Some(match self.reach {
            Reach::Wide => "a large part of the internet".to_owned(),
            Reach::Pieces => format!("one piece; with the others, anyone can reach {what}"),
            _ => format!("anyone can reach {what}"),
        });
        finding.severity = (self.reach == Reach::Wide).then_some(Severity::High);
        for (resource, path, note) in &self.related {
            finding = finding.related(*resource, path.clone(), *note);
        }
        match behind(view) {
            Some(user) => finding.severity(Severity::Low).related(
                user,
                "",
                "the internet reaches nothing in the group: no public address",
            ),
            None => finding,
        }
    }
}

/// A resource in the group, if the internet provably reaches none of those.
fn behind(view: &View<'_>) -> Option<ResourceId> {
    if view.resource_type() == GROUP {
        return exposure::out_of_reach(view);
    }
    view.parents().first().and_then(exposure::out_of_reach)
}

fn subject(view: &View<'_>) -> String {
    if view.resource_type() == GROUP {
        return format!("security group `{}`", view.name());
    }
    match view.parents().first() {
        Some(group) => format!("security group `{}`", group.name()),
        None => format!("ingress rule `{}`", view.name()),
    }
}

/// The ranges that a security group's inline rules, or a rule written apart, let in. Ranges
/// written elsewhere for the same group only count for what they add to these.
pub fn openings<'v>(view: &'v View<'_>) -> &'v [Opening] {
    view.openings.get_or_init(|| read(view))
}

fn read(view: &View<'_>) -> Vec<Opening> {
    let own = pieces(view);
    let mut all = own.clone();
    let groups = if view.resource_type() == GROUP { Vec::new() } else { view.parents() };
    for group in &groups {
        all.extend(pieces(group));
    }
    for group in groups.iter().chain((view.resource_type() == GROUP).then_some(view)) {
        let apart = group.attached(RULE).into_iter().filter(|rule| rule.id() != view.id());
        let certain = apart.filter(|rule| {
            let guard = &rule.resource().guard;
            *guard == Formula::True || *guard == view.resource().guard
        });
        all.extend(certain.flat_map(|rule| pieces(&rule)));
    }
    // The order must not depend on where resources stand in the source.
    all.sort_by(|a, b| a.place().cmp(&b.place()));
    all.dedup_by(|a, b| a.place() == b.place());
    own.into_iter().filter_map(|piece| opening(piece, &all)).collect()
}

/// A range in a rule.
#[derive(Debug, Clone)]
struct Piece {
    resource: ResourceId,
    address: Arc<str>,
    /// Whether it is written in the group itself.
    inline: bool,
    path: PropertyPath,
    source: Source,
    ports: Ports,
    text: String,
    entry: Option<(ResourceId, PropertyPath)>,
}

impl Piece {
    fn new(view: &View<'_>, path: PropertyPath, source: Source, ports: Ports) -> Self {
        Self {
            resource: view.id(),
            address: view.resource().address.clone(),
            inline: view.resource_type() == GROUP,
            path,
            source,
            ports,
            text: String::new(),
            entry: None,
        }
    }

    /// What the pieces of a group are ordered by.
    fn place(&self) -> (bool, &str, &PropertyPath) {
        (!self.inline, &self.address, &self.path)
    }

    fn range(&self) -> Option<Cidr> {
        match &self.source {
            Source::Range(range) => Some(*range),
            Source::Narrow | Source::Unknown => None,
        }
    }

    /// Whether both are pieces of one opening: same ports, and neither is enough alone.
    fn joins(&self, other: &Self) -> bool {
        let (Some(own), Some(theirs)) = (self.range(), other.range()) else { return false };
        self.ports == other.ports && own.family() == theirs.family() && !theirs.is_internet()
    }
}

/// What a piece opens; nothing if an earlier piece speaks for it.
fn opening(piece: Piece, all: &[Piece]) -> Option<Opening> {
    let mut related: Vec<(ResourceId, PropertyPath, &'static str)> = Vec::new();
    related.extend(piece.entry.clone().map(|(id, path)| (id, path, "an entry of the prefix list")));
    let reach = match (piece.source.is_wide(), piece.range()) {
        (Tri::Unknown, _) => Reach::Unknown,
        (Tri::True, Some(range)) if range.is_internet() => Reach::Internet,
        (Tri::True, Some(_)) => {
            let joined: Vec<&Piece> = all.iter().filter(|other| piece.joins(other)).collect();
            let ranges: Vec<Cidr> = joined.iter().filter_map(|other| other.range()).collect();
            if cidr::cover_internet(&ranges) {
                let mut wide = joined.into_iter().filter(|other| other.source.is_wide().is_true());
                let first = wide.next()?;
                if first.place() != piece.place() {
                    return None;
                }
                related.extend(wide.map(|it| (it.resource, it.path.clone(), "another piece")));
                Reach::Pieces
            } else {
                Reach::Wide
            }
        }
        _ => Reach::Little,
    };
    Some(Opening { path: piece.path, ports: piece.ports, reach, text: piece.text, related })
}

/// The ranges in the rules that are written in a resource.
fn pieces(view: &View<'_>) -> Vec<Piece> {
    let mut found = Vec::new();
    if view.resource_type() == RULE {
        sources(view, &PropertyPath::root(), view.properties(), &mut found);
        return found;
    }
    for (path, rule) in view.all("SecurityGroupIngress/*") {
        sources(view, &path, rule, &mut found);
    }
    let rules = view.get("SecurityGroupIngress");
    if matches!(rules.kind, ValueKind::List(_)) && rules.flags.has(Flags::OPEN) {
        found.push(unknown(view, "SecurityGroupIngress".into()));
    }
    found
}

fn unknown(view: &View<'_>, path: PropertyPath) -> Piece {
    Piece::new(view, path, Source::Unknown, Ports::UNKNOWN)
}

fn sources(view: &View<'_>, at: &PropertyPath, rule: &Value, found: &mut Vec<Piece>) {
    if rule.is_unknown() {
        found.push(unknown(view, at.clone()));
        return;
    }
    let ports = Ports::of(rule);
    let mut add = |path: PropertyPath, value: &Value, entry| {
        let text = value.display_text().unwrap_or_default();
        let piece = Piece::new(view, path, Source::of(value), ports);
        found.push(Piece { text, entry, ..piece });
    };
    for key in ["CidrIp", "CidrIpv6"] {
        let value = rule.get(key);
        match &value.kind {
            ValueKind::List(items) => {
                for (index, item) in items.iter().enumerate() {
                    add(at.join(key).join(index), item, None);
                }
            }
            ValueKind::Absent | ValueKind::Null => {}
            _ => add(at.join(key), value, None),
        }
    }
    let list = rule.get("SourcePrefixListId");
    if list.is_absent() {
        return;
    }
    let path = at.join("SourcePrefixListId");
    match list.as_reference().and_then(|_| view.referenced(&path.to_string())) {
        Some(list) => {
            for (entry, value) in list.all("Entries/*/Cidr") {
                add(path.clone(), value, Some((list.id(), entry)));
            }
        }
        None if list.is_unknown() => add(path, list, None),
        // A list of AWS or of another stack.
        None => {}
    }
}
