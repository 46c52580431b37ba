//! What came of a case against what was expected.

use trilith::analyse::Analysis;
use trilith_graph::{Diagnostic, Edge, Label, Resource, Span};
use trilith_rules::Outcome;

use crate::expectation::{Expectation, Expected, Finding, Message, Unknown};
use crate::show;

/// Every difference, in words. Names stand in double quotes on both sides, since back-ticks are
/// hard to read in TOML.
pub(crate) fn differences(
    expectation: &Expectation,
    analysis: &Analysis,
    outcome: &Outcome,
) -> Vec<String> {
    let comparison = Comparison { analysis, outcome };
    let mut differences = comparison.findings(&expectation.findings);
    differences.extend(comparison.messages(&expectation.messages));
    differences.extend(expectation.values.iter().flat_map(|value| comparison.value(value)));
    differences
        .extend(expectation.unknowns.iter().filter_map(|unknown| comparison.unknown(unknown)));
    if let Some(expected) = &expectation.resources {
        let real = analysis.graph.resources().filter(|(_, resource)| resource.is_real());
        let found: Vec<String> = real.map(|(_, resource)| resource.address.to_string()).collect();
        differences.extend(unequal("resources", &format!("{expected:?}"), &format!("{found:?}")));
    }
    if let Some(expected) = &expectation.open {
        let open = analysis.graph.roots().iter().filter(|root| root.open);
        let found: Vec<String> = open.map(|root| root.name.to_string()).collect();
        differences.extend(unequal("open roots", &format!("{expected:?}"), &format!("{found:?}")));
    }
    let edges: Vec<String> =
        analysis.graph.edges().iter().map(|edge| comparison.edge(edge)).collect();
    let missing = expectation.edges.iter().filter(|edge| !edges.contains(edge));
    differences.extend(missing.map(|edge| format!("no edge {edge} among {edges:?}")));
    differences
}

struct Comparison<'c> {
    analysis: &'c Analysis,
    outcome: &'c Outcome,
}

