//! Policies that a module puts together and that none of its resources takes.
//!
//! What is handed to a module that is not here, to an output of the root or to nobody is seen by
//! no rule where it is used. Such a document stands for the policy or the role that it becomes,
//! under its own address and open, as a part whose parent is not here does: what it says is
//! judged, and nothing is called missing. One with principals is a trust policy if all that it
//! allows is to assume a role; of another nobody can tell what it belongs to.

use std::collections::BTreeSet;
use std::sync::Arc;

use trilith_graph::{Flags, Map, Resource, Tri, Value};

use super::calls::Calls;
use super::directory::Section;
use super::instance::Module;
use super::instances::Instances;
use super::settings::{self, Made};
use crate::hcl::{Block, Expression};

/// The data source that makes a policy of blocks.
const DOCUMENT: &str = "aws_iam_policy_document";
/// Members of a statement that say whom it is about.
const PRINCIPALS: [&str; 2] = ["Principal", "NotPrincipal"];
/// What the trust policy of a role allows.
const TRUST: [&str; 3] = ["sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity"];

/// The documents of modules that nothing takes. Of several instances of a module only the first
/// counts.
pub(super) fn unused<'a>(modules: &[&'a Module<'a>]) -> Vec<Resource> {
    let mut found = Vec::new();
    for module in modules.iter().filter(|module| !module.is_repeated) {
        let documents: Vec<usize> = (0..module.directory.data.len())
            .filter(|at| block_of(module, *at).label(0).is_some_and(|kind| &**kind == DOCUMENT))
            .collect();
        if documents.is_empty() {
            continue;
        }
        let taken = taken(module);
        let is_free = |at: &usize| {
            block_of(module, *at).label(1).is_some_and(|name| !taken.contains(&**name))
        };
        found.extend(documents.into_iter().filter(is_free).filter_map(|at| document(module, at)));
    }
    found
}

fn block_of<'a>(module: &Module<'a>, at: usize) -> &'a Block {
    &module.directory.blocks[module.directory.data[at]]
}

/// The names of the documents that something refers to of which all can be seen: not an output
/// of the root, and not a call of a module that is not here.
fn taken<'a>(module: &'a Module<'a>) -> BTreeSet<String> {
    let directory = module.directory;
    let mut hidden: BTreeSet<usize> = BTreeSet::new();
    if module.caller.is_none() {
        hidden.extend(&directory.outputs);
    }
    for (at, call) in directory.calls.iter().enumerate() {
        if !matches!(module.calls(at), Some(Calls::Made(_))) {
            hidden.insert(*call);
        }
    }
    let mut names = BTreeSet::new();
    let mut note = |expression: &Expression| {
        for reference in expression.references().iter().filter(|one| one.root == "data") {
            let mut steps = reference.attributes();
            if steps.next() == Some(DOCUMENT) {
                names.extend(steps.next().map(str::to_owned));
            }
        }
    };
    for (at, block) in directory.blocks.iter().enumerate() {
        if !hidden.contains(&at) {
            block.body.for_each_value(&mut note);
        }
    }
    directory.locals.iter().for_each(|local| note(&local.value));
    names
}

/// A document as the resource that it stands for.
fn document<'a>(module: &'a Module<'a>, at: usize) -> Option<Resource> {
    let key: Arc<str> = match module.instances(Section::Data, at)? {
        Instances::Keyed(list) => list.first()?.key.clone(),
        Instances::Single | Instances::Unknown(..) => "".into(),
    };
    let policy = module.policy(at, &key);
    let (resource_type, property) = stands_for(&policy)?;
    let block = block_of(module, at);
    let name = block.label(1)?.clone();
    let mut properties = Map::default();
    properties.insert(property, policy.span, policy);
    let properties = Value::map(properties, block.span).with(Flags::OPEN);
    let address = format!("data.{DOCUMENT}.{name}");
    let made = Made { source_type: DOCUMENT, address: &address, name };
    let span = block.header_span();
    let mut resource = settings::resource(made, resource_type, span, properties, module);
    resource.flags = resource.flags.with(Flags::OPEN);
    Some(resource)
}

/// The type and the property that take such a policy.
fn stands_for(policy: &Value) -> Option<(&'static str, &'static str)> {
    let statements = policy.get("Statement").items();
    let names_principals = |statement: &&Value| {
        PRINCIPALS.iter().any(|member| statement.get(member).is_present() != Tri::False)
    };
    let named = statements.iter().filter(names_principals).count();
    if statements.is_empty() {
        None
    } else if named == 0 {
        Some(("AWS::IAM::ManagedPolicy", "PolicyDocument"))
    } else {
        let is_trust = named == statements.len() && statements.iter().all(only_assumes);
        is_trust.then_some(("AWS::IAM::Role", "AssumeRolePolicyDocument"))
    }
}

fn only_assumes(statement: &Value) -> bool {
    let assumes = |text: &str| TRUST.iter().any(|start| text.starts_with(start));
    statement.get("Action").items().iter().all(|action| action.as_str().is_some_and(assumes))
}
