//! Rego files of a user that belong together: they import each other and share data.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use regorus::{Engine, Value as Rego};

use super::annotations::{Annotation, annotations};
use super::calls;
use super::module::{Added, ModuleText};
use super::problem::Problem;
use super::{base, describe, guarded, safety, types};
use crate::rule::{Predicate, Rule};

/// What a rule of a package is shown as `input`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// One resource at a time.
    Resource,
    /// A whole root: `input.resources` by address, and `input.edges`.
    Graph,
    /// A document as it is written, as conftest shows it.
    Document,
    /// The same, but plans only.
    Plan,
}

/// Files that are compiled together. A file that cannot be compiled is left out.
#[derive(Debug)]
pub struct Bundle {
    modules: Vec<ModuleText>,
    added: Vec<Added>,
    engine: Engine,
}

/// One rule of a package.
#[derive(Debug, Clone)]
pub struct PackageRule {
    /// The files.
    pub bundle: Arc<Bundle>,
    /// The package, with `data.` in front.
    pub package: String,
    /// The rule: `deny`, `warn_x`.
    pub name: String,
    /// What it is shown.
    pub form: Form,
    /// The file that defines it, or the first of several.
    pub file: String,
}

/// What files gave.
#[derive(Debug, Default)]
pub struct Loaded {
    /// The rules, sorted by id.
    pub rules: Vec<Rule>,
    /// Files that cannot be used, and why.
    pub problems: Vec<Problem>,
    /// What an author may want to know: a file that is read as Rego v0, a package that does not
    /// run.
    pub notes: Vec<String>,
    /// The files as compiled.
    pub bundle: Option<Arc<Bundle>>,
}

impl Bundle {
    /// Compiles files with a data document. Files that cannot be compiled are left out and
    /// their problems returned.
    pub fn new(modules: Vec<ModuleText>, data: &serde_json::Value) -> (Self, Vec<Problem>) {
        let mut modules = modules;
        let mut problems = Vec::new();
        loop {
            let (engine, added, broken) = compile(&modules, data);
            let known: BTreeSet<&str> = broken.iter().map(|problem| &*problem.file).collect();
            let kept: Vec<bool> =
                modules.iter().map(|module| !known.contains(&*module.name)).collect();
            let is_done = kept.iter().all(|kept| *kept);
            drop(known);
            problems.extend(broken);
            if is_done {
                problems.sort();
                problems.dedup();
                return (Self { modules, added, engine }, problems);
            }
            let mut kept = kept.into_iter();
            modules.retain(|_| kept.next().unwrap_or(false));
        }
    }

    /// The files that could be compiled.
    pub fn modules(&self) -> &[ModuleText] {
        &self.modules
    }

    /// An engine with all files, ready to evaluate.
    pub(crate) fn engine(&self) -> Engine {
        self.engine.clone()
    }

    /// The packages (with `data.`) and files, in the order of the files.
    pub(crate) fn packages(&self) -> impl Iterator<Item = (&str, &ModuleText)> {
        self.added.iter().map(|added| added.package.as_str()).zip(&self.modules)
    }

    /// Whether a rule of a package is defined.
    pub(crate) fn defines(&self, package: &str, rule: &str) -> bool {
        let mut files = self.packages().filter(|(name, _)| *name == package);
        files.any(|(_, module)| {
            module.text.lines().any(|line| {
                line.strip_prefix(rule).is_some_and(|rest| rest.starts_with([' ', '[', ':', '=']))
            })
        })
    }
}

