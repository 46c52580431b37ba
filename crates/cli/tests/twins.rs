//! The same infrastructure in CloudFormation and in Terraform gives the same findings.
//!
//! Each folder of `testdata/twins` holds `template.yaml` and `main.tf`, both written by hand for
//! the same infrastructure. `cargo test --test twins NAME` runs one. The resources must be of the
//! same canonical types with the same properties, and every built-in rule must find the same in
//! both: rule, type, property path. What a format says by a default of its own is no difference.
//! A file `differences` beside them declares what cannot be the same, a line each: the type, the
//! path of the property, and why.

#![expect(clippy::disallowed_methods, reason = "tests read the twins")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use libtest_mimic::{Arguments, Failed, Trial};
use trilith::analyse::{Analysis, Input, analyse};
use trilith::builtin::BUILT_IN;
use trilith_graph::{Flags, Part, Resource, Value, ValueKind};
use trilith_parser::Options;
use trilith_rules::{Rule, evaluate};

fn main() {
    let arguments = Arguments::from_args();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/twins");
    let mut folders: Vec<PathBuf> = fs::read_dir(folder)
        .expect("the twins")
        .map(|entry| entry.expect("a folder").path())
        .collect();
    folders.sort();
    let named = folders.clone();
    let mut trials = Vec::new();
    for folder in folders.into_iter().filter(|folder| folder.is_dir()) {
        let name = folder.file_name().expect("a name").to_string_lossy().into_owned();
        let again = folder.clone();
        trials.push(Trial::test(format!("{name}::properties"), move || properties(&folder)));
        trials.push(Trial::test(format!("{name}::findings"), move || findings(&again)));
    }
    trials.push(Trial::test("at_least_sixty_types", move || at_least_sixty_types(&named)));
    libtest_mimic::run(&arguments, trials).exit();
}

/// The canonical properties are the same.
fn properties(folder: &Path) -> Result<(), Failed> {
    let declared = Differences::read(folder);
    let (template, module) = (read(folder, "template.yaml")?, read(folder, "main.tf")?);
    let (template, module) = (Side::of(&template), Side::of(&module));
    let mut unlike: Vec<String> = Vec::new();
    let names: BTreeSet<&Name> = template.resources.keys().chain(module.resources.keys()).collect();
    for name in names {
        let (resource_type, own) = name;
        let found = (template.resources.get(name), module.resources.get(name));
        let (Some(left), Some(right)) = found else {
            unlike.push(format!("{resource_type} {own} is only in one of them"));
            continue;
        };
        let mut paths = Vec::new();
        compare("", (&left.properties, &template), (&right.properties, &module), &mut paths);
        paths.retain(|(path, _)| !declared.declares(resource_type, path));
        unlike
            .extend(paths.iter().map(|(path, why)| format!("{resource_type} {own} {path}: {why}")));
    }
    if unlike.is_empty() { Ok(()) } else { Err(unlike.join("\n").into()) }
}

/// Every rule finds the same.
fn findings(folder: &Path) -> Result<(), Failed> {
    let declared = Differences::read(folder);
    let template = found(&read(folder, "template.yaml")?, &declared)?;
    let module = found(&read(folder, "main.tf")?, &declared)?;
    if template == module { Ok(()) } else { Err(format!("{template:#?}\nand\n{module:#?}").into()) }
}

/// The pairs reach as far as is promised.
fn at_least_sixty_types(folders: &[PathBuf]) -> Result<(), Failed> {
    let mut types = BTreeSet::new();
    for folder in folders {
        let analysis = read(folder, "main.tf")?;
        let all =
            analysis.graph.resources().map(|(_, resource)| resource.resource_type.to_string());
        types.extend(all.filter(|name| name.starts_with("AWS::")));
    }
    if types.len() >= 60 { Ok(()) } else { Err(format!("{} types: {types:?}", types.len()).into()) }
}

fn read(folder: &Path, file: &str) -> Result<Analysis, Failed> {
    let text = fs::read_to_string(folder.join(file))?;
    let analysis = analyse(vec![Input::new(file, text)], &Options::default());
    if let Some(problem) = analysis.diagnostics.first() {
        return Err(format!("{file}: {}", problem.message).into());
    }
    if analysis.files == 0 {
        Err(format!("{file} is not taken for ours").into())
    } else {
        Ok(analysis)
    }
}

/// What cannot be the same, by type and path.
struct Differences(Vec<(String, String)>);

impl Differences {
    fn read(folder: &Path) -> Self {
        let text = fs::read_to_string(folder.join("differences")).unwrap_or_default();
        let lines = text.lines().filter_map(|line| {
            let mut words = line.split_whitespace();
            Some((words.next()?.to_owned(), words.next()?.to_owned()))
        });
        Self(lines.collect())
    }

