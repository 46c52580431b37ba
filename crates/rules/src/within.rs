//! What encloses the place of a finding: the heading that a reader looks for above it.

use trilith_graph::{
    Entry, Flags, Format, PropertyPath, Resource, Segment, Span, Value, ValueKind, Within,
};

use crate::view::View;

/// The property around `place`, to which `path` led: the one that holds the policy document, else
/// the innermost list of rules, else the nearest. None if that is the resource, or if the place is
/// written elsewhere than in the property, as where a value came through a variable.
pub(crate) fn within(view: &View<'_>, path: &PropertyPath, place: Span) -> Option<Within> {
    let (resource, properties) = (view.resource(), view.properties());
    let is_deep = path.segments().len() > 1;
    if !(is_deep || resource.is_synthetic()) || is_in_plan(view, place) {
        return None;
    }
    let around = Around { resource, properties, place };
    let property = if is_deep { around.property(path) } else { None };
    property.or_else(|| around.block_of_part())
}

/// Whether a place is in the text of a plan, which nobody reads by its headings.
fn is_in_plan(view: &View<'_>, place: Span) -> bool {
    let root = view.root();
    root.format == Format::TerraformPlan && root.source == place.source
}

/// A property that a path goes through.
struct Holder<'v> {
    entry: &'v Entry,
    /// Whether it stands in the text of a document itself.
    is_in_text: bool,
    /// The element of its list through which the path goes on.
    element: Option<&'v Value>,
}

/// The properties that a path goes through, the outermost first and without the last one.
fn holders<'v>(properties: &'v Value, segments: &[Segment]) -> Vec<Holder<'v>> {
    let mut found: Vec<Holder<'v>> = Vec::with_capacity(segments.len());
    let mut value = properties;
    for (at, segment) in segments.iter().enumerate() {
        match (segment, &value.kind) {
            (Segment::Key(key), ValueKind::Map(map)) if at + 1 < segments.len() => {
                let Some(entry) = map.entry(key) else { break };
                let is_in_text = value.flags.has(Flags::EMBEDDED);
                found.push(Holder { entry, is_in_text, element: None });
            }
            (Segment::Index(index), ValueKind::List(items)) => {
                if let Some(holder) = found.last_mut() {
                    holder.element = holder.element.or(items.get(*index));
                }
            }
            _ => {}
        }
        value = value.step(segment);
    }
    found
}

impl Holder<'_> {
    /// Whether the path goes on through a rule, or whatever it is that has members. A list of
    /// plain values most often stands on one line.
    fn is_list_of_maps(&self) -> bool {
        self.element.is_some_and(|element| matches!(element.kind, ValueKind::Map(_)))
    }

    /// Whether its value is a policy document. Conditions of firewalls are statements too, and
    /// have no effect.
    fn holds_document(&self) -> bool {
        let ValueKind::Map(map) = &self.entry.value.kind else { return false };
        map.get("Statement").is_some_and(|statement| match &statement.kind {
            ValueKind::List(_) => true,
            ValueKind::Map(map) => map.get("Effect").is_some(),
            _ => false,
        })
    }
}

/// Where headings are looked for.
struct Around<'v> {
    resource: &'v Resource,
    properties: &'v Value,
    /// The place that they are to enclose.
    place: Span,
}

impl Around<'_> {
    /// The heading of a property that a path goes through.
    fn property(&self, path: &PropertyPath) -> Option<Within> {
        let holders = holders(self.properties, path.segments());
        if let Some(at) = holders.iter().position(Holder::holds_document) {
            let statements = holders.get(at + 1);
            let block = || statements.and_then(|statements| self.block_of_policy(statements));
            return self.heading(&holders[at]).or_else(block);
        }
        let lists = holders.iter().rev().filter(|holder| holder.is_list_of_maps());
        lists.chain(holders.iter().rev()).find_map(|holder| self.heading(holder))
    }

    /// The heading of the block that Terraform has in one resource and CloudFormation in one of
    /// its own, as a rule of a network ACL.
    fn block_of_part(&self) -> Option<Within> {
        let Self { resource, properties, .. } = self;
        if !(resource.is_synthetic() && resource.format.is_terraform()) {
            return None;
        }
        resource.raw.entries().iter().find_map(|entry| {
            let part = entry.value.items().iter().find(|part| part.span == properties.span)?;
            self.heading(&Holder { entry, is_in_text: false, element: Some(part) })
        })
    }

    /// The heading of a property, if the place lies in what that heads.
    fn heading(&self, holder: &Holder<'_>) -> Option<Within> {
        let Entry { key, key_span, value } = holder.entry;
        // What an expansion made is not written there.
        if value.flags.has(Flags::SYNTHETIC) {
            return None;
        }
        let (head, body) = match holder.element {
            // Every block has a heading of its own; the list of them begins as the first does.
            Some(block) if value.span.start == key_span.start => {
                (type_of_block(block, key_span.len()), block.span)
            }
            _ => (*key_span, value.span),
        };
        if !self.encloses(head, body) {
            return None;
        }
        if self.resource.format.is_terraform()
            && let Some(written) = written(&self.resource.raw, *key_span)
        {
            let name = written.key.clone();
            return self.is_inside(&written.value).then_some(Within { span: head, name });
        }
        // A document may be a text that came from elsewhere, and has its places there.
        let is_text = value.flags.has(Flags::EMBEDDED) && !holder.is_in_text;
        let is_here = value.via.is_none() || self.properties.span.contains(self.place);
        (!is_text || is_here).then(|| Within { span: head, name: key.clone() })
    }

    /// The heading of the statement in a policy that `aws_iam_policy_document` makes of blocks: it
    /// is used where it has no place.
    fn block_of_policy(&self, statements: &Holder<'_>) -> Option<Within> {
        let Entry { key, key_span, value } = statements.entry;
        let block = statements.element?;
        // A block says `actions` where a text or an object, which the policy may continue, has `Action`.
        let is_of_block = |entry: &Entry| {
            let is_plural = entry.key_span.len() as usize == entry.key.len() + 1;
            matches!(&*entry.key, "Action" | "Resource") && is_plural
        };
        if *key_span != value.span || !block.entries().iter().any(is_of_block) {
            return None;
        }
        let span = type_of_block(block, key.len() as u32);
        self.encloses(span, block.span).then(|| Within { span, name: key.clone() })
    }

    /// Whether the place lies behind `head`, in the `body` that begins with or after it.
    fn encloses(&self, head: Span, body: Span) -> bool {
        // What has no place of its own has that of the resource, or of what is in it.
        let is_own = head != body && head != self.resource.span;
        let is_head = is_own && head.source == body.source && head.start <= body.start;
        is_head && head.to(body).contains(self.place) && head.end <= self.place.start
    }

    /// Whether the place lies in a value, or in one of the blocks that it stands for.
    fn is_inside(&self, value: &Value) -> bool {
        let is_in = |value: &Value| value.span.contains(self.place);
        is_in(value) || value.items().iter().any(is_in)
    }
}

const fn type_of_block(block: &Value, length: u32) -> Span {
    let Span { source, start, .. } = block.span;
    Span::new(source, start, start + length)
}

/// The attribute or block of a resource, as Terraform has it, whose name is written at a place.
fn written(raw: &Value, name: Span) -> Option<&Entry> {
    raw.entries().iter().find_map(|entry| {
        if entry.key_span == name {
            return Some(entry);
        }
        let blocks = entry.value.items().iter().filter(|block| block.span.contains(name));
        { blocks }.find_map(|block| written(block, name))
    })
}
