//! What the policy language means, held by tables of statements.

#![expect(
    clippy::redundant_closure_for_method_calls,
    reason = "a method's path has one lifetime, and the questions are asked for any"
)]

mod actions;
mod conditions;
mod federation;
mod grants;
mod monotonicity;
mod policy;
mod positions;
mod principals;
mod public;
mod resources;
mod shapes;
mod trust;
mod validate;
