//! The `configuration` of a plan: what was written, without the values.
//!
//! Addresses in it have neither a module path nor instance keys, so everything is looked up by
//! module and address. The index is built once.

use rustc_hash::FxHashMap as HashMap;

use crate::tree::{NodeId, Tree};

/// The modules of a configuration.
#[derive(Debug, Default)]
pub(super) struct Configuration<'t> {
    modules: Vec<Module<'t>>,
}

/// One module.
#[derive(Debug)]
pub(super) struct Module<'t> {
    /// The module that calls it.
    pub(super) parent: Option<usize>,
    /// Expressions of that call.
    pub(super) arguments: Option<NodeId>,
    resources: HashMap<&'t str, NodeId>,
    children: HashMap<&'t str, usize>,
    outputs: HashMap<&'t str, NodeId>,
}

impl<'t> Configuration<'t> {
    /// Indexes the value of the plan's `configuration`.
    pub(super) fn new(tree: &'t Tree<'_>, configuration: Option<NodeId>) -> Self {
        let mut index = Self::default();
        let root = configuration.and_then(|id| tree.get(id, "root_module"));
        let Some(root) = root else { return index };
        // Depth first, with a list of what is left: nesting is bounded by the scanner, but a
        // module path of that depth would be deep for recursion.
        let mut left = vec![(root, None, None, "")];
        while let Some((node, parent, arguments, name)) = left.pop() {
            let own = index.modules.len();
            if let Some(parent) = parent {
                let parent: &mut Module<'t> = &mut index.modules[parent];
                parent.children.insert(name, own);
            }
            index.modules.push(Module::read(tree, node, parent, arguments));
            let calls = tree.get(node, "module_calls");
            for call in calls.into_iter().flat_map(|calls| tree.own_members(calls)) {
                let Some(module) = tree.get(call.value, "module") else { continue };
                let arguments = tree.get(call.value, "expressions");
                left.push((module, Some(own), arguments, call.key));
            }
        }
        index
    }

    /// The root module, if there is a configuration.
    pub(super) fn root(&self) -> Option<usize> {
        (!self.modules.is_empty()).then_some(0)
    }

    /// A module of the index.
    pub(super) fn module(&self, at: usize) -> &Module<'t> {
        &self.modules[at]
    }

    /// The configuration of a resource: `aws_s3_bucket.x`, `data.aws_region.y`.
    pub(super) fn resource(&self, module: usize, address: &str) -> Option<NodeId> {
        self.modules[module].resources.get(address).copied()
    }

    /// A module that a module calls.
    pub(super) fn child(&self, module: usize, name: &str) -> Option<usize> {
        self.modules[module].children.get(name).copied()
    }

    /// The expression of an output.
    pub(super) fn output(&self, module: usize, name: &str) -> Option<NodeId> {
        self.modules[module].outputs.get(name).copied()
    }
}

impl<'t> Module<'t> {
    fn read(
        tree: &'t Tree<'_>,
        node: NodeId,
        parent: Option<usize>,
        arguments: Option<NodeId>,
    ) -> Self {
        let list = tree.get(node, "resources").into_iter().flat_map(|list| tree.items(list));
        let resources = list.filter_map(|resource| {
            let address = tree.get(resource, "address").and_then(|id| tree.string(id))?;
            Some((address, resource))
        });
        let outputs = tree.get(node, "outputs").into_iter().flat_map(|all| tree.own_members(all));
        let outputs = outputs.filter_map(|output| {
            Some((output.key.as_ref(), tree.get(output.value, "expression")?))
        });
        Self {
            parent,
            arguments,
            resources: resources.collect(),
            children: HashMap::default(),
            outputs: outputs.collect(),
        }
    }
}
