//! The decision procedure, held against an evaluator that tries every request.

mod brute;
mod fuzz;
mod generate;
mod json;
mod labelled;
mod model;
mod versions;
