//! `--var`, `--var-file` and the environment: values for the input variables of Terraform.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use clap::{Arg, ArgAction, ArgMatches, Args, Command, FromArgMatches};
use trilith_graph::{Format, Root};
use trilith_parser::terraform::{Given, Variables};

use crate::analyse::{Analysis, Input};
use crate::failure::Failure;
use crate::files;

/// What begins the names of variables of the environment that give a value.
const PREFIX: &str = "TF_VAR_";

/// Values for input variables, in the order of the command line: as in Terraform, the last one
/// wins.
#[derive(Debug, Clone, Default)]
pub struct VariableArgs {
    options: Vec<VariableOption>,
    environment: bool,
}

#[derive(Debug, Clone)]
enum VariableOption {
    Value(String),
    File(PathBuf),
}

impl Args for VariableArgs {
    fn augment_args(command: Command) -> Command {
        let value = Arg::new("var")
            .long("var")
            .value_name("NAME=VALUE")
            .action(ArgAction::Append)
            .help("A value for an input variable of Terraform's root modules. May be repeated");
        let file = Arg::new("var-file")
            .long("var-file")
            .value_name("FILE")
            .value_parser(clap::value_parser!(PathBuf))
            .action(ArgAction::Append)
            .help("A .tfvars or .tfvars.json file with such values. May be repeated");
        let environment = Arg::new("var-env")
            .long("var-env")
            .action(ArgAction::SetTrue)
            .help("Also take values from the environment (`TF_VAR_name`)");
        command.arg(value).arg(file).arg(environment)
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl FromArgMatches for VariableArgs {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let mut options: Vec<(usize, VariableOption)> = Vec::new();
        let places = |name| matches.indices_of(name).into_iter().flatten();
        let values = matches.get_many::<String>("var").into_iter().flatten();
        let values = values.map(|text| VariableOption::Value(text.clone()));
        options.extend(places("var").zip(values));
        let paths = matches.get_many::<PathBuf>("var-file").into_iter().flatten();
        options.extend(places("var-file").zip(paths.cloned().map(VariableOption::File)));
        options.sort_by_key(|(place, _)| *place);
        let options = options.into_iter().map(|(_, option)| option).collect();
        Ok(Self { options, environment: matches.get_flag("var-env") })
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

impl VariableArgs {
    /// The values, and the files that hold some of them.
    pub fn read(&self) -> Result<(Variables, Vec<Input>), Failure> {
        let mut variables = Variables::default();
        let mut inputs = Vec::new();
        for option in &self.options {
            match option {
                VariableOption::Value(text) => {
                    let (name, value) = text.split_once('=').ok_or_else(|| {
                        Failure::new(format!("--var `{text}`: write it as NAME=VALUE"))
                    })?;
                    let (name, text) = (name.trim().to_owned(), value.to_owned());
                    variables.given.push(Given::Value { name, text });
                }
                VariableOption::File(path) => {
                    let input = value_file(path)?;
                    variables.given.push(Given::File(input.name.clone()));
                    inputs.push(input);
                }
            }
        }
        if self.environment {
            variables.environment = environment();
        }
        Ok((variables, inputs))
    }
}

impl VariableArgs {
    /// Refuses values that nothing takes: a run would look as if it had been made with them.
    pub fn check(&self, analysis: &Analysis) -> Result<(), Failure> {
        let Some(first) = self.options.first() else { return Ok(()) };
        if analysis.root_modules == 0 {
            let is_plan = |root: &Root| root.format == Format::TerraformPlan;
            let why = if analysis.graph.roots().iter().any(is_plan) {
                "a plan holds the values of its variables already; give them to `terraform plan`"
            } else {
                "there is no Terraform module here"
            };
            return Err(Failure::new(format!("{first}: {why}")));
        }
        match analysis.undeclared.first() {
            Some(name) => {
                Err(Failure::new(format!("--var `{name}`: no module declares this variable")))
            }
            None => Ok(()),
        }
    }
}

impl fmt::Display for VariableOption {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Value(text) => {
                write!(f, "--var `{}`", text.split('=').next().unwrap_or(text).trim())
            }
            Self::File(path) => write!(f, "--var-file {}", files::display(path)),
        }
    }
}

fn value_file(path: &Path) -> Result<Input, Failure> {
    let name = files::display(path);
    if !name.ends_with(".tfvars") && !name.ends_with(".tfvars.json") {
        return Err(Failure::new(format!("--var-file {name}: not a .tfvars or .tfvars.json file")));
    }
    Ok(Input::decode(name, files::read(path)?))
}

fn environment() -> BTreeMap<String, String> {
    let set = files::environment_with_prefix(PREFIX).into_iter();
    set.map(|(name, value)| (name[PREFIX.len()..].to_owned(), value)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(arguments: &[&str]) -> VariableArgs {
        let command = VariableArgs::augment_args(Command::new("t").no_binary_name(true));
        let matches = command.try_get_matches_from(arguments).expect("good");
        VariableArgs::from_arg_matches(&matches).expect("good")
    }

    #[test]
    fn the_order_of_the_command_line_is_kept() {
        let args = parse(&["--var", "a=1", "--var-file", "x.tfvars", "--var", "a=2=3"]);
        let shown = format!("{:?}", args.options);
        assert_eq!(shown, "[Value(\"a=1\"), File(\"x.tfvars\"), Value(\"a=2=3\")]");
        assert!(!args.environment);
        let (variables, _) = parse(&["--var", "a=2=3"]).read().expect("good");
        let expected = Given::Value { name: "a".into(), text: "2=3".into() };
        assert_eq!(variables.given, [expected]);
    }

    #[test]
    fn a_value_without_a_name_and_a_missing_file_are_refused() {
        assert!(parse(&["--var", "a"]).read().is_err());
        assert!(parse(&["--var-file", "nowhere.tfvars"]).read().is_err());
        assert!(parse(&["--var-file", "values.yaml"]).read().is_err());
    }
}
