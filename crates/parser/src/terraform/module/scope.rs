//! What the names of a module stand for.

use std::sync::Arc;

use trilith_graph::{Entry, Flags, Map, Reason, Span, Value, ValueKind};

use super::calls::Calls;
use super::directory::Section;
use super::instance::Module;
use super::instances::{Instances, Position};
use crate::canonical;
use crate::hcl::{Definition, FileText, Lookup, LookupStep, Resolved, Scope};

/// The names of a module.
#[derive(Clone, Copy)]
pub(super) struct In<'a>(pub(super) &'a Module<'a>);

impl Scope for In<'_> {
    fn resolve(&self, lookup: &Lookup<'_>) -> Option<Resolved> {
        let first = lookup.attribute(0);
        match (lookup.root, first) {
            ("var", Some(name)) => self.variable(name, lookup),
            ("local", Some(name)) => self.local(name, lookup),
            ("data", _) => self.data(lookup),
            ("module", Some(name)) => self.call(name, lookup),
            ("path", Some(name)) => self.path(name, lookup),
            ("terraform", Some(name)) => {
                let reason = Reason::Pseudo(format!("{}.{name}", lookup.root).into());
                Some(Resolved::unknown(reason, lookup))
            }
            ("each" | "count" | "self", _) => Some(Resolved::unknown(Reason::Undecided, lookup)),
            // Terraform refuses them. What is meant is plain, and what it would mean is judged.
            ("True" | "TRUE", None) => Some(boolean(true, lookup)),
            ("False" | "FALSE", None) => Some(boolean(false, lookup)),
            _ => self.resource(lookup),
        }
    }

    fn definition(&self, lookup: &Lookup<'_>) -> Option<Definition<'_>> {
        let [LookupStep::Attribute(name), rest @ ..] = lookup.steps else { return None };
        let module = self.0;
        match (lookup.root, rest) {
            ("local", []) => {
                let at = module.directory.find(Section::Local, name)?;
                let expression = &module.directory.locals[at].value;
                Some(Definition { expression, scope: module.scope() })
            }
            ("var", []) => {
                let (expression, scope) = module.argument(name)?;
                Some(Definition { expression, scope })
            }
            ("module", [LookupStep::Attribute(output)]) => {
                let at = module.directory.find(Section::Call, name)?;
                let Some(Calls::Made(made)) = module.calls(at) else { return None };
                let child = made.single()?;
                let at = child.directory.find(Section::Output, output)?;
                let block = &child.directory.blocks[child.directory.outputs[at]];
                let expression = &block.body.attribute("value")?.value;
                Some(Definition { expression, scope: child.scope() })
            }
            _ => None,
        }
    }

    fn is_there(&self, lookup: &Lookup<'_>) -> bool {
        let (section, kind, steps) = match (lookup.root, lookup.steps) {
            ("data", [LookupStep::Attribute(kind), steps @ ..]) => (Section::Data, &**kind, steps),
            (kind, steps) => (Section::Resource, kind, steps),
        };
        // Behind the attribute it is the provider's matter what there is.
        let [LookupStep::Attribute(name), LookupStep::Index(index), LookupStep::Attribute(_)] =
            steps
        else {
            return false;
        };
        let at = self.0.directory.find_kind(section, kind, name);
        let instances = at.and_then(|at| self.0.instances(section, at));
        instances.is_some_and(|instances| instances.has(index))
    }

    fn read_file(&self, path: &str) -> FileText {
        self.0.world.read_file(path)
    }

    fn condition_name(&self, text: &str, roots: &[&str]) -> Arc<str> {
        let prefix = self.0.prefix.trim_end_matches('.');
        if prefix.is_empty() || roots.is_empty() {
            return text.into();
        }
        format!("{text} in {prefix}").into()
    }
}

fn boolean(meant: bool, lookup: &Lookup<'_>) -> Resolved {
    Resolved::new(Value::new(ValueKind::Bool(meant), lookup.span), 0)
}

impl<'a> In<'a> {
    fn variable(self, name: &Arc<str>, lookup: &Lookup<'_>) -> Option<Resolved> {
        let module = self.0;
        let at = module.directory.find(Section::Variable, name)?;
        let value = module.variable(at, lookup.span);
        if let ValueKind::Unknown(Reason::NoDefault(_)) = value.kind {
            return Some(Resolved::new(Value { span: lookup.span, ..value }, 1));
        }
        let note = module.note(Section::Variable, at, || match module.rests_on_default(name) {
            true => format!("default of variable `{name}`"),
            false if module.caller.is_some() => format!("argument `{name}` of the module"),
            false => format!("value of variable `{name}`"),
        });
        Some(Resolved::new(value, 1).note(note))
    }

