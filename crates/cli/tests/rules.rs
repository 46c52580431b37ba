//! Every fenced example of every rule page is a test, and so is what follows from it.
//!
//! `cargo test --test rules NAME` runs the examples of one rule. A line of a failing example
//! that must be reported ends in `# finding` (or `// finding` in JSON); an example without
//! marks must be clean. From each failing example three more tests follow: the offending value
//! unknown (must be silent and counted as undecided), the template as JSON instead of YAML, and
//! with its resources in the opposite order (same findings). And each value of it once in every
//! other shape, since a policy that stumbles over an odd file ends the whole run.

mod harness;

use std::collections::BTreeSet;

use harness::{Example, Found, examples};
use libtest_mimic::{Arguments, Failed, Trial};
use trilith::analyse::analyse;
use trilith::builtin::BUILT_IN;
use trilith_graph::{
    Entry, Map, PropertyPath, Reason, Resource, ResourceId, Segment, Span, Value, ValueKind,
};
use trilith_parser::Options;
use trilith_rules::page::fences;
use trilith_rules::{Rule, evaluate, practices};

fn main() {
    let arguments = Arguments::from_args();
    let trials = BUILT_IN.iter().flat_map(trials).collect();
    libtest_mimic::run(&arguments, trials).exit();
}

fn trials(rule: &'static Rule) -> Vec<Trial> {
    let id = rule.id();
    let mut trials = vec![Trial::test(format!("{id}::page"), move || page(rule))];
    for (number, example) in examples(rule).into_iter().enumerate() {
        let name = format!("{id}::{}::{}", example.section.to_lowercase(), number + 1);
        let fails = example.section == "Fails";
        let derived = example.clone();
        trials.push(Trial::test(name.clone(), move || check(rule, &example)));
        if !fails {
            continue;
        }
        let odd = derived.clone();
        trials.push(Trial::test(format!("{name}::odd_shapes"), move || odd_shapes(rule, &odd)));
        let unknown = derived.clone();
        trials.push(Trial::test(format!("{name}::unknown"), move || {
            offending_unknown(rule, &unknown)
        }));
        if derived.is_template() {
            trials.push(Trial::test(format!("{name}::as_json"), move || {
                same_findings(rule, &derived, &derived.as_json(false))?;
                same_findings(rule, &derived, &derived.as_json(true))
            }));
        }
    }
    trials
}

/// The page says what it must.
fn page(rule: &Rule) -> Result<(), Failed> {
    let fences = fences(&rule.page);
    for format in ["cloudformation", "terraform"] {
        if rule.metadata.not_in.iter().any(|(name, _)| name == format) {
            continue;
        }
        for section in ["Fails", "Passes"] {
            let count = fences
                .iter()
                .filter(|fence| fence.section == section)
                .filter(|fence| harness::format_of(fence).is_some_and(|f| f.family() == format))
                .count();
            if count == 0 {
                return Err(format!("no {format} example under `{section}`").into());
            }
        }
    }
    for slug in rule.metadata.practices.iter() {
        practices::find(slug).ok_or_else(|| format!("no best practice has the slug `{slug}`"))?;
    }
    for heading in ["## Why", "## Fix", "## Fails", "## Passes"] {
        if !rule.page.contains(heading) {
            return Err(format!("the page has no `{heading}`").into());
        }
    }
    Ok(())
}

/// Findings are where the marks are, and nowhere else.
fn check(rule: &Rule, example: &Example) -> Result<(), Failed> {
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
        )
        .into());
    }
    Ok(())
}

/// An unknown value silences the finding that rested on it, and is counted.
fn offending_unknown(rule: &Rule, example: &Example) -> Result<(), Failed> {
    for found in example.run(rule)? {
        let mut analysis = analyse(example.inputs(), &Options::default());
        let Some((id, _)) = analysis.graph.resources().find(|(_, r)| *r.address == *found.address)
        else {
            continue;
        };
        if found.path.is_root() {
            continue;
        }
        let resource = analysis.graph.resource_mut(id);
        let unknown = Value::unknown(Reason::ComputedAfterApply, resource.span);
        let placed = resource.properties.set(found.path.segments(), unknown);
        if !placed {
            return Err(format!("no place for an unknown value at `{}`", found.path).into());
        }
        let outcome = evaluate(&analysis.graph, &[rule]);
        let still = outcome.diagnostics.iter().any(|diagnostic| {
            let subject = diagnostic.subject.as_ref();
            subject.is_some_and(|s| s.address == found.address && s.path == found.path)
        });
        if still {
            return Err(format!("`{}` is unknown and still reported", found.path).into());
        }
        let counted = outcome.undecided.iter().any(|undecided| undecided.address == found.address);
        if !counted {
            return Err(format!("`{}` is unknown and not counted as undecided", found.path).into());
        }
    }
    Ok(())
}

/// A value of another shape than the rule was written for breaks nothing.
fn odd_shapes(rule: &Rule, example: &Example) -> Result<(), Failed> {
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
                let outcome = evaluate(&analysis.graph, &[rule]);
                if let Some(broken) = outcome.broken.first() {
                    return Err(format!("`{path}` is {odd:?}: {}", broken.message).into());
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

fn same_findings(rule: &Rule, first: &Example, second: &Example) -> Result<(), Failed> {
    let key = |found: Found| (found.address, found.path, found.message);
    let expected: BTreeSet<_> = first.run(rule)?.into_iter().map(key).collect();
    let got: BTreeSet<_> = second.run(rule)?.into_iter().map(key).collect();
    if expected == got {
        return Ok(());
    }
    Err(format!("expected {expected:#?}\ngot {got:#?}\nin\n{}", second.code).into())
}
