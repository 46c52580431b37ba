//! Rules in Rego, Guard and Rust over the resource graph.

pub mod engine;
