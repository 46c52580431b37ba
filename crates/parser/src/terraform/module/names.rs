//! What the names of a module stand for.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use trilith_graph::{Flags, Reason, Reference, SourceId, Value, ValueKind};

use super::body::{Texts, body_value};
use super::instances;
use crate::canonical;
use crate::hcl::{
    Attribute, Block, File, FileText, Lookup, LookupStep, NoNames, Resolved, Scope, evaluate,
    parse_expression,
};
use crate::terraform::policy_document::policy;
use crate::tree::Segments;

/// The declarations of a module, by name.
pub(super) struct Names<'m> {
    blocks: Vec<&'m Block>,
    variables: BTreeMap<&'m str, &'m Block>,
    locals: BTreeMap<&'m str, &'m Attribute>,
    /// Resources and data sources by address; data sources start with `data.`.
    declared: BTreeMap<String, &'m Block>,
    parameters: &'m BTreeMap<String, String>,
    known: RefCell<HashMap<String, Value>>,
    active: RefCell<BTreeSet<String>>,
}

impl<'m> Names<'m> {
    /// Collects the declarations of the files of a module.
    pub(super) fn read(
        files: &'m [(SourceId, File)],
        parameters: &'m BTreeMap<String, String>,
    ) -> Self {
        let blocks: Vec<&Block> = files.iter().flat_map(|(_, file)| &file.body.blocks).collect();
        let mut names = Self {
            variables: BTreeMap::new(),
            locals: BTreeMap::new(),
            declared: BTreeMap::new(),
            parameters,
            known: RefCell::default(),
            active: RefCell::default(),
            blocks,
        };
        for block in names.blocks.clone() {
            match (&*block.type_name, block.label(0), block.label(1)) {
                ("variable", Some(name), _) => {
                    names.variables.insert(name, block);
                }
                ("resource", Some(kind), Some(name)) => {
                    names.declared.insert(format!("{kind}.{name}"), block);
                }
                ("data", Some(kind), Some(name)) => {
                    names.declared.insert(format!("data.{kind}.{name}"), block);
                }
                ("locals", _, _) => {
                    let attributes = block.body.attributes.iter();
                    names.locals.extend(attributes.map(|local| (&*local.name, local)));
                }
                _ => {}
            }
        }
        names
    }

