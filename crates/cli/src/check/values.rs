//! Values of parameters and variables: of the configuration, and of the command line on top.

use std::collections::{BTreeMap, BTreeSet};

use trilith_parser::terraform::{Given as GivenVariable, Variables};

use crate::analyse::{Analysis, Input};
use crate::args::ScopeArgs;
use crate::config::Config;
use crate::failure::Failure;
use crate::parameters::{Given, ParameterArgs};
use crate::variables;

/// Values for what files leave open.
#[derive(Clone)]
pub(crate) struct Values {
    /// Of the command line: a slip in a name is told.
    given: Given,
    /// Of the configuration: it holds for many templates, of which few have all parameters.
    configured: Given,
    pub(crate) variables: Variables,
    /// Names of variables that the configuration gives values.
    lenient: BTreeSet<String>,
    files: Vec<(String, String)>,
}

impl Values {
    /// Reads what arguments and configuration name.
    pub(crate) fn read(args: &ScopeArgs, config: &Config) -> Result<Self, Failure> {
        let values = config.parameters.iter().map(|(name, value)| format!("{name}={value}"));
        let parameters =
            ParameterArgs { values: values.collect(), files: config.parameter_files.clone() };
        let configured = Given::read(&parameters)?;
        let (mut variables, inputs) = args.variables.read()?;
        let mut before = Vec::new();
        let mut texts: Vec<Input> = Vec::new();
        for path in &config.var_files {
            let input = variables::value_file(path)?;
            before.push(GivenVariable::File(input.name.clone()));
            texts.push(input);
        }
        for (name, text) in &config.variables {
            before.push(GivenVariable::Value { name: name.clone(), text: text.clone() });
        }
        variables.given.splice(0..0, before);
        texts.extend(inputs);
        Ok(Self {
            given: Given::read(&args.parameters)?,
            configured,
            variables,
            lenient: config.variables.keys().cloned().collect(),
            files: texts.into_iter().map(|input| (input.name, input.text)).collect(),
        })
    }

    /// Adds values of parameters that come with a record.
    pub(crate) fn add(&mut self, values: &serde_json::Map<String, serde_json::Value>) {
        for (name, value) in values {
            let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            self.configured.set(name, text);
        }
    }

    /// The values of parameters, by name.
    pub(crate) fn parameters(&self) -> BTreeMap<String, String> {
        let mut values = self.configured.values();
        values.extend(self.given.values());
        values
    }

    /// The files with values of variables.
    pub(crate) fn files(&self) -> impl Iterator<Item = Input> {
        self.files.iter().map(|(name, text)| Input::new(name.clone(), text.clone()))
    }

    /// Refuses values of the command line that nothing declares.
    pub(crate) fn check(&self, args: &ScopeArgs, analysis: &Analysis) -> Result<(), Failure> {
        self.given.check(&analysis.graph)?;
        // Files of a hook are those that changed, which need not be those that the options are for.
        if args.report_given { Ok(()) } else { args.variables.check(analysis, &self.lenient) }
    }
}
