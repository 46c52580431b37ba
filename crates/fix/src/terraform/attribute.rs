//! The attributes and resources that say a property.

use trilith_graph::{EditSegment, EditStep, Literal, PropertyPath, Segment, Span};
use trilith_parser::wording::{Way, ways};

use crate::Declined;
use crate::plan::StepOf;

/// The ways to say the property of a step.
pub(super) fn ways_of(step: &StepOf<'_>) -> Vec<Way> {
    let resource = step.site.resource;
    ways(&resource.source_type, &resource.resource_type, step.step.path())
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

/// Where the graph has the block that the first `depth` segments of a step's path lead to.
pub(super) fn place_of(step: &StepOf<'_>, depth: usize) -> Option<Span> {
    let segments = step.step.path().0.get(..depth)?.iter().map(|segment| match segment {
        EditSegment::Key(key) => Some(Segment::Key(key.clone())),
        EditSegment::Index(at) => Some(Segment::Index(*at)),
        EditSegment::Where(..) => None,
    });
    let path: PropertyPath = segments.collect::<Option<Vec<_>>>()?.into_iter().collect();
    let value = step.site.resource.properties.at(&path);
    (step.is_first && !value.is_absent()).then_some(value.span)
}
