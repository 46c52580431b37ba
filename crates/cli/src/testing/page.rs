//! The tests that a rule's page holds: its examples, and what follows from them.
//!
//! From each failing example more tests follow: the offending value unknown (must be silent and
//! counted as undecided), and the template as JSON instead of YAML, its resources in the opposite
//! order too (same findings). And each of its values in every other shape: a policy that stumbles
//! over an odd file ends the whole run. From every example in Terraform follows that its blocks may
//! be dynamic: see [`dynamic`].

use std::collections::BTreeSet;

use trilith_graph::{
    Entry, Map, PropertyPath, Reason, Resource, ResourceId, Segment, Span, Subject, Value,
    ValueKind,
};
use trilith_parser::Options;
use trilith_rules::Rule;
use trilith_rules::testing::quick::agree;

use super::dynamic;
use super::example::{Example, Found, apply, examples};
use crate::analyse::{Analysis, analyse};

/// One test of a page.
#[derive(Debug, Clone)]
pub struct PageTest {
    /// `fails::1`, `fails::1::unknown`, `passes::2` ...
    pub name: String,
    /// Line of the page on which its example starts.
    pub line: usize,
    kind: Kind,
    example: Example,
}

#[derive(Debug, Clone, Copy)]
enum Kind {
    Marks,
    Unknown,
    AsJson,
    OddShapes,
    Dynamic,
}

/// The tests of a rule's page.
pub fn tests(rule: &Rule) -> Vec<PageTest> {
    let mut tests = Vec::new();
    for (number, example) in examples(rule).into_iter().enumerate() {
        let name = format!("{}::{}", example.section.to_lowercase(), number + 1);
        let mut add = |name: String, kind: Kind| {
            let (line, example) = (example.page_line, example.clone());
            tests.push(PageTest { name, line, kind, example });
        };
        add(name.clone(), Kind::Marks);
        if rule.looks_at_resources() && dynamic::has_blocks(&example) {
            add(format!("{name}::dynamic"), Kind::Dynamic);
        }
        if example.section != "Fails" {
            continue;
        }
        // A rule that is shown a document sees text where a value is unknown.
        if rule.looks_at_resources() {
            add(format!("{name}::unknown"), Kind::Unknown);
        }
        if rule.looks_at_resources() {
            add(format!("{name}::odd_shapes"), Kind::OddShapes);
        }
        if example.is_template() {
            add(format!("{name}::as_json"), Kind::AsJson);
        }
    }
    tests
}

impl PageTest {
    /// Runs the test. The error says what is not as the page says.
    pub fn run(&self, rule: &Rule) -> Result<(), String> {
        match self.kind {
            Kind::Marks => {
                if rule.is_built_in() {
                    let analysis = analyse(self.example.inputs(), &Options::default());
                    agree(rule, &analysis.graph)?;
                }
                check(rule, &self.example)
            }
            Kind::Unknown => offending_unknown(rule, &self.example),
            Kind::OddShapes => odd_shapes(rule, &self.example),
            Kind::Dynamic => dynamic::blocks_may_be_dynamic(rule, &self.example),
            Kind::AsJson => {
                same_findings(rule, &self.example, &self.example.as_json(false))?;
                same_findings(rule, &self.example, &self.example.as_json(true))
            }
        }
    }
}

/// Findings are where the marks are, and nowhere else.
fn check(rule: &Rule, example: &Example) -> Result<(), String> {
    let found = example.run(rule)?;
    let mut lines: Vec<usize> = found.iter().map(|found| found.line).collect();
    lines.sort_unstable();
    if lines != example.marked {
        let said: Vec<String> = found
            .iter()
            .map(|f| format!("  line {} ({} {}): {}", f.line, f.address, f.path, f.message))
            .collect();
        return Err(format!(
            "page line {}: findings on lines {lines:?} of the example, marks on {:?}\n{}",
            example.page_line,
            example.marked,
            said.join("\n")
        ));
    }
    Ok(())
}

