//! Edits of `.tf.json` files.

use trilith_graph::{EditSegment, Literal};
use trilith_parser::tree::{JsonOptions, NodeId, Tree, parse_json};
use trilith_parser::wording::Way;

use super::attribute::{Wanted, is_written, of_variable, wanted, ways_of};
use crate::Declined;
use crate::cloudformation::literal;
use crate::document::{Document, Operation};
use crate::plan::{StepOf, Texts};
use crate::text::Change;

/// Writes a step into the module.
pub(crate) fn write(step: &StepOf<'_>, texts: &mut Texts<'_>) -> Result<(), Declined> {
    let source = step.site.resource.span.source;
    let changes = {
        let text = texts.text(source);
        let parsed = parse_json(source, text, &JsonOptions::default());
        let tree = &parsed.tree;
        let mut document = Document::new(text, tree, true);
        document.place = step.place();
        document.has_blocks = true;
        let top = *tree.documents().first().ok_or_else(|| no_place("the file is empty"))?;
        if step.reading.literal {
            literal(step, &document, top)?
        } else if &*step.site.resource.source_type == "variable" {
            variable(step, &document, tree, top)?
        } else {
            let all =
                inside(tree, top, "resource").ok_or_else(|| no_place("no resource is here"))?;
            let kind = &step.site.resource.source_type;
            let name = name_of(&step.site.resource.address, kind);
            let own = inside(tree, all, kind).and_then(|named| inside(tree, named, name));
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
            let is_begun = |(way, target): &(Way, Option<NodeId>)| {
                let first = way.steps.first().map_or("", |step| &*step.name);
                let is_there = target.is_some_and(|target| tree.get(target, first).is_some());
                is_there || (way.parent.is_some() && target.is_some())
            };
            // What the provider would rather have said otherwise is not begun, and neither is what
            // another attribute says.
            let is_written = is_written(step);
            ways.retain(|one| is_begun(one) || !(one.0.is_deprecated || is_written));
            ways.sort_by_key(|one| !is_begun(one));
            let Some((way, target)) = ways.get(step.reading.way) else {
                return Err(no_place("Terraform has no attribute for it here"));
            };
            let wanted = wanted(step, way)?;
            let path: Vec<EditSegment> = (way.steps.iter())
                .flat_map(|one| {
                    let key = EditSegment::Key((&*one.name).into());
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

fn variable(
    step: &StepOf<'_>,
    document: &Document<'_>,
    tree: &Tree<'_>,
    top: NodeId,
) -> Result<Vec<Change>, Declined> {
    let attribute = of_variable(step)?;
    let name = step.site.resource.name.as_ref();
    let all = inside(tree, top, "variable");
    let block = all.and_then(|all| inside(tree, all, name));
    let block = block.ok_or_else(|| no_place("the variable is not written here"))?;
    document.change(block, &[EditSegment::Key(attribute.into())], step.operation())
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
    let named = inside(tree, all, source)?;
    let is_it = |node: &NodeId| {
        let node = only(tree, *node);
        let text = tree.get(node, by).map_or("", |by| tree.text(by));
        text.split_once(parent).is_some_and(|(_, rest)| rest.starts_with(['.', '[', '}']))
    };
    let found = tree.own_members(named).map(|member| member.value).find(is_it);
    found.map(|node| only(tree, node))
}

/// The block of a name; of a list of one that one.
fn inside(tree: &Tree<'_>, node: NodeId, key: &str) -> Option<NodeId> {
    tree.get(node, key).map(|node| only(tree, node))
}

fn only(tree: &Tree<'_>, node: NodeId) -> NodeId {
    match tree.items(node).collect::<Vec<_>>()[..] {
        [only] => only,
        _ => node,
    }
}

/// The name in an address: `b` of `module.a.aws_s3_bucket.b[0]`.
fn name_of<'a>(address: &'a str, kind: &str) -> &'a str {
    let after = address.split_once(&format!("{kind}.")).map_or(address, |(_, name)| name);
    after.split(['[', '#', '.']).next().unwrap_or(after)
}

fn no_place(why: &str) -> Declined {
    Declined::NoPlace(why.to_owned())
}
