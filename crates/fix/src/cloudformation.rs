//! Edits of CloudFormation templates, in YAML and JSON.

use trilith_graph::{EditPath, EditSegment, EditStep, Resource, Span};
use trilith_parser::tree::{
    JsonOptions, NodeId, ParsedTree, SyntaxError, Tree, parse_json, parse_yaml,
};

use crate::Declined;
use crate::document::Document;
use crate::plan::{StepOf, Texts};
use crate::text::Change;

/// Writes a step into the template.
pub(crate) fn write(step: &StepOf<'_>, texts: &mut Texts<'_>) -> Result<(), Declined> {
    let resource = step.site.resource;
    let source = resource.span.source;
    let changes = {
        let text = texts.text(source);
        let (parsed, is_json) = parse(source, text);
        let tree = &parsed.tree;
        let found = if step.is_first {
            resource_at(tree, resource.span)
        } else {
            resource_named(tree, step)
        };
        let node =
            found.ok_or_else(|| Declined::NoPlace("the resource is not written here".into()))?;
        let mut document = Document::new(text, tree, is_json);
        document.place = step.place();
        document.arm = step.reading.arm;
        if step.reading.literal {
            literal(step, &document, node)?
        } else {
            // What a parameter says stands at its top.
            let is_parameter = &*resource.resource_type == Resource::PARAMETER;
            let properties = EditSegment::Key("Properties".into());
            let properties = (!is_parameter).then_some(properties).into_iter();
            let EditPath(own) = step.step.path();
            let path: Vec<EditSegment> = properties.chain(own.iter().cloned()).collect();
            let changes = document.change(node, &path, step.operation())?;
            if step.reading.arm > 0 && !document.has_chosen.get() {
                return Err(Declined::NoPlace("there is no other alternative".into()));
            }
            changes
        }
    };
    texts.change(source, &changes)
}

/// The scalar at the place of the finding replaced, whatever its property is called in the source.
pub(crate) fn literal(
    step: &StepOf<'_>,
    document: &Document<'_>,
    top: NodeId,
) -> Result<Vec<Change>, Declined> {
    let EditStep::Set(_, value) = step.step else {
        return Err(Declined::NoPlace("only a value can be replaced".into()));
    };
    let place = step.place().filter(|_| step.is_about_finding());
    let node = place.and_then(|place| document.scalar_at(top, place));
    match node {
        Some(node) => document.replace_scalar(node, value),
        None if place.is_some_and(|place| document.is_in_text(top, place)) => Err(Declined::InText),
        None => Err(Declined::NoPlace("no literal stands there".into())),
    }
}

/// The text of a template as a tree, and whether it is JSON.
pub(crate) fn parse(source: trilith_graph::SourceId, text: &str) -> (ParsedTree<'_>, bool) {
    if text.trim_start_matches('\u{feff}').trim_start().starts_with('{') {
        let parsed = parse_json(source, text, &JsonOptions::default());
        if !parsed.errors.iter().any(SyntaxError::is_fatal) {
            return (parsed, true);
        }
    }
    (parse_yaml(source, text), false)
}

/// The resource or parameter that a place is in.
fn resource_at(tree: &Tree<'_>, place: Span) -> Option<NodeId> {
    resources(tree).find(|(_, whole, _)| whole.contains(place)).map(|(_, _, node)| node)
}

/// The resource of the finding, by its name.
fn resource_named(tree: &Tree<'_>, step: &StepOf<'_>) -> Option<NodeId> {
    let span = step.site.resource.span;
    let original = step.site.sources.file(span.source).text();
    let (before, _) = parse(span.source, original);
    let name =
        resources(&before.tree).find(|(_, whole, _)| whole.contains(span)).map(|found| found.0)?;
    resources(tree).find(|(own, ..)| *own == name).map(|(_, _, node)| node)
}

fn resources<'t>(tree: &'t Tree<'_>) -> impl Iterator<Item = (String, Span, NodeId)> + 't {
    let tops = tree.documents().iter();
    let both = tops.flat_map(|top| [tree.get(*top, "Resources"), tree.get(*top, "Parameters")]);
    both.flatten().flat_map(|resources| {
        tree.own_members(resources).map(|member| {
            (member.key.to_string(), member.key_span.to(tree.span(member.value)), member.value)
        })
    })
}