    /// The blocks of a type.
    pub(super) fn blocks(&self, type_name: &str) -> impl Iterator<Item = &'m Block> {
        self.blocks.iter().copied().filter(move |block| &*block.type_name == type_name)
    }

    /// The resource blocks that have both labels.
    pub(super) fn resources(&self) -> impl Iterator<Item = &'m Block> {
        self.blocks("resource").filter(|block| block.label(1).is_some())
    }

    /// Whether the module calls others, which are not followed.
    pub(super) fn calls_modules(&self) -> bool {
        self.blocks("module").next().is_some()
    }

    /// A value that is computed once. A name that stands for itself is unknown.
    fn once(&self, name: String, compute: impl FnOnce() -> Value) -> Value {
        if let Some(value) = self.known.borrow().get(&name) {
            return value.clone();
        }
        if !self.active.borrow_mut().insert(name.clone()) {
            return Value::unknown(Reason::Malformed, Value::absent().span);
        }
        let value = compute();
        self.active.borrow_mut().remove(&name);
        self.known.borrow_mut().insert(name, value.clone());
        value
    }

    fn variable(&self, name: &str, lookup: &Lookup<'_>) -> Option<Resolved> {
        let block = self.variables.get(name)?;
        let is_secret = is_true(block, "sensitive");
        let secret = if is_secret { Flags::SENSITIVE } else { Flags::NONE };
        if let Some(text) = self.parameters.get(name) {
            let value = given(text, lookup).with(secret);
            return Some(Resolved::new(value, 1));
        }
        let Some(default) = block.body.attribute("default") else {
            let reason = Reason::NoDefault(format!("var.{name}").into());
            let value = Value::unknown(reason, lookup.span).with(secret);
            return Some(Resolved::new(value, 1));
        };
        let value = self.once(format!("var.{name}"), || evaluate(&default.value, &NoNames));
        let value = value.with(Flags::ASSUMED.with(secret));
        Some(Resolved::new(value, 1).note(format!("default of variable `{name}`")))
    }

    fn local(&self, name: &str) -> Option<Resolved> {
        let local = self.locals.get(name)?;
        let value = self.once(format!("local.{name}"), || evaluate(&local.value, self));
        Some(Resolved::new(value, 1).note(format!("local value `{name}`")))
    }

    /// A data source: policies are put together, the others are read when Terraform plans.
    fn data(&self, lookup: &Lookup<'_>) -> Option<Resolved> {
        let (kind, name) = (lookup.attribute(0)?, lookup.attribute(1)?);
        let address = format!("data.{kind}.{name}");
        let block = self.declared.get(&address)?;
        let is_policy = &**kind == "aws_iam_policy_document";
        let is_counted =
            block.body.attribute("count").is_some() || block.body.attribute("for_each").is_some();
        if is_policy && !is_counted && lookup.attribute(2).is_some_and(|name| &**name == "json") {
            let value = self.once(address.clone(), || self.policy(block));
            return Some(Resolved::new(value, 3).note(format!("policy `{address}`")));
        }
        Some(Resolved::unknown(Reason::DataSource(address.into()), lookup))
    }

    fn policy(&self, block: &Block) -> Value {
        let raw = body_value(&block.body, block.header_span(), &[], self, &mut Texts::default());
        let mut read = |value: &Value| value.clone();
        policy(&raw, &mut read).with(Flags::EMBEDDED)
    }

    /// An attribute of a resource: a reference where it says which resource it is or where its
    /// value comes from the provider, else the value that its block gives.
    fn attribute(&self, lookup: &Lookup<'_>) -> Option<Resolved> {
        let name = lookup.attribute(0)?;
        let address = format!("{}.{name}", lookup.root);
        let block = self.declared.get(&address)?;
        let (key, steps) = match lookup.steps.get(1) {
            Some(LookupStep::Index(index)) => (Some(index), 2),
            _ => (None, 1),
        };
        let Some(address) = instances::of(block, self).address(&address, key) else {
            return Some(Resolved::unknown(Reason::Undecided, lookup));
        };
        let attribute = lookup.attribute(steps).cloned().unwrap_or_else(|| "".into());
        let steps = if attribute.is_empty() { steps } else { steps + 1 };
        let given = block.body.attribute(&attribute);
        if let Some(given) = given.filter(|_| !canonical::is_identity(lookup.root, &attribute))
            && key.is_none()
        {
            let name = format!("{address}.{attribute}");
            let value = self.once(name, || evaluate(&given.value, self));
            return Some(Resolved::new(value, steps));
        }
        let reference = Reference { address: address.into(), attribute };
        let kind = ValueKind::Reference(Arc::new(reference));
        Some(Resolved::new(Value::new(kind, lookup.span), steps))
    }
}

impl Scope for Names<'_> {
    fn resolve(&self, lookup: &Lookup<'_>) -> Option<Resolved> {
        let first = lookup.attribute(0).map(|name| &**name);
        match (lookup.root, first) {
            ("var", Some(name)) => self.variable(name, lookup),
            ("local", Some(name)) => self.local(name),
            ("data", _) => self.data(lookup),
            ("path", Some("module" | "root")) => {
                Some(Resolved::new(Value::string(".", lookup.span), 1))
            }
            ("terraform" | "path", Some(name)) => {
                let reason = Reason::Pseudo(format!("{}.{name}", lookup.root).into());
                Some(Resolved::unknown(reason, lookup))
            }
            ("module", Some(name)) => {
                Some(Resolved::unknown(Reason::RemoteModule(name.into()), lookup))
            }
            ("each" | "count" | "self", _) => Some(Resolved::unknown(Reason::Undecided, lookup)),
            _ => self.attribute(lookup),
        }
    }

    fn read_file(&self, path: &str) -> FileText {
        FileText::Unknown(Reason::UnsupportedFunction(format!("file(\"{path}\")").into()))
    }
}

/// Whether a block has a literal `true` for an attribute.
pub(super) fn is_true(block: &Block, attribute: &str) -> bool {
    let attribute = block.body.attribute(attribute);
    attribute.is_some_and(|found| evaluate(&found.value, &NoNames).is_true().is_true())
}

/// A value given from outside: an expression if it is one, else text, as Terraform reads it.
fn given(text: &str, lookup: &Lookup<'_>) -> Value {
    let mut segments = Segments::new(lookup.span);
    segments.push(text, lookup.span);
    let parsed = parse_expression(&segments);
    let value = evaluate(&parsed.expression, &NoNames);
    let is_literal = parsed.errors.is_empty() && value.unknown_reason().is_none();
    let kind = if is_literal { value.kind } else { ValueKind::String(text.into()) };
    Value::new(kind, lookup.span)
}
