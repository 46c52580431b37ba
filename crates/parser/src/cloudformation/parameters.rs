//! Parameters of a template and what `Ref` makes of them.

use std::collections::BTreeMap;
use std::sync::Arc;

use trilith_graph::{
    Arm, Assignment, Flags, Formula, Reason, Span, Value, ValueKind, Variable, VariableKind, Via,
};

use super::domains::Domains;
use super::evaluate::text_value;
use super::scope::Scope;
use crate::tree::{Kind, NodeId, Tree};

/// Allowed values beyond which a parameter without default is not taken apart.
pub(super) const MAX_ALLOWED_VALUES: usize = 16;

/// Pseudo parameters that a user may give a value, and that differ between stacks.
pub const PSEUDO_PARAMETERS: [&str; 7] = [
    "AWS::AccountId",
    "AWS::NotificationARNs",
    "AWS::Partition",
    "AWS::Region",
    "AWS::StackId",
    "AWS::StackName",
    "AWS::URLSuffix",
];

/// The parameters of a template, pseudo parameters included.
#[derive(Debug, Default)]
pub(super) struct Parameters {
    by_name: BTreeMap<Arc<str>, Parameter>,
}

/// One parameter.
#[derive(Debug)]
pub(super) struct Parameter {
    name: Arc<str>,
    kind: ParameterKind,
    no_echo: bool,
    /// Where it is declared; `None` for a pseudo parameter.
    declared: Option<Span>,
    default: Option<DefaultValue>,
    given: Option<Arc<str>>,
    /// What the parent of a nested stack passes, where it is no plain text.
    passed: Option<Value>,
    /// The way that came which the parent passes.
    passed_via: Option<Arc<Via>>,
    /// Its `AllowedValues`; empty if it has none.
    pub(super) allowed: Vec<Arc<str>>,
    min_length: usize,
    /// The values that conditions and lookups tell apart.
    variable: Arc<Variable>,
}

#[derive(Debug)]
struct DefaultValue {
    value: Value,
    text: Option<Arc<str>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ParameterKind {
    Text,
    List,
    /// Read from Parameter Store when the stack is created.
    Ssm,
    Pseudo,
}

impl Parameters {
    /// The parameters that `section` declares, with the values that are `given`.
    pub(super) fn read(
        tree: &Tree<'_>,
        section: Option<NodeId>,
        given: &BTreeMap<String, String>,
    ) -> Self {
        let mut by_name = BTreeMap::new();
        for name in PSEUDO_PARAMETERS {
            by_name.insert(Arc::from(name), Parameter::pseudo(name, given));
        }
        let members = section.map(|section| tree.members(section)).unwrap_or_default();
        for member in members {
            let mut parameter = Parameter::declared(tree, member.key, member.value);
            parameter.declared = Some(member.key_span);
            parameter.given = given.get(&**member.key).map(|text| text.as_str().into());
            by_name.insert(member.key.clone(), parameter);
        }
        Self { by_name }
    }

    /// Sets what the parent of a nested stack passes. A parameter that it does not know itself is
    /// like one without a default.
    pub(super) fn pass(&mut self, passed: &BTreeMap<Arc<str>, Value>) {
        for (name, value) in passed {
            if let Some(parameter) = self.by_name.get_mut(name) {
                parameter.pass(value);
            }
        }
    }

    /// Sets which values are told apart.
    pub(super) fn tell_apart(&mut self, domains: &Domains) {
        for parameter in self.by_name.values_mut() {
            parameter.variable = Arc::new(parameter.domain(domains));
        }
    }

    /// The names of those that are declared.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        let declared = self.by_name.iter().filter(|(_, parameter)| parameter.declared.is_some());
        declared.map(|(name, _)| name.as_ref())
    }

    /// The parameter called `name`.
    pub(super) fn get(&self, name: &str) -> Option<&Parameter> {
        self.by_name.get(name)
    }
}

