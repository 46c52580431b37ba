//! Templates: from a tree to a root of the resource graph.

use std::collections::BTreeMap;
use std::sync::Arc;

use trilith_graph::{Diagnostic, Format, Root, Value};

use super::domains::Domains;
use super::evaluate::Evaluator;
use super::members::Members;
use super::parameters::Parameters;
use super::scope::Scope;
use super::{resources, rules};
use crate::sam::{self, Globals};
use crate::tree::{NodeId, Tree};

/// Transforms that add nothing that cannot be seen, or that we expand ourselves.
const KNOWN_TRANSFORMS: [&str; 6] = [
    "AWS::CodeDeployBlueGreen",
    "AWS::Include",
    "AWS::LanguageExtensions",
    "AWS::SecretsManager",
    "AWS::Serverless",
    "AWS::ServiceCatalog",
];

/// Lowers the template that is a document of `tree` into a root called `name`.
///
/// `parameters` are the values that the parameters are given; pseudo parameters such as
/// `AWS::Region` may be among them. The root has no edges yet: see [`crate::link`].
///
/// The diagnostics name what cannot be read; whatever they are, the rest is lowered.
pub fn lower(
    tree: &Tree<'_>,
    document: NodeId,
    name: &str,
    parameters: &BTreeMap<String, String>,
) -> (Root, Vec<Diagnostic>) {
    lower_nested(tree, document, name, parameters, &BTreeMap::new())
}

/// [`lower`] for a nested stack: `passed` are the values that its parent gives to parameters.
pub(crate) fn lower_nested(
    tree: &Tree<'_>,
    document: NodeId,
    name: &str,
    parameters: &BTreeMap<String, String>,
    passed: &BTreeMap<Arc<str>, Value>,
) -> (Root, Vec<Diagnostic>) {
    let section = |key: &str| tree.get(document, key);
    let mappings = section("Mappings");
    let mut declared = Parameters::read(tree, section("Parameters"), parameters);
    declared.pass(passed);
    declared.tell_apart(&Domains::collect(tree, mappings));
    let mut evaluator = Evaluator::new(tree, declared, mappings);
    evaluator.macro_name = section("Transform").and_then(|node| macro_name(tree, node));
    evaluator.makes_ids =
        section("Transform").is_some_and(|node| transforms(tree, node).any(is_serverless));
    let mut root = Root::new(name, tree.source(), Format::CloudFormation);
    root.open = evaluator.macro_name.is_some();
    if let Some(rules) = section("Rules") {
        root.constraints = rules::constraints(&evaluator, rules);
    }
    if let Some(conditions) = section("Conditions") {
        evaluator.declare_conditions(conditions, root.constraints.clone());
        evaluator.compile_conditions();
    }
    let scope = Scope::default();
    let members = section("Resources").map(|node| Members::of(&evaluator, node, &scope));
    let members = members.unwrap_or_default();
    root.open |= members.is_open || tree.get(document, "Fn::Transform").is_some();
    evaluator.resources = resources::declared(&evaluator, &members.list);
    let has_module = resources::has_module(&evaluator, &members.list);
    root.open |= has_module;
    evaluator.makes_ids |= has_module;
    let generated = members.list.iter().flat_map(|member| {
        sam::generated_ids(tree, &member.key, member.node).into_iter().map(Arc::from)
    });
    evaluator.generated = generated.collect();
    root.resources = resources::resources(&evaluator, members.list);
    if let Some(section) = section("Parameters") {
        let lowered = resources::parameters(&evaluator, section);
        root.sensitive = resources::secret_defaults(&lowered);
        root.resources.extend(lowered);
    }
    if let Some(section) = section("Outputs") {
        root.resources.extend(resources::outputs(&evaluator, section));
    }
    let globals = section("Globals").map(|node| evaluator.value(node, &scope));
    sam::expand(&mut root, &Globals::new(globals.unwrap_or_else(|| Value::absent().clone())));
    let (found, diagnostics) = evaluator.finish();
    root.constraints.extend(found);
    (root, diagnostics)
}

/// The transforms of a template, with their names.
fn transforms<'t>(
    tree: &'t Tree<'_>,
    transform: NodeId,
) -> impl Iterator<Item = (NodeId, &'t str)> {
    let listed: Vec<NodeId> = tree.items(transform).collect();
    let transforms = if listed.is_empty() { vec![transform] } else { listed };
    transforms.into_iter().map(|node| {
        let name = tree.get(node, "Name").map_or_else(|| tree.text(node), |name| tree.text(name));
        (node, name)
    })
}

fn is_serverless((_, name): (NodeId, &str)) -> bool {
    name.starts_with("AWS::Serverless")
}

/// The first transform that may add or change anything.
fn macro_name(tree: &Tree<'_>, transform: NodeId) -> Option<Arc<str>> {
    transforms(tree, transform).find_map(|(node, name)| {
        // An include with parameters inserts a file here.
        let includes = name == "AWS::Include" && tree.get(node, "Parameters").is_some();
        let is_known = KNOWN_TRANSFORMS.iter().any(|known| {
            let version = name.strip_prefix(known);
            version.is_some_and(|version| version.is_empty() || version.starts_with('-'))
        });
        (!name.is_empty() && (includes || !is_known)).then(|| name.into())
    })
}
