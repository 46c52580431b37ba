//! From arguments to an exit code.

use std::io::{self, Write};

use clap::CommandFactory;

use crate::args::{Cli, Command, ListCommand, RuleCommand, SchemaOf};
use crate::check::{self, Verdict};
use crate::failure::Failure;
use crate::{
    baseline, config, explain, list, review, scaffold, stream, testing, trying, version, waivers,
};

/// Nothing at or above the threshold.
const CLEAN: u8 = 0;
/// Findings.
const FINDINGS: u8 = 1;
/// The job could not be done.
const FAILED: u8 = 2;

/// Runs the command line of the process and returns its exit code.
pub fn run() -> u8 {
    // A policy that makes its engine panic is answered by a diagnostic that names it.
    let report = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        if !trilith_rules::engine::is_guarded() {
            report(info);
        }
    }));
    let cli = version::command_line();
    let stdout = io::stdout();
    let mut out = io::BufWriter::new(stdout.lock());
    let result = dispatch(&cli, &mut out);
    // A reader that went away, such as `head`, is no failure of ours.
    let _ = out.flush();
    match result {
        Ok(Verdict::Clean) => CLEAN,
        Ok(Verdict::Findings) => FINDINGS,
        Ok(Verdict::Incomplete) => FAILED,
        Err(failure) => {
            let _ = writeln!(io::stderr(), "error: {failure}");
            FAILED
        }
    }
}

fn dispatch(cli: &Cli, out: &mut dyn Write) -> Result<Verdict, Failure> {
    match &cli.command {
        Command::Check(args) => check::check(args, check::wants_color(cli.color), out),
        Command::Test(args) => testing::run(args, check::wants_color(cli.color), out),
        Command::Rule { what: RuleCommand::New(args) } => {
            scaffold::new_rule(args, out)?;
            Ok(Verdict::Clean)
        }
        Command::Rule { what: RuleCommand::Try(args) } => {
            trying::try_rule(args, check::wants_color(cli.color), out)
        }
        Command::Explain { rule } => {
            let args = crate::args::RuleArgs::default();
            let config = check::configuration(&args, &[])?;
            explain::explain(&check::registry(&args, &config)?, rule, out)?;
            Ok(Verdict::Clean)
        }
        Command::List { what: ListCommand::Rules(args) } => {
            let config = check::configuration(&args.rules, &[])?;
            let registry = check::registry(&args.rules, &config)?;
            let rules = check::Rules::choose(&registry, &config, &args.rules)?;
            list::rules(&rules.all, args.format, out)?;
            Ok(Verdict::Clean)
        }
        Command::List { what: ListCommand::Resources(args) } => {
            list::resources(args, out)?;
            Ok(Verdict::Clean)
        }
        Command::Iam(args) => crate::iam::iam(args, out),
        Command::Waivers { what } => waivers::run(what, check::wants_color(cli.color), out),
        Command::Fix(args) => crate::fix::run(args, check::wants_color(cli.color), out),
        Command::Baseline(args) => baseline::run(args, check::wants_color(cli.color), out),
        Command::Lsp(args) => crate::lsp::run(args, out),
        Command::Review(args) => review::run(args, check::wants_color(cli.color), out),
        Command::Inventory(args) => review::inventory(args, out),
        Command::Schema { of } => {
            let written = match of {
                SchemaOf::Config => serde_json::to_writer_pretty(&mut *out, &config::schema()),
                SchemaOf::Input => {
                    serde_json::to_writer_pretty(&mut *out, &trilith_rules::input_schema())
                }
                SchemaOf::Review => {
                    serde_json::to_writer_pretty(&mut *out, &trilith_review::schema())
                }
                SchemaOf::Spark => {
                    write!(out, "{}", stream::spark_schema())?;
                    Ok(())
                }
            };
            written.map_err(io::Error::from)?;
            writeln!(out)?;
            Ok(Verdict::Clean)
        }
        Command::Man { directory: Some(directory) } => {
            crate::files::make_directory(directory)?;
            clap_mangen::generate_to(Cli::command(), directory)?;
            Ok(Verdict::Clean)
        }
        Command::Man { directory: None } => {
            clap_mangen::Man::new(Cli::command()).render(out)?;
            Ok(Verdict::Clean)
        }
        Command::Completions { shell } => {
            clap_complete::generate(*shell, &mut Cli::command(), "trilith", out);
            Ok(Verdict::Clean)
        }
    }
}
