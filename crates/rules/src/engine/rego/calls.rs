//! Functions that call themselves: OPA refuses them, and an engine that follows them never
//! comes back.

use std::collections::{BTreeMap, BTreeSet};

use super::module::{Added, ModuleText};
use super::problem::Problem;

/// A function: where it is defined and what it calls, by full names.
#[derive(Debug, Default)]
struct Function {
    file: String,
    line: u32,
    calls: BTreeSet<String>,
}

/// One problem for every function that reaches itself.
pub(super) fn recursion(modules: &[ModuleText], added: &[Added]) -> Vec<Problem> {
    let mut functions: BTreeMap<String, Function> = BTreeMap::new();
    for (module, added) in modules.iter().zip(added) {
        read(module, &added.package, &mut functions);
    }
    let reaches_itself = |name: &String| {
        let mut seen: BTreeSet<&str> = BTreeSet::new();
        let mut open: Vec<&str> = vec![name];
        while let Some(at) = open.pop() {
            for called in functions.get(at).iter().flat_map(|function| &function.calls) {
                if called == name {
                    return true;
                }
                if seen.insert(called) {
                    open.push(called);
                }
            }
        }
        false
    };
    let caught = functions.iter().filter(|(name, _)| reaches_itself(name));
    let problem = |(name, function): (&String, &Function)| {
        let message = format!("`{name}` calls itself: Rego has no recursion");
        Problem::at_line(&function.file, function.line, message)
    };
    caught.map(problem).collect()
}

fn read(module: &ModuleText, package: &str, functions: &mut BTreeMap<String, Function>) {
    let text = without_texts(&module.text);
    let aliases = aliases(&text);
    let mut current: Option<String> = None;
    for (index, line) in text.lines().enumerate() {
        let mut body = line;
        if line.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') {
            let line = line.strip_prefix("default ").unwrap_or(line);
            let end = line.find(|c: char| !is_word(c)).unwrap_or(line.len());
            current = line[end..].starts_with('(').then(|| format!("{package}.{}", &line[..end]));
            body = &line[end..];
            if let Some(name) = &current {
                let function = functions.entry(name.clone()).or_default();
                if function.line == 0 {
                    function.file.clone_from(&module.name);
                    function.line = index as u32 + 1;
                }
            }
        }
        if let Some(function) = current.as_ref().and_then(|name| functions.get_mut(name)) {
            function.calls.extend(calls(body).map(|called| full_name(called, package, &aliases)));
        }
    }
}

/// The names in front of an opening parenthesis.
fn calls(line: &str) -> impl Iterator<Item = &str> {
    line.match_indices('(').filter_map(|(at, _)| {
        let name = line[..at].rsplit(|c: char| !is_word(c) && c != '.').next()?;
        (!name.is_empty()).then_some(name)
    })
}

fn full_name(called: &str, package: &str, aliases: &BTreeMap<String, String>) -> String {
    match called.split_once('.') {
        None => format!("{package}.{called}"),
        Some(("data", _)) => called.to_owned(),
        Some((first, rest)) => match aliases.get(first) {
            Some(path) => format!("{path}.{rest}"),
            None => called.to_owned(),
        },
    }
}

fn aliases(text: &str) -> BTreeMap<String, String> {
    let imports = text.lines().filter_map(|line| line.trim().strip_prefix("import "));
    let alias = |import: &str| {
        let mut words = import.split_whitespace();
        let path = words.next()?.to_owned();
        let alias = match (words.next(), words.next()) {
            (Some("as"), Some(alias)) => alias.to_owned(),
            _ => path.rsplit('.').next()?.to_owned(),
        };
        Some((alias, path))
    };
    imports.filter_map(alias).collect()
}

fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

/// The text with every quoted text and comment blanked, its lines kept.
pub(super) fn without_texts(text: &str) -> String {
    let (mut quoted, mut escaped, mut comment) = (None, false, false);
    let blank = |c: char| {
        if c == '\n' {
            comment = false;
            escaped = false;
            if quoted == Some('"') {
                quoted = None;
            }
            return c;
        }
        match (quoted, c) {
            _ if comment => return ' ',
            (Some(_), _) if escaped => escaped = false,
            (Some('"'), '\\') => escaped = true,
            (Some(quote), c) if c == quote => quoted = None,
            (Some(_), _) => {}
            (None, '"' | '`') => quoted = Some(c),
            (None, '#') => comment = true,
            (None, c) => return c,
        }
        ' '
    };
    text.chars().map(blank).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problems(files: &[(&str, &str)]) -> Vec<String> {
        let modules: Vec<ModuleText> = files
            .iter()
            .map(|(_, text)| ModuleText { name: "p.rego".into(), text: (*text).into() })
            .collect();
        let added: Vec<Added> =
            files.iter().map(|(p, _)| Added { package: (*p).into(), is_v0: false }).collect();
        recursion(&modules, &added).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn functions_that_reach_themselves_are_named() {
        assert_eq!(
            problems(&[(
                "data.a",
                "package a\n\nf(x) := g(x)\n\ng(x) := y if {\n  y := f(x)\n}\n"
            )]),
            [
                "p.rego:3:1: `data.a.f` calls itself: Rego has no recursion",
                "p.rego:5:1: `data.a.g` calls itself: Rego has no recursion"
            ]
        );
        let across = [
            ("data.a", "import data.b\nf(x) := b.g(x)\n"),
            ("data.b", "import data.a as other\ng(x) := other.f(x)\n"),
        ];
        assert_eq!(problems(&across).len(), 2);
    }

    #[test]
    fn other_functions_are_not() {
        for text in [
            "f(x) := g(x)\ng(x) := count(x)\n",
            "f(x) := 1 # f(x)\ng(x) := \"g(x)\"\n",
            "count_all(x) := count(x)\nr if f(1)\nf(x) := x.f\n",
        ] {
            assert_eq!(problems(&[("data.a", text)]), Vec::<String>::new(), "{text}");
        }
    }
}
