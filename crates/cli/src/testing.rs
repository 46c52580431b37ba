//! `trilith test`: every test that policies bring along, with one summary.

mod dynamic;
pub mod example;
mod gather;
pub mod page;
mod report;

use std::io::Write;
use std::time::Instant;

use trilith_rules::Problem;

use crate::args::TestArgs;
use crate::check::{self, Verdict};
use crate::config::Config;
use crate::failure::Failure;
use crate::{problems, watch};

/// One test and what came of it.
#[derive(Debug, Clone)]
pub struct Case {
    /// `page`, `rego` or `guard`.
    pub kind: &'static str,
    /// The file that holds it.
    pub file: String,
    /// Its line, from 1; 0 if it has none.
    pub line: usize,
    /// Its name.
    pub name: String,
    /// Why it did not pass, if so.
    pub failure: Option<String>,
    /// What it printed.
    pub prints: Vec<String>,
}

/// What came of all tests.
#[derive(Debug, Default)]
pub struct Results {
    /// The tests, by kind and file.
    pub cases: Vec<Case>,
    /// Ids of the rules.
    pub rules: Vec<String>,
    /// Ids of the rules that no test is about.
    pub untested: Vec<String>,
    /// Lines of Rego by file: evaluated, and not evaluated by any test.
    pub coverage: Vec<(String, usize, Vec<u32>)>,
    /// Rules that can never find anything, with the reason.
    pub never: Vec<(String, String)>,
    /// Policies that cannot be used.
    pub problems: Vec<Problem>,
}

impl Results {
    /// Tests that did not pass.
    pub fn failed(&self) -> usize {
        self.cases.iter().filter(|case| case.failure.is_some()).count()
    }
}

/// Runs `trilith test`.
pub fn run(args: &TestArgs, color: bool, out: &mut dyn Write) -> Result<Verdict, Failure> {
    let config = configuration(args)?;
    let paths = if args.paths.is_empty() { config.rules.clone() } else { args.paths.clone() };
    if paths.is_empty() {
        return Err(Failure::new(
            "nothing to test: name a directory with policies, or `rules` in trilith.toml",
        ));
    }
    if args.watch {
        return watch::run(&paths, || once(args, &config, &paths, color, out));
    }
    once(args, &config, &paths, color, out)
}

fn once(
    args: &TestArgs,
    config: &Config,
    paths: &[std::path::PathBuf],
    color: bool,
    out: &mut dyn Write,
) -> Result<Verdict, Failure> {
    #[expect(clippy::disallowed_methods, reason = "the command line may look at the clock")]
    let start = Instant::now();
    let (policies, results) = gather::run(args, config, paths)?;
    report::write(&results, args, start.elapsed(), color, out)?;
    out.flush()?;
    problems::print_notes(&policies);
    let broken = problems::print(&policies, &[], color)?;
    if results.cases.is_empty() {
        let filter = args.filter.as_ref().map(|text| format!(" with `{text}` in its name"));
        return Err(Failure::new(format!("no test{} was found", filter.unwrap_or_default())));
    }
    Ok(match (broken, results.failed()) {
        (true, _) => Verdict::Incomplete,
        (false, 0) => Verdict::Clean,
        (false, _) => Verdict::Findings,
    })
}

fn configuration(args: &TestArgs) -> Result<Config, Failure> {
    let rules = crate::args::RuleArgs {
        config: args.config.clone(),
        no_config: args.no_config,
        ..crate::args::RuleArgs::default()
    };
    check::configuration(&rules, &args.paths)
}
