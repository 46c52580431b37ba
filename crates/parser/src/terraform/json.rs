//! Modules in Terraform's JSON syntax: what `cdktf synth` and people write as `*.tf.json`.

use std::collections::HashMap;
use std::sync::Arc;

use trilith_graph::{
    Diagnostic, Entry, Flags, Format, Formula, Map, Reference, Resource, Root, RootId, Span, Value,
    ValueKind,
};

use super::blocks::{At, Block, Blocks};
use super::evaluate::Evaluator;
use super::iteration::Iteration;
use crate::canonical::{self, Draft};
use crate::tree::{Kind, NodeId, Tree, to_value};

/// Arguments that are about the block and not about what it makes.
const META: [&str; 8] =
    ["//", "count", "for_each", "provider", "depends_on", "lifecycle", "provisioner", "connection"];

/// Instances that a literal `count` or `for_each` makes of one block.
const INSTANCE_LIMIT: usize = 256;

/// Reads the files of one module directory as a root called `name`. There must be at least one.
///
/// Input variables take their defaults. Modules that it calls are not read: they leave the root
/// open. References are not yet edges; see `link`.
pub fn lower_module<'t>(files: &[(&'t Tree<'t>, NodeId)], name: &str) -> (Root, Vec<Diagnostic>) {
    let source = files.first().map_or(trilith_graph::SourceId(0), |(tree, _)| tree.source());
    let mut root = Root::new(name, source, Format::TerraformJson);
    let mut diagnostics = Vec::new();
    let blocks = Blocks::read(files, &mut diagnostics);
    root.open = !blocks.modules.is_empty() || files.iter().any(|(tree, id)| tree.is_cut(*id));
    let mut evaluator = Evaluator::new(&blocks);
    let providers = Providers::read(&blocks, &mut evaluator);
    for block in &blocks.variables {
        let parameter = variable(block, &mut root.sensitive);
        root.resources.push(parameter);
    }
    let mut drafts = Vec::new();
    for block in &blocks.resources {
        drafts.extend(instances(block, &providers, &mut evaluator));
    }
    diagnostics.extend(canonical::map_drafts(drafts, &evaluator, &mut root));
    for block in &blocks.outputs {
        let output = output(block, &mut evaluator, &mut root.sensitive);
        root.resources.push(output);
    }
    (root, diagnostics)
}

/// What the provider blocks say about the resources that use them.
struct Providers {
    /// By the name that resources use: `aws`, `aws.west`.
    settings: HashMap<String, Provider>,
}

#[derive(Default)]
struct Provider {
    region: Option<Value>,
    tags: Option<Value>,
}

impl Providers {
    fn read<'t>(blocks: &Blocks<'t>, evaluator: &mut Evaluator<'_, 't>) -> Self {
        let mut settings = HashMap::new();
        for block in &blocks.providers {
            let alias = block.get("alias").and_then(|at| at.tree.string(at.id));
            let name = match alias {
                Some(alias) => format!("{}.{alias}", block.name),
                None => block.name.to_string(),
            };
            let tags = block
                .get("default_tags")
                .and_then(|tags| tags.bodies().into_iter().find_map(|body| body.get("tags")));
            let provider = Provider {
                region: block.get("region").map(|at| evaluator.value(at)),
                tags: tags.map(|at| evaluator.value(at)),
            };
            settings.insert(name, provider);
        }
        Self { settings }
    }

    /// The provider of a resource.
    fn of(&self, block: &Block<'_>) -> Option<&Provider> {
        let own = block.get("provider").and_then(|at| at.tree.string(at.id));
        let own = own.map(|text| text.trim_start_matches("${").trim_end_matches('}'));
        let default = block.kind.split('_').next().unwrap_or_default();
        self.settings.get(own.unwrap_or(default))
    }
}

