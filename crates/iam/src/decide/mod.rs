//! The decision procedure: what policies allow, as sets of requests.
//!
//! A statement is a region of requests: a conjunction of constraints on the action, the
//! resource, the principal and every condition key. What one policy allows and another does
//! not is found by taking regions away from each other, and by finding a member of what is
//! left, or none. Nothing is approximated: what cannot be told about a request is a variable
//! of its own ([`region::Constraint::Doubt`]), the same wherever it stands, and a part of a
//! text that is not known is a symbol that only itself and a wildcard read. So a `Deny` needs
//! no turning around of approximations, and what is proved holds whatever the unknown is.
//! Where the search is given up, the answer is [`Verdict::Possible`], never a proof.

mod address;
mod automaton;
mod evaluate;
mod key;
mod lower;
mod moment;
mod policies;
mod principal;
mod public;
mod query;
mod region;
mod request;
mod step;
mod text;
mod universe;
mod value;

pub use evaluate::Decision;
pub use policies::Policies;
pub use query::{Access, Answers, Question, Verdict};
pub use request::{Caller, Request};

pub(crate) use address::{has_host_bits, is_address_range, is_private_range};
pub(crate) use moment::parse as parse_date;
pub(crate) use step::{Step, Steps};
pub(crate) use text::{Found, Membership, TextSet, TextTerm};