    fn declares(&self, resource_type: &str, path: &str) -> bool {
        self.0.iter().any(|(own, prefix)| own == resource_type && path.starts_with(prefix))
    }
}

/// Type and name of a resource.
type Name = (String, String);

/// The resources of one of both.
struct Side<'a> {
    resources: BTreeMap<Name, &'a Resource>,
    types: BTreeMap<&'a str, &'a str>,
}

impl<'a> Side<'a> {
    fn of(analysis: &'a Analysis) -> Self {
        let all = || analysis.graph.resources().map(|(_, resource)| resource);
        let canonical = all().filter(|resource| resource.resource_type.starts_with("AWS::"));
        // `DataPolicy` is called `data_policy` in Terraform.
        let name = |resource: &Resource| {
            (resource.resource_type.to_string(), resource.name.replace('_', "").to_lowercase())
        };
        Self {
            resources: canonical.map(|resource| (name(resource), resource)).collect(),
            types: all().map(|r| (&*r.address, &*r.resource_type)).collect(),
        }
    }

    /// A value that is no container as text; references name the type that they refer to.
    fn text(&self, value: &Value) -> String {
        match &value.kind {
            // Rules tell `true` from its text.
            ValueKind::Bool(truth) => format!("the boolean {truth}"),
            // Not the mask of a secret.
            ValueKind::String(text) => text.to_string(),
            ValueKind::Reference(reference) => {
                let address = &*reference.address;
                let resource_type = self.types.get(address).copied().unwrap_or(address);
                format!("{resource_type}.{}", reference.attribute)
            }
            ValueKind::Template(parts) => {
                let part = |part: &Part| match part {
                    Part::Text(text) => text.to_string(),
                    Part::Hole(hole) => self.text(hole),
                };
                parts.iter().map(part).collect()
            }
            kind => value.display_text().unwrap_or_else(|| format!("{kind:?}")),
        }
    }
}

/// Collects the paths at which two values are not the same. A default of one format may be
/// missing in the other.
fn compare(
    path: &str,
    (left, of_left): (&Value, &Side<'_>),
    (right, of_right): (&Value, &Side<'_>),
    unlike: &mut Vec<(String, String)>,
) {
    let is_missing = |value: &Value| matches!(value.kind, ValueKind::Absent | ValueKind::Null);
    let is_default = |value: &Value| value.flags.has(Flags::SCHEMA_DEFAULT);
    match (&left.kind, &right.kind) {
        _ if is_missing(left) && (is_missing(right) || is_default(right)) => {}
        _ if is_missing(right) && is_default(left) => {}
        (ValueKind::Map(own), ValueKind::Map(other)) => {
            let keys: BTreeSet<&str> =
                own.entries().iter().chain(other.entries()).map(|entry| &*entry.key).collect();
            for key in keys {
                let below = if path.is_empty() { key.to_owned() } else { format!("{path}/{key}") };
                let left = own.get(key).unwrap_or(Value::absent());
                let right = other.get(key).unwrap_or(Value::absent());
                compare(&below, (left, of_left), (right, of_right), unlike);
            }
        }
        (ValueKind::List(own), ValueKind::List(other)) if own.len() == other.len() => {
            for (at, (left, right)) in by_key(own).into_iter().zip(by_key(other)).enumerate() {
                compare(&format!("{path}/{at}"), (left, of_left), (right, of_right), unlike);
            }
        }
        _ => {
            let (left, right) = (of_left.text(left), of_right.text(right));
            if left != right {
                unlike.push((path.to_owned(), format!("{left} and {right}")));
            }
        }
    }
}

/// The elements of a list; those of a list of `{Key, Value}` by key, for it has no order.
fn by_key(items: &[Value]) -> Vec<&Value> {
    let mut items: Vec<&Value> = items.iter().collect();
    if items.iter().all(|item| item.get("Key").as_str().is_some()) {
        items.sort_by_key(|item| item.get("Key").as_str().map(str::to_owned));
    }
    items
}

/// Rule, type and path of every finding.
fn found(analysis: &Analysis, declared: &Differences) -> Result<BTreeSet<String>, Failed> {
    let rules: Vec<&Rule> = BUILT_IN.iter().collect();
    let outcome = evaluate(&analysis.graph, &rules);
    if let Some(broken) = outcome.broken.first() {
        return Err(broken.problem.message.clone().into());
    }
    let found = outcome.diagnostics.iter().filter_map(|diagnostic| {
        let subject = diagnostic.subject.as_ref()?;
        let path = subject.path.to_string();
        let line = format!("{} {} {path}", diagnostic.rule, subject.resource_type);
        (!declared.declares(&subject.resource_type, &path)).then_some(line)
    });
    Ok(found.collect())
}
