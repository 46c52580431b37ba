//! One instance of a module: a directory with the arguments of one call of it.
//!
//! Everything is evaluated when it is first asked for, since the arguments of a module may rest
//! on the outputs of another. A value that rests on itself ends as unknown.

use std::cell::{Cell, OnceCell, RefCell};
use std::collections::HashMap;
use std::sync::Arc;

use trilith_graph::{Flags, Formula, Reason, Reference, Span, Value, ValueKind};

use super::calls::Calls;
use super::directory::{Directory, Section};
use super::instances::{self, Instances};
use super::providers::Providers;
use super::scope::In;
use super::world::{World, policy_of};
use crate::hcl::{Bindings, Block, Expression, NoNames, evaluate};

/// A module that is being evaluated. It is borrowed from its caller for as long as the root is
/// evaluated, so that names can be followed in both directions.
pub(super) struct Module<'a> {
    pub(super) world: &'a World<'a>,
    pub(super) directory: &'a Directory,
    /// Name of the directory among those of the run.
    pub(super) location: Arc<str>,
    /// The directory as `path.module` gives it.
    pub(super) path: Arc<str>,
    /// What addresses begin with: `module.a["x"].`; empty for the root.
    pub(super) prefix: Arc<str>,
    /// When it exists.
    pub(super) guard: Formula,
    pub(super) caller: Option<Caller<'a>>,
    /// Whether an earlier instance has the same directory.
    pub(super) is_repeated: bool,
    scope: OnceCell<In<'a>>,
    variables: Vec<Slot>,
    locals: Vec<Slot>,
    outputs: Vec<Slot>,
    resources: Vec<OnceCell<Instances>>,
    data: Vec<OnceCell<Instances>>,
    busy: RefCell<Vec<(Section, usize)>>,
    attributes: RefCell<HashMap<AttributeKey, Value>>,
    policies: RefCell<HashMap<(usize, Arc<str>), Value>>,
    pub(super) calls: Vec<OnceCell<Calls<'a>>>,
    pub(super) providers: OnceCell<Providers>,
}

/// A resource, the key of its instance, and the name of an attribute.
type AttributeKey = (usize, Arc<str>, Arc<str>);

/// The call that made a module.
pub(super) struct Caller<'a> {
    pub(super) module: &'a Module<'a>,
    pub(super) block: &'a Block,
    /// The names that arguments can use: those of the caller, and `each` or `count`.
    pub(super) scope: Bindings<'a>,
    /// How many calls lead here.
    pub(super) depth: usize,
}

/// A value that is computed once.
#[derive(Default)]
struct Slot {
    value: OnceCell<Value>,
    is_active: Cell<bool>,
    /// What the place of the value is, for people.
    note: OnceCell<Arc<str>>,
}

impl Slot {
    fn get(&self, span: Span, compute: impl FnOnce() -> Value) -> Value {
        if let Some(value) = self.value.get() {
            return value.clone();
        }
        if self.is_active.replace(true) {
            return circle(span);
        }
        let value = compute();
        self.is_active.set(false);
        self.value.get_or_init(|| value).clone()
    }
}

/// What rests on itself.
fn circle(span: Span) -> Value {
    Value::unknown(Reason::Budget("values that refer to each other".into()), span)
}

fn slots(count: usize) -> Vec<Slot> {
    std::iter::repeat_with(Slot::default).take(count).collect()
}

fn cells<T>(count: usize) -> Vec<OnceCell<T>> {
    std::iter::repeat_with(OnceCell::new).take(count).collect()
}

/// What makes one instance of a module differ from another.
pub(super) struct Identity<'a> {
    pub(super) location: Arc<str>,
    pub(super) path: Arc<str>,
    pub(super) prefix: Arc<str>,
    pub(super) guard: Formula,
    pub(super) caller: Option<Caller<'a>>,
}

impl<'a> Module<'a> {
    pub(super) fn new(
        world: &'a World<'a>,
        directory: &'a Directory,
        identity: Identity<'a>,
    ) -> Self {
        let is_repeated = !world.note_directory(&identity.location);
        Self {
            world,
            directory,
            location: identity.location,
            path: identity.path,
            prefix: identity.prefix,
            guard: identity.guard,
            caller: identity.caller,
            is_repeated,
            scope: OnceCell::new(),
            variables: slots(directory.variables.len()),
            locals: slots(directory.locals.len()),
            outputs: slots(directory.outputs.len()),
            resources: cells(directory.resources.len()),
            data: cells(directory.data.len()),
            busy: RefCell::default(),
            attributes: RefCell::default(),
            policies: RefCell::default(),
            calls: cells(directory.calls.len()),
            providers: OnceCell::new(),
        }
    }

