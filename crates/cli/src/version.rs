//! What `trilith --version` says: the program and the data in it.

use clap::{CommandFactory, FromArgMatches};
use trilith_iam::Catalog;

use crate::args::Cli;

/// Reads the command line. For `--help` (0), `--version` (0) and what it cannot take (2), clap
/// ends the process itself.
pub(crate) fn command_line() -> Cli {
    let mut command = Cli::command();
    // The data is looked at only where somebody asks for its date.
    if std::env::args_os().any(|argument| argument == "--version") {
        let text: &'static str = Box::leak(long().into_boxed_str());
        command = command.long_version(text);
    }
    let matches = command.get_matches();
    Cli::from_arg_matches(&matches).unwrap_or_else(|error| error.exit())
}

/// The version, and the day of each part of the data about IAM.
fn long() -> String {
    let catalog = Catalog::embedded();
    let date = catalog.date();
    let managed = catalog.managed_policies_date().unwrap_or("an unknown day");
    format!(
        "{}\nIAM actions and resources as of {date}\nAWS managed policies as of {managed}",
        env!("CARGO_PKG_VERSION"),
    )
}