/// The resources that a block makes.
fn instances<'t>(
    block: &Block<'t>,
    providers: &Providers,
    evaluator: &mut Evaluator<'_, 't>,
) -> Vec<Draft> {
    let address = format!("{}.{}", block.kind, block.name);
    let mut drafts = Vec::new();
    for (key, iteration) in iterations(block, evaluator) {
        let depth = evaluator.enter(iteration);
        let raw = attributes(block, providers.of(block), evaluator);
        let attributes = beside(block, providers.of(block), evaluator);
        evaluator.leave(depth);
        drafts.push(Draft {
            address: format!("{address}{key}").into(),
            name: block.name.clone(),
            source_type: block.kind.clone(),
            span: block.span,
            raw,
            attributes,
            guard: Formula::True,
            unset: Vec::new(),
            parent: None,
            has_references: true,
        });
    }
    drafts
}

/// The instance keys of a block, with what `count.index` or `each.value` is in each. Where the
/// number is not known, one instance stands for all.
fn iterations<'t>(
    block: &Block<'t>,
    evaluator: &mut Evaluator<'_, 't>,
) -> Vec<(String, Vec<Iteration>)> {
    let unknown =
        |name: &str, span: Span| vec![(String::new(), vec![Iteration::unknown(name, span)])];
    if let Some(count) = block.get("count") {
        let value = evaluator.value(count);
        let span = value.span;
        return match value.as_int().and_then(|count| usize::try_from(count).ok()) {
            Some(count) if count <= INSTANCE_LIMIT => {
                (0..count).map(|at| (format!("[{at}]"), vec![Iteration::count(at, span)])).collect()
            }
            _ => unknown("count", span),
        };
    }
    if let Some(each) = block.get("for_each") {
        let value = evaluator.value(each);
        return match Iteration::all("each", &value) {
            Some(all) if all.len() <= INSTANCE_LIMIT => all
                .into_iter()
                .map(|one| (format!("[\"{}\"]", one.key_text()), vec![one]))
                .collect(),
            _ => unknown("each", value.span),
        };
    }
    vec![(String::new(), Vec::new())]
}

/// The attributes of a block without those that are about the block itself.
fn attributes<'t>(
    block: &Block<'t>,
    provider: Option<&Provider>,
    evaluator: &mut Evaluator<'_, 't>,
) -> Value {
    let mut map = Map::default();
    for body in &block.body {
        evaluator.members(*body, &META, &mut map);
    }
    if let Some(defaults) = provider.and_then(|provider| provider.tags.as_ref()) {
        add_default_tags(&mut map, defaults, block.span);
    }
    let span = block.body.first().map_or(block.span, |body| body.tree.span(body.id));
    let cut = block.body.iter().any(|body| body.tree.is_cut(body.id));
    Value::map(map, span).with(if cut { Flags::OPEN } else { Flags::NONE })
}

/// `tags_all`: the provider's tags and the resource's own, which come first.
fn add_default_tags(map: &mut Map, defaults: &Value, span: Span) {
    let own = map.get("tags").cloned();
    let absent = || Value::new(ValueKind::Null, span);
    map.get_or_insert_with("tags", span, absent);
    let all = match (own.as_ref().map(|own| &own.kind), &defaults.kind) {
        (None | Some(ValueKind::Null), _) => defaults.clone(),
        (Some(ValueKind::Map(own)), ValueKind::Map(defaults)) => {
            let mut all = Map::clone(own);
            for entry in defaults.entries() {
                if all.get(&entry.key).is_none() {
                    all.push(entry.clone());
                }
            }
            Value::map(all, span)
        }
        _ => Value::unknown(trilith_graph::Reason::Undecided, span),
    };
    map.insert("tags_all", span, all.with(Flags::SYNTHETIC));
}