    /// The names that expressions of the module can use.
    pub(super) fn scope(&'a self) -> &'a In<'a> {
        self.scope.get_or_init(|| In(self))
    }

    /// How many calls lead here.
    pub(super) fn depth(&self) -> usize {
        self.caller.as_ref().map_or(0, |caller| caller.depth)
    }

    /// The value of an input variable: what the caller passes, what was given from outside to the
    /// root, or the default, which is flagged as assumed.
    pub(super) fn variable(&'a self, at: usize, span: Span) -> Value {
        self.variables[at].get(span, || self.variable_value(at))
    }

    fn variable_value(&'a self, at: usize) -> Value {
        let block = &self.directory.blocks[self.directory.variables[at]];
        let place = block.header_span();
        let Some(name) = block.label(0) else { return Value::unknown(Reason::Malformed, place) };
        let constraint = &self.directory.types[at];
        let is_secret = is_true(block, "sensitive");
        let given = match &self.caller {
            Some(caller) => caller
                .block
                .body
                .attribute(name)
                .map(|argument| evaluate(&argument.value, &caller.scope)),
            None => self.world.given(&self.location, name, constraint, place),
        };
        let value = match given {
            // Null stands for the default where it is not allowed.
            Some(value) if is_null(&value) && is_false(block, "nullable") => None,
            given => given,
        };
        let value = match (value, block.body.attribute("default")) {
            (Some(value), _) => constraint.convert(&value),
            (None, Some(default)) => {
                let value = constraint.convert(&evaluate(&default.value, &NoNames));
                // A scalar that was converted is still written where the default is.
                value.with(Flags::ASSUMED)
            }
            (None, None) => {
                let name = format!("{}var.{name}", self.prefix);
                Value::unknown(Reason::NoDefault(name.into()), place)
            }
        };
        if is_secret {
            self.world.mask(&value);
            return value.with(Flags::SENSITIVE);
        }
        value
    }

    /// Whether the value of a variable is its default.
    pub(super) fn rests_on_default(&self, name: &Arc<str>) -> bool {
        match &self.caller {
            Some(caller) => caller.block.body.attribute(name).is_none(),
            None => !self.world.is_given(&self.location, name),
        }
    }

    pub(super) fn local(&'a self, at: usize, span: Span) -> Value {
        let local = &self.directory.locals[at];
        self.locals[at].get(span, || evaluate(&local.value, self.scope()))
    }

    /// What the place of a value is, for people. Made once: values are asked for often.
    pub(super) fn note(
        &self,
        section: Section,
        at: usize,
        make: impl FnOnce() -> String,
    ) -> Arc<str> {
        let slots = match section {
            Section::Variable => &self.variables,
            Section::Local => &self.locals,
            _ => &self.outputs,
        };
        slots[at].note.get_or_init(|| make().into()).clone()
    }

    /// The value of an output.
    pub(super) fn output(&'a self, at: usize, span: Span) -> Value {
        let block = &self.directory.blocks[self.directory.outputs[at]];
        self.outputs[at].get(span, || {
            let value = match block.body.attribute("value") {
                Some(value) => evaluate(&value.value, self.scope()),
                None => Value::unknown(Reason::Malformed, block.header_span()),
            };
            if is_true(block, "sensitive") { value.with(Flags::SENSITIVE) } else { value }
        })
    }

