//! Trilith, the command: files, configuration, exit codes. Everything else is in the crates
//! `graph`, `parser`, `iam`, `rules` and `reporter`.

pub mod analyse;
pub mod args;
pub mod builtin;
pub mod cards;
pub mod check;
pub mod config;
pub mod discover;
pub mod explain;
pub mod failure;
pub mod files;
pub mod list;
pub mod loader;
pub mod parameters;
pub mod plan_file;
mod run;
pub mod siblings;
mod terraform;
pub mod user_rules;
pub mod variables;

pub use failure::Failure;
pub use run::run;
