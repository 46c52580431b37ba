//! Values that the parameters of templates are given: on the command line and in files.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use clap::Args;
use serde::Deserialize;
use serde_json::Value as Json;
use trilith_graph::{Format, Resource, ResourceGraph};
use trilith_parser::cloudformation::PSEUDO_PARAMETERS;

use crate::failure::Failure;
use crate::files;

/// Arguments that give parameters values.
#[derive(Debug, Clone, Default, Args)]
pub struct ParameterArgs {
    /// Give a parameter of the templates a value: `Env=prod`. `AWS::Region=eu-west-1` says where
    /// they are deployed. May be repeated.
    #[arg(long = "parameters", visible_alias = "parameter", value_name = "NAME=VALUE")]
    pub values: Vec<String>,
    /// Read values of parameters from a file: JSON as the AWS CLI or `CodePipeline` takes it, or
    /// `samconfig.toml`. May be repeated; the command line and later files win.
    #[arg(long = "parameter-file", value_name = "FILE")]
    pub files: Vec<PathBuf>,
}

/// The values of a run, and where each comes from.
#[derive(Debug, Clone, Default)]
pub struct Given {
    values: BTreeMap<String, Value>,
}

#[derive(Debug, Clone)]
struct Value {
    text: String,
    origin: String,
}

impl Given {
    /// Reads what the arguments name.
    pub fn read(args: &ParameterArgs) -> Result<Self, Failure> {
        let mut given = Self::default();
        for path in &args.files {
            let origin = files::display_near(path);
            let text = files::read_text(path)?;
            let values = values_in(path, &text)
                .map_err(|message| Failure::new(format!("{origin}: {message}")))?;
            for (name, text) in values {
                given.values.insert(name, Value { text, origin: origin.clone() });
            }
        }
        for argument in &args.values {
            let (name, text) =
                pair(argument).map_err(|error| Failure::new(format!("--parameters {error}")))?;
            given.values.insert(name, Value { text, origin: "--parameters".into() });
        }
        Ok(given)
    }

    /// Gives a parameter a value that nothing else gave.
    pub fn set(&mut self, name: &str, text: String) {
        self.values.insert(name.to_owned(), Value { text, origin: "record".into() });
    }

    /// The values by name.
    pub fn values(&self) -> BTreeMap<String, String> {
        self.values.iter().map(|(name, value)| (name.clone(), value.text.clone())).collect()
    }

    /// Refuses a name that no template declares, and a value that none of those that do allows: a
    /// slip would be taken for a check of what is deployed.
    pub fn check(&self, graph: &ResourceGraph) -> Result<(), Failure> {
        let declared: Vec<&Resource> = graph
            .of_type(Resource::PARAMETER)
            .iter()
            .map(|id| graph.resource(*id))
            .filter(|resource| resource.format == Format::CloudFormation)
            .collect();
        for (name, value) in &self.values {
            if PSEUDO_PARAMETERS.contains(&name.as_str()) {
                continue;
            }
            if name.starts_with("AWS::") {
                let known = PSEUDO_PARAMETERS.iter().copied();
                return Err(undeclared(name, &value.origin, known));
            }
            let own: Vec<&&Resource> =
                declared.iter().filter(|parameter| *parameter.name == **name).collect();
            if own.is_empty() {
                let names = declared.iter().map(|parameter| parameter.name.as_ref());
                return Err(undeclared(name, &value.origin, names));
            }
            let allowed: Vec<_> = own.iter().filter_map(|parameter| allowed(parameter)).collect();
            let is_refused = allowed.len() == own.len()
                && !allowed.iter().any(|allowed| allowed.contains(&value.text));
            if is_refused {
                let allowed = allowed.concat().join("`, `");
                return Err(Failure::new(format!(
                    "{}: parameter `{name}` cannot be `{}`; it allows `{allowed}`",
                    value.origin, value.text
                )));
            }
        }
        Ok(())
    }
}

fn undeclared<'n>(name: &str, origin: &str, names: impl Iterator<Item = &'n str>) -> Failure {
    let mut names: Vec<&str> = names.collect();
    names.sort_unstable();
    names.dedup();
    let hint = match names.as_slice() {
        [] => "; no template here has parameters".to_owned(),
        names if names.len() <= 8 => format!("; there are `{}`", names.join("`, `")),
        names => match names.iter().find(|other| other.eq_ignore_ascii_case(name)) {
            Some(other) => format!("; did you mean `{other}`?"),
            None => String::new(),
        },
    };
    Failure::new(format!("{origin}: no template declares a parameter `{name}`{hint}"))
}