impl Parameter {
    fn new(name: Arc<str>, kind: ParameterKind) -> Self {
        let variable = Variable {
            name: name.clone(),
            kind: VariableKind::Parameter,
            values: Vec::new(),
            open: true,
        };
        Self {
            name,
            kind,
            no_echo: false,
            declared: None,
            default: None,
            given: None,
            passed: None,
            passed_via: None,
            allowed: Vec::new(),
            min_length: 0,
            variable: Arc::new(variable),
        }
    }

    fn pseudo(name: &str, given: &BTreeMap<String, String>) -> Self {
        let given = given.get(name).map(|text| text.as_str().into());
        Self { given, ..Self::new(name.into(), ParameterKind::Pseudo) }
    }

    fn declared(tree: &Tree<'_>, name: &Arc<str>, node: NodeId) -> Self {
        let text = |key| tree.get(node, key).map_or("", |value| tree.text(value));
        let kind = match text("Type") {
            "CommaDelimitedList" => ParameterKind::List,
            list if list.starts_with("List<") => ParameterKind::List,
            ssm if ssm.starts_with("AWS::SSM::Parameter::Value") => ParameterKind::Ssm,
            _ => ParameterKind::Text,
        };
        let allowed = tree.get(node, "AllowedValues").into_iter();
        let allowed = allowed.flat_map(|list| tree.items(list));
        Self {
            no_echo: matches!(text("NoEcho"), "true" | "True" | "TRUE" | "yes" | "Yes" | "on"),
            default: tree.get(node, "Default").map(|value| DefaultValue::read(tree, value)),
            allowed: allowed.filter_map(|value| literal(tree, value)).collect(),
            min_length: text("MinLength").parse().unwrap_or(0),
            ..Self::new(name.clone(), kind)
        }
    }

    fn pass(&mut self, value: &Value) {
        if self.kind == ParameterKind::Pseudo {
            return;
        }
        (self.default, self.given, self.passed) = (None, None, None);
        self.no_echo |= value.flags.has(Flags::SENSITIVE);
        let note = Arc::from("what the parent stack passes");
        let next = value.via.clone();
        self.passed_via = Some(Arc::new(Via { span: value.span, note, next }));
        let text = match &value.kind {
            ValueKind::String(text) => Some(text.clone()),
            ValueKind::Bool(_) | ValueKind::Int(_) | ValueKind::Float(_) => {
                let plain = Value { flags: Flags::NONE, ..value.clone() };
                plain.display_text().map(Arc::from)
            }
            _ => None,
        };
        match (text, &value.kind) {
            // Another value may be passed just as well.
            (text @ Some(_), _) if value.flags.has(Flags::ASSUMED) => {
                self.default = Some(DefaultValue { value: value.clone(), text });
            }
            (Some(text), _) => self.given = Some(text),
            (None, ValueKind::Unknown(Reason::Pseudo(_) | Reason::Import(_))) => {
                self.passed = Some(value.clone());
            }
            (None, ValueKind::Unknown(_) | ValueKind::Map(_)) => {}
            // A list that is not known as text.
            (None, _) if self.kind == ParameterKind::List => {}
            (None, _) => self.passed = Some(value.clone()),
        }
    }

    /// Whether `Ref` can only stand for one of the allowed values, so that all must be told apart.
    fn is_choice(&self) -> bool {
        self.kind == ParameterKind::Text
            && self.given.is_none()
            && self.passed.is_none()
            && self.default.is_none()
            && (1..=MAX_ALLOWED_VALUES).contains(&self.allowed.len())
    }

