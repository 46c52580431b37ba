//! Arguments of `review` and `inventory`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use trilith_graph::Severity;
use trilith_waivers::Date;

use super::ScopeArgs;
use super::debt::days;

/// Arguments of `review`.
#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "flags of a command line are booleans")]
pub struct ReviewArgs {
    /// What to look at.
    #[command(flatten)]
    pub scope: ScopeArgs,
    /// How to print the review: pretty, markdown, json, csv or html.
    #[arg(long, value_name = "FORMAT", default_value = "pretty")]
    pub format: String,
    /// Also write the review to a file: `html=review.html`. May be repeated.
    #[arg(long, value_name = "FORMAT=FILE")]
    pub output: Vec<String>,
    /// List what each verdict rests on, with every resource that was looked at.
    #[arg(long)]
    pub evidence: bool,
    /// Show the controls of this framework only, such as `pci-dss-4.0`. May be repeated.
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    pub framework: Vec<String>,
    /// List what runs out within this time: `30d`, `4w`.
    #[arg(long, value_name = "TIME", value_parser = days)]
    pub expiring: Option<u32>,
    /// Say what changed since another review, of which this is the JSON.
    #[arg(long, value_name = "FILE")]
    pub compare: Option<PathBuf>,
    /// What people vouch for [default: trilith.review.toml].
    #[arg(long, value_name = "FILE")]
    pub attestations: Option<PathBuf>,
    /// Write the file with the questions that code cannot answer, and look at nothing.
    #[arg(long)]
    pub init: bool,
    /// The day for which the review holds [default: today].
    #[arg(long, value_name = "DATE")]
    pub date: Option<Date>,
    /// Exit with 1 if a practice is violated by a finding of at least this severity; less than
    /// medium never violates one [default: medium].
    #[arg(long, value_name = "SEVERITY")]
    pub fail_on: Option<Severity>,
    /// Exit with 0 whatever is found.
    #[arg(long)]
    pub exit_zero: bool,
}

/// Arguments of `inventory`.
#[derive(Debug, Args)]
pub struct InventoryArgs {
    /// What to look at.
    #[command(flatten)]
    pub scope: ScopeArgs,
    /// How to print it.
    #[arg(long, value_enum, default_value_t = InventoryFormatName::Table)]
    pub format: InventoryFormatName,
}

/// How `inventory` prints.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum InventoryFormatName {
    /// For people.
    Table,
    /// Comma-separated values.
    Csv,
    /// JSON.
    Json,
}
