//! AWS SAM: `AWS::Serverless::*` resources to what they stand for.
//!
//! What a resource of each type expands to is told by the source of AWS SAM's translator
//! (aws/serverless-application-model on GitHub, Apache-2.0).

mod api;
mod choice;
mod connector;
mod deployment;
mod events;
mod expand;
mod facts;
mod function;
mod generated;
mod globals;
mod graphql;
mod ids;
mod place;
mod policies;
mod routes;
mod simple;
mod state_machine;

pub(crate) use expand::expand;
pub(crate) use globals::Globals;
pub(crate) use ids::generated_ids;
