//! Values as text, and a module that is small enough for a test.

#![allow(dead_code, unreachable_pub, reason = "each test uses what it needs")]
#![allow(clippy::format_push_string, reason = "short texts of tests")]

use std::collections::BTreeMap;
use std::sync::Arc;

use trilith_graph::{Flags, Part, Reason, Reference, SourceId, Span, Value, ValueKind};
use trilith_parser::hcl::{
    Definition, Expression, FileText, Lookup, LookupStep, Parsed, Resolved, Scope, evaluate,
    parse_expression,
};
use trilith_parser::tree::Segments;

pub const SOURCE: SourceId = SourceId(0);

/// Reads an expression that is the whole text of a source.
pub fn parse(text: &str, source: SourceId) -> Parsed {
    let span = Span::new(source, 0, text.len() as u32);
    let mut segments = Segments::new(span);
    segments.push(text, span);
    parse_expression(&segments)
}

/// A module: variables with a value or none, locals, and everything else a resource.
#[derive(Default)]
pub struct Module {
    variables: BTreeMap<String, Expression>,
    unknown_variables: Vec<String>,
    locals: BTreeMap<String, Expression>,
    files: BTreeMap<String, (SourceId, Arc<str>)>,
    /// Whether the values of variables were given and are no defaults.
    is_given: bool,
}

impl Module {
    /// A module whose variables are given their values and have no defaults.
    pub fn given() -> Self {
        Self { is_given: true, ..Self::default() }
    }

    pub fn variable(mut self, name: &str, value: &str) -> Self {
        self.variables.insert(name.into(), parse(value, SourceId(1)).expression);
        self
    }

    /// A variable without a value.
    pub fn unknown(mut self, name: &str) -> Self {
        self.unknown_variables.push(name.into());
        self
    }

    pub fn local(mut self, name: &str, value: &str) -> Self {
        self.locals.insert(name.into(), parse(value, SourceId(2)).expression);
        self
    }

    pub fn file(mut self, name: &str, text: &str) -> Self {
        self.files.insert(name.into(), (SourceId(9), text.into()));
        self
    }

    pub fn value(&self, text: &str) -> Value {
        let parsed = parse(text, SOURCE);
        assert!(parsed.errors.is_empty(), "{text}: {:?}", parsed.errors);
        evaluate(&parsed.expression, self)
    }

    pub fn shown(&self, text: &str) -> String {
        show(&self.value(text))
    }
}

impl Scope for Module {
    fn resolve(&self, lookup: &Lookup<'_>) -> Option<Resolved> {
        let name = lookup.attribute(0).map(AsRef::as_ref);
        match (lookup.root, name) {
            ("var", Some(name)) => {
                if let Some(expression) = self.variables.get(name) {
                    let flags = if self.is_given { Flags::NONE } else { Flags::ASSUMED };
                    let value = evaluate(expression, self).with(flags);
                    return Some(Resolved::new(value, 1).note(format!("default of `{name}`")));
                }
                let is_known = self.unknown_variables.iter().any(|known| known == name);
                let reason = Reason::NoDefault(name.into());
                is_known.then(|| Resolved::new(Value::unknown(reason, lookup.span), 1))
            }
            ("local", Some(name)) => Some(Resolved::new(evaluate(self.locals.get(name)?, self), 1)),
            ("path", _) => Some(Resolved::new(Value::string(".", lookup.span), 1)),
            ("data", _) => Some(Resolved::unknown(Reason::DataSource("data".into()), lookup)),
            (kind, Some(name)) if kind.starts_with("aws_") => {
                let attribute = match lookup.steps.get(1) {
                    Some(LookupStep::Attribute(attribute)) => attribute.clone(),
                    _ => "".into(),
                };
                let steps = 1 + usize::from(!attribute.is_empty());
                let address = format!("{kind}.{name}").into();
                let kind = ValueKind::Reference(Arc::new(Reference { address, attribute }));
                Some(Resolved::new(Value::new(kind, lookup.span), steps))
            }
            _ => None,
        }
    }

    fn definition(&self, lookup: &Lookup<'_>) -> Option<Definition<'_>> {
        let name = lookup.attribute(0)?;
        let is_local = lookup.root == "local" && lookup.steps.len() == 1;
        let expression = if is_local { self.locals.get(name.as_ref())? } else { return None };
        Some(Definition { expression, scope: self })
    }

    fn read_file(&self, path: &str) -> FileText {
        match self.files.get(path) {
            Some((source, text)) => FileText::Text(*source, text.clone()),
            None => FileText::Missing,
        }
    }
}

/// The value on one line: `?` before what is unknown, `...` where more may follow, `<a: b>` for
/// what depends on a condition.
pub fn show(value: &Value) -> String {
    let mut out = String::new();
    if value.flags.has(Flags::SENSITIVE) {
        out.push_str("secret ");
    }
    if value.flags.has(Flags::BASE64) {
        out.push_str("base64 ");
    }
    if value.flags.has(Flags::EMBEDDED) {
        out.push_str("text ");
    }
    if value.flags.has(Flags::ASSUMED) {
        out.push('~');
    }
    let is_open = value.flags.has(Flags::OPEN);
    match &value.kind {
        ValueKind::Absent => out.push_str("absent"),
        ValueKind::Null => out.push_str("null"),
        ValueKind::Bool(value) => out.push_str(&value.to_string()),
        ValueKind::Int(number) => out.push_str(&number.to_string()),
        ValueKind::Float(number) => out.push_str(&number.to_string()),
        ValueKind::String(text) => out.push_str(&format!("{text:?}")),
        ValueKind::List(items) => {
            let mut items: Vec<String> = items.iter().map(show).collect();
            items.extend(is_open.then(|| "...".into()));
            out.push_str(&format!("[{}]", items.join(", ")));
        }
        ValueKind::Map(map) => {
            let entries = map.entries().iter();
            let mut entries: Vec<String> =
                entries.map(|entry| format!("{}: {}", entry.key, show(&entry.value))).collect();
            entries.extend(is_open.then(|| "...".into()));
            out.push_str(&format!("{{{}}}", entries.join(", ")));
        }
        ValueKind::OneOf(arms) => {
            let arms: Vec<String> = arms
                .iter()
                .map(|arm| format!("{}: {}", arm.guard.describe(true), show(&arm.value)))
                .collect();
            out.push_str(&format!("<{}>", arms.join(" | ")));
        }
        ValueKind::Template(parts) => {
            out.push('`');
            for part in parts.iter() {
                match part {
                    Part::Text(text) => out.push_str(text),
                    Part::Hole(hole) => out.push_str(&format!("${{{}}}", show(hole))),
                }
            }
            out.push('`');
        }
        ValueKind::Reference(reference) => {
            out.push_str(&format!("@{}", reference.address));
            if !reference.attribute.is_empty() {
                out.push_str(&format!(":{}", reference.attribute));
            }
        }
        ValueKind::Unknown(reason) => out.push_str(&match reason {
            Reason::NoDefault(name) => format!("?{name}"),
            Reason::Malformed => "error".into(),
            Reason::OpenMap => "?open".into(),
            Reason::Undecided => "?undecided".into(),
            Reason::ComputedAfterApply => "?computed".into(),
            Reason::DataSource(_) => "?data".into(),
            Reason::UnsupportedFunction(name) => format!("?{name}()"),
            Reason::Undeclared(name) => format!("?undeclared {name}"),
            other => format!("?{other}"),
        }),
    }
    out
}
