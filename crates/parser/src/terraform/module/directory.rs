//! What the files of one module directory declare.

use std::collections::HashMap;
use std::sync::Arc;

use trilith_graph::{Diagnostic, Severity, SourceId};

use crate::hcl::{Attribute, Block, Body, ExpressionKind, File, Type};

/// The blocks of one directory: its files put together, override files merged into the others.
///
/// Indexes into `blocks` are what everything else speaks of.
#[derive(Debug, Default)]
pub(super) struct Directory {
    pub(super) blocks: Vec<Block>,
    pub(super) resources: Vec<usize>,
    pub(super) variables: Vec<usize>,
    pub(super) outputs: Vec<usize>,
    pub(super) providers: Vec<usize>,
    pub(super) calls: Vec<usize>,
    pub(super) data: Vec<usize>,
    /// Local values, in order.
    pub(super) locals: Vec<Attribute>,
    /// The types of the variables, in their order.
    pub(super) types: Vec<Type>,
    by_name: HashMap<(Section, Arc<str>), usize>,
    resources_by_name: ByKind,
    data_by_name: ByKind,
    /// The first file.
    pub(super) source: Option<SourceId>,
    /// Whether every file is written in JSON.
    pub(super) is_json: bool,
    /// Whether something could not be read, so that nothing may be called missing.
    pub(super) is_cut: bool,
    pub(super) diagnostics: Vec<Diagnostic>,
}

/// By type and name.
type ByKind = HashMap<Arc<str>, HashMap<Arc<str>, usize>>;

/// What a name is the name of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Section {
    Variable,
    Local,
    Output,
    Call,
    Resource,
    Data,
}

/// A file of a directory.
#[derive(Debug)]
pub(super) struct Part {
    pub(super) source: SourceId,
    pub(super) name: String,
    pub(super) file: File,
}

impl Directory {
    /// Puts the files of a directory together.
    pub(super) fn new(mut parts: Vec<Part>) -> Self {
        // Terraform reads files in the order of their names, and override files last.
        parts.sort_by(|a, b| (is_override(&a.name), &a.name).cmp(&(is_override(&b.name), &b.name)));
        let mut directory = Self {
            source: parts.iter().map(|part| part.source).min(),
            is_json: !parts.is_empty()
                && parts.iter().all(|part| part.name.strip_suffix(".json").is_some()),
            ..Self::default()
        };
        for part in parts {
            directory.is_cut |= part.file.body.is_cut;
            let overrides = is_override(&part.name);
            for block in part.file.body.blocks {
                if overrides {
                    directory.override_with(block);
                } else {
                    directory.add(block);
                }
            }
        }
        directory.types = (directory.variables.iter())
            .map(|at| {
                let constraint = directory.blocks[*at].body.attribute("type");
                constraint.map_or(Type::Any, |found| Type::of(&found.value))
            })
            .collect();
        directory
    }

    fn add(&mut self, block: Block) {
        let at = self.blocks.len();
        match (&*block.type_name, block.label(0).cloned(), block.label(1).cloned()) {
            ("variable", Some(name), _) => self.declare(Section::Variable, name, at),
            ("output", Some(name), _) => self.declare(Section::Output, name, at),
            ("module", Some(name), _) => self.declare(Section::Call, name, at),
            ("provider", Some(_), _) => self.providers.push(at),
            ("resource", Some(kind), Some(name)) => {
                let place = self.resources.len();
                match self.kind(Section::Resource, &kind, &name, place) {
                    Ok(()) => self.resources.push(at),
                    Err(first) => {
                        let first = &self.blocks[self.resources[first]];
                        let diagnostic = declared_twice(&format!("{kind}.{name}"), first, &block);
                        self.diagnostics.push(diagnostic);
                        return;
                    }
                }
            }
            ("data", Some(kind), Some(name)) => {
                let is_new = self.kind(Section::Data, &kind, &name, self.data.len()).is_ok();
                self.data.extend(is_new.then_some(at));
            }
            ("locals", ..) => {
                for local in &block.body.attributes {
                    if self.name(Section::Local, local.name.clone(), self.locals.len()) {
                        self.locals.push(local.clone());
                    }
                }
            }
            _ => {}
        }
        self.blocks.push(block);
    }

