//! From nodes of a template to values.

use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use trilith_graph::{
    Diagnostic, Entry, Flags, Formula, Map, Reason, Severity, Span, Value, ValueKind, Via,
};

use super::conditions::Conditions;
use super::documents;
use super::intrinsics::{self, Call, TextBuilder};
use super::members::Members;
use super::missing::{Missing, MissingNames};
use super::parameters::Parameters;
use super::resources::Declared;
use super::scope::Scope;
use crate::tree::{Kind, NodeId, Tree};

/// Nesting beyond which a value counts as unknown. Aliases may nest deeper than the source.
const MAX_DEPTH: u32 = 256;
/// Evaluated nodes per node of the tree, and for free, before the rest counts as unknown:
/// aliases, loops and substitutions can repeat themselves exponentially.
const MAX_STEPS_PER_NODE: u32 = 16;
const FREE_STEPS: u32 = 100_000;
/// The limits, as a message begins.
pub(super) const EXPANDS_TOO_FAR: &str = "the template expands too far";
const NESTS_TOO_DEEPLY: &str = "the template nests too deeply";

/// Evaluates nodes of one template.
#[derive(Debug)]
pub(super) struct Evaluator<'t> {
    /// The template and whatever else is in its file.
    pub(super) tree: &'t Tree<'t>,
    /// Its parameters.
    pub(super) parameters: Parameters,
    /// Its `Mappings`.
    pub(super) mappings: Option<NodeId>,
    /// Its conditions.
    pub(super) conditions: Conditions,
    /// Its resources by logical id, also those that never exist.
    pub(super) resources: BTreeMap<Arc<str>, Declared>,
    /// Logical ids of resources that SAM makes of others.
    pub(super) generated: BTreeSet<Arc<str>>,
    /// The macro that runs over the whole template, if any.
    pub(super) macro_name: Option<Arc<str>>,
    /// Whether logical ids may be made that are not written: SAM makes some.
    pub(super) makes_ids: bool,
    /// What is referred to and not declared.
    pub(super) missing: MissingNames,
    /// Attributes that are being read, so that a circle ends.
    reading: RefCell<Vec<(Arc<str>, Arc<str>)>>,
    /// Where a limit was met first, and which.
    limit: Cell<Option<(Span, &'static str)>>,
    /// What must hold for a stack to be created at all, found on the way.
    constraints: RefCell<Vec<Formula>>,
    diagnostics: RefCell<Vec<Diagnostic>>,
    depth: Cell<u32>,
    steps: Cell<u32>,
}

impl<'t> Evaluator<'t> {
    /// An evaluator for the template `tree`, of which nothing is declared yet.
    pub(super) fn new(
        tree: &'t Tree<'t>,
        parameters: Parameters,
        mappings: Option<NodeId>,
    ) -> Self {
        let steps = u32::try_from(tree.len()).unwrap_or(u32::MAX);
        let steps = steps.saturating_mul(MAX_STEPS_PER_NODE).saturating_add(FREE_STEPS);
        Self {
            tree,
            parameters,
            mappings,
            conditions: Conditions::default(),
            resources: BTreeMap::new(),
            generated: BTreeSet::new(),
            macro_name: None,
            makes_ids: false,
            missing: MissingNames::default(),
            reading: RefCell::default(),
            limit: Cell::new(None),
            constraints: RefCell::default(),
            diagnostics: RefCell::default(),
            depth: Cell::new(0),
            steps: Cell::new(steps),
        }
    }

    /// The value of a node.
    pub(super) fn value(&self, node: NodeId, scope: &Scope) -> Value {
        let span = self.tree.span(node);
        let value = self.deeper(span, || match Call::of(self.tree, node) {
            _ if scope.is_document() => documents::document(self, node, scope),
            Some(call) => intrinsics::evaluate(self, &call, scope),
            None => self.plain(node, scope),
        });
        self.through_alias(node, value)
    }

    /// The value of the argument of a function.
    pub(super) fn argument(&self, call: &Call<'_>, scope: &Scope) -> Value {
        if !call.is_tagged {
            return self.value(call.argument, scope);
        }
        // `!Base64 {"Fn::Sub": ..}`: the tag is the function, what it stands on is the argument.
        self.deeper(self.tree.span(call.argument), || {
            match Call::in_long_form(self.tree, call.argument) {
                Some(inner) => intrinsics::evaluate(self, &inner, scope),
                None => self.plain(call.argument, scope),
            }
        })
    }