    fn local(self, name: &Arc<str>, lookup: &Lookup<'_>) -> Option<Resolved> {
        let at = self.0.directory.find(Section::Local, name)?;
        let value = self.0.local(at, lookup.span);
        let note = self.0.note(Section::Local, at, || format!("local value `{name}`"));
        Some(Resolved::new(value, 1).note(note))
    }

    fn path(self, name: &str, lookup: &Lookup<'_>) -> Option<Resolved> {
        let text: Arc<str> = match name {
            "module" => self.0.path.clone(),
            "root" | "cwd" => ".".into(),
            _ => return None,
        };
        Some(Resolved::new(Value::string(text, lookup.span), 1))
    }

    /// An output of a module, or all outputs of it.
    fn call(self, name: &Arc<str>, lookup: &Lookup<'_>) -> Option<Resolved> {
        let module = self.0;
        let at = module.directory.find(Section::Call, name)?;
        let made = match module.calls(at) {
            Some(Calls::Made(made)) => made,
            Some(Calls::Unseen(reason)) => return Some(Resolved::unknown(reason.clone(), lookup)),
            None => return Some(Resolved::unknown(Reason::Undecided, lookup)),
        };
        let one = |child: &'a Module<'a>, output: Option<&Arc<str>>, steps: usize| match output {
            Some(output) => {
                let Some(at) = child.directory.find(Section::Output, output) else {
                    let name = format!("module.{name}.{output}");
                    return Resolved::unknown(Reason::Undeclared(name.into()), lookup);
                };
                let value = child.output(at, lookup.span);
                Resolved::new(value, steps + 1)
                    .note(format!("output `{output}` of `module.{name}`"))
            }
            None => Resolved::new(outputs(child, lookup.span), steps),
        };
        let resolved = match (&made.instances, lookup.steps.get(1)) {
            (Instances::Single | Instances::Unknown(..), Some(LookupStep::Index(_))) => {
                one(made.modules.first()?, lookup.attribute(2), 2)
            }
            (Instances::Single, _) => one(made.modules.first()?, lookup.attribute(1), 1),
            (Instances::Unknown(..), Some(LookupStep::Attribute(output))) => {
                one(made.modules.first()?, Some(output), 1)
            }
            (Instances::Unknown(..), _) => {
                let value = outputs(made.modules.first()?, lookup.span).with(Flags::SYNTHETIC);
                Resolved::new(Value::list(vec![value], lookup.span).with(Flags::OPEN), 1)
            }
            (Instances::Keyed(_), Some(LookupStep::Index(index))) => {
                match made.instances.position(index) {
                    Position::At(at) => one(made.modules.get(at)?, lookup.attribute(2), 2),
                    Position::Missing => Resolved::unknown(Reason::Malformed, lookup),
                    Position::Unknown => Resolved::unknown(Reason::Undecided, lookup),
                }
            }
            (Instances::Keyed(_), _) => {
                let each = made.modules.iter().map(|child| outputs(child, lookup.span));
                Resolved::new(made.instances.collection(each, lookup.span), 1)
            }
        };
        Some(resolved)
    }

    /// A data source: policies are put together, what is given to the others comes back from
    /// them, and the rest is read when Terraform plans.
    fn data(self, lookup: &Lookup<'_>) -> Option<Resolved> {
        let module = self.0;
        let (kind, name) = (lookup.attribute(0)?, lookup.attribute(1)?);
        let at = module.directory.find_kind(Section::Data, kind, name)?;
        let address = format!("data.{kind}.{name}");
        let unknown = || Resolved::unknown(Reason::DataSource(address.as_str().into()), lookup);
        let Some(instances) = module.instances(Section::Data, at) else { return Some(unknown()) };
        let is_policy = &**kind == "aws_iam_policy_document";
        let (key, steps) = match (instances, lookup.steps.get(2)) {
            (Instances::Keyed(_), Some(LookupStep::Index(index))) => {
                match instances.position(index) {
                    Position::At(place) => (instances.key(place), 3),
                    Position::Missing => return Some(Resolved::unknown(Reason::Malformed, lookup)),
                    Position::Unknown => return Some(unknown()),
                }
            }
            (Instances::Keyed(list), step)
                if list.len() != 1 || step.is_none() || is_splat(step) =>
            {
                if !is_policy {
                    return Some(unknown());
                }
                let each = (0..list.len())
                    .map(|place| whole(&module.policy(at, &instances.key(place)), lookup.span));
                return Some(Resolved::new(instances.collection(each, lookup.span), 2));
            }
            (Instances::Keyed(_), _) => (instances.key(0), 2),
            (_, Some(LookupStep::Index(_))) => ("".into(), 3),
            (_, _) => ("".into(), 2),
        };
        let Some(attribute) = lookup.attribute(steps) else {
            if !is_policy || lookup.steps.len() > steps {
                return Some(unknown());
            }
            return Some(Resolved::new(whole(&module.policy(at, &key), lookup.span), steps));
        };
        if is_policy && matches!(&**attribute, "json" | "minified_json") {
            let value = module.policy(at, &key);
            return Some(Resolved::new(value, steps + 1).note(format!("policy `{address}`")));
        }
        let block = &module.directory.blocks[module.directory.data[at]];
        // Another provider may stand for another account.
        if let (Some(name), None) = (pseudo(kind, attribute), block.body.attribute("provider")) {
            return Some(Resolved::unknown(Reason::Pseudo(name.into()), lookup));
        }
        if let (Some(given), true) = (block.body.attribute(attribute), key.is_empty()) {
            let value = crate::hcl::evaluate(&given.value, module.scope());
            return Some(Resolved::new(value, steps + 1).note(format!("`{address}`")));
        }
        Some(unknown())
    }

