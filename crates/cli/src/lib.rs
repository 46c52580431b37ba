//! Trilith, the command: files, configuration, exit codes. Everything else is in the crates
//! `graph`, `parser`, `iam`, `rules` and `reporter`.

pub mod analyse;
pub mod args;
pub mod baseline;
pub mod builtin;
pub mod cards;
pub mod check;
pub mod config;
mod destinations;
mod diff;
pub mod discover;
pub mod documents;
pub mod explain;
pub mod failure;
pub mod file_system;
pub mod files;
pub mod fix;
mod guardrails;
pub mod iam;
pub mod list;
pub mod loader;
mod lsp;
pub mod parameters;
pub mod paths;
pub mod plan_file;
pub mod policies;
pub mod problems;
mod progress;
pub mod review;
mod run;
pub mod scaffold;
pub mod siblings;
mod stream;
mod taken;
mod terraform;
pub mod testing;
pub mod trying;
pub mod unused;
pub mod variables;
mod version;
pub mod waivers;
mod watch;
pub mod wording;

pub use failure::Failure;
pub use run::run;