/// One attempt to compile all files: the engine, what became of them, and what is wrong.
fn compile(modules: &[ModuleText], data: &serde_json::Value) -> (Engine, Vec<Added>, Vec<Problem>) {
    let mut engine = match base::engine() {
        Ok(engine) => engine,
        Err(message) => {
            let problem = Problem::of_file("regorus", message);
            return (Engine::new(), Vec::new(), vec![problem]);
        }
    };
    let mut added = Vec::new();
    let mut problems = Vec::new();
    for module in modules {
        match guarded(|| module.add_to(&mut engine)) {
            Ok(Ok(package)) => added.push(package),
            Ok(Err(problem)) => problems.push(problem),
            Err(message) => problems.push(Problem::of_file(&module.name, message)),
        }
    }
    if problems.is_empty() {
        problems.extend(missing_imports(modules, &added, data));
        problems.extend(refused(modules, &added, &mut engine));
    }
    if problems.is_empty() {
        let result = guarded(|| analyse(&mut engine, data));
        if let Err(message) = result.and_then(|result| result) {
            // Without a place there is no file to leave out, so the first one stands for all.
            let first = modules.first().map_or("data", |module| &*module.name);
            problems.push(Problem::of_regorus(first, &message));
        }
    }
    (engine, added, problems)
}

/// What OPA refuses in modules that an engine has taken, and regorus does not.
pub(super) fn refused(
    modules: &[ModuleText],
    added: &[Added],
    engine: &mut Engine,
) -> Vec<Problem> {
    let mut problems = calls::recursion(modules, added);
    problems.extend(safety::unsafe_variables(engine.get_modules()));
    problems.extend(types::type_errors(engine.get_modules()));
    problems
}

/// Rules are analysed once, here; clones made after it share the result.
fn analyse(engine: &mut Engine, data: &serde_json::Value) -> Result<(), String> {
    if data.as_object().is_some_and(|members| !members.is_empty()) {
        let data = Rego::from_json_str(&data.to_string()).map_err(|error| error.to_string())?;
        engine.add_data(data).map_err(|error| format!("{error:#}"))?;
    }
    engine.set_input(Rego::new_object());
    engine.eval_query("true".into(), false).map_err(|error| format!("{error:#}"))?;
    Ok(())
}

/// Imports of `data.x` that neither a file nor the data gives.
fn missing_imports(
    modules: &[ModuleText],
    added: &[Added],
    data: &serde_json::Value,
) -> Vec<Problem> {
    let is_given = |path: &str| {
        let first = path.split(['.', '[']).next().unwrap_or(path);
        let in_data = data.get(first).is_some();
        let in_files = added.iter().any(|added| {
            let package = added.package.trim_start_matches("data.");
            let is_below = |a: &str, b: &str| {
                a.strip_prefix(b).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
            };
            is_below(package, path) || is_below(path, package)
        });
        in_data || in_files || matches!(first, "trilith" | "conftest")
    };
    let mut problems = Vec::new();
    for module in modules {
        for (path, line) in module.imports() {
            if !is_given(&path) {
                let message = format!(
                    "no file has the package `{path}`, and there is no such data: is a file or \
                     `--data` missing?"
                );
                problems.push(Problem::at_line(&module.name, line, message));
            }
        }
    }
    problems
}

/// What decides about the form of a package that does not say it itself.
#[derive(Debug, Clone, Copy)]
pub struct Choice<'c> {
    /// Packages that are shown documents, besides `main`; `*` stands for all.
    pub namespaces: &'c [String],
    /// Files whose packages are shown resources: those of rule folders.
    pub resource_files: &'c BTreeSet<String>,
}

/// Compiles files and finds the rules in them.
///
/// What a package is shown, it says itself: by `custom.input` in its METADATA, by its name
/// (`main`, or one of the namespaces), or by what it reads (`input.resources`,
/// `input.properties`, `input.resource_changes`).
pub fn load(modules: Vec<ModuleText>, data: &serde_json::Value, choice: &Choice<'_>) -> Loaded {
    let (bundle, problems) = Bundle::new(modules, data);
    let bundle = Arc::new(bundle);
    let mut loaded = Loaded { problems, bundle: Some(bundle.clone()), ..Loaded::default() };
    let mut packages: BTreeMap<&str, Vec<&ModuleText>> = BTreeMap::new();
    for ((package, module), added) in bundle.packages().zip(&bundle.added) {
        if added.is_v0 {
            loaded.notes.push(format!("{}: read as Rego v0", module.name));
        }
        if !module.is_test() {
            packages.entry(package).or_default().push(module);
        }
    }
    for (package, modules) in packages {
        add_rules(&bundle, package, &modules, choice, &mut loaded);
    }
    loaded.rules.sort_by(|a, b| a.id().cmp(b.id()));
    loaded
}

