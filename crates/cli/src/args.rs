//! The command line.

mod check;
mod debt;
mod fix;
mod review;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::parameters::ParameterArgs;
use crate::variables::VariableArgs;

pub use check::{CheckArgs, DocumentParser, GuardEngineName, ScopeArgs, Show, WithFixes};
pub use debt::{
    BaselineArgs, ExpiryArgs, ImportArgs, ListWaiversArgs, RegisterFormat, WaiversCommand,
};
pub use fix::FixArgs;
pub use review::{InventoryArgs, InventoryFormatName, ReviewArgs};

const EXIT_CODES: &str = "\
Exit codes: 0 nothing at or above --fail-on; 1 findings, or a file that cannot be read; \
2 the job could not be done (no input, bad configuration, broken policy). 2 wins.";

/// Security policies for CloudFormation, Terraform and IAM, in milliseconds and offline.
#[derive(Debug, Parser)]
#[command(name = "trilith", version, after_help = EXIT_CODES, disable_help_subcommand = true)]
pub struct Cli {
    /// When to use colours.
    #[arg(long, global = true, value_enum, default_value_t = Color::Auto)]
    pub color: Color,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// When to use colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Color {
    /// On a terminal, unless the environment says otherwise (`NO_COLOR`, `CLICOLOR_FORCE`).
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Check templates, plans and policies.
    Check(Box<CheckArgs>),
    /// Run the tests that policies bring along: examples of rule pages, Rego `test_*` rules,
    /// Guard `*_tests.yml`.
    Test(TestArgs),
    /// Write rules.
    Rule {
        /// What to do.
        #[command(subcommand)]
        what: RuleCommand,
    },
    /// Explain a rule, by its id or another tool's (`CKV_AWS_24`).
    Explain {
        /// The rule.
        rule: String,
    },
    /// List what Trilith knows or sees.
    List {
        /// What to list.
        #[command(subcommand)]
        what: ListCommand,
    },
    /// Say what policies allow: compare, prove, explain.
    Iam(IamArgs),
    /// Accepted risk: who accepts what, why and until when.
    Waivers {
        /// What to do.
        #[command(subcommand)]
        what: WaiversCommand,
    },
    /// Mend findings: each fix is proved first, and comments and style stay.
    Fix(Box<FixArgs>),
    /// Accept the findings of today, so that only new ones are reported.
    Baseline(Box<BaselineArgs>),
    /// Serve an editor: the language server, over standard input and output.
    Lsp(LspArgs),
    /// Say where things stand with the best practices of the Security Pillar, and with what
    /// evidence.
    Review(Box<ReviewArgs>),
    /// List applications, resources and what holds data.
    Inventory(Box<InventoryArgs>),
    /// Print a JSON Schema.
    Schema {
        /// Of what.
        #[arg(value_enum)]
        of: SchemaOf,
    },
    /// Print the manual page, or write those of all commands into a directory.
    Man {
        /// The directory.
        directory: Option<PathBuf>,
    },
    /// Print a completion script for a shell.
    Completions {
        /// The shell.
        shell: clap_complete::Shell,
    },
}

/// What `schema` describes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum SchemaOf {
    /// The configuration file `trilith.toml`.
    Config,
    /// What rules in Rego see as `input`.
    Input,
    /// The JSON of `review`.
    Review,
    /// The lines that `check --stream` writes, as a schema of Spark.
    Spark,
}

/// Arguments of `test`.
#[derive(Debug, Args)]
pub struct TestArgs {
    /// Directories and files with policies; those of the configuration if none is given.
    pub paths: Vec<PathBuf>,
    /// Run only tests whose name contains this text.
    #[arg(long, value_name = "TEXT")]
    pub filter: Option<String>,
    /// How to print the results.
    #[arg(long, value_enum, default_value_t = TestFormat::Pretty)]
    pub format: TestFormat,
    /// Also say which lines of Rego no test reaches.
    #[arg(long)]
    pub coverage: bool,
    /// Run again whenever a file changes.
    #[arg(long)]
    pub watch: bool,
    /// JSON and YAML files that Rego policies see as `data`, or directories of them.
    #[arg(long, value_name = "PATH")]
    pub data: Vec<PathBuf>,
    /// Read the configuration from this file.
    #[arg(long, value_name = "FILE", conflicts_with = "no_config")]
    pub config: Option<PathBuf>,
    /// Read no configuration.
    #[arg(long)]
    pub no_config: bool,
}