    fn domain(&self, domains: &Domains) -> Variable {
        let is_read = self.is_choice() && domains.is_read(&self.name);
        let mut values = domains.compared(&self.name);
        if is_read {
            values.extend(self.allowed.iter().cloned());
        }
        values.retain(|value| !self.excludes(value));
        let values: Vec<Arc<str>> = values.into_iter().collect();
        let open =
            self.allowed.is_empty() || self.allowed.iter().any(|allowed| !values.contains(allowed));
        let kind = match self.kind {
            ParameterKind::Pseudo => VariableKind::Pseudo,
            _ => VariableKind::Parameter,
        };
        Variable { name: self.name.clone(), kind, values, open }
    }

    /// Whether no stack can be created with this value.
    pub(super) fn excludes(&self, value: &Arc<str>) -> bool {
        if self.kind == ParameterKind::Ssm {
            return false;
        }
        value.chars().count() < self.min_length
            || !(self.allowed.is_empty() || self.allowed.contains(value))
    }

    /// The variable that stands for it in formulas.
    pub(super) fn variable(&self) -> &Arc<Variable> {
        &self.variable
    }

    /// What `Ref` yields at `span`.
    pub(super) fn value(&self, span: Span, scope: &Scope) -> Value {
        let value = match (&self.given, &self.default) {
            _ if self.passed.is_some() => match &self.passed {
                Some(passed) => {
                    let value = Value { span, ..passed.clone() };
                    self.known(value, "value of", self.declared)
                }
                None => self.unknown(span),
            },
            (_, _) if &*self.name == "AWS::NotificationARNs" => self.unknown(span),
            (Some(given), _) if self.kind != ParameterKind::Ssm => {
                self.known(self.written(given, span), "value given for", self.declared)
            }
            _ if scope.symbolic => self.choice(span),
            _ if self.kind == ParameterKind::Ssm => self.unknown(span),
            (_, Some(_)) if !self.may_be_default(&scope.guard) => {
                self.other_than_default(span, scope)
            }
            (_, Some(default)) => {
                let value = match (&default.text, self.kind) {
                    (Some(text), ParameterKind::List) => self.written(text, span),
                    _ => Value { span, ..default.value.clone() },
                };
                let defined = Some(default.value.span);
                self.known(value, "default of", defined).with(Flags::ASSUMED)
            }
            _ if self.is_choice() => self.choice(span),
            _ => self.unknown(span),
        };
        if self.no_echo { value.with(Flags::SENSITIVE) } else { value }
    }

    /// Whether it can have its default where `guard` holds.
    fn may_be_default(&self, guard: &Formula) -> bool {
        let default = self.default.as_ref().and_then(|default| default.text.as_ref());
        let (Some(default), false) = (default, *guard == Formula::True) else { return true };
        let known = self.variable.values.iter().position(|value| value == default);
        let other = self.variable.open.then_some(self.variable.values.len());
        known.or(other).is_none_or(|value| self.may_be(value, guard))
    }

    fn may_be(&self, value: usize, guard: &Formula) -> bool {
        let assignment = Assignment::from([(self.name.clone(), value)]);
        !guard.evaluate(&assignment).is_false()
    }

    /// The value where a condition excludes the default: `Key` under "`Key` is not empty".
    fn other_than_default(&self, span: Span, scope: &Scope) -> Value {
        let other = Value::unknown(Reason::NotDefault(self.name.clone()), span);
        let values = &self.variable.values;
        let possible = (0..self.variable.size()).filter(|value| self.may_be(*value, &scope.guard));
        let possible: Vec<usize> = possible.collect();
        match possible.as_slice() {
            [only] if self.kind == ParameterKind::Text => match values.get(*only) {
                Some(text) => {
                    let value = Value::string(text.clone(), span);
                    self.known(value, "all that a condition leaves to", self.declared)
                }
                None => other,
            },
            _ => other,
        }
    }

    /// A value that was given as text.
    fn written(&self, text: &Arc<str>, span: Span) -> Value {
        if self.kind != ParameterKind::List {
            return Value::string(text.clone(), span);
        }
        let item = |item: &str| {
            let flags = if self.no_echo { Flags::SENSITIVE } else { Flags::NONE };
            Value::string(item.trim(), span).with(flags)
        };
        Value::list(text.split(',').map(item).collect(), span)
    }

