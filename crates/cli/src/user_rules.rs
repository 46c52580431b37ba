//! Rules of the user: `--rules DIR`.

use std::path::Path;

use trilith_rules::{Predicate, Registry, Rule};

use crate::failure::Failure;
use crate::files;

/// Adds every rule folder below a directory: a folder with a `rule.md` and a `rule.rego` or
/// `rule.guard`. A directory without any is a failure: rules that are not there check nothing.
pub fn add(registry: &mut Registry, directory: &Path) -> Result<(), Failure> {
    let before = registry.rules().count();
    visit(registry, directory, 0)?;
    if registry.rules().count() == before {
        let shown = files::display(directory);
        return Err(Failure::new(format!("{shown}: no rule folder (one with a `rule.md`) in it")));
    }
    Ok(())
}

fn visit(registry: &mut Registry, directory: &Path, depth: usize) -> Result<(), Failure> {
    if files::is_file(&directory.join("rule.md")) {
        let in_folder =
            |message: String| Failure::new(format!("{}: {message}", files::display(directory)));
        let rule = read(directory).map_err(in_folder)?;
        return registry.add(rule).map_err(in_folder);
    }
    for entry in files::list(directory)? {
        if files::is_directory(&entry) && depth < 3 {
            visit(registry, &entry, depth + 1)?;
        }
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