    /// Runs `evaluate` one level further in, unless a budget is used up.
    pub(super) fn deeper(&self, span: Span, evaluate: impl FnOnce() -> Value) -> Value {
        if !self.charge(1) {
            return self.over_budget(EXPANDS_TOO_FAR, span);
        }
        let depth = self.depth.get();
        if depth >= MAX_DEPTH {
            return self.over_budget(NESTS_TOO_DEEPLY, span);
        }
        self.depth.set(depth + 1);
        let value = evaluate();
        self.depth.set(depth);
        value
    }

    /// What lies beyond a limit, which is noted once for the whole template.
    pub(super) fn over_budget(&self, limit: &'static str, span: Span) -> Value {
        if self.limit.get().is_none() {
            self.limit.set(Some((span, limit)));
        }
        Value::unknown(Reason::Budget(limit.into()), span)
    }

    /// Runs `read` unless it is running for the same attribute already.
    pub(super) fn once<T>(
        &self,
        address: &Arc<str>,
        attribute: &str,
        read: impl FnOnce() -> T,
    ) -> Option<T> {
        let reading = (address.clone(), Arc::from(attribute));
        if self.reading.borrow().contains(&reading) {
            return None;
        }
        self.reading.borrow_mut().push(reading);
        let value = read();
        self.reading.borrow_mut().pop();
        Some(value)
    }

    /// How deep the evaluation is at the moment.
    pub(super) fn is_too_deep(&self) -> bool {
        self.depth.get() >= MAX_DEPTH
    }

    /// Counts `steps` against the budget and says whether it holds.
    pub(super) fn charge(&self, steps: usize) -> bool {
        let left = self.steps.get().checked_sub(u32::try_from(steps).unwrap_or(u32::MAX));
        self.steps.set(left.unwrap_or(0));
        left.is_some()
    }

    /// The value of a node that is no function.
    pub(super) fn plain(&self, node: NodeId, scope: &Scope) -> Value {
        let span = self.tree.span(node);
        let kind = match self.tree.kind(node) {
            Kind::Null => ValueKind::Null,
            Kind::Bool(value) => ValueKind::Bool(value),
            Kind::Int(value) => ValueKind::Int(value),
            Kind::Float(value) => ValueKind::Float(value),
            Kind::String => return text_value(self.tree.text(node), span, scope),
            Kind::PlainString => {
                return text_value(self.tree.text(node), span, scope).with(Flags::PLAIN);
            }
            Kind::List => return self.list(node, scope),
            Kind::Map => return self.map(node, scope),
            Kind::Alias(_) => ValueKind::Unknown(Reason::Malformed),
        };
        Value::new(kind, span)
    }

    fn list(&self, node: NodeId, scope: &Scope) -> Value {
        let scope = scope.at("*");
        let items = self.tree.items(node).map(|item| self.value(item, &scope));
        let items = items.filter(|item| !item.is_absent()).collect();
        let flags = if self.tree.is_cut(node) { Flags::OPEN } else { Flags::NONE };
        Value::list(items, self.tree.span(node)).with(flags)
    }

    fn map(&self, node: NodeId, scope: &Scope) -> Value {
        let members = Members::of(self, node, scope);
        let mut map = Map::with_capacity(members.list.len());
        for member in members.list {
            let scope = member.scope.as_ref().unwrap_or(scope).at(&member.key);
            let value = self.value(member.node, &scope);
            if !value.is_absent() {
                map.push(Entry { key: member.key, key_span: member.key_span, value });
            }
        }
        let flags = if members.is_open { Flags::OPEN } else { Flags::NONE };
        Value::map(map, self.tree.span(node)).with(flags)
    }

    /// A value given by a YAML alias is written at its anchor.
    fn through_alias(&self, node: NodeId, value: Value) -> Value {
        let anchor = self.tree.resolve(node);
        if anchor == node {
            return value;
        }
        let steps = [
            (self.tree.span(node), Arc::from("used here, by an alias")),
            (self.tree.span(anchor), Arc::from("its anchor")),
        ];
        Value { span: self.tree.span(node), ..came_by(steps, value) }
    }

