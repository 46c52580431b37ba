//! Arguments of `fix`.

use clap::Args;

use super::ScopeArgs;

/// Arguments of `fix`.
#[derive(Debug, Args)]
pub struct FixArgs {
    /// What to look at; findings of the selected rules are mended.
    #[command(flatten)]
    pub scope: ScopeArgs,
    /// Print what would change as a unified diff, and change nothing. Exits with 1 if anything
    /// would.
    #[arg(long)]
    pub diff: bool,
    /// Also apply fixes that may break something: that replace a resource, or shut somebody out.
    #[arg(long)]
    pub unsafe_fixes: bool,
}
