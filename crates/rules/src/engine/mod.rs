//! The engines that evaluate rules.

pub mod guard;
