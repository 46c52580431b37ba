//! Where people work: configuration, accepted risk, old findings, hooks, streams.
#![expect(clippy::disallowed_methods, reason = "tests make files")]

mod baseline;
mod configuration;
mod diff_base;
mod fixes;
mod formats;
mod instances;
mod messages;
mod monorepo;
mod spark;
mod stream;
mod support;
mod waivers;