    /// An attribute of a resource: a reference where it says which resource it is or where its
    /// value comes from the provider, else the value that its block gives.
    fn resource(self, lookup: &Lookup<'_>) -> Option<Resolved> {
        let module = self.0;
        let name = lookup.attribute(0)?;
        let at = module.directory.find_kind(Section::Resource, lookup.root, name)?;
        let Some(instances) = module.instances(Section::Resource, at) else {
            return Some(Resolved::unknown(Reason::Undecided, lookup));
        };
        let whole: Arc<str> = "".into();
        let reference = |key: &str| module.reference(at, key, &whole, lookup.span);
        let (key, steps) = match (instances, lookup.steps.get(1)) {
            (Instances::Single, Some(LookupStep::Splat)) => {
                return Some(Resolved::new(Value::list(vec![reference("")], lookup.span), 1));
            }
            (Instances::Unknown(..), Some(LookupStep::Splat)) => {
                let one = reference("").with(Flags::SYNTHETIC);
                let list = Value::list(vec![one], lookup.span).with(Flags::OPEN);
                return Some(Resolved::new(list, 1));
            }
            (Instances::Single | Instances::Unknown(..), Some(LookupStep::Index(_))) => {
                ("".into(), 2)
            }
            (Instances::Single | Instances::Unknown(..), _) => ("".into(), 1),
            (Instances::Keyed(_), Some(LookupStep::Index(index))) => {
                match instances.position(index) {
                    Position::At(place) => (instances.key(place), 2),
                    Position::Missing => return Some(Resolved::unknown(Reason::Malformed, lookup)),
                    Position::Unknown => return Some(Resolved::unknown(Reason::Undecided, lookup)),
                }
            }
            (Instances::Keyed(list), Some(LookupStep::Attribute(_))) => match list.len() {
                1 => (instances.key(0), 1),
                _ => return Some(Resolved::unknown(Reason::Undecided, lookup)),
            },
            (Instances::Keyed(list), _) => {
                let each = (0..list.len()).map(|place| reference(&instances.key(place)));
                return Some(Resolved::new(instances.collection(each, lookup.span), 1));
            }
        };
        let Some(attribute) = lookup.attribute(steps) else {
            return Some(Resolved::new(reference(&key), steps));
        };
        if !canonical::is_identity(lookup.root, attribute)
            && let Some(value) = module.given(at, &key, attribute)
        {
            let address = format!("{}.{name}.{attribute}", lookup.root);
            return Some(Resolved::new(value, steps + 1).note(format!("`{address}`")));
        }
        Some(Resolved::new(module.reference(at, &key, attribute, lookup.span), steps + 1))
    }
}

fn is_splat(step: Option<&LookupStep>) -> bool {
    matches!(step, Some(LookupStep::Splat))
}

/// All outputs of a module.
fn outputs<'a>(child: &'a Module<'a>, span: Span) -> Value {
    let mut map = Map::default();
    for (at, block) in child.directory.outputs.iter().enumerate() {
        let block = &child.directory.blocks[*block];
        let Some((name, place)) = block.labels.first() else { continue };
        map.push(Entry { key: name.clone(), key_span: *place, value: child.output(at, span) });
    }
    Value::map(map, span)
}

/// The pseudo parameter of CloudFormation that a data source gives too.
/// A data source that makes a policy, as the object with that.
fn whole(policy: &Value, span: Span) -> Value {
    let mut map = Map::default();
    for key in ["json", "minified_json"] {
        map.push(Entry { key: key.into(), key_span: policy.span, value: policy.clone() });
    }
    Value::map(map, span).with(Flags::OPEN)
}

fn pseudo(kind: &str, attribute: &str) -> Option<&'static str> {
    match (kind, attribute) {
        ("aws_partition", "partition" | "id") => Some("AWS::Partition"),
        ("aws_partition", "dns_suffix") => Some("AWS::URLSuffix"),
        ("aws_caller_identity", "account_id" | "id") => Some("AWS::AccountId"),
        ("aws_region", "name" | "id" | "region") => Some("AWS::Region"),
        _ => None,
    }
}