/// The values that a parameter allows; `None` if that is any.
fn allowed(parameter: &Resource) -> Option<Vec<String>> {
    let allowed = parameter.properties.get("AllowedValues");
    let is_secret = parameter.properties.get("NoEcho").is_true().is_true();
    if allowed.is_absent() || is_secret {
        return None;
    }
    allowed.items().iter().map(trilith_graph::Value::display_text).collect()
}

/// `Name=value`, or `ParameterKey=Name,ParameterValue=value` as the AWS CLI has it.
fn pair(text: &str) -> Result<(String, String), String> {
    let known = text
        .strip_prefix("ParameterKey=")
        .and_then(|rest| rest.split_once(",ParameterValue="))
        .or_else(|| text.split_once('='));
    match known {
        Some((name, value)) if !name.trim().is_empty() => {
            Ok((name.trim().to_owned(), unquoted(value).to_owned()))
        }
        _ => Err(format!("`{text}`: write it as NAME=VALUE")),
    }
}

fn unquoted(text: &str) -> &str {
    let inner = |mark| text.strip_prefix(mark).and_then(|rest| rest.strip_suffix(mark));
    inner('"').or_else(|| inner('\'')).unwrap_or(text)
}

type Pairs = Vec<(String, String)>;

fn values_in(path: &Path, text: &str) -> Result<Pairs, String> {
    let is_toml = path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("toml"));
    if is_toml {
        return sam_configuration(text);
    }
    let json: Json = serde_json::from_str(text.trim_start_matches('\u{feff}'))
        .map_err(|error| format!("{error}"))?;
    match &json {
        Json::Array(entries) => entries.iter().map(entry).collect(),
        Json::Object(members) => {
            // CodePipeline's template configuration, with tags and a stack policy beside; and
            // plain pairs, as some tools write them.
            let pairs = match members.get("Parameters").or_else(|| members.get("parameters")) {
                Some(Json::Object(parameters)) => parameters,
                Some(Json::Array(entries)) => return entries.iter().map(entry).collect(),
                _ => members,
            };
            let pair = |(name, value): (&String, &Json)| Ok((name.clone(), scalar(name, value)?));
            pairs.iter().map(pair).collect()
        }
        _ => Err("a list of `ParameterKey` and `ParameterValue`, or a map, is expected".into()),
    }
}

/// One element of a list: `{"ParameterKey": .., "ParameterValue": ..}`, or `"Name=value"`.
fn entry(entry: &Json) -> Result<(String, String), String> {
    if let Some(text) = entry.as_str() {
        return pair(text);
    }
    let Some(name) = entry.get("ParameterKey").and_then(Json::as_str) else {
        return Err(format!("an element without a `ParameterKey`: {entry}"));
    };
    match entry.get("ParameterValue") {
        Some(value) => Ok((name.to_owned(), scalar(name, value)?)),
        None => {
            Err(format!("`{name}` has no `ParameterValue`: its previous value is not known here"))
        }
    }
}

fn scalar(name: &str, value: &Json) -> Result<String, String> {
    match value {
        Json::String(text) => Ok(text.clone()),
        Json::Bool(_) | Json::Number(_) => Ok(value.to_string()),
        Json::Array(items) => {
            let items: Result<Vec<String>, String> =
                items.iter().map(|item| scalar(name, item)).collect();
            Ok(items?.join(","))
        }
        _ => Err(format!("the value of `{name}` is neither a text nor a list of texts")),
    }
}

/// What a `samconfig.toml` says for one command: `[default.deploy.parameters]`.
#[derive(Debug, Default, Deserialize)]
struct SamCommand {
    #[serde(default)]
    parameters: BTreeMap<String, toml::Value>,
}

/// The environment whose values count if there are several.
const SAM_DEFAULT: &str = "default";
/// The commands whose parameters count, the last one most.
const SAM_COMMANDS: [&str; 3] = ["global", "build", "deploy"];

fn sam_configuration(text: &str) -> Result<Pairs, String> {
    let table: BTreeMap<String, toml::Value> =
        toml::from_str(text).map_err(|error| error.to_string().trim().to_owned())?;
    let environments: Vec<(&String, &toml::Value)> =
        table.iter().filter(|(_, value)| value.is_table()).collect();
    let chosen = match environments.as_slice() {
        [(_, only)] => Some(*only),
        several => several.iter().find(|(name, _)| *name == SAM_DEFAULT).map(|(_, value)| *value),
    };
    let Some(chosen) = chosen else {
        return Err(format!("there is no environment `{SAM_DEFAULT}`"));
    };
    let mut pairs = Vec::new();
    for name in SAM_COMMANDS {
        let command = chosen.get(name).cloned().map(toml::Value::try_into::<SamCommand>);
        let Some(command) = command else { continue };
        let mut command = command.map_err(|error| error.to_string().trim().to_owned())?;
        if let Some(overrides) = command.parameters.remove("parameter_overrides") {
            pairs.extend(overrides_in(&overrides)?);
        }
        if let Some(toml::Value::String(region)) = command.parameters.remove("region") {
            pairs.push(("AWS::Region".to_owned(), region));
        }
    }
    Ok(pairs)
}

