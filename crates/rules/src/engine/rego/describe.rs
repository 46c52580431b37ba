//! A rule of a package as a [`Rule`]: metadata from its METADATA comments, or from its name.

use super::annotations::Annotation;
use super::bundle::{Form, PackageRule};
use crate::metadata::{Metadata, Text};
use crate::rule::Rule;

/// Makes the rule. `own` are the comments above the rule, `whole` those above its package.
pub(super) fn rule(
    rule: PackageRule,
    own: Option<&Annotation>,
    whole: Option<&Annotation>,
    text: &str,
) -> Result<Rule, String> {
    let notes = || [own, whole].into_iter().flatten();
    let first = |field: fn(&Annotation) -> &Option<String>| notes().find_map(|n| field(n).clone());
    let id = first(|note| &note.id).unwrap_or_else(|| id(&rule.package, &rule.name));
    let title = first(|note| &note.title)
        .unwrap_or_else(|| format!("`{}` of package `{}`", rule.name, package(&rule.package)));
    let description = first(|note| &note.description).unwrap_or_else(|| title.clone());
    let severity = match first(|note| &note.severity) {
        Some(severity) => severity_called(&severity)?,
        // As in conftest, a warning does not fail a run.
        None if rule.name.starts_with("warn") => "low",
        None => "high",
    };
    let resources = match rule.form {
        Form::Resource => resources(notes().map(|note| note.resources.as_slice()), text),
        Form::Graph | Form::Document | Form::Plan => Vec::new(),
    };
    let controls: Vec<(Text, Text)> = notes()
        .flat_map(|note| note.controls.clone())
        .map(|(framework, id)| (framework.into(), id.into()))
        .collect();
    let summary = description.split("\n\n").next().unwrap_or_default();
    let summary = summary.split_whitespace().collect::<Vec<_>>().join(" ");
    let page = format!("---\n---\n# {title}\n\n{summary}\n\n## Why\n\n{description}\n");
    let folder = rule.file.clone();
    Ok(Rule {
        metadata: Metadata {
            id: id.into(),
            title: title.into(),
            summary: summary.into(),
            severity: severity.into(),
            confidence: "medium".into(),
            resources: resources.into_iter().map(Text::from).collect(),
            practices: Vec::new().into(),
            responsibility: "customer".into(),
            controls: controls.into(),
            controls_source: Text::default(),
            aliases: Vec::new().into(),
            catalogue: Vec::new().into(),
            since: Text::default(),
            status: "stable".into(),
            fix: first(|note| &note.fix).unwrap_or_default().into(),
            fix_in_terraform: None,
            has_edits: false,
            secret: false,
            not_in: Vec::new().into(),
        },
        folder: folder.into(),
        page: page.into(),
        predicate: rule.into_predicate(),
    })
}

fn package(path: &str) -> &str {
    path.trim_start_matches("data.")
}

/// `main-deny-run-as-root` for a rule of conftest, the package alone for a `deny` of ours.
fn id(path: &str, name: &str) -> String {
    let package = package(path).replace(['.', '_', '/', '"', '[', ']'], "-").to_ascii_lowercase();
    let is_only = name == "deny" && !matches!(package.as_str(), "main");
    match (is_only, name) {
        (true, _) => package,
        (false, name) => format!("{package}-{}", name.replace('_', "-").to_ascii_lowercase()),
    }
}

/// Severities as other tools write them, too.
fn severity_called(word: &str) -> Result<&'static str, String> {
    Ok(match word {
        "critical" => "critical",
        "high" | "error" => "high",
        "medium" | "warning" | "moderate" => "medium",
        "low" | "note" => "low",
        "info" | "informational" => "info",
        other => {
            return Err(format!(
                "`custom.severity` is `{other}`, but must be one of critical, high, medium, low, info"
            ));
        }
    })
}

/// The types that a rule wants: those it names in its comments, else those that its text
/// compares with, else all.
fn resources<'n>(said: impl Iterator<Item = &'n [String]>, text: &str) -> Vec<String> {
    let mut types: Vec<String> = said.flatten().cloned().collect();
    if types.is_empty() && text.contains("input.type") {
        let quoted = text.split('"').skip(1).step_by(2);
        types = quoted
            .filter(|text| text.matches("::").count() == 2 && !text.contains([' ', '*']))
            .map(str::to_owned)
            .collect();
    }
    types.sort();
    types.dedup();
    if types.is_empty() { vec!["*".into()] } else { types }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_made_of_package_and_rule() {
        assert_eq!(id("data.main", "deny"), "main-deny");
        assert_eq!(id("data.main", "deny_run_as_root"), "main-deny-run-as-root");
        assert_eq!(id("data.org.s3_public", "deny"), "org-s3-public");
        assert_eq!(id("data.org.s3", "warn"), "org-s3-warn");
    }

    #[test]
    fn types_are_those_that_are_named() {
        let none = || std::iter::empty::<&[String]>();
        let text = "deny if input.type == \"AWS::S3::Bucket\"";
        assert_eq!(resources(none(), text), ["AWS::S3::Bucket"]);
        assert_eq!(resources(none(), "deny if input.properties.A"), ["*"]);
        let said = ["AWS::SNS::Topic".to_owned()];
        assert_eq!(resources(std::iter::once(&said[..]), text), ["AWS::SNS::Topic"]);
    }
}
