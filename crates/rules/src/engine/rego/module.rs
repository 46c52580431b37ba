//! One file of Rego: checked, and added to an engine.

use regorus::Engine;

use super::adapt;
use super::calls::without_texts;
use super::problem::Problem;

/// Deepest nesting of brackets that is parsed: each two levels cost the parser four times as
/// much, so that 20 levels take 20 seconds.
const MAX_BRACKETS: usize = 12;
/// Names of rules whose results are findings, up to the first `_`.
const FINDING_RULES: [&str; 3] = ["deny", "violation", "warn"];

/// A file of Rego.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModuleText {
    /// Its name as printed.
    pub name: String,
    /// Its text.
    pub text: String,
}

/// What an engine made of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Added {
    /// The package with `data.` in front.
    pub(super) package: String,
    /// Whether it had to be read as Rego v0.
    pub(super) is_v0: bool,
}

impl ModuleText {
    /// Adds the file to an engine: as Rego v1, or as v0 if only that can be read.
    pub(super) fn add_to(&self, engine: &mut Engine) -> Result<Added, Problem> {
        check_brackets(&self.name, &self.text)?;
        let v1 = match self.parse(engine, false) {
            Ok(package) => return Ok(Added { package, is_v0: false }),
            Err(problem) => problem,
        };
        if self.has_keywords_of_v1() {
            return Err(v1);
        }
        let v0 = self.parse(engine, true);
        engine.set_rego_v0(false);
        match v0 {
            Ok(package) => Ok(Added { package, is_v0: true }),
            // The reading that came further knows better what is wrong.
            Err(v0) => Err(if v0.line > v1.line { v0 } else { v1 }),
        }
    }

    /// Whether the file uses a keyword that v0 does not know without an import, so that reading
    /// it as v0 could only mislead.
    fn has_keywords_of_v1(&self) -> bool {
        let code = without_texts(&self.text);
        let imports = code.contains("import future.keywords") || code.contains("import rego.v1");
        let words = [" if ", " if\n", " contains ", " in ", "every "];
        !imports && words.iter().any(|word| code.contains(word))
    }

    fn parse(&self, engine: &mut Engine, v0: bool) -> Result<String, Problem> {
        engine.set_rego_v0(v0);
        let add = |engine: &mut Engine, text: String| {
            engine
                .add_policy(self.name.clone(), text)
                .map_err(|error| Problem::of_regorus(&self.name, &format!("{error:#}")))
        };
        let mut tried = engine.clone();
        let package = add(&mut tried, self.text.clone())?;
        let adapted =
            tried.get_modules().last().and_then(|module| adapt::adapted(&self.text, module));
        match adapted {
            Some(text) => add(engine, text),
            None => {
                *engine = tried;
                Ok(package)
            }
        }
    }

    /// The directory of the file, empty if its name has none.
    pub(crate) fn directory(&self) -> &str {
        self.name.rsplit_once('/').map_or("", |(directory, _)| directory)
    }

    /// Whether the file holds tests.
    pub fn is_test(&self) -> bool {
        self.name.ends_with("_test.rego")
    }

    /// The rules whose results are findings (`deny`, `warn_x`, `violation`), each once.
    pub(super) fn finding_rules(&self) -> Vec<String> {
        let mut names: Vec<String> =
            self.heads().filter(|name| is_finding_rule(name)).map(str::to_owned).collect();
        names.sort();
        names.dedup();
        names
    }

    /// The names of rules `test_*`, in the order of the file, with their lines.
    pub(crate) fn tests(&self) -> Vec<(String, u32)> {
        let mut tests: Vec<(String, u32)> = Vec::new();
        for (index, line) in self.text.lines().enumerate() {
            if let Some(name) = head(line).filter(|name| name.starts_with("test_"))
                && !tests.iter().any(|(known, _)| known == name)
            {
                tests.push((name.to_owned(), index as u32 + 1));
            }
        }
        tests
    }

    fn heads(&self) -> impl Iterator<Item = &str> {
        self.text.lines().filter_map(head)
    }

