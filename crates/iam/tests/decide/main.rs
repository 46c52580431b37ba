//! The decision procedure, held against an evaluator that tries every request.
#![expect(
    clippy::disallowed_methods,
    reason = "the long runs, which are ignored, time themselves and are told where their data is"
)]

mod brute;
mod fuzz;
mod generate;
mod json;
mod labelled;
mod model;
mod versions;