    /// The instances of a resource or data source; unknown while they are being found out.
    pub(super) fn instances(&'a self, section: Section, at: usize) -> Option<&'a Instances> {
        let (cells, blocks) = match section {
            Section::Data => (&self.data, &self.directory.data),
            _ => (&self.resources, &self.directory.resources),
        };
        if let Some(found) = cells[at].get() {
            return Some(found);
        }
        if self.busy.borrow().contains(&(section, at)) {
            return None;
        }
        self.busy.borrow_mut().push((section, at));
        let block = &self.directory.blocks[blocks[at]];
        let found = instances::of(&block.body, self.scope());
        self.busy.borrow_mut().pop();
        Some(cells[at].get_or_init(|| found))
    }

    /// Notes that the instances of a call are being found out; false if they are already.
    pub(super) fn begin_call(&self, at: usize) -> bool {
        let mut busy = self.busy.borrow_mut();
        let is_new = !busy.contains(&(Section::Call, at));
        if is_new {
            busy.push((Section::Call, at));
        }
        is_new
    }

    /// Ends what [`Module::begin_call`] began last.
    pub(super) fn end_call(&self) {
        self.busy.borrow_mut().pop();
    }

    /// What an attribute of an instance is given in its block, if it is given there. `key` is the
    /// key of the instance.
    pub(super) fn given(
        &'a self,
        at: usize,
        key: &Arc<str>,
        attribute: &Arc<str>,
    ) -> Option<Value> {
        let block = self.directory.resource(at);
        let given = block.body.attribute(attribute)?;
        let name = (at, key.clone(), attribute.clone());
        if let Some(value) = self.attributes.borrow().get(&name) {
            return Some(value.clone());
        }
        // Until it is known, what refers to it is in a circle.
        self.attributes.borrow_mut().insert(name.clone(), circle(given.value.span));
        let value = self.in_instance(Section::Resource, at, key, &given.value);
        self.attributes.borrow_mut().insert(name, value.clone());
        Some(value)
    }

    /// Evaluates an expression of a block as in one of its instances.
    fn in_instance(
        &'a self,
        section: Section,
        at: usize,
        key: &Arc<str>,
        expression: &Expression,
    ) -> Value {
        match self.instances(section, at).and_then(|found| found.binding(key)) {
            Some((name, value)) => {
                let scope = Bindings::new(self.scope()).bind(name, value).label(key.clone());
                evaluate(expression, &scope)
            }
            None => evaluate(expression, self.scope()),
        }
    }

    /// The policy that a data source makes in one of its instances.
    pub(super) fn policy(&'a self, at: usize, key: &Arc<str>) -> Value {
        let block = &self.directory.blocks[self.directory.data[at]];
        let name = (at, key.clone());
        if let Some(value) = self.policies.borrow().get(&name) {
            return value.clone();
        }
        self.policies.borrow_mut().insert(name.clone(), circle(block.header_span()));
        let bound = self.instances(Section::Data, at).and_then(|found| found.binding(key));
        let value = match bound {
            Some((bound, value)) => {
                let scope = Bindings::new(self.scope()).bind(bound, value).label(key.clone());
                policy_of(block, &scope)
            }
            None => policy_of(block, self.scope()),
        };
        self.policies.borrow_mut().insert(name, value.clone());
        value
    }

    /// A reference to an instance of a resource.
    pub(super) fn reference(
        &self,
        at: usize,
        key: &str,
        attribute: &Arc<str>,
        span: Span,
    ) -> Value {
        let block = self.directory.resource(at);
        let (kind, name) = (block.label(0), block.label(1));
        let (kind, name) = (kind.map_or("", |kind| kind), name.map_or("", |name| name));
        let address = format!("{}{kind}.{name}{key}", self.prefix);
        let reference = Reference { address: address.into(), attribute: attribute.clone() };
        Value::new(ValueKind::Reference(Arc::new(reference)), span)
    }

    /// The expression that the caller passes for a variable, and its scope.
    pub(super) fn argument(&'a self, name: &str) -> Option<(&'a Expression, &'a Bindings<'a>)> {
        let caller = self.caller.as_ref()?;
        Some((&caller.block.body.attribute(name)?.value, &caller.scope))
    }
}

fn is_null(value: &Value) -> bool {
    matches!(value.kind, ValueKind::Null)
}

/// Whether a block has a literal `true` for an attribute.
pub(super) fn is_true(block: &Block, attribute: &str) -> bool {
    let attribute = block.body.attribute(attribute);
    attribute.is_some_and(|found| evaluate(&found.value, &NoNames).is_true().is_true())
}

fn is_false(block: &Block, attribute: &str) -> bool {
    let attribute = block.body.attribute(attribute);
    attribute.is_some_and(|found| evaluate(&found.value, &NoNames).as_bool() == Some(false))
}
