//! Nested stacks with a template in the same run, evaluated as their parent creates them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use trilith_graph::{
    Diagnostic, Format, Formula, Reason, Resource, Root, Severity, SourceId, SourceMap, Value,
    ValueKind,
};

use super::mark::{passed_down, put_below};
use super::outputs::Outputs;
use super::paths::local_path;
use crate::link::link;
use crate::parse::{Reading, parse_child};

/// The type of a nested stack; SAM's application is one too.
const STACK: &str = "AWS::CloudFormation::Stack";
/// Stacks that one template creates, with those in them, beyond which the rest is looked at alone.
const MAX_STACKS: usize = 256;
/// Stacks in stacks, beyond which the rest is looked at alone.
const MAX_DEPTH: usize = 16;

/// The roots of a run with the nested ones in their places.
#[derive(Debug, Default)]
pub struct Nested {
    /// The roots. A template that another one creates is not among them: it is part of that.
    pub roots: Vec<Root>,
    /// What is wrong with nested stacks.
    pub diagnostics: Vec<Diagnostic>,
    /// The templates that are evaluated as parts of others. What was found wrong with them alone
    /// rests on their defaults.
    pub children: BTreeSet<SourceId>,
}

/// Puts templates that others create as nested stacks into their places: each is evaluated with
/// the parameters that its parent passes, and is no longer a root of its own.
pub fn nest(sources: &SourceMap, roots: Vec<Root>, reading: &dyn Reading) -> Nested {
    let mut run = Run::new(sources, reading);
    if roots.iter().all(|root| run.templates_of(root).next().is_none()) {
        return Nested { roots, ..Nested::default() };
    }
    let parents: BTreeMap<SourceId, BTreeSet<SourceId>> =
        roots.iter().map(|root| (root.source, run.children_of(root))).collect();
    let tops = tops(&roots, &parents);
    let mut nested = Nested::default();
    let (tops, others): (Vec<Root>, Vec<Root>) =
        roots.into_iter().partition(|root| tops.contains(&root.source));
    nested.roots.extend(tops.into_iter().map(|root| run.instantiate_top(root)));
    for root in others {
        if run.left_out.contains(&root.source) {
            nested.roots.push(root);
        } else {
            nested.children.insert(root.source);
        }
    }
    nested.diagnostics = run.diagnostics;
    nested
}

/// The sources whose roots stay: those that nobody creates, and of a circle the first.
fn tops(roots: &[Root], parents: &BTreeMap<SourceId, BTreeSet<SourceId>>) -> BTreeSet<SourceId> {
    let created: BTreeSet<SourceId> = parents
        .iter()
        .flat_map(|(parent, children)| children.iter().filter(move |child| *child != parent))
        .copied()
        .collect();
    let mut tops = BTreeSet::new();
    let mut reached = BTreeSet::new();
    let (free, others): (Vec<&Root>, Vec<&Root>) =
        roots.iter().partition(|root| !created.contains(&root.source));
    for root in free.into_iter().chain(others) {
        let is_new = !reached.contains(&root.source);
        // A file may hold several templates.
        if is_new || tops.contains(&root.source) {
            tops.insert(root.source);
            let mut open = vec![root.source];
            while let Some(source) = open.pop() {
                if reached.insert(source) {
                    open.extend(parents.get(&source).into_iter().flatten());
                }
            }
        }
    }
    tops
}

struct Run<'r> {
    sources: &'r SourceMap,
    reading: &'r dyn Reading,
    by_name: BTreeMap<&'r str, SourceId>,
    diagnostics: Vec<Diagnostic>,
    /// Files that do not exist, told once each.
    missing: BTreeSet<String>,
    /// Stacks of this top template so far.
    stacks: usize,
    /// Templates of stacks beyond the limits.
    left_out: BTreeSet<SourceId>,
}

impl<'r> Run<'r> {
    fn new(sources: &'r SourceMap, reading: &'r dyn Reading) -> Self {
        Self {
            sources,
            reading,
            by_name: sources.files().map(|(id, file)| (file.name(), id)).collect(),
            diagnostics: Vec::new(),
            missing: BTreeSet::new(),
            stacks: 0,
            left_out: BTreeSet::new(),
        }
    }

    /// The paths of the templates that a root creates, where they are files.
    fn templates_of(&self, root: &Root) -> impl Iterator<Item = String> {
        let stacks = root.resources.iter().filter(|resource| is_stack(root, resource));
        stacks.filter_map(|stack| self.template_of(stack))
    }

    fn children_of(&self, root: &Root) -> BTreeSet<SourceId> {
        let paths = self.templates_of(root);
        paths.filter_map(|path| self.by_name.get(&*path).copied()).collect()
    }

    /// The path of the template of a stack; `None` if it is elsewhere or not known.
    fn template_of(&self, stack: &Resource) -> Option<String> {
        let parent = self.sources.file(stack.span.source).name();
        local_path(parent, stack.properties.get("TemplateURL").as_str()?)
    }

    fn instantiate_top(&mut self, mut root: Root) -> Root {
        self.stacks = 0;
        let had = root.resources.len();
        let chain = [root.source];
        self.instantiate(&mut root, &chain);
        if root.resources.len() != had || !root.stacks.is_empty() {
            root.edges.clear();
            link(&mut root);
        }
        root
    }