    fn known(&self, value: Value, origin: &str, defined: Option<Span>) -> Value {
        let reference = (value.span, Arc::from(format!("reference to parameter `{}`", self.name)));
        let origin = Arc::from(format!("{origin} parameter `{}`", self.name));
        let steps = std::iter::once(reference).chain(defined.map(|span| (span, origin)));
        let steps: Vec<_> = steps.collect();
        Value { via: followed_by(&steps, self.passed_via.clone()), ..value }
    }

    fn unknown(&self, span: Span) -> Value {
        let reason = match self.kind {
            ParameterKind::Pseudo => Reason::Pseudo(self.name.clone()),
            ParameterKind::Ssm => {
                let default = self.default.as_ref().and_then(|default| default.text.clone());
                let key = self.given.clone().or(default);
                Reason::SsmParameter(key.unwrap_or_else(|| self.name.clone()))
            }
            ParameterKind::Text | ParameterKind::List => Reason::NoDefault(self.name.clone()),
        };
        Value::unknown(reason, span)
    }

    /// One of the values that are told apart; any other is unknown.
    fn choice(&self, span: Span) -> Value {
        let variable = &self.variable;
        if variable.values.is_empty() || self.kind == ParameterKind::List {
            return self.unknown(span);
        }
        let known = variable.values.iter().map(|text| Value::string(text.clone(), span));
        let other = variable.open.then(|| Value::unknown(self.other(), span));
        let arms = known.chain(other).enumerate().map(|(index, value)| Arm {
            guard: Formula::Is(variable.clone(), index),
            value: self.known(value, "one of the values of", self.declared),
        });
        let mut arms: Vec<Arm> = arms.collect();
        if arms.len() == 1 {
            return arms.remove(0).value;
        }
        Value::new(ValueKind::OneOf(Arc::new(arms)), span)
    }

    /// Why a value other than those that are told apart is unknown. It names the parameter, so
    /// that a comparison can tell which values it is not.
    fn other(&self) -> Reason {
        match self.kind {
            ParameterKind::Pseudo => Reason::Pseudo(self.name.clone()),
            _ => Reason::NoDefault(self.name.clone()),
        }
    }
}

impl DefaultValue {
    fn read(tree: &Tree<'_>, node: NodeId) -> Self {
        let span = tree.span(node);
        let text = literal(tree, node);
        let kind = match tree.kind(node) {
            Kind::Bool(value) => ValueKind::Bool(value),
            Kind::Int(value) => ValueKind::Int(value),
            Kind::Float(value) => ValueKind::Float(value),
            Kind::String => text_value(tree.text(node), span, &Scope::default()).kind,
            Kind::PlainString => {
                let value = text_value(tree.text(node), span, &Scope::default());
                return Self { value: value.with(Flags::PLAIN), text };
            }
            Kind::Null => ValueKind::String("".into()),
            Kind::List | Kind::Map | Kind::Alias(_) => ValueKind::Unknown(Reason::Malformed),
        };
        Self { value: Value::new(kind, span), text }
    }
}

/// A way through several steps, the first one first, and on along another.
fn followed_by(steps: &[(Span, Arc<str>)], then: Option<Arc<Via>>) -> Option<Arc<Via>> {
    steps.iter().rev().fold(then, |next, (span, note)| {
        Some(Arc::new(Via { span: *span, note: note.clone(), next }))
    })
}

/// The text that CloudFormation compares a scalar by.
pub(super) fn literal(tree: &Tree<'_>, node: NodeId) -> Option<Arc<str>> {
    match tree.kind(node) {
        Kind::Null | Kind::List | Kind::Map | Kind::Alias(_) => None,
        Kind::Bool(value) => Some(if value { "true" } else { "false" }.into()),
        _ => Some(tree.text(node).into()),
    }
}