/// `"A=1 B=\"two words\""`, a list of such texts, or a table.
fn overrides_in(overrides: &toml::Value) -> Result<Pairs, String> {
    match overrides {
        toml::Value::String(text) => words(text).iter().map(|word| pair(word)).collect(),
        toml::Value::Array(items) => {
            let pairs: Result<Vec<Pairs>, String> = items.iter().map(overrides_in).collect();
            Ok(pairs?.concat())
        }
        toml::Value::Table(table) => {
            let pair = |(name, value): (&String, &toml::Value)| match value {
                toml::Value::String(text) => Ok((name.clone(), text.clone())),
                toml::Value::Integer(number) => Ok((name.clone(), number.to_string())),
                toml::Value::Boolean(flag) => Ok((name.clone(), flag.to_string())),
                _ => Err(format!("the value of `{name}` is no text")),
            };
            table.iter().map(pair).collect()
        }
        _ => Err("`parameter_overrides` is neither a text nor a list".into()),
    }
}

/// Words as a shell reads them: quotes keep blanks, a backslash keeps a quote.
fn words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let mut quote = None;
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        match (quote, character) {
            (_, '\\') => word.extend(characters.next()),
            (Some(open), _) if character == open => quote = None,
            (None, '"' | '\'') => quote = Some(character),
            (None, _) if character.is_whitespace() => {
                if !word.is_empty() {
                    words.push(std::mem::take(&mut word));
                }
            }
            _ => word.push(character),
        }
    }
    if !word.is_empty() {
        words.push(word);
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(name: &str, text: &str) -> Result<Vec<String>, String> {
        let pairs = values_in(Path::new(name), text)?;
        Ok(pairs.into_iter().map(|(name, value)| format!("{name}={value}")).collect())
    }

    #[test]
    fn both_shapes_of_json_are_read() {
        let list = r#"[{"ParameterKey": "Env", "ParameterValue": "prod"},
                       {"ParameterKey": "Zones", "ParameterValue": "a,b"}, "Size=3"]"#;
        assert_eq!(values("p.json", list).expect("good"), ["Env=prod", "Zones=a,b", "Size=3"]);
        let pipeline = r#"{"Parameters": {"Env": "prod", "Zones": ["a", "b"], "Size": 3},
                           "Tags": {"Owner": "us"}}"#;
        assert_eq!(values("p.json", pipeline).expect("good"), ["Env=prod", "Zones=a,b", "Size=3"]);
        assert_eq!(values("p.json", r#"{"Env": true}"#).expect("good"), ["Env=true"]);
    }

    #[test]
    fn what_cannot_be_a_value_is_refused_by_name() {
        let previous = r#"[{"ParameterKey": "Env", "UsePreviousValue": true}]"#;
        assert!(values("p.json", previous).expect_err("refused").contains("`Env`"));
        let nested = r#"{"Parameters": {"Env": {"a": 1}}}"#;
        assert!(values("p.json", nested).expect_err("refused").contains("`Env`"));
        assert!(values("p.json", "3").is_err());
        assert!(values("p.json", "{").is_err());
    }

    #[test]
    fn a_sam_configuration_gives_its_overrides() {
        let text = "version = 0.1\n[default.global.parameters]\nregion = \"eu-west-1\"\n\
                    [default.deploy.parameters]\n\
                    parameter_overrides = \"Env=prod Name=\\\"two words\\\" \
                    ParameterKey=Size,ParameterValue=3\"\n\
                    [staging.deploy.parameters]\nparameter_overrides = \"Env=staging\"\n";
        assert_eq!(
            values("samconfig.toml", text).expect("good"),
            ["AWS::Region=eu-west-1", "Env=prod", "Name=two words", "Size=3"]
        );
        let list = "[default.deploy.parameters]\nparameter_overrides = [\"Env=prod\", \"A=b=c\"]\n";
        assert_eq!(values("samconfig.toml", list).expect("good"), ["Env=prod", "A=b=c"]);
        let several = "[a.deploy.parameters]\n[b.deploy.parameters]\n";
        assert!(values("samconfig.toml", several).is_err());
    }

    #[test]
    fn a_pair_needs_a_name() {
        assert_eq!(pair("A=b=c"), Ok(("A".into(), "b=c".into())));
        assert_eq!(pair("A="), Ok(("A".into(), String::new())));
        assert!(pair("A").is_err() && pair("=b").is_err());
    }
}
