//! Edits of `.tf.json` files.

use trilith_graph::{EditSegment, Literal};
use trilith_parser::tree::{JsonOptions, NodeId, Tree, parse_json};
use trilith_parser::wording::Way;

use super::attribute::{Wanted, wanted, ways_of};
use crate::Declined;
use crate::cloudformation::literal;
use crate::document::{Document, Operation};
use crate::plan::{StepOf, Texts};

/// Writes a step into the module.
pub(crate) fn write(step: &StepOf<'_>, texts: &mut Texts<'_>) -> Result<(), Declined> {
    let source = step.site.resource.span.source;
    let changes = {
        let text = texts.text(source);
        let parsed = parse_json(source, text, &JsonOptions::default());
        let tree = &parsed.tree;
        let mut document = Document::new(text, tree, true);
        document.place = step.place();
        let top = *tree.documents().first().ok_or_else(|| no_place("the file is empty"))?;
        if step.reading.literal {
            literal(step, &document, top)?
        } else {
            let all = tree.get(top, "resource").ok_or_else(|| no_place("no resource is here"))?;
            let kind = &step.site.resource.source_type;
            let name = name_of(&step.site.resource.address, kind);
            let own = tree.get(all, kind).and_then(|named| tree.get(named, name));
            let own = own.ok_or_else(|| no_place("the resource is not written here"))?;
            let ways = ways_of(step);
            let mut ways: Vec<(Way, Option<NodeId>)> = ways
                .into_iter()
                .map(|way| {
                    let target = match &way.parent {
                        None => Some(own),
                        Some(by) => part(tree, all, &way.source, by, &format!("{kind}.{name}")),
                    };
                    (way, target)
                })
                .collect();
            ways.sort_by_key(|(way, target)| {
                let first = way.steps.first().map_or("", |step| step.name.as_str());
                let is_there = target.is_some_and(|target| tree.get(target, first).is_some());
                !(is_there || (way.parent.is_some() && target.is_some()))
            });
            let Some((way, target)) = ways.get(step.reading.way) else {
                return Err(no_place("Terraform has no attribute for it here"));
            };
            let wanted = wanted(step, way)?;
            let path: Vec<EditSegment> = (way.steps.iter())
                .flat_map(|one| {
                    let key = EditSegment::Key(one.name.as_str().into());
                    let index = one.index.map(EditSegment::Index);
                    let named = one.key.as_ref().map(|(name, text)| {
                        EditSegment::Where((*name).into(), text.as_str().into())
                    });
                    std::iter::once(key).chain(named.or(index.filter(|_| one.is_block)))
                })
                .collect();
            match (target, &way.parent, &wanted) {
                (Some(target), ..) => document.change(*target, &path, wanted.operation())?,
                (None, Some(by), Wanted::Set(value)) => {
                    let attribute = if by.ends_with("arn") { "arn" } else { "id" };
                    let reference = format!("${{{kind}.{name}.{attribute}}}");
                    let mut members = vec![((*by).into(), Literal::Text(reference.into()))];
                    members.extend(nested(&path, value));
                    let part = [
                        EditSegment::Key(way.source.as_str().into()),
                        EditSegment::Key(name.into()),
                    ];
                    document.change(all, &part, Operation::Set(&Literal::Map(members)))?
                }
                _ => return Err(no_place("there is no such resource")),
            }
        }
    };
    texts.change(source, &changes)
}

/// A value below a path, as the members of a map.
fn nested(path: &[EditSegment], value: &Literal) -> Vec<(std::sync::Arc<str>, Literal)> {
    let keys = path.iter().rev().filter_map(|segment| match segment {
        EditSegment::Key(key) => Some(key),
        _ => None,
    });
    let whole = keys.fold(value.clone(), |value, key| Literal::Map(vec![(key.clone(), value)]));
    match whole {
        Literal::Map(members) => members,
        _ => Vec::new(),
    }
}

/// The resource of a type that says something of another.
fn part(tree: &Tree<'_>, all: NodeId, source: &str, by: &str, parent: &str) -> Option<NodeId> {
    let named = tree.get(all, source)?;
    let is_it = |node: NodeId| {
        let text = tree.get(node, by).map_or("", |by| tree.text(by));
        text.split_once(parent).is_some_and(|(_, rest)| rest.starts_with(['.', '[', '}']))
    };
    tree.own_members(named).map(|member| member.value).find(|node| is_it(*node))
}

/// The name in an address: `b` of `module.a.aws_s3_bucket.b[0]`.
fn name_of<'a>(address: &'a str, kind: &str) -> &'a str {
    let after = address.split_once(&format!("{kind}.")).map_or(address, |(_, name)| name);
    after.split(['[', '#', '.']).next().unwrap_or(after)
}

fn no_place(why: &str) -> Declined {
    Declined::NoPlace(why.to_owned())
}
