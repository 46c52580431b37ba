//! Events: what invokes a function or starts a state machine.

mod api;
mod invoked;
mod pull;
mod push;
mod schedule;

pub(super) use invoked::{Invoked, expand};
