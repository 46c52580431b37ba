//! Rego policies, by regorus.
//!
//! The interpreter is used, not the bytecode machine, which answers differently from OPA on
//! some real policies. A policy is parsed when the first resource it wants to see occurs.

use std::collections::HashSet;
use std::num::NonZeroU32;
use std::time::Duration;

use regorus::utils::limits::ExecutionTimerConfig;
use regorus::{Engine, Value as Rego};
use trilith_graph::{Finding, Place, PropertyPath, Segment, Severity};

use super::memo::Reads;
use crate::input;
use crate::view::View;

/// Helpers that every policy may import as `data.trilith`.
const LIBRARY: &str = include_str!("trilith.rego");
/// Deepest nesting of brackets that is parsed: each two levels cost the parser four times as
/// much, so that 20 levels take 20 seconds.
const MAX_BRACKETS: usize = 12;
/// Time that one policy may take on one resource.
const TIME_LIMIT: Duration = Duration::from_secs(2);
/// Steps between two looks at the clock.
const CHECK_INTERVAL: NonZeroU32 = NonZeroU32::new(1024).expect("1024 is not zero");

/// A policy ready to be evaluated. Cloning is cheap: each thread evaluates its own.
#[derive(Clone)]
pub(crate) struct Policy {
    engine: Engine,
    entry: String,
    /// What the policy reads, if that is known.
    reads: Option<Reads>,
    /// Fingerprints of resources in which it found nothing.
    clean: HashSet<u64>,
}

impl std::fmt::Debug for Policy {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Policy").field(&self.entry).finish()
    }
}

impl Policy {
    /// Parses a policy. The error names what is wrong and where.
    pub(crate) fn parse(name: &str, text: &str) -> Result<Self, String> {
        check_brackets(text)?;
        let mut engine = Engine::new();
        // As in OPA, a built-in that cannot work on its arguments is undefined, not an error.
        engine.set_strict_builtin_errors(false);
        engine
            .add_policy("trilith.rego".into(), LIBRARY.into())
            .map_err(|error| error.to_string())?;
        let package = engine
            .add_policy(format!("{name}.rego"), text.into())
            .map_err(|error| error.to_string())?;
        if !has_deny(text) {
            return Err("the policy has no rule `deny`".into());
        }
        let entry = format!("{package}.deny");
        // Rules are analysed on the first evaluation; clones made after it share the result.
        engine.set_input(Rego::new_object());
        engine.eval_rule(entry.clone()).map_err(|error| error.to_string())?;
        engine.set_execution_timer_config(ExecutionTimerConfig {
            limit: TIME_LIMIT,
            check_interval: CHECK_INTERVAL,
        });
        Ok(Self { engine, entry, reads: Reads::of(text), clean: HashSet::new() })
    }

    /// Evaluates the policy on a resource.
    pub(crate) fn evaluate(&mut self, view: &View<'_>) -> Result<Vec<Finding>, String> {
        let fingerprint = self.reads.as_ref().map(|reads| reads.fingerprint(view));
        if fingerprint.is_some_and(|fingerprint| self.clean.contains(&fingerprint)) {
            return Ok(Vec::new());
        }
        let findings = self.run(view)?;
        if let (Some(fingerprint), true) = (fingerprint, findings.is_empty()) {
            self.clean.insert(fingerprint);
        }
        Ok(findings)
    }

    fn run(&mut self, view: &View<'_>) -> Result<Vec<Finding>, String> {
        self.engine.set_input(input::input(view).clone());
        let result =
            self.engine.eval_rule(self.entry.clone()).map_err(|error| error.to_string())?;
        match result {
            Rego::Set(set) => set.iter().map(|item| finding(view, item)).collect(),
            Rego::Array(list) => list.iter().map(|item| finding(view, item)).collect(),
            Rego::Undefined => Ok(Vec::new()),
            _ => Err("`deny` must be a set: write `deny contains finding if { ... }`".into()),
        }
    }
}

fn has_deny(text: &str) -> bool {
    text.lines().any(|line| {
        let after = line.trim_start().strip_prefix("deny");
        after.is_some_and(|rest| rest.starts_with([' ', '[']))
    })
}

fn check_brackets(text: &str) -> Result<(), String> {
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
                return Err(format!(
                    "line {}: brackets are nested more than {MAX_BRACKETS} deep",
                    index + 1
                ));
            }
        }
        comment = false;
        if quoted == Some(b'"') {
            quoted = None;
        }
    }
    Ok(())
}

/// A result of `deny`: text, or an object with `message` (or `msg`) and `path`.
fn finding(view: &View<'_>, item: &Rego) -> Result<Finding, String> {
    if let Rego::String(message) = item {
        return Ok(Finding::new(view.id(), PropertyPath::root(), message.as_ref()));
    }
    let text =
        |key: &str| -> Option<String> { item[key].as_string().ok().map(ToString::to_string) };
    let message = text("message").or_else(|| text("msg"));
    let message = message.ok_or("a result of `deny` must be text or have a `message`")?;
    let mut finding = Finding::new(view.id(), path(&item["path"])?, message);
    finding.label = text("label");
    finding.help = text("help");
    if let Some(severity) = text("severity") {
        finding.severity = Some(severity.parse::<Severity>()?);
    }
    if let Ok(places) = item["rests_on"].as_array() {
        for place in places {
            let (resource, path, message) = (view.id(), path(place)?, String::new());
            finding.rests_on.push(Place { resource, path, message });
        }
    }
    Ok(finding)
}

/// A path: text such as `A/0/B`, or a list of keys and indexes. Undefined is the resource.
fn path(value: &Rego) -> Result<PropertyPath, String> {
    match value {
        Rego::Undefined => Ok(PropertyPath::root()),
        Rego::String(text) => Ok(PropertyPath::parse(text)),
        Rego::Array(segments) => segments.iter().map(segment).collect(),
        _ => Err("a `path` must be text or a list of keys and indexes".into()),
    }
}

fn segment(value: &Rego) -> Result<Segment, String> {
    match value {
        Rego::String(key) => Ok(Segment::Key(key.clone())),
        other => match other.as_u32() {
            Ok(index) => Ok(Segment::Index(index as usize)),
            Err(_) => Err("a `path` must consist of keys and indexes".into()),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn brackets_are_counted_outside_text_and_comments() {
        assert_eq!(check_brackets("x := \"[[[[[[[[[[[[[[\" # [[[[[[[[[[[[[["), Ok(()));
        assert!(check_brackets(&"[".repeat(20)).is_err());
    }

    #[test]
    fn a_policy_without_deny_is_refused() {
        let error = Policy::parse("p", "package p\nallow := true\n").expect_err("no deny");
        assert_eq!(error, "the policy has no rule `deny`");
        assert!(Policy::parse("p", "package p\ndeny contains {").is_err());
    }
}
