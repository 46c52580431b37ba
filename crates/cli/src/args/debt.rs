//! Arguments of `waivers` and `baseline`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use super::ScopeArgs;

/// What `waivers` does.
#[derive(Debug, Subcommand)]
pub enum WaiversCommand {
    /// List all waivers: the register of accepted risk.
    List(Box<ListWaiversArgs>),
    /// Write the comments for other tools that cover findings of Trilith anew, as its own.
    Import(Box<ImportArgs>),
    /// Exit with 1 if a waiver is expired, malformed or of no use, or expires soon.
    Check(Box<ExpiryArgs>),
}

/// Which waivers are due.
#[derive(Debug, Args)]
pub struct ExpiryArgs {
    /// What to look at.
    #[command(flatten)]
    pub scope: ScopeArgs,
    /// Also those that expire within this time: `30d`, `4w`.
    #[arg(long, value_name = "TIME", value_parser = days)]
    pub expiring: Option<u32>,
}

/// Arguments of `waivers list`.
#[derive(Debug, Args)]
pub struct ListWaiversArgs {
    /// What to look at.
    #[command(flatten)]
    pub scope: ScopeArgs,
    /// Only those that expire within this time, or have expired: `30d`, `4w`.
    #[arg(long, value_name = "TIME", value_parser = days)]
    pub expiring: Option<u32>,
    /// How to print them.
    #[arg(long, value_enum, default_value_t = RegisterFormat::Table)]
    pub format: RegisterFormat,
}

/// How `waivers list` prints.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum RegisterFormat {
    /// For people.
    Table,
    /// A table in Markdown.
    Markdown,
    /// Comma-separated values.
    Csv,
    /// JSON.
    Json,
}

/// Arguments of `waivers import`.
#[derive(Debug, Args)]
pub struct ImportArgs {
    /// What to look at.
    #[command(flatten)]
    pub scope: ScopeArgs,
    /// Who takes over what the comments accept.
    #[arg(long, value_name = "NAME")]
    pub owner: String,
    /// The last day, for comments that name none: `2027-03-31`.
    #[arg(long, value_name = "DATE")]
    pub expires: String,
    /// The reason, for comments that give none.
    #[arg(long, value_name = "TEXT", default_value = "taken over from another tool")]
    pub reason: String,
    /// Leave the comments for other tools where they are, and write ours beside them.
    #[arg(long)]
    pub keep: bool,
    /// Change the files; without this, only the difference is shown.
    #[arg(long)]
    pub write: bool,
}

/// Arguments of `baseline`.
#[derive(Debug, Args)]
pub struct BaselineArgs {
    /// What to look at.
    #[command(flatten)]
    pub scope: ScopeArgs,
    /// The file [default: that of the configuration, or trilith-baseline.json].
    #[arg(long, value_name = "FILE")]
    pub file: Option<PathBuf>,
    /// Change the file that is there: take out what is fixed, and keep the order of the rest.
    #[arg(long)]
    pub update: bool,
    /// Let a file that is there take up new findings, also where the variable `CI` is set.
    #[arg(long)]
    pub allow_growth: bool,
    /// Take over the baseline of Checkov (`.checkov.baseline`) instead of looking at files.
    #[arg(long, value_name = "FILE", conflicts_with = "update")]
    pub import_checkov: Option<PathBuf>,
}

/// `30d`, `4w` or `30`.
pub(super) fn days(text: &str) -> Result<u32, String> {
    let (number, factor) = match text.strip_suffix('w') {
        Some(number) => (number, 7),
        None => (text.strip_suffix('d').unwrap_or(text), 1),
    };
    let number: u32 = number.parse().map_err(|_| "write it as 30d or 4w".to_owned())?;
    number.checked_mul(factor).ok_or_else(|| "that is too long".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_days_or_weeks() {
        assert_eq!((days("30d"), days("4w"), days("7")), (Ok(30), Ok(28), Ok(7)));
        assert!(days("soon").is_err());
    }
}
