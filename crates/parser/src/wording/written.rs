//! Where a Terraform file speaks of a property that the canonical shape does not have.

use trilith_graph::{EditPath, Format, PropertyPath, Resource, Value, ValueKind, Written};

use super::ways::{Way, WayStep, own_ways};

/// What a resource says about a property itself: the attribute, or the innermost block that is
/// there to hold it. `None` if it has neither.
pub(crate) fn written_at<'r>(resource: &'r Resource, path: &PropertyPath) -> Option<Written<'r>> {
    let ways = own_ways(&resource.source_type, &resource.resource_type, &EditPath::from(path));
    let found = ways.iter().filter_map(|way| follow(resource, way, path.segments().len()));
    found.max_by_key(|written| (written.value.is_some(), written.depth))
}

/// How far a way leads in what is written.
fn follow<'r>(resource: &'r Resource, way: &Way, length: usize) -> Option<Written<'r>> {
    let mut around = &resource.raw;
    let mut found = None;
    for (at, step) in way.steps.iter().enumerate() {
        let ValueKind::Map(map) = &around.kind else { break };
        let Some(entry) = map.entry(&step.name) else { break };
        if at + 1 == way.steps.len() {
            if is_given(&entry.value, resource) {
                let value = Some(&entry.value);
                found = Some(Written { span: entry.value.span, depth: length, value });
            }
            break;
        }
        let Some(block) = chosen(&entry.value, step) else { break };
        let span = if step.index.is_some() { block.span } else { entry.key_span };
        found = Some(Written { span, depth: step.depth, value: None });
        around = block;
    }
    found
}

/// The block that a step means.
fn chosen<'v>(value: &'v Value, step: &WayStep) -> Option<&'v Value> {
    if step.key.is_some() {
        return None;
    }
    match &value.kind {
        ValueKind::List(items) => items.get(step.index.unwrap_or(0)),
        ValueKind::Map(_) => Some(value),
        _ => None,
    }
}

/// Whether somebody wrote the value: a plan has a null, or nothing, for all that nobody wrote.
fn is_given(value: &Value, resource: &Resource) -> bool {
    match &value.kind {
        ValueKind::Absent => false,
        ValueKind::Null => resource.format != Format::TerraformPlan,
        ValueKind::List(items) => !items.is_empty() || resource.format != Format::TerraformPlan,
        _ => true,
    }
}
