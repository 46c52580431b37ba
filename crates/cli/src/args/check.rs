//! Arguments of `check`, and of the commands that look at the same things.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use trilith_graph::Severity;
use trilith_parser::HclShape;

use super::RuleArgs;
use crate::parameters::ParameterArgs;
use crate::variables::VariableArgs;

/// What to look at, and with which rules.
#[derive(Debug, Clone, Args)]
#[expect(clippy::struct_excessive_bools, reason = "flags of a command line are booleans")]
pub struct ScopeArgs {
    /// Files and directories, or `-` for standard input; the current directory if none is given.
    pub paths: Vec<PathBuf>,
    /// Which rules.
    #[command(flatten)]
    pub rules: RuleArgs,
    /// Values of parameters.
    #[command(flatten)]
    pub parameters: ParameterArgs,
    /// Values for Terraform's variables.
    #[command(flatten)]
    pub variables: VariableArgs,
    /// Name of the file that comes on standard input.
    #[arg(long, value_name = "NAME")]
    pub stdin_filename: Option<String>,
    /// Also look at files that .gitignore excludes.
    #[arg(long)]
    pub no_ignore: bool,
    /// The paths are what changed: report findings in these files only, and pass over files
    /// that are no templates. For hooks.
    #[arg(long)]
    pub report_given: bool,
    /// Leave out what the configuration excludes, even if it is named; hooks name every file.
    #[arg(long)]
    pub force_exclude: bool,
    /// Show the Rego rules of documents all documents at once, as conftest does: `input` is a
    /// list of objects with `path` and `contents`.
    #[arg(long)]
    pub combine: bool,
    /// The shape in which the Rego rules of documents are shown Terraform's own syntax: that of
    /// conftest's parser of this name [default: hcl2].
    #[arg(long, value_enum, value_name = "PARSER")]
    pub parser: Option<DocumentParser>,
    /// Let no waiver count that is written beside the code.
    #[arg(long)]
    pub no_inline_waivers: bool,
    /// Let only waivers of Trilith count, and no suppression of another tool.
    #[arg(long)]
    pub strict_waivers: bool,
    /// What evaluates Guard rules.
    #[arg(long, value_enum, default_value_t = GuardEngineName::Trilith)]
    pub guard_engine: GuardEngineName,
    /// Number of threads; 0 for one per core.
    #[arg(long, short = 'j', visible_alias = "jobs", value_name = "N", default_value_t = 0)]
    pub threads: usize,
    /// Accepted for the sake of scripts: Trilith never uses the network.
    #[arg(long, hide = true)]
    pub offline: bool,
}

/// Arguments of `check`.
#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "flags of a command line are booleans")]
pub struct CheckArgs {
    /// What to look at.
    #[command(flatten)]
    pub scope: ScopeArgs,
    /// How to print the findings.
    #[arg(long, value_name = "FORMAT", visible_alias = "output-format", default_value = "pretty")]
    pub format: String,
    /// Also write a report to a file: `sarif=trilith.sarif`. May be repeated.
    #[arg(long, value_name = "FORMAT=FILE")]
    pub output: Vec<String>,
    /// Print findings of at least this severity.
    #[arg(long, value_name = "SEVERITY")]
    pub min_severity: Option<Severity>,
    /// Exit with 1 if there is a finding of at least this severity [default: medium].
    #[arg(long, value_name = "SEVERITY")]
    pub fail_on: Option<Severity>,
    /// Whether to prove fixes and put them into the report: `auto` does so for the formats that
    /// others apply fixes from (SARIF, rdjson), of up to 100 findings; JSON carries them too.
    #[arg(long, value_enum, value_name = "WHEN", default_value_t = WithFixes::Auto)]
    pub fixes: WithFixes,
    /// Exit with 0 whatever is found.
    #[arg(long)]
    pub exit_zero: bool,
    /// Report only what is not in this file, which `trilith baseline` writes.
    #[arg(long, value_name = "FILE")]
    pub baseline: Option<PathBuf>,
    /// Report what is in the baseline of the configuration too.
    #[arg(long, conflicts_with = "baseline")]
    pub no_baseline: bool,
    /// Report only what was not there at this commit, branch or tag of git.
    #[arg(long, value_name = "REF", conflicts_with = "stream")]
    pub diff_base: Option<String>,
    /// Also list what could not be decided, what is waived, or which files were read.
    #[arg(long, value_enum, value_name = "WHAT", value_delimiter = ',')]
    pub show: Vec<Show>,
    /// Print how often each rule found something, instead of the findings.
    #[arg(long)]
    pub statistics: bool,
    /// Also write waived findings into SARIF. GitHub would take them for open ones.
    #[arg(long)]
    pub sarif_waived: bool,
    /// Name that sets this analysis apart from others of the same commit: in SARIF, and in the
    /// mark of a comment in Markdown.
    #[arg(long, visible_alias = "sarif-category", value_name = "NAME")]
    pub category: Option<String>,
    /// Write at most this many findings, the worst ones.
    #[arg(long, value_name = "N")]
    pub max_findings: Option<usize>,
    /// Read one record a line from standard input, and write one line for each finding.
    #[arg(long, conflicts_with_all = ["watch", "output", "baseline"])]
    pub stream: bool,
    /// Check again whenever a file changes.
    #[arg(long)]
    pub watch: bool,
    /// Print findings only.
    #[arg(long, short)]
    pub quiet: bool,
}

/// Whether reports carry fixes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum WithFixes {
    /// Where a report is for a tool that applies them.
    Auto,
    /// Always.
    Always,
    /// Never: the run takes less time.
    Never,
}

/// The parsers of conftest whose shape Terraform's own syntax may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum DocumentParser {
    /// Blocks in lists, as in the first version of the language.
    Hcl1,
    /// Blocks by type and label.
    Hcl2,
}

impl DocumentParser {
    /// The shape.
    pub const fn shape(self) -> HclShape {
        match self {
            Self::Hcl1 => HclShape::Hcl1,
            Self::Hcl2 => HclShape::Hcl2,
        }
    }
}

/// The engines for Guard rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum GuardEngineName {
    /// Trilith's own: fast, three-valued, exact places.
    Trilith,
    /// The cfn-guard crate, as a reference.
    CfnGuard,
}

/// What `--show` adds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Show {
    /// What could not be decided, and why.
    Unknown,
    /// Findings that are waived, by whom, why and until when.
    Waived,
    /// Files that were read.
    Files,
    /// Files that were passed over, and why.
    Skipped,
    /// Rules that found nothing to look at, and rules that can never find anything.
    UnusedRules,
}