impl Comparison<'_> {
    fn findings(&self, expected: &[Finding]) -> Vec<String> {
        let mut differences = Vec::new();
        let mut left: Vec<&Diagnostic> = self.outcome.diagnostics.iter().collect();
        for finding in expected {
            let is_meant = |diagnostic: &&Diagnostic| {
                diagnostic.subject.as_ref().is_some_and(|subject| {
                    *diagnostic.rule == finding.rule
                        && *subject.address == finding.resource
                        && self.at(diagnostic.primary.span) == finding.at
                })
            };
            match left.iter().position(is_meant) {
                Some(found) => differences.extend(self.finding(finding, left.remove(found))),
                None => differences.push(format!(
                    "not found: {} at {} in {}",
                    finding.rule, finding.at, finding.resource
                )),
            }
        }
        differences.extend(left.into_iter().map(|diagnostic| {
            let place = self.at(diagnostic.primary.span);
            let when = diagnostic.only_when.as_deref().unwrap_or("always");
            format!("not expected: {} at {place}: {} ({when})", diagnostic.rule, diagnostic.message)
        }));
        differences
    }

    fn finding(&self, expected: &Finding, found: &Diagnostic) -> Vec<String> {
        let name = format!("{} at {}", expected.rule, expected.at);
        let subject = found.subject.as_ref();
        let mut differences = Vec::new();
        let when = found.only_when.as_deref().unwrap_or("always").replace('`', "\"");
        let expected_when = expected.only_when.as_deref().unwrap_or("always");
        differences.extend(unequal(&format!("{name}: only when"), expected_when, &when));
        let instances: Vec<&str> = subject
            .map_or(Vec::new(), |subject| subject.instances.iter().map(AsRef::as_ref).collect());
        differences.extend(unequal(
            &format!("{name}: instances"),
            &format!("{:?}", expected.instances),
            &format!("{instances:?}"),
        ));
        if let Some(property) = &expected.property {
            let path = subject.map(|subject| subject.path.to_string()).unwrap_or_default();
            differences.extend(unequal(&format!("{name}: property"), property, &path));
        }
        if let Some(written) = &expected.written {
            let text = self.analysis.sources.text(found.primary.span);
            differences.extend(unequal(&format!("{name}: written"), written, text));
        }
        if let Some(way) = &expected.way {
            let steps: Vec<String> = found.related.iter().map(|label| self.label(label)).collect();
            differences.extend(unequal(
                &format!("{name}: way"),
                &way.join("\n  "),
                &steps.join("\n  "),
            ));
        }
        differences
    }

    fn label(&self, label: &Label) -> String {
        format!("{}: {}", self.at(label.span), label.message.replace('`', "\""))
    }

    fn messages(&self, expected: &[Message]) -> Vec<String> {
        let mut differences = Vec::new();
        let mut left: Vec<&Diagnostic> = self.analysis.diagnostics.iter().collect();
        for message in expected {
            let is_meant = |diagnostic: &&Diagnostic| {
                self.at(diagnostic.primary.span) == message.at
                    && diagnostic.message.replace('`', "\"") == message.text
            };
            let Some(found) = left.iter().position(is_meant) else {
                differences.push(format!("not said: {}: {}", message.at, message.text));
                continue;
            };
            let found = left.remove(found);
            if let Some(written) = &message.written {
                let text = self.analysis.sources.text(found.primary.span);
                differences.extend(unequal(&format!("{}: written", message.text), written, text));
            }
        }
        differences.extend(left.into_iter().map(|diagnostic| {
            let place = self.at(diagnostic.primary.span);
            format!("not expected: {place}: {}", diagnostic.message.replace('`', "\""))
        }));
        differences
    }

    fn value(&self, expected: &Expected) -> Vec<String> {
        let (address, path) = expected.of.split_once('/').unwrap_or((&expected.of, ""));
        let Some(resource) = self.resource(address) else {
            return vec![format!("no resource {address}")];
        };
        let value = match path.strip_prefix('@') {
            Some(attribute) => resource.attributes.path(attribute),
            None => resource.properties.path(path),
        };
        let root = self.analysis.graph.root(resource.root);
        let found = show::cases(value, &root.constraints);
        let mut wanted = expected.is.texts();
        wanted.sort_unstable();
        let mut differences: Vec<String> = Vec::new();
        differences.extend(unequal(&expected.of, &wanted.join("\n  "), &found.join("\n  ")));
        if !expected.flags.is_empty() {
            let flags = show::flags(value);
            differences.extend(unequal(
                &format!("{}: flags", expected.of),
                &expected.flags.join(" "),
                &flags.join(" "),
            ));
        }
        if let Some(written) = &expected.written {
            let text = self.analysis.sources.text(value.span);
            differences.extend(unequal(&format!("{}: written", expected.of), written, text));
        }
        differences
    }

    fn unknown(&self, expected: &Unknown) -> Option<String> {
        let reason = |reason: Option<String>| reason.map(|text| text.replace('`', "\""));
        let found = self.outcome.undecided.iter().any(|undecided| {
            undecided.rule == expected.rule
                && *undecided.address == expected.resource
                && undecided.path.to_string() == expected.property
                && (expected.reason.is_none()
                    || reason(undecided.reason.as_ref().map(ToString::to_string))
                        == expected.reason)
        });
        let all = || {
            let lines = self.outcome.undecided.iter().map(|undecided| {
                let reason = undecided.reason.as_ref().map(ToString::to_string);
                format!(
                    "\n  {} {} {} {reason:?}",
                    undecided.rule, undecided.address, undecided.path
                )
            });
            lines.collect::<String>()
        };
        (!found).then(|| format!("not left undecided: {expected:?}; undecided are{}", all()))
    }

    fn resource(&self, address: &str) -> Option<&Resource> {
        let mut resources = self.analysis.graph.resources();
        resources.find(|(_, resource)| *resource.address == *address).map(|(_, resource)| resource)
    }

    /// A place: its line, and its file if the run has several.
    fn at(&self, span: Span) -> String {
        let line = self.analysis.sources.start(span).line;
        if self.analysis.sources.files().count() == 1 {
            return line.to_string();
        }
        format!("{}:{line}", self.analysis.sources.file(span.source).name())
    }

    fn edge(&self, edge: &Edge) -> String {
        let address = |id| self.analysis.graph.resource(id).address.clone();
        let dot = if edge.attribute.is_empty() { "" } else { "." };
        let (from, to) = (address(edge.from), address(edge.to));
        format!("{:?} {from}/{} -> {to}{dot}{}", edge.kind, edge.path, edge.attribute)
    }
}

fn unequal(what: &str, expected: &str, found: &str) -> Option<String> {
    (expected != found).then(|| format!("{what}\n  expected\n  {expected}\n  found\n  {found}"))
}
