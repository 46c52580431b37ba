//! `Fn::ImportValue` and `Fn::GetStackOutput`: what one template of a run exports and another
//! one uses.

use std::collections::BTreeMap;
use std::sync::Arc;

use trilith_graph::{
    Flags, Format, Part, Reason, Reference, Resource, Root, Value, ValueKind, Via,
};

use crate::rewrite::rewrite;

/// Pseudo parameters that are the same for a stack and those that it imports from.
const SHARED: [&str; 4] = ["AWS::AccountId", "AWS::Partition", "AWS::Region", "AWS::URLSuffix"];

/// Puts exported values in the place of their imports, where exactly one template of the run
/// exports that name. Everything else stays unknown.
pub fn link_imports(roots: &mut [Root]) {
    let exports = Exports::of(roots);
    if exports.by_name.is_empty() && exports.by_stack.is_empty() {
        return;
    }
    for root in roots.iter_mut().filter(|root| root.format == Format::CloudFormation) {
        let own = root.name.clone();
        for resource in &mut root.resources {
            let mut change = |value: &Value| exports.behind(value, &own);
            rewrite(&mut resource.properties, &mut change);
        }
    }
}

/// What the templates of a run give to others.
struct Exports {
    /// By the name of the export; `None` if several templates export it.
    by_name: BTreeMap<String, Option<Export>>,
    /// By the name of the file without its ending, and that of the output.
    by_stack: BTreeMap<String, Option<Export>>,
}

#[derive(Clone)]
struct Export {
    root: Arc<str>,
    value: Value,
    note: Arc<str>,
    /// Whether it is a guess that the template is the one that is meant.
    is_assumed: bool,
}

impl Exports {
    fn of(roots: &[Root]) -> Self {
        let mut exports = Self { by_name: BTreeMap::new(), by_stack: BTreeMap::new() };
        for root in roots.iter().filter(|root| root.format == Format::CloudFormation) {
            let stem = stem(&root.name);
            for output in root.resources.iter().filter(|r| &*r.resource_type == Resource::OUTPUT) {
                let export = |is_assumed| Export {
                    root: root.name.clone(),
                    value: foreign(output.properties.get("Value"), root),
                    note: format!("output `{}` of {}", output.name, root.name).into(),
                    is_assumed,
                };
                if let Some(name) = export_name(output.properties.path("Export/Name")) {
                    add(&mut exports.by_name, name, export(false));
                }
                // Outputs of nested stacks are named below them.
                if output.address.matches('.').count() == 1 {
                    add(&mut exports.by_stack, format!("{stem}.{}", output.name), export(true));
                }
            }
        }
        exports
    }

    fn behind(&self, value: &Value, importer: &str) -> Option<Value> {
        let ValueKind::Unknown(Reason::Import(name)) = &value.kind else { return None };
        let found = self.by_name.get(&**name).or_else(|| self.by_stack.get(&**name))?;
        let export = found.as_ref().filter(|export| &*export.root != importer)?;
        let next = Via {
            span: export.value.span,
            note: export.note.clone(),
            next: export.value.via.clone(),
        };
        let via = Via {
            span: value.span,
            note: format!("import of `{name}`").into(),
            next: Some(Arc::new(next)),
        };
        let flags = if export.is_assumed { Flags::ASSUMED } else { Flags::NONE };
        let value = Value { span: value.span, via: Some(Arc::new(via)), ..export.value.clone() };
        Some(value.with(flags))
    }
}

fn add(exports: &mut BTreeMap<String, Option<Export>>, name: String, export: Export) {
    exports.entry(name).and_modify(|known| *known = None).or_insert(Some(export));
}

/// The name of a file without directory and ending.
fn stem(name: &str) -> &str {
    let file = name.rsplit_once('/').map_or(name, |(_, file)| file);
    file.split_once('.').map_or(file, |(stem, _)| stem)
}

/// The name of an export, if it is the same wherever the stack is created with what imports it.
fn export_name(value: &Value) -> Option<String> {
    let is_shared = |part: &Part| match part {
        Part::Text(_) => true,
        Part::Hole(hole) => matches!(
            &hole.kind,
            ValueKind::Unknown(Reason::Pseudo(name)) if SHARED.contains(&&**name)
        ),
    };
    match &value.kind {
        ValueKind::String(_) => value.display_text(),
        ValueKind::Template(parts) if parts.iter().all(is_shared) => value.display_text(),
        _ => None,
    }
}

/// A value of another root: its resources are named with that, and what it does not know the
/// importer does not know either.
fn foreign(value: &Value, root: &Root) -> Value {
    let mut value = value.clone();
    let mut change = |value: &Value| {
        let kind = match &value.kind {
            ValueKind::Reference(reference) => ValueKind::Reference(Arc::new(Reference {
                address: format!("{}:{}", root.name, reference.address).into(),
                attribute: reference.attribute.clone(),
            })),
            ValueKind::OneOf(_) => ValueKind::Unknown(Reason::Undecided),
            // A parameter of the importer may have the same name.
            ValueKind::Unknown(Reason::NoDefault(name)) => {
                ValueKind::Unknown(Reason::NoDefault(format!("{}:{name}", root.name).into()))
            }
            _ => return None,
        };
        Some(Value { kind, ..value.clone() })
    };
    rewrite(&mut value, &mut change);
    value
}
