//! Meaning that several native rules share: what a network rule lets in, what a text gives away,
//! what a policy grants.
//!
//! A rule says which resources it looks at and what to tell people; how AWS reads what is
//! written there stands here, once.

pub mod accounts;
pub mod acl;
pub mod balancers;
pub mod buckets;
pub mod chain;
pub mod cidr;
pub mod credentials;
pub mod entries;
pub mod escalation;
pub mod exposure;
pub mod federation;
pub mod hosts;
pub mod ingress;
pub mod leaks;
pub mod links;
pub mod listing;
pub mod policy;
pub mod ports;
pub mod power;
pub mod principals;
pub mod routes;
pub mod secrets;
pub mod sharing;
pub mod tags;
pub mod trails;
pub mod whole_service;
pub mod workload;