/// What stands beside the attributes.
fn beside<'t>(
    block: &Block<'t>,
    provider: Option<&Provider>,
    evaluator: &mut Evaluator<'_, 't>,
) -> Value {
    let mut map = Map::default();
    let mut add = |key: &str, value: Value| {
        map.push(Entry { key: key.into(), key_span: value.span, value });
    };
    if let Some(lifecycle) = block.get("lifecycle") {
        add("lifecycle", evaluator.value(lifecycle));
    }
    if let Some(region) = provider.and_then(|provider| provider.region.clone()) {
        add("region", region);
    }
    if let Some(orders) = block.get("depends_on") {
        let references: Vec<Value> =
            orders.tree.items(orders.id).filter_map(|id| order(At { id, ..orders })).collect();
        if !references.is_empty() {
            add("DependsOn", Value::list(references, orders.tree.span(orders.id)));
        }
    }
    Value::map(map, block.span)
}

/// An element of `depends_on`: a reference without `${}`.
fn order(at: At<'_>) -> Option<Value> {
    let text = at.tree.string(at.id)?;
    let text = text.strip_prefix("${").and_then(|text| text.strip_suffix('}')).unwrap_or(text);
    let reference = Reference { address: text.trim().into(), attribute: "".into() };
    Some(Value::new(ValueKind::Reference(Arc::new(reference)), at.tree.span(at.id)))
}

fn is_true(block: &Block<'_>, key: &str) -> bool {
    block.get(key).is_some_and(|at| {
        at.tree.kind(at.id) == Kind::Bool(true) || at.tree.string(at.id) == Some("true")
    })
}

fn variable(block: &Block<'_>, sensitive: &mut Vec<Span>) -> Resource {
    let is_secret = is_true(block, "sensitive");
    let mut map = named(block);
    let mut add = |key: &str, value: Value| {
        map.push(Entry { key: key.into(), key_span: value.span, value });
    };
    for (attribute, property) in [("type", "Type"), ("description", "Description")] {
        if let Some(at) = block.get(attribute) {
            add(property, to_value(at.tree, at.id));
        }
    }
    if let Some(default) = block.get("default") {
        let mut value = to_value(default.tree, default.id);
        if is_secret {
            sensitive.push(default.tree.span(default.id));
            value = value.with(Flags::SENSITIVE);
        }
        add("Default", value);
    }
    add("NoEcho", Value::new(ValueKind::Bool(is_secret), block.span));
    resource("var", "variable", Resource::PARAMETER, block, map)
}

fn output<'t>(
    block: &Block<'t>,
    evaluator: &mut Evaluator<'_, 't>,
    sensitive: &mut Vec<Span>,
) -> Resource {
    let is_secret = is_true(block, "sensitive");
    let mut map = named(block);
    if let Some(at) = block.get("value") {
        let mut value = evaluator.value(at);
        if is_secret {
            sensitive.push(at.tree.span(at.id));
            value = value.with(Flags::SENSITIVE);
        }
        map.push(Entry { key: "Value".into(), key_span: value.span, value });
    }
    let echo = Value::new(ValueKind::Bool(is_secret), block.span);
    map.push(Entry { key: "NoEcho".into(), key_span: block.span, value: echo });
    resource("output", "output", Resource::OUTPUT, block, map)
}

fn named(block: &Block<'_>) -> Map {
    let mut map = Map::default();
    let name = Value::string(block.name.clone(), block.span);
    map.push(Entry { key: "Name".into(), key_span: block.span, value: name });
    map
}

fn resource(
    prefix: &str,
    source_type: &str,
    resource_type: &str,
    block: &Block<'_>,
    properties: Map,
) -> Resource {
    let properties = Value::map(properties, block.span);
    Resource {
        root: RootId(0),
        address: format!("{prefix}.{}", block.name).into(),
        name: block.name.clone(),
        resource_type: resource_type.into(),
        source_type: source_type.into(),
        format: Format::TerraformJson,
        span: block.span,
        raw: properties.clone(),
        properties,
        attributes: Value::map(Map::default(), block.span),
        guard: Formula::True,
        flags: Flags::NONE,
    }
}
