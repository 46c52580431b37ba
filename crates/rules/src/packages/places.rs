//! Where a result about a document belongs: a path, a line, or a resource that it names.

use regorus::Value as Rego;
use trilith_graph::{PropertyPath, Resource, ResourceGraph, ResourceId, Segment, Span};

use super::Document;
use crate::engine::rego::result;

/// A place in a document.
pub(super) struct Found {
    pub(super) span: Span,
    /// The resource and property that it is about, if that is known.
    pub(super) subject: Option<(ResourceId, PropertyPath)>,
}

/// Keys under which policies name a resource.
const NAMES: [&str; 7] =
    ["resource", "address", "resource_address", "resource_name", "resource_id", "name", "id"];

/// The place of a result: its `path`, else the resource that it names, else the resource that
/// its message names.
pub(super) fn find(graph: &ResourceGraph, document: &Document, item: &Rego) -> Option<Found> {
    let named = named(graph, document, item);
    if let Some(found) = by_path(graph, document, item, named) {
        return Some(found);
    }
    let message = result::message(item).ok()?;
    let id = named.or_else(|| named_in(resources_of(graph, document), message))?;
    Some(Found { span: graph.resource(id).span, subject: Some((id, PropertyPath::root())) })
}

fn resources_of<'g>(
    graph: &'g ResourceGraph,
    document: &'g Document,
) -> impl Iterator<Item = (ResourceId, &'g Resource)> + Clone {
    let whole = document.value.span;
    let ids = (0..graph.resources().len() as u32).map(ResourceId);
    let all = ids.map(|id| (id, graph.resource(id)));
    all.filter(move |(_, resource)| {
        let span = resource.span;
        span.source == document.source && (whole.contains(span) || whole.is_empty())
    })
}

/// A path leads into the properties of the resource that is named, into those of the resource
/// whose part of the document it is, or into the document itself.
fn by_path(
    graph: &ResourceGraph,
    document: &Document,
    item: &Rego,
    named: Option<ResourceId>,
) -> Option<Found> {
    let path = match &item["path"] {
        Rego::Undefined => return None,
        path => result::path(path).ok()?,
    };
    if let Some((address, rest)) = of_template(&path)
        && let Some((id, _)) = resources_of(graph, document).find(|(_, r)| *r.address == *address)
    {
        return Some(in_properties(graph, id, rest));
    }
    if let Some(id) = named {
        return Some(in_properties(graph, id, path));
    }
    let (span, _) = document.value.locate(&path)?;
    let around =
        resources_of(graph, document).filter(|(_, resource)| resource.span.start <= span.start);
    let subject = around.last().map(|(id, _)| (id, PropertyPath::root()));
    Some(Found { span, subject })
}

/// A property of a resource; the resource itself if nothing of the path is written.
fn in_properties(graph: &ResourceGraph, id: ResourceId, path: PropertyPath) -> Found {
    let resource = graph.resource(id);
    let span = resource.properties.locate(&path).map_or(resource.span, |(span, _)| span);
    Found { span, subject: Some((id, path)) }
}

/// The logical id and the property that `Resources/Id/Properties/...` names.
fn of_template(path: &PropertyPath) -> Option<(String, PropertyPath)> {
    match path.segments() {
        [Segment::Key(resources), Segment::Key(address), rest @ ..]
            if &**resources == "Resources" =>
        {
            let rest = match rest {
                [Segment::Key(properties), rest @ ..] if &**properties == "Properties" => rest,
                _ => &[],
            };
            Some((address.to_string(), rest.iter().cloned().collect()))
        }
        _ => None,
    }
}

/// The resource that a member of the result names.
fn named(graph: &ResourceGraph, document: &Document, item: &Rego) -> Option<ResourceId> {
    let members = [item, &item["details"], &item["metadata"]];
    members.into_iter().flat_map(|item| NAMES.iter().map(|key| &item[*key])).find_map(|value| {
        let text = value.as_string().ok().map(AsRef::as_ref);
        let text = text.or_else(|| result::text(value, "address"))?;
        let found = resources_of(graph, document).find(|(_, resource)| is_called(resource, text));
        found.map(|(id, _)| id)
    })
}

fn is_called(resource: &Resource, text: &str) -> bool {
    *resource.address == *text
        || *resource.name == *text
        || text.strip_suffix(&*resource.name).is_some_and(|before| before.ends_with('.'))
}

/// The resource that a text names: the one with the longest address or name among those that
/// stand in it as a whole word.
pub(super) fn named_in<'g>(
    resources: impl Iterator<Item = (ResourceId, &'g Resource)>,
    text: &str,
) -> Option<ResourceId> {
    let score = |resource: &Resource| {
        let address = stands_in(&resource.address, text).then_some(resource.address.len());
        let name = stands_in(&resource.name, text).then_some(resource.name.len());
        address.max(name)
    };
    let scored = resources.filter_map(|(id, resource)| Some((score(resource)?, id)));
    // Of equals the first in the source.
    scored.max_by(|a, b| a.0.cmp(&b.0).then(b.1.cmp(&a.1))).map(|(_, id)| id)
}

fn stands_in(name: &str, text: &str) -> bool {
    let is_word = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-');
    !name.is_empty()
        && text.match_indices(name).any(|(at, _)| {
            let before = text[..at].chars().next_back();
            let after = text[at + name.len()..].chars().next();
            !before.is_some_and(is_word) && !after.is_some_and(is_word)
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_stands_in_a_text_as_a_whole_word() {
        assert!(stands_in("logs", "bucket `logs` is open"));
        assert!(stands_in("aws_s3_bucket.logs", "aws_s3_bucket.logs: no"));
        assert!(!stands_in("log", "bucket `logs` is open"));
        assert!(!stands_in("logs", "my-logs is open"));
        assert!(!stands_in("", "x"));
    }

    #[test]
    fn the_path_of_a_template_names_resource_and_property() {
        let (address, rest) =
            of_template(&PropertyPath::parse("Resources/A/Properties/B/0")).expect("a path");
        assert_eq!((address.as_str(), rest.to_string().as_str()), ("A", "B/0"));
        assert!(of_template(&PropertyPath::parse("Outputs/A")).is_none());
    }
}