    /// Notes a block with a name; the first of several with the same name counts.
    fn declare(&mut self, section: Section, name: Arc<str>, at: usize) {
        let list = match section {
            Section::Variable => &self.variables,
            Section::Output => &self.outputs,
            _ => &self.calls,
        };
        let is_new = self.name(section, name, list.len());
        let list = match section {
            Section::Variable => &mut self.variables,
            Section::Output => &mut self.outputs,
            _ => &mut self.calls,
        };
        list.extend(is_new.then_some(at));
    }

    /// Notes a name; false if it is known.
    fn name(&mut self, section: Section, name: Arc<str>, place: usize) -> bool {
        let mut is_new = false;
        self.by_name.entry((section, name)).or_insert_with(|| {
            is_new = true;
            place
        });
        is_new
    }

    fn kind(
        &mut self,
        section: Section,
        kind: &Arc<str>,
        name: &Arc<str>,
        place: usize,
    ) -> Result<(), usize> {
        let by_kind = match section {
            Section::Data => &mut self.data_by_name,
            _ => &mut self.resources_by_name,
        };
        let names = by_kind.entry(kind.clone()).or_default();
        match names.get(name) {
            Some(first) => Err(*first),
            None => {
                names.insert(name.clone(), place);
                Ok(())
            }
        }
    }

    /// Merges a block of an override file into the block of the same type and labels.
    fn override_with(&mut self, block: Block) {
        if &*block.type_name == "locals" {
            for local in &block.body.attributes {
                match self.by_name.get(&(Section::Local, local.name.clone())) {
                    Some(at) => self.locals[*at] = local.clone(),
                    None => {
                        self.name(Section::Local, local.name.clone(), self.locals.len());
                        self.locals.push(local.clone());
                    }
                }
            }
            return;
        }
        let same = |other: &&mut Block| {
            other.type_name == block.type_name
                && other
                    .labels
                    .iter()
                    .map(|(label, _)| label)
                    .eq(block.labels.iter().map(|(l, _)| l))
                && alias(&other.body) == alias(&block.body)
        };
        match self.blocks.iter_mut().find(same) {
            Some(base) => merge(&mut base.body, block.body),
            None => self.add(block),
        }
    }

    /// The place of a name among those of its section.
    pub(super) fn find(&self, section: Section, name: &Arc<str>) -> Option<usize> {
        self.by_name.get(&(section, name.clone())).copied()
    }

    /// The place of a resource or data source among those of its section.
    pub(super) fn find_kind(&self, section: Section, kind: &str, name: &str) -> Option<usize> {
        let by_kind = match section {
            Section::Data => &self.data_by_name,
            _ => &self.resources_by_name,
        };
        by_kind.get(kind)?.get(name).copied()
    }

    /// The block of a resource.
    pub(super) fn resource(&self, at: usize) -> &Block {
        &self.blocks[self.resources[at]]
    }
}

/// Override files: `override.tf`, `x_override.tf`, and the same in JSON.
fn is_override(name: &str) -> bool {
    let file = name.rsplit('/').next().unwrap_or(name);
    let stem = [".tf.json", ".tofu.json", ".tf", ".tofu"]
        .iter()
        .find_map(|ending| file.strip_suffix(ending))
        .unwrap_or(file);
    stem == "override" || stem.ends_with("_override")
}

/// Attributes of an override take the place of those of the same name, and its nested blocks the
/// place of all nested blocks of the same type, as Terraform merges them.
fn merge(base: &mut Body, over: Body) {
    base.is_cut |= over.is_cut;
    for attribute in over.attributes {
        match base.attributes.iter_mut().find(|own| own.name == attribute.name) {
            Some(own) => *own = attribute,
            None => base.attributes.push(attribute),
        }
    }
    let made = |block: &Block| match (&*block.type_name, block.label(0)) {
        ("dynamic", Some(label)) => label.clone(),
        _ => block.type_name.clone(),
    };
    let replaced: Vec<Arc<str>> = over.blocks.iter().map(made).collect();
    base.blocks.retain(|block| !replaced.contains(&made(block)));
    base.blocks.extend(over.blocks);
}

/// The alias of a provider block, which is part of its name.
fn alias(body: &Body) -> Option<Arc<str>> {
    match &body.attribute("alias")?.value.kind {
        ExpressionKind::String(alias) => Some(alias.clone()),
        _ => None,
    }
}

fn declared_twice(address: &str, first: &Block, second: &Block) -> Diagnostic {
    let message = format!("`{address}` is declared twice");
    Diagnostic::new("terraform-malformed", Severity::Medium, second.header_span(), message)
        .related(first.header_span(), "first declared here")
        .help("rename one of them")
}
