//! Running the tests that policies bring along.

pub mod guard;
pub mod rego;
