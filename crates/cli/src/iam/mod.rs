//! `trilith iam`: what policies allow, decided.

mod access;
mod compare;
mod describe;
mod explain;
mod holders;
mod principal;
mod read;
mod stops;

use std::io::Write;
use std::path::Path;

use trilith_iam::Catalog;

use crate::args::{IamArgs, IamCommand};
use crate::check::Verdict;
use crate::config::Config;
use crate::failure::Failure;
use crate::files;
use crate::guardrails::Guardrails;
pub(crate) use describe::levels;
pub(crate) use read::read;

/// Runs a command about policies.
pub fn iam(args: &IamArgs, out: &mut dyn Write) -> Result<Verdict, Failure> {
    let own;
    let catalog = match &args.iam_data {
        Some(path) => {
            own = read_catalog(path)?;
            &own
        }
        None => Catalog::embedded(),
    };
    let guardrails = &guardrails(args)?;
    match &args.command {
        IamCommand::Diff { old, new, allow_wider, format } => {
            let verdict = compare::diff(old, new, *format, guardrails, catalog, out)?;
            Ok(if *allow_wider { Verdict::Clean } else { verdict })
        }
        IamCommand::Check { policy, against, format } => {
            compare::check(policy, against, *format, guardrails, catalog, out)
        }
        IamCommand::Explain { policy } => explain::explain(policy, guardrails, catalog, out),
        IamCommand::Can { principal, action, resource, path } => {
            access::can((principal, action, resource), path, guardrails, catalog, out)
        }
        IamCommand::Who { action, resource, path } => {
            access::who((action, resource), path, guardrails, catalog, out)
        }
    }
}

/// What was given, or else what the nearest configuration names.
fn guardrails(args: &IamArgs) -> Result<Guardrails, Failure> {
    if !args.guardrails.is_empty() {
        return Guardrails::read(&args.guardrails);
    }
    Guardrails::read(&Config::find(&files::current_directory())?.guardrails)
}

fn read_catalog(path: &Path) -> Result<Catalog, Failure> {
    let name = files::display(path);
    Catalog::parse(files::read(path)?).map_err(|error| Failure::new(format!("{name}: {error}")))
}
