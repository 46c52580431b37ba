//! Running the tests that policies bring along, and comparing engines.

pub mod guard;
pub mod quick;
pub mod rego;
