//! The Guard language: our evaluator, on its own and against cfn-guard.
#![expect(clippy::unwrap_used, reason = "a test fails where something is missing")]

#[cfg(feature = "cfn-guard")]
mod cases;
#[cfg(feature = "cfn-guard")]
mod corpus;
mod files;
mod generated;
mod json;
#[cfg(feature = "cfn-guard")]
mod oracle;
mod outline;
mod registry;
mod syntax;
mod unknown;
