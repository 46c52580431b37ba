//! Rules that cannot speak: they look at no type that exists, name a property that no schema
//! has, or found nothing to look at in this run.

use std::collections::BTreeSet;
use std::io::Write;

use trilith_graph::Resource;
use trilith_parser::schema;
use trilith_rules::{Outcome, Predicate, Rule, Schema, silences};

use crate::failure::Failure;

/// Lists the rules of a run that did nothing, each with the reason.
pub fn list(rules: &[&Rule], outcome: &Outcome, out: &mut dyn Write) -> Result<(), Failure> {
    for rule in rules {
        let reasons = never_speaks(rule);
        for reason in &reasons {
            writeln!(out, "unused[{}]: {reason}", rule.id())?;
        }
        if reasons.is_empty() && !outcome.applied.iter().any(|id| id == rule.id()) {
            let what = match &rule.predicate {
                Predicate::Package(package) if !rule.looks_at_resources() => {
                    format!("nothing here has the form that `{}` is shown", package.name)
                }
                _ if rule.metadata.resources.is_empty() => "nothing here to look at".to_owned(),
                _ => format!("no {} here", rule.metadata.resources.join(", ")),
            };
            writeln!(out, "unused[{}]: {what}", rule.id())?;
        }
    }
    Ok(())
}

/// Why a rule can never find anything.
pub fn never_speaks(rule: &Rule) -> Vec<String> {
    if matches!(rule.predicate, Predicate::Guard(_) | Predicate::GuardRule(_)) {
        return silences(rule, &KnownTypes).iter().map(ToString::to_string).collect();
    }
    let mut reasons: Vec<String> =
        rule.metadata.resources.iter().filter_map(|name| no_type(name)).collect();
    if reasons.is_empty() {
        reasons.extend(no_property(rule));
    }
    reasons
}

/// The types that are known here.
struct KnownTypes;

impl Schema for KnownTypes {
    /// The schemas at hand are those of the types that the tables know: another one may exist,
    /// so a name is wrong only if it is nearly that of a known one.
    fn has_type(&self, name: &str) -> Option<bool> {
        if is_type(name) {
            return Some(true);
        }
        let is_word = !name.contains("::") && !name.contains('_');
        (is_word || near(name).is_some()).then_some(false)
    }

    fn similar_type(&self, name: &str) -> Option<String> {
        near(name).map(str::to_owned)
    }

    fn has_property(&self, resource_type: &str, path: &[&str]) -> Option<bool> {
        schema::has_property(resource_type, path)
    }
}

/// Whether a name is that of a type, or may be one that only its author knows.
fn is_type(name: &str) -> bool {
    let is_setting = ["data.", "provider.", "terraform."].iter().any(|kind| name.starts_with(kind));
    let is_ours = [Resource::PARAMETER, Resource::OUTPUT, "module"].contains(&name);
    is_setting
        || is_ours
        || name.contains('*')
        || name.starts_with("Custom::")
        || schema::types().any(|known| known == name)
}

/// The type that is spelled nearly like a name.
fn near(name: &str) -> Option<&'static str> {
    schema::types().filter(|other| distance_at_most(name, other, 2)).min()
}

/// Why a name is no type, if so.
fn no_type(name: &str) -> Option<String> {
    if is_type(name) {
        return None;
    }
    let near = near(name);
    let hint = near.map_or(String::new(), |near| format!("; did you mean `{near}`?"));
    let parts = name.split("::").count();
    let is_terraform = !name.contains("::") && name.contains('_');
    // The schemas at hand are those of the types that the tables know: another one may exist.
    match (parts, near) {
        (_, Some(_)) => Some(format!("no schema has the type `{name}`{hint}")),
        (1, None) if !is_terraform => Some(format!("`{name}` is no type of a resource")),
        _ => None,
    }
}

/// The properties that a rule reads and that none of its types has.
fn no_property(rule: &Rule) -> Vec<String> {
    let text = match &rule.predicate {
        Predicate::Rego(text) => text.to_string(),
        Predicate::Package(package) if rule.looks_at_resources() => {
            let modules = package.bundle.modules().iter();
            modules.filter(|module| module.name == package.file).map(|m| m.text.clone()).collect()
        }
        _ => return Vec::new(),
    };
    let types: Vec<&str> = rule.metadata.resources.iter().map(AsRef::as_ref).collect();
    let mut missing = BTreeSet::new();
    for path in paths(&text) {
        let steps: Vec<&str> = path.split('/').collect();
        let answers: Vec<Option<bool>> =
            types.iter().map(|name| schema::has_property(name, &steps)).collect();
        if !answers.is_empty() && answers.iter().all(|answer| *answer == Some(false)) {
            missing.insert(format!("{} has no property `{path}`", types.join(", ")));
        }
    }
    missing.into_iter().collect()
}

/// The property paths that a policy names after `input.properties.`, after `Properties.`, or as
/// text for a helper of the library.
fn paths(text: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let code: Vec<&str> = text.lines().filter(|line| !line.trim_start().starts_with('#')).collect();
    let code = code.join("\n");
    for start in ["input.properties.", "Properties."] {
        for (at, _) in code.match_indices(start) {
            let is_part = code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_');
            let rest = &code[at + start.len()..];
            let end = rest.find(|c: char| !c.is_alphanumeric() && !matches!(c, '.' | '_' | '*'));
            let path = rest[..end.unwrap_or(rest.len())].trim_matches('.');
            if !is_part && path.starts_with(|c: char| c.is_ascii_uppercase()) {
                found.insert(path.replace('.', "/"));
            }
        }
    }
    for (at, _) in code.match_indices("(input, \"") {
        let helper = &code[..at];
        let rest = &code[at + "(input, \"".len()..];
        let path = rest.split('"').next().unwrap_or_default();
        let reads = !helper.ends_with("trilith.attached") && helper.contains("trilith.");
        if reads && path.starts_with(|c: char| c.is_ascii_uppercase()) {
            found.insert(path.to_owned());
        }
    }
    found
}

/// Whether two names differ in few characters, at the same place.
fn distance_at_most(a: &str, b: &str, most: usize) -> bool {
    if a.eq_ignore_ascii_case(b) {
        return true;
    }
    if a.len().abs_diff(b.len()) > most {
        return false;
    }
    let common = a.bytes().zip(b.bytes()).take_while(|(a, b)| a == b).count();
    let (a, b) = (&a[common..], &b[common..]);
    let tail = a.bytes().rev().zip(b.bytes().rev()).take_while(|(a, b)| a == b).count();
    a.len() - tail <= most && b.len() - tail <= most
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_that_do_not_exist_are_named() {
        let reason = no_type("AWS::S3::Buckett").expect("a slip");
        assert!(reason.contains("did you mean `AWS::S3::Bucket`"), "{reason}");
        assert!(no_type("bucket").is_some());
        for good in ["AWS::S3::Bucket", "AWS::New::Service", "aws_thing", "AWS::S3::*", "Output"] {
            assert_eq!(no_type(good), None, "{good}");
        }
    }

    #[test]
    fn paths_are_read_from_every_language() {
        let text = "# input.properties.No\ninput.properties.A.B == 1\ntrilith.may_be(input, \"C/D\", {1})\n\
                    trilith.attached(input, \"AWS::X\")\nProperties.E[*].F exists\nsome k in input.properties\n";
        let found: Vec<String> = paths(text).into_iter().collect();
        assert_eq!(found, ["A/B", "C/D", "E"]);
    }
}