/// How `test` prints.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum TestFormat {
    /// For people.
    Pretty,
    /// JSON.
    Json,
    /// `JUnit` XML.
    Junit,
}

/// What `rule` does.
#[derive(Debug, Subcommand)]
pub enum RuleCommand {
    /// Make the folder of a new rule: its page with examples, and its predicate.
    New(NewArgs),
    /// Show what a rule finds in files, how long it takes and what it could not decide.
    Try(TryArgs),
}

/// Arguments of `rule new`.
#[derive(Debug, Args)]
pub struct NewArgs {
    /// The rule's name: the defect in lower-case words joined by hyphens
    /// (`s3-bucket-without-owner-tag`).
    pub name: String,
    /// Write the predicate in Rego; the default.
    #[arg(long, conflicts_with = "guard")]
    pub rego: bool,
    /// Write the predicate in Guard.
    #[arg(long)]
    pub guard: bool,
    /// Directory of the rules.
    #[arg(long, value_name = "DIR", default_value = "policies")]
    pub dir: PathBuf,
    /// Canonical type that the rule looks at.
    #[arg(long = "type", value_name = "TYPE", default_value = "AWS::S3::Bucket")]
    pub resource_type: String,
}

/// Arguments of `rule try`.
#[derive(Debug, Args)]
pub struct TryArgs {
    /// The rule: a folder, a .rego or .guard file, or a bundle.
    pub rule: PathBuf,
    /// Files and directories to look at.
    #[arg(required = true)]
    pub paths: Vec<PathBuf>,
    /// JSON and YAML files that Rego policies see as `data`, or directories of them.
    #[arg(long, value_name = "PATH")]
    pub data: Vec<PathBuf>,
    /// Show documents to the Rego rules of this package too, as to those of `main`; `*` for all.
    #[arg(long = "namespace", value_name = "PACKAGE")]
    pub namespaces: Vec<String>,
    /// Also look at files that .gitignore excludes.
    #[arg(long)]
    pub no_ignore: bool,
}

/// What `list` lists.
#[derive(Debug, Subcommand)]
pub enum ListCommand {
    /// The rules.
    Rules(ListRulesArgs),
    /// The resources of the graph, as rules see them.
    Resources(ListResourcesArgs),
}

/// Arguments of `list rules`.
#[derive(Debug, Args)]
pub struct ListRulesArgs {
    /// Which rules.
    #[command(flatten)]
    pub rules: RuleArgs,
    /// How to print them.
    #[arg(long, value_enum, default_value_t = ListFormat::Text)]
    pub format: ListFormat,
}

/// Arguments of `list resources`.
#[derive(Debug, Args)]
pub struct ListResourcesArgs {
    /// Files and directories; the current directory if none is given.
    pub paths: Vec<PathBuf>,
    /// How to print them.
    #[arg(long, value_enum, default_value_t = ListFormat::Text)]
    pub format: ListFormat,
    /// Values of parameters.
    #[command(flatten)]
    pub parameters: ParameterArgs,
    /// Print what Rego rules see as `input`: a list of one object for each resource.
    #[arg(long)]
    pub input: bool,
    /// Also look at files that .gitignore excludes.
    #[arg(long)]
    pub no_ignore: bool,
    /// Values for Terraform's variables.
    #[command(flatten)]
    pub variables: VariableArgs,
}

/// How `list` prints.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ListFormat {
    /// A line each.
    Text,
    /// JSON.
    Json,
}