    /// Puts the stacks that a root creates into it. `chain` are the templates around it.
    fn instantiate(&mut self, root: &mut Root, chain: &[SourceId]) {
        let mut outputs = Outputs::default();
        let mut waiting: Vec<Arc<str>> = root
            .resources
            .iter()
            .filter(|resource| is_stack(root, resource))
            .map(|resource| resource.address.clone())
            .collect();
        while let Some(at) = next(root, &waiting, &outputs) {
            let address = waiting.remove(at);
            let stack = root.resources.iter().find(|stack| stack.address == address).cloned();
            let Some(stack) = stack else { continue };
            let Some(mut child) = self.child(&stack, chain) else { continue };
            put_below(&mut child, &address);
            for resource in &mut child.resources {
                resource.guard = Formula::all([stack.guard.clone(), resource.guard.clone()]);
            }
            outputs.add(&address, &child.resources);
            root.resources.iter_mut().for_each(|resource| outputs.fill_in(resource));
            root.stacks.push((address, stack.span));
            root.stacks.append(&mut child.stacks);
            root.open |= child.open;
            root.constraints.append(&mut child.constraints);
            root.sensitive.append(&mut child.sensitive);
            root.resources.append(&mut child.resources);
        }
    }

    /// The root of a stack, evaluated with what the stack passes.
    fn child(&mut self, stack: &Resource, chain: &[SourceId]) -> Option<Root> {
        let path = self.template_of(stack)?;
        let Some(source) = self.by_name.get(&*path).copied() else {
            self.report_missing(stack, &path);
            return None;
        };
        if chain.contains(&source) {
            self.report_circle(stack);
            return None;
        }
        if chain.len() > MAX_DEPTH || self.stacks >= MAX_STACKS {
            self.left_out.insert(source);
            return None;
        }
        self.stacks += 1;
        let passed = passed(stack);
        // A nested stack is created with what is known of its parent.
        let top = chain.first().map_or("", |top| self.sources.file(*top).name());
        let options = self.reading.options(top);
        let (mut child, diagnostics) = parse_child(self.sources, source, options, &passed)?;
        for diagnostic in diagnostics {
            if !self.diagnostics.contains(&diagnostic) {
                self.diagnostics.push(diagnostic);
            }
        }
        let chain: Vec<SourceId> = chain.iter().copied().chain([source]).collect();
        self.instantiate(&mut child, &chain);
        Some(child)
    }

    fn report_missing(&mut self, stack: &Resource, path: &str) {
        let message = format!("the template of nested stack `{}` does not exist", stack.name);
        let help = "correct the path: it is relative to the file that names it";
        if self.missing.insert(path.to_owned()) {
            let span = stack.properties.get("TemplateURL").span;
            let diagnostic =
                Diagnostic::new("nested-template-missing", Severity::Medium, span, message);
            self.diagnostics.push(diagnostic.label(format!("no file `{path}`")).help(help));
        }
    }

    fn report_circle(&mut self, stack: &Resource) {
        let message = format!("nested stack `{}` contains itself", stack.name);
        let span = stack.properties.get("TemplateURL").span;
        let diagnostic =
            Diagnostic::new("nested-template-missing", Severity::Medium, span, message);
        let diagnostic = diagnostic
            .label("this template is around it already")
            .help("break the circle: such a stack can never be created");
        if !self.diagnostics.contains(&diagnostic) {
            self.diagnostics.push(diagnostic);
        }
    }
}

fn is_stack(root: &Root, resource: &Resource) -> bool {
    root.format == Format::CloudFormation && &*resource.resource_type == STACK
}

/// The next stack to evaluate: the first whose parameters wait for no other.
fn next(root: &Root, waiting: &[Arc<str>], outputs: &Outputs) -> Option<usize> {
    let is_ready = |address: &Arc<str>| {
        let stack = root.resources.iter().find(|stack| stack.address == *address);
        let mut ready = true;
        if let Some(stack) = stack {
            stack.properties.get("Parameters").walk(&mut |_, value| {
                if let Some(reference) = value.as_reference() {
                    let waits = waiting.contains(&reference.address)
                        && reference.address != *address
                        && !outputs.is_known(&reference.address);
                    ready &= !waits;
                }
            });
        }
        ready
    };
    // In a circle the first is as good as any.
    let ready = waiting.iter().position(is_ready);
    ready.or_else(|| (!waiting.is_empty()).then_some(0))
}

/// What a stack passes to the parameters of its template.
fn passed(stack: &Resource) -> BTreeMap<Arc<str>, Value> {
    let parameters = stack.properties.get("Parameters");
    let is_open = !matches!(parameters.kind, ValueKind::Map(_) | ValueKind::Absent);
    let mut passed = BTreeMap::new();
    for entry in parameters.entries().iter().filter(|_| !is_open) {
        let value = match &entry.value.kind {
            // A list is passed as text.
            ValueKind::List(items) if !items.is_empty() => joined(&entry.value, items),
            _ => entry.value.clone(),
        };
        passed.insert(entry.key.clone(), passed_down(value));
    }
    passed
}

fn joined(list: &Value, items: &[Value]) -> Value {
    let texts: Option<Vec<String>> = items.iter().map(Value::display_text).collect();
    let is_known = items.iter().all(|item| item.as_str().is_some() || item.as_int().is_some());
    match texts.filter(|_| is_known) {
        Some(texts) => Value { kind: ValueKind::String(texts.join(",").into()), ..list.clone() },
        None => Value {
            kind: ValueKind::Unknown(Reason::UnsupportedFunction("Fn::Join".into())),
            ..list.clone()
        },
    }
}
