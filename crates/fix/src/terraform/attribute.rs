//! The attributes and resources that say a property.

use trilith_graph::{EditSegment, EditStep, Flags, Literal, PropertyPath, Segment, Span, Value};
use trilith_parser::wording::{Way, ways};

use crate::Declined;
use crate::plan::StepOf;

/// The ways to say the property of a step.
pub(super) fn ways_of(step: &StepOf<'_>) -> Vec<Way> {
    let resource = step.site.resource;
    ways(&resource.source_type, &resource.resource_type, step.step.path())
}

/// What a variable says of itself, in Terraform's words.
const OF_VARIABLE: [(&str, &str); 1] = [("NoEcho", "sensitive")];

/// The attribute of a variable that says the property of a step.
pub(super) fn of_variable(step: &StepOf<'_>) -> Result<&'static str, Declined> {
    let key = step.step.path().keys().next().cloned().unwrap_or_default();
    let found = OF_VARIABLE.iter().find(|(own, _)| **own == *key);
    let none = || Declined::NoPlace("variables have no such attribute".into());
    found.map(|(_, attribute)| *attribute).ok_or_else(none)
}

/// What a step writes, in Terraform's words.
#[derive(Debug)]
pub(super) enum Wanted {
    Set(Literal),
    Add(Vec<Literal>),
    Remove,
}

impl Wanted {
    pub(super) fn operation(&self) -> crate::document::Operation<'_> {
        use crate::document::Operation;
        match self {
            Self::Set(value) => Operation::Set(value),
            Self::Add(items) => Operation::Add(items),
            Self::Remove => Operation::Remove,
        }
    }
}

/// What a step wants of an attribute.
pub(super) fn wanted(step: &StepOf<'_>, way: &Way) -> Result<Wanted, Declined> {
    let cannot = || Declined::NoPlace("Terraform says it in another way".into());
    Ok(match step.step {
        EditStep::Remove(_) => Wanted::Remove,
        EditStep::Set(_, value) => Wanted::Set(way.value(value).ok_or_else(cannot)?),
        EditStep::Add(_, items) => match way.value(&Literal::List(items.clone())) {
            Some(Literal::List(items)) => Wanted::Add(items),
            _ => return Err(cannot()),
        },
    })
}

/// Whether the property has a value that somebody wrote: where its attribute is not there, another
/// one says it, and both together may be refused.
pub(super) fn is_written(step: &StepOf<'_>) -> bool {
    let depth = step.step.path().0.len();
    let is_assumed = Flags::SCHEMA_DEFAULT;
    value_at(step, depth).is_some_and(|value| !value.flags.has(is_assumed))
}

/// Where the graph has the block that the first `depth` segments of a step's path lead to.
pub(super) fn place_of(step: &StepOf<'_>, depth: usize) -> Option<Span> {
    value_at(step, depth).map(|value| value.span)
}

/// The value that the first `depth` segments of a step's path lead to, while places still hold.
fn value_at<'s>(step: &StepOf<'s>, depth: usize) -> Option<&'s Value> {
    let segments = step.step.path().0.get(..depth)?.iter().map(|segment| match segment {
        EditSegment::Key(key) => Some(Segment::Key(key.clone())),
        EditSegment::Index(at) => Some(Segment::Index(*at)),
        EditSegment::Where(..) => None,
    });
    let path: PropertyPath = segments.collect::<Option<Vec<_>>>()?.into_iter().collect();
    let value = step.site.resource.properties.at(&path);
    (step.is_first && !value.is_absent()).then_some(value)
}