    /// The text of a scalar that names something, with loop variables replaced.
    pub(super) fn name(&self, node: NodeId, scope: &Scope) -> Option<Cow<'t, str>> {
        match self.tree.kind(node) {
            Kind::Null | Kind::List | Kind::Map | Kind::Alias(_) => None,
            _ => Some(scope.expand(self.tree.text(node))),
        }
    }

    /// [`Evaluator::name`], or what a function gives where a name is due: the language
    /// extensions allow that. The error is what it gives if that is no name.
    pub(super) fn name_or_value(
        &self,
        node: NodeId,
        is_tagged: bool,
        scope: &Scope,
    ) -> Result<Cow<'t, str>, ValueKind> {
        let call =
            if is_tagged { Call::in_long_form(self.tree, node) } else { Call::of(self.tree, node) };
        if let Some(call) = call {
            return match intrinsics::evaluate(self, &call, scope).kind {
                ValueKind::String(text) => Ok(text.to_string().into()),
                other => Err(other),
            };
        }
        self.name(node, scope).ok_or(ValueKind::Null)
    }

    /// Notes that `formula` must hold for a stack to be created.
    pub(super) fn require(&self, formula: Formula) {
        let mut constraints = self.constraints.borrow_mut();
        if formula != Formula::True && !constraints.contains(&formula) {
            constraints.push(formula);
        }
    }

    /// Notes that something is referred to and not declared, if it would be written here: a
    /// macro may declare it, and a loop over what is not known leaves holes in names.
    pub(super) fn not_declared(&self, missing: Missing, name: &str, span: Span, scope: &Scope) {
        let is_certain = !scope.quiet && !name.contains("${") && self.macro_name.is_none();
        if is_certain && !(self.makes_ids && missing == Missing::Resource) {
            self.missing.add(missing, name, span);
        }
    }

    /// Reports a mistake in the template and returns the value that it leaves.
    pub(super) fn malformed(
        &self,
        span: Span,
        scope: &Scope,
        message: impl Into<String>,
        help: &str,
    ) -> Value {
        if !scope.quiet {
            self.report(span, message, help);
        }
        Value::unknown(Reason::Malformed, span)
    }

    /// Reports a mistake in the template.
    pub(super) fn report(&self, span: Span, message: impl Into<String>, help: &str) {
        let diagnostic = Diagnostic::new("template-malformed", Severity::Low, span, message);
        let mut diagnostics = self.diagnostics.borrow_mut();
        // One place may be evaluated several times: for loops, aliases and conditions.
        if !diagnostics
            .iter()
            .rev()
            .take(64)
            .any(|earlier| earlier.primary.span == span && earlier.message == diagnostic.message)
        {
            diagnostics.push(diagnostic.help(help));
        }
    }

    /// The constraints and mistakes that were found, the latter in the order of a report.
    pub(super) fn finish(self) -> (Vec<Formula>, Vec<Diagnostic>) {
        let mut diagnostics = self.diagnostics.into_inner();
        let known = self.parameters.names().chain(self.resources.keys().map(AsRef::as_ref));
        diagnostics.extend(self.missing.into_diagnostics(&known.collect::<Vec<&str>>()));
        if let Some((span, limit)) = self.limit.get() {
            let message = format!("{limit}: what lies beyond is taken for unknown");
            diagnostics.push(Diagnostic::new("template-too-large", Severity::Low, span, message));
        }
        Diagnostic::sort(&mut diagnostics);
        diagnostics.dedup();
        (self.constraints.into_inner(), diagnostics)
    }
}

/// Literal text: known but for loop variables and dynamic references.
pub(super) fn text_value(text: &str, span: Span, scope: &Scope) -> Value {
    if !scope.concerns(text) && !text.contains("{{resolve:") {
        return Value::string(text, span);
    }
    let mut builder = TextBuilder::default();
    scope.parts(text, span).into_iter().for_each(|part| builder.part(part));
    builder.finish(span)
}

/// A value that came by some steps before its own, the first one first.
pub(super) fn came_by<I>(steps: I, value: Value) -> Value
where
    I: IntoIterator<Item = (Span, Arc<str>)>,
    I::IntoIter: DoubleEndedIterator,
{
    let first = via(steps);
    Value { via: Via::chain(first.as_ref(), value.via), ..value }
}

/// A way through several steps, the first one first.
pub(super) fn via<I>(steps: I) -> Option<Arc<Via>>
where
    I: IntoIterator<Item = (Span, Arc<str>)>,
    I::IntoIter: DoubleEndedIterator,
{
    let steps = steps.into_iter().rev();
    steps.fold(None, |next, (span, note)| Some(Arc::new(Via { span, note, next })))
}