fn add_rules(
    bundle: &Arc<Bundle>,
    package: &str,
    modules: &[&ModuleText],
    choice: &Choice<'_>,
    loaded: &mut Loaded,
) {
    let mut notes: Vec<Annotation> = Vec::new();
    for module in modules {
        for note in annotations(&module.text) {
            if let Some(error) = &note.error {
                loaded.problems.push(Problem::at_line(&module.name, note.line, error));
            }
            notes.push(note);
        }
    }
    let mut names: BTreeMap<String, &ModuleText> = BTreeMap::new();
    for module in modules {
        for name in module.finding_rules() {
            names.entry(name).or_insert(module);
        }
    }
    if names.is_empty() {
        return;
    }
    let whole = notes.iter().find(|note| note.rule.is_none());
    for (name, module) in names {
        let own = notes.iter().find(|note| note.rule.as_deref() == Some(&name));
        let said = [own, whole].into_iter().flatten().find_map(|note| note.input.as_deref());
        let form = match said.map(|said| form_called(said).ok_or(said)) {
            Some(Ok(form)) => Some(form),
            Some(Err(other)) => {
                let line = own.or(whole).map_or(1, |note| note.line);
                let message = format!(
                    "`custom.input` is `{other}`, but must be one of resource, graph, document, plan"
                );
                loaded.problems.push(Problem::at_line(&module.name, line, message));
                continue;
            }
            None => form_of(package, modules, choice),
        };
        let Some(form) = form else {
            loaded.notes.push(format!(
                "{}: `{name}` of package `{}` is not applied: say `custom.input` in its METADATA, \
                 or `--namespace`",
                module.name,
                package.trim_start_matches("data.")
            ));
            continue;
        };
        let file = module.name.clone();
        let text: String = modules.iter().map(|module| module.text.as_str()).collect();
        let rule =
            PackageRule { bundle: bundle.clone(), package: package.to_owned(), name, form, file };
        match describe::rule(rule, own, whole, &text) {
            Ok(rule) => loaded.rules.push(rule),
            Err(message) => loaded.problems.push(Problem::of_file(&module.name, message)),
        }
    }
}

fn form_called(word: &str) -> Option<Form> {
    Some(match word {
        "resource" => Form::Resource,
        "graph" | "resources" => Form::Graph,
        "document" | "raw" | "conftest" => Form::Document,
        "plan" => Form::Plan,
        _ => return None,
    })
}

fn form_of(package: &str, modules: &[&ModuleText], choice: &Choice<'_>) -> Option<Form> {
    let name = package.trim_start_matches("data.");
    let mut namespaces = choice.namespaces.iter();
    if name == "main" || namespaces.any(|namespace| namespace == name || namespace == "*") {
        return Some(Form::Document);
    }
    if modules.iter().any(|module| choice.resource_files.contains(&module.name)) {
        return Some(Form::Resource);
    }
    let reads = |what: &str| modules.iter().any(|module| module.text.contains(what));
    if reads("input.resources") || reads("input.edges") {
        return Some(Form::Graph);
    }
    let of_document = ["resource_changes", "planned_values", "Resources", "resource."];
    if of_document.iter().any(|key| reads(&format!("input.{key}"))) {
        return Some(Form::Document);
    }
    let fields = ["properties", "type", "attachments", "references", "attributes"];
    let one = fields.iter().any(|field| reads(&format!("input.{field}")));
    (one || reads("(input, \"")).then_some(Form::Resource)
}