/// Arguments of `iam`.
#[derive(Debug, Args)]
pub struct IamArgs {
    /// What to do.
    #[command(subcommand)]
    pub command: IamCommand,
    /// Use this service reference instead of the one that Trilith carries.
    #[arg(long, value_name = "FILE", global = true)]
    pub iam_data: Option<PathBuf>,
    /// Service control policies that apply to the principals, one level of the organization each:
    /// a file or directory. A level that only denies has `FullAWSAccess` beside it.
    #[arg(long, value_name = "PATH", global = true)]
    pub guardrails: Vec<PathBuf>,
}

/// What `iam` does.
#[derive(Debug, Subcommand)]
pub enum IamCommand {
    /// Compare two policies, templates or plans: what the new one allows and the old one does
    /// not, with an example. Exits with 1 if that is anything, or cannot be ruled out.
    Diff {
        /// The old policies; or two revisions in git, `main..HEAD` or `main..` for the working
        /// tree, to compare the new policies with themselves.
        old: PathBuf,
        /// The new policies: a file, a directory, `-` for standard input.
        new: PathBuf,
        /// Exit with 0 even if the new policies allow more.
        #[arg(long)]
        allow_wider: bool,
        /// How to print it.
        #[arg(long, value_enum, default_value_t = ListFormat::Text)]
        format: ListFormat,
    },
    /// Prove that policies allow nothing beyond a reference.
    Check {
        /// The policies.
        policy: PathBuf,
        /// A policy that allows all that may be allowed.
        #[arg(long, value_name = "REFERENCE")]
        against: PathBuf,
        /// How to print it.
        #[arg(long, value_enum, default_value_t = ListFormat::Text)]
        format: ListFormat,
    },
    /// Say what policies allow, by service and access level, risks first.
    Explain {
        /// The policies.
        policy: PathBuf,
    },
    /// Say whether a principal may do something, by all of its policies, and which statement
    /// decides. Exits with 1 if not, or if that cannot be told.
    Can {
        /// A user, group, role or permission set: its address, its name or its ARN.
        principal: String,
        /// The action: `s3:GetObject`.
        action: String,
        /// An ARN, `*` for any, or a resource of the files.
        resource: String,
        /// The template, plan or module.
        path: PathBuf,
    },
    /// Say who may do something: the principals of the files, and whom policies of resources
    /// let in.
    Who {
        /// The action: `s3:GetObject`.
        action: String,
        /// An ARN, `*` for any, or a resource of the files.
        resource: String,
        /// The template, plan or module.
        path: PathBuf,
    },
}

/// Arguments of `lsp`.
#[derive(Debug, Args)]
pub struct LspArgs {
    /// Which rules.
    #[command(flatten)]
    pub rules: RuleArgs,
    /// Accepted for the sake of editors that always say it: there is no other way.
    #[arg(long, hide = true)]
    pub stdio: bool,
}

/// Which rules to apply.
#[derive(Debug, Default, Clone, Args)]
pub struct RuleArgs {
    /// Apply only these rules: ids, globs (`s3-*`), services (`s3`), best practices
    /// (`SEC05-BP02`), severities (`severity:high`) or other tools' ids (`CKV_AWS_24`).
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    pub select: Vec<String>,
    /// Do not apply these rules.
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    pub ignore: Vec<String>,
    /// Apply these rules besides those of the configuration.
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    pub extend_select: Vec<String>,
    /// Also apply rules that are new and may still change.
    #[arg(long)]
    pub preview: bool,
    /// Also apply the rules of a directory, a .rego or .guard file, or an OPA bundle (.tar.gz).
    #[arg(long = "rules", value_name = "PATH")]
    pub rule_dirs: Vec<PathBuf>,
    /// JSON and YAML files that Rego policies see as `data`, or directories of them.
    #[arg(long, value_name = "PATH")]
    pub data: Vec<PathBuf>,
    /// Show documents to the Rego rules of this package too, as to those of `main`; `*` for all.
    #[arg(long = "namespace", value_name = "PACKAGE")]
    pub namespaces: Vec<String>,
    /// Read the configuration from this file.
    #[arg(long, value_name = "FILE", conflicts_with = "no_config")]
    pub config: Option<PathBuf>,
    /// Read no configuration.
    #[arg(long)]
    pub no_config: bool,
}
