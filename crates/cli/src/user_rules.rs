//! Rules of the user: `--rules FILE|DIR`.

use std::path::Path;

use trilith_rules::{Predicate, Registry, Rule, guard_rules};

use crate::failure::Failure;
use crate::files;

/// How deep rules may lie below a directory.
const MAX_DEPTH: u32 = 8;

/// Adds the rules of a file or of everything below a directory: folders with a `rule.md` and a
/// `rule.rego` or `rule.guard`, and Guard rules files as they are. A directory without any is a
/// failure: rules that are not there check nothing.
pub fn add(registry: &mut Registry, path: &Path) -> Result<(), Failure> {
    let before = registry.rules().count();
    if files::is_file(path) {
        file(registry, path)?;
    } else {
        visit(registry, path, 0)?;
    }
    if registry.rules().count() == before {
        let shown = files::display(path);
        let message = "no rule in it: neither a folder with a `rule.md` nor a Guard rules file";
        return Err(Failure::new(format!("{shown}: {message}")));
    }
    Ok(())
}

fn visit(registry: &mut Registry, directory: &Path, depth: u32) -> Result<(), Failure> {
    if files::is_file(&directory.join("rule.md")) {
        let in_folder =
            |message: String| Failure::new(format!("{}: {message}", files::display(directory)));
        let rule = read(directory).map_err(in_folder)?;
        return registry.add(rule).map_err(in_folder);
    }
    for entry in files::list(directory)? {
        if !files::is_directory(&entry) {
            file(registry, &entry)?;
        } else if depth < MAX_DEPTH {
            visit(registry, &entry, depth + 1)?;
        }
    }
    Ok(())
}

/// The rules of a file without a page, if it is one of rules.
fn file(registry: &mut Registry, path: &Path) -> Result<(), Failure> {
    match path.extension().and_then(|extension| extension.to_str()) {
        Some("guard" | "ruleset") => guard(registry, path),
        _ => Ok(()),
    }
}

/// The rules of a Guard rules file. A name that another file has already is told apart by the
/// file in front of it.
fn guard(registry: &mut Registry, path: &Path) -> Result<(), Failure> {
    let name = files::display(path);
    let text = files::read_text(path)?;
    let rules = guard_rules(&name, &text).map_err(|error| {
        Failure::new(format!("{name}:{}:{}: {}", error.line, error.column, error.message))
    })?;
    for mut rule in rules {
        if registry.rules().any(|other| other.id() == rule.id()) {
            rule.metadata.id = format!("{name}/{}", rule.id()).into();
        }
        registry.add(rule).map_err(|message| Failure::new(format!("{name}: {message}")))?;
    }
    Ok(())
}

fn read(directory: &Path) -> Result<Rule, String> {
    let id = directory.file_name().and_then(|name| name.to_str()).ok_or("the name is not UTF-8")?;
    let read = |name: &str| {
        let path = directory.join(name);
        files::is_file(&path).then(|| files::read_text(&path))
    };
    let text = |text: Result<String, Failure>| text.map_err(|failure| failure.to_string());
    let page = text(read("rule.md").ok_or("there is no rule.md")?)?;
    let predicate = match (read("rule.rego"), read("rule.guard")) {
        (Some(rego), None) => Predicate::Rego(text(rego)?.into()),
        (None, Some(guard)) => Predicate::Guard(text(guard)?.into()),
        (None, None) => return Err("there is neither a rule.rego nor a rule.guard".into()),
        (Some(_), Some(_)) => return Err("there is both a rule.rego and a rule.guard".into()),
    };
    Rule::from_folder(id, page, predicate)
}