impl PackageRule {
    /// The predicate of a rule.
    pub(super) fn into_predicate(self) -> Predicate {
        Predicate::Package(Arc::new(self))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn module(name: &str, text: &str) -> ModuleText {
        ModuleText { name: name.into(), text: text.into() }
    }

    fn forms(modules: &[(&str, &str)], namespaces: &[&str]) -> Vec<(String, Form)> {
        let modules = modules.iter().map(|(name, text)| module(name, text)).collect();
        let namespaces: Vec<String> = namespaces.iter().map(|&name| name.into()).collect();
        let choice = Choice { namespaces: &namespaces, resource_files: &BTreeSet::new() };
        let loaded = load(modules, &json!({}), &choice);
        assert_eq!(loaded.problems, []);
        let form = |rule: &Rule| match &rule.predicate {
            Predicate::Package(package) => package.form,
            _ => panic!("no package"),
        };
        loaded.rules.iter().map(|rule| (rule.id().to_owned(), form(rule))).collect()
    }

    #[test]
    fn a_file_says_what_it_is_shown() {
        let deny = "deny contains \"x\" if input.kind == 1\n";
        assert_eq!(
            forms(&[("a.rego", &format!("package main\n{deny}"))], &[]),
            [("main-deny".to_owned(), Form::Document)]
        );
        assert_eq!(forms(&[("a.rego", &format!("package team.x\n{deny}"))], &[]), []);
        assert_eq!(
            forms(&[("a.rego", &format!("package team.x\n{deny}"))], &["team.x"]),
            [("team-x".to_owned(), Form::Document)]
        );
        assert_eq!(
            forms(
                &[(
                    "a.rego",
                    &format!("# METADATA\n# custom:\n#   input: graph\npackage g\n{deny}")
                )],
                &[]
            ),
            [("g".to_owned(), Form::Graph)]
        );
        assert_eq!(
            forms(&[("a.rego", "package r\ndeny contains \"x\" if input.properties.A\n")], &[]),
            [("r".to_owned(), Form::Resource)]
        );
    }

    #[test]
    fn a_broken_file_is_left_out_and_the_others_stay() {
        let loaded = load(
            vec![
                module("bad.rego", "package a\ndeny contains\n"),
                module("unsafe.rego", "package b\ndeny contains x if y\n"),
                module(
                    "import.rego",
                    "package c\nimport data.nowhere\ndeny contains \"x\" if nowhere.y\n",
                ),
                module("good.rego", "package main\ndeny contains \"x\" if input.a\n"),
            ],
            &json!({}),
            &Choice { namespaces: &[], resource_files: &BTreeSet::new() },
        );
        assert_eq!(loaded.rules.len(), 1);
        let files: Vec<&str> = loaded.problems.iter().map(|problem| &*problem.file).collect();
        assert_eq!(files, ["bad.rego", "import.rego", "unsafe.rego"]);
        assert!(loaded.problems.iter().all(|problem| problem.line > 0), "{:?}", loaded.problems);
    }

    #[test]
    fn files_import_each_other_and_data() {
        let loaded = load(
            vec![
                module("lib.rego", "package lib.x\nis_a(v) if v == data.allowed.v\n"),
                module(
                    "a.rego",
                    "package main\nimport data.lib.x\nimport data.allowed\ndeny contains \"x\" if x.is_a(allowed.v)\n",
                ),
            ],
            &json!({"allowed": {"v": 1}}),
            &Choice { namespaces: &[], resource_files: &BTreeSet::new() },
        );
        assert_eq!(loaded.problems, []);
        let mut engine = loaded.bundle.expect("a bundle").engine();
        engine.set_input(Rego::new_object());
        let found = engine.eval_rule("data.main.deny".into()).expect("it runs");
        assert_eq!(serde_json::to_string(&found).expect("JSON"), "[\"x\"]");
    }
}
