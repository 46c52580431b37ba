//! AWS SAM: what the resources of a template stand for.

mod apis;
mod conditions;
mod connectors;
mod events;
mod function;
mod globals;
mod graphql;
mod hostile;
mod others;
mod policies;
mod support;