/// An unknown value silences the finding that rested on it, and is counted.
fn offending_unknown(rule: &Rule, example: &Example) -> Result<(), String> {
    for found in example.run(rule)? {
        let mut analysis = analyse(example.inputs(), &Options::default());
        if found.path.is_root() {
            continue;
        }
        let Some(id) = holder(&analysis, &found) else { continue };
        let resource = analysis.graph.resource_mut(id);
        let unknown = Value::unknown(Reason::ComputedAfterApply, resource.span);
        let placed = resource.properties.set(found.path.segments(), unknown);
        if !placed {
            return Err(format!("no place for an unknown value at `{}`", found.path));
        }
        let outcome = apply(&analysis, rule);
        let still = outcome.diagnostics.iter().any(|diagnostic| {
            // Parts of one resource that stand for themselves have its address in common.
            let line = analysis.sources.start(diagnostic.primary.span).line as usize;
            let subject = diagnostic.subject.as_ref();
            let is_same = |s: &Subject| s.address == found.address && s.path == found.path;
            line == found.line && subject.is_some_and(is_same)
        });
        if still {
            return Err(format!("`{}` is unknown and still reported", found.path));
        }
        let counted = outcome.undecided.iter().any(|undecided| undecided.address == found.address);
        if !counted {
            return Err(format!("`{}` is unknown and not counted as undecided", found.path));
        }
    }
    Ok(())
}

/// The resource that a finding is about: what an expansion made of another resource has the
/// address of that one in reports.
fn holder(analysis: &Analysis, found: &Found) -> Option<ResourceId> {
    let is_meant = |resource: &Resource| {
        *resource.address == *found.address
            || (resource.is_synthetic() && resource.address.starts_with(&*found.address))
    };
    let length = found.path.segments().len();
    let has_value = |resource: &Resource| {
        resource.properties.locate(&found.path).is_some_and(|(_, depth)| depth == length)
    };
    let meant = || analysis.graph.resources().filter(|(_, resource)| is_meant(resource));
    let written = meant().find(|(_, resource)| has_value(resource));
    written.or_else(|| meant().next()).map(|(id, _)| id)
}

/// A value of another shape than the rule was written for breaks nothing.
fn odd_shapes(rule: &Rule, example: &Example) -> Result<(), String> {
    let mut analysis = analyse(example.inputs(), &Options::default());
    let applies = |resource: &Resource| rule.applies_to(&resource.resource_type);
    let resources = analysis.graph.resources().filter(|(_, resource)| applies(resource));
    let ids: Vec<ResourceId> = resources.map(|(id, _)| id).collect();
    for id in ids {
        let original = analysis.graph.resource(id).properties.clone();
        let mut paths = Vec::new();
        collect_paths(&original, PropertyPath::root(), &mut paths);
        for path in paths {
            for odd in odd_values(original.span) {
                let properties = &mut analysis.graph.resource_mut(id).properties;
                *properties = original.clone();
                properties.set(path.segments(), odd.clone());
                if rule.is_built_in() {
                    let odd = |said| format!("`{path}` is {odd:?}: {said}");
                    agree(rule, &analysis.graph).map_err(odd)?;
                }
                let outcome = apply(&analysis, rule);
                if let Some(broken) = outcome.broken.first() {
                    return Err(format!("`{path}` is {odd:?}: {}", broken.problem));
                }
            }
        }
        analysis.graph.resource_mut(id).properties = original;
    }
    Ok(())
}

/// The paths of all values in a value.
fn collect_paths(value: &Value, path: PropertyPath, paths: &mut Vec<PropertyPath>) {
    match &value.kind {
        ValueKind::Map(map) => map.entries().iter().for_each(|entry| {
            collect_paths(&entry.value, path.join(Segment::Key(entry.key.clone())), paths);
        }),
        ValueKind::List(items) => items
            .iter()
            .enumerate()
            .for_each(|(index, item)| collect_paths(item, path.join(index), paths)),
        _ => {}
    }
    if !path.is_root() {
        paths.push(path);
    }
}

fn odd_values(span: Span) -> Vec<Value> {
    let text = || Value::string("odd", span);
    let pair = |key: &str| Entry { key: key.into(), key_span: span, value: text() };
    let mut map = Map::default();
    map.push(pair("first"));
    map.push(pair("second"));
    let list = Value::list(vec![text(), Value::map(map.clone(), span)], span);
    let nested = Value::list(vec![list.clone()], span);
    vec![text(), Value::new(ValueKind::Int(7), span), Value::map(map, span), list, nested]
}

fn same_findings(rule: &Rule, first: &Example, second: &Example) -> Result<(), String> {
    let key = |found: Found| (found.address, found.path, found.message);
    let expected: BTreeSet<_> = first.run(rule)?.into_iter().map(key).collect();
    let got: BTreeSet<_> = second.run(rule)?.into_iter().map(key).collect();
    if expected == got {
        return Ok(());
    }
    Err(format!("expected {expected:#?}\ngot {got:#?}\nin\n{}", second.code))
}
