//! The review: where a code base stands, per best practice of AWS's Security Pillar, and with what
//! evidence.
//!
//! [`assess`] puts together what a run found, who accepts what, and what somebody vouches for, and
//! gives each practice one of five [`Verdict`]s. [`render`] writes the resulting [`Review`].
//! Nothing here touches files, clock or environment: today is a [`trilith_waivers::Date`].

mod areas;
mod assess;
mod attestation;
mod compare;
mod contrary;
mod crosswalk;
mod evidence;
mod inventory;
mod model;
mod practice;
pub mod render;
mod responsibility;
mod schema;
mod sentence;
mod stores;
mod verdict;

pub use assess::{Run, assess};
pub use attestation::{Attestation, Standing, questions_to_ask};
pub use compare::compare;
pub use contrary::{Contrary, is_contrary, rules};
pub use crosswalk::{Framework, frameworks};
pub use evidence::{Evidence, Look, Shown, all as evidence};
pub use inventory::take as inventory;
pub use model::*;
pub use practice::{Checkability, Practice, Question, all as practices, find, questions};
pub use schema::schema;
pub use verdict::Verdict;
