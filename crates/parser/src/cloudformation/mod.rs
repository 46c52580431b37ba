//! CloudFormation templates to roots of the resource graph.

mod comparison;
mod conditions;
mod custom;
mod documents;
mod domains;
mod evaluate;
mod intrinsics;
mod members;
mod missing;
mod parameters;
mod resources;
mod rules;
mod scope;
mod substitution;
mod template;

pub use documents::json_places;
pub use parameters::PSEUDO_PARAMETERS;
pub use template::lower;
pub(crate) use template::lower_nested;