    /// What the file imports from `data`, with the line.
    pub(super) fn imports(&self) -> Vec<(String, u32)> {
        let lines = self.text.lines().enumerate();
        let imports = lines.filter_map(|(index, line)| {
            let path = line.trim().strip_prefix("import data.")?;
            let path = path.split([' ', '#', '\t']).next()?;
            Some((path.to_owned(), index as u32 + 1))
        });
        imports.collect()
    }
}

/// The name of the rule that a line begins to define. Rules start in the first column.
fn head(line: &str) -> Option<&str> {
    let line = line.strip_prefix("default ").unwrap_or(line);
    let end = line.find(|c: char| !c.is_ascii_alphanumeric() && c != '_')?;
    let (name, rest) = line.split_at(end);
    let is_function = rest.starts_with('(');
    let starts = rest.starts_with([' ', '[', '{', '\t', ':', '=', '.']);
    (!name.is_empty() && starts && !is_function).then_some(name)
}

fn is_finding_rule(name: &str) -> bool {
    let (first, rest) = name.split_once('_').map_or((name, None), |(a, b)| (a, Some(b)));
    FINDING_RULES.contains(&first)
        && rest.is_none_or(|rest| rest.split('_').all(|word| !word.is_empty()))
}

fn check_brackets(name: &str, text: &str) -> Result<(), Problem> {
    let (mut depth, mut quoted, mut escaped, mut comment) = (0_usize, None, false, false);
    for (index, line) in text.lines().enumerate() {
        for byte in line.bytes() {
            match (quoted, byte) {
                _ if comment => {}
                (Some(_), _) if escaped => escaped = false,
                (Some(b'"'), b'\\') => escaped = true,
                (Some(quote), _) if byte == quote => quoted = None,
                (Some(_), _) => {}
                (None, b'"' | b'`') => quoted = Some(byte),
                (None, b'#') => comment = true,
                (None, b'[' | b'{' | b'(') => depth += 1,
                (None, b']' | b'}' | b')') => depth = depth.saturating_sub(1),
                (None, _) => {}
            }
            if depth > MAX_BRACKETS {
                let message = format!("brackets are nested more than {MAX_BRACKETS} deep");
                return Err(Problem::at_line(name, index as u32 + 1, message));
            }
        }
        comment = false;
        if quoted == Some(b'"') {
            quoted = None;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn module(text: &str) -> ModuleText {
        ModuleText { name: "p.rego".into(), text: text.into() }
    }

    #[test]
    fn brackets_are_counted_outside_text_and_comments() {
        assert_eq!(check_brackets("p", "x := \"[[[[[[[[[[[[[[\" # [[[[[[[[[[[[[["), Ok(()));
        assert!(check_brackets("p", &"[".repeat(20)).is_err());
    }

    #[test]
    fn the_rules_of_a_file_are_known_by_their_heads() {
        let text = "package main\ndeny[msg] { true }\ndeny_x contains m if true\ndefault warn := 1\n\
                    violation[{\"msg\": m}] { true }\ndenylist := [1]\ndeny_(x) := 1\nwarning = 2\n  deny_y := 1\n";
        assert_eq!(module(text).finding_rules(), ["deny", "deny_x", "violation", "warn"]);
        let text = "test_a if true\ntest_a if false\ntest_b { true }\n";
        assert_eq!(module(text).tests(), [("test_a".into(), 1), ("test_b".into(), 3)]);
    }

    #[test]
    fn v1_is_tried_before_v0_and_the_better_error_is_kept() {
        let added = |text: &str| module(text).add_to(&mut Engine::new());
        assert_eq!(added("package a\nx if true\n").map(|added| added.is_v0), Ok(false));
        assert_eq!(added("package a.b\nx[y] { y := 1 }\n").map(|added| added.is_v0), Ok(true));
        let error = added("package a\n\ndeny contains x if {\n  x := \n}\n").expect_err("broken");
        assert_eq!((error.file.as_str(), error.line), ("p.rego", 4));
    }
}
