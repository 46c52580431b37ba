//! What is wrong with policies, shown in their own source.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;

use trilith_graph::{Diagnostic, Severity, SourceFile, SourceMap, Span};
use trilith_reporter::{RenderOptions, render_diagnostics};
use trilith_rules::{BrokenRule, Predicate, Problem};

use crate::failure::Failure;
use crate::policies::Policies;

/// Id of a policy that cannot be used.
const ID: &str = "policy-broken";

/// Writes the problems of policies and of rules that could not be evaluated to standard error.
/// Returns whether there was any.
pub fn print(policies: &Policies, broken: &[BrokenRule], color: bool) -> Result<bool, Failure> {
    let mut texts = policies.texts.clone();
    for rule in policies.registry.rules() {
        if let Predicate::Rego(text) | Predicate::Guard(text) = &rule.predicate
            && broken.iter().any(|broken| broken.rule == rule.id())
        {
            texts.entry(rule.policy_file()).or_insert_with(|| text.to_string());
        }
    }
    let mut problems: BTreeMap<&Problem, BTreeSet<&str>> = BTreeMap::new();
    for problem in &policies.problems {
        problems.entry(problem).or_default();
    }
    for broken in broken {
        problems.entry(&broken.problem).or_default().insert(&broken.rule);
    }
    let mut err = std::io::stderr().lock();
    err.write_all(render(&problems, &texts, color)?.as_bytes())?;
    Ok(!problems.is_empty())
}

/// Writes what an author may want to know to standard error.
pub fn print_notes(policies: &Policies) {
    let mut err = std::io::stderr().lock();
    for note in &policies.notes {
        let _ = writeln!(err, "note: {note}");
    }
}

/// The problems as text, each in the source of its policy.
fn render(
    problems: &BTreeMap<&Problem, BTreeSet<&str>>,
    texts: &BTreeMap<String, String>,
    color: bool,
) -> Result<String, Failure> {
    let mut sources = SourceMap::new();
    let mut ids = BTreeMap::new();
    let mut diagnostics = Vec::new();
    for (problem, rules) in problems {
        let text = texts.get(&problem.file).map_or("", String::as_str);
        let source = *ids
            .entry(problem.file.as_str())
            .or_insert_with(|| sources.add(SourceFile::new(problem.file.as_str(), text)));
        let file = sources.file(source);
        let span = span(file, problem);
        let span = Span::new(source, span.0, span.1);
        let mut diagnostic = Diagnostic::new(ID, Severity::High, span, problem.message.clone());
        if !rules.is_empty() {
            let names: Vec<String> = rules.iter().map(|rule| format!("`{rule}`")).collect();
            diagnostic.notes.push(format!("not applied: {}", names.join(", ")));
        }
        diagnostics.push(diagnostic);
    }
    let options = RenderOptions { color, ..RenderOptions::default() };
    let mut out = Vec::new();
    render_diagnostics(&sources, &diagnostics, &options, &mut out)?;
    Ok(String::from_utf8_lossy(&out).into_owned())
}

/// From the place of the problem to the end of the word there.
fn span(file: &SourceFile, problem: &Problem) -> (u32, u32) {
    let lines = file.line_starts().len();
    let Some(line) = (problem.line as usize).checked_sub(1).filter(|line| *line < lines) else {
        return (0, 0);
    };
    let range = file.line_range(line);
    let start = range.start as usize;
    let text = file.text().get(start..range.end as usize).unwrap_or_default();
    let column = (problem.column as usize).saturating_sub(1);
    let at = text.char_indices().nth(column).map_or(text.len(), |(at, _)| at);
    let rest = text.get(at..).unwrap_or_default();
    let word = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
    // A place without a word, such as the end of the line, is one character.
    let length = word.max(rest.chars().next().map_or(0, char::len_utf8));
    ((start + at) as u32, (start + at + length) as u32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_problem_is_shown_in_the_policy() {
        let problem = Problem {
            file: "p.rego".into(),
            line: 2,
            column: 6,
            message: "something is wrong".into(),
        };
        let texts = BTreeMap::from([("p.rego".to_owned(), "package p\nx := yy\n".to_owned())]);
        let problems = BTreeMap::from([(&problem, BTreeSet::from(["p"]))]);
        let shown = render(&problems, &texts, false).expect("rendered");
        for expected in ["error[policy-broken]: something is wrong", "p.rego:2:6", "x := yy", "`p`"]
        {
            assert!(shown.contains(expected), "no {expected} in\n{shown}");
        }
    }
}
