//! The blocks of a module in Terraform's JSON syntax.
//!
//! A block may be an object or a list of objects at every level, and `//` is a comment.

use std::collections::HashMap;
use std::sync::Arc;

use trilith_graph::{Diagnostic, Severity, Span};

use crate::tree::{Kind, Member, NodeId, Tree};

/// A node of one of the files of a module.
#[derive(Debug, Clone, Copy)]
pub(super) struct At<'t> {
    pub(super) tree: &'t Tree<'t>,
    pub(super) id: NodeId,
}

/// A block with labels.
#[derive(Debug, Clone)]
pub(super) struct Block<'t> {
    /// Type and name; for one label, the name.
    pub(super) kind: Arc<str>,
    pub(super) name: Arc<str>,
    /// Where it is named.
    pub(super) span: Span,
    /// Its body; more than one where it is written as a list.
    pub(super) body: Vec<At<'t>>,
}

/// All blocks of a module.
#[derive(Debug, Default)]
pub(super) struct Blocks<'t> {
    pub(super) resources: Vec<Block<'t>>,
    pub(super) data: HashMap<String, Block<'t>>,
    pub(super) variables: Vec<Block<'t>>,
    pub(super) outputs: Vec<Block<'t>>,
    pub(super) providers: Vec<Block<'t>>,
    pub(super) modules: Vec<Block<'t>>,
    pub(super) locals: HashMap<Arc<str>, (At<'t>, Span)>,
    /// Resources by address.
    pub(super) by_address: HashMap<String, usize>,
}

impl<'t> At<'t> {
    /// The objects that a block is: itself or the elements of a list.
    pub(super) fn bodies(self) -> Vec<At<'t>> {
        match self.tree.kind(self.id) {
            Kind::Map => vec![self],
            Kind::List => {
                let items = self.tree.items(self.id).map(|id| At { id, ..self });
                items.filter(|item| item.tree.kind(item.id) == Kind::Map).collect()
            }
            _ => Vec::new(),
        }
    }

    /// The members of an object without comments, each key once.
    pub(super) fn members(self) -> Vec<Member<'t>> {
        let mut members = self.tree.members(self.id);
        members.retain(|member| &**member.key != "//");
        members
    }

    /// A member of an object.
    pub(super) fn get(self, key: &str) -> Option<At<'t>> {
        self.tree.get(self.id, key).map(|id| At { id, ..self })
    }
}

impl<'t> Block<'t> {
    /// A member of its body.
    pub(super) fn get(&self, key: &str) -> Option<At<'t>> {
        self.body.iter().find_map(|body| body.get(key))
    }
}

impl<'t> Blocks<'t> {
    /// Collects the blocks of the files of a module.
    pub(super) fn read(
        files: &[(&'t Tree<'t>, NodeId)],
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Self {
        let mut blocks = Self::default();
        for (tree, id) in files {
            for body in (At { tree, id: *id }).bodies() {
                for member in body.members() {
                    let value = At { id: member.value, ..body };
                    blocks.add(member.key, value, diagnostics);
                }
            }
        }
        blocks
    }

    fn add(&mut self, kind: &str, value: At<'t>, diagnostics: &mut Vec<Diagnostic>) {
        match kind {
            "resource" => {
                for block in labelled(value) {
                    let address = format!("{}.{}", block.kind, block.name);
                    if let Some(first) = self.by_address.get(&address) {
                        let message = format!("`{address}` is declared twice");
                        let first = self.resources[*first].span;
                        diagnostics.push(
                            Diagnostic::new(
                                "terraform-malformed",
                                Severity::Medium,
                                block.span,
                                message,
                            )
                            .related(first, "first declared here")
                            .help("rename one of them"),
                        );
                        continue;
                    }
                    self.by_address.insert(address, self.resources.len());
                    self.resources.push(block);
                }
            }
            "data" => {
                for block in labelled(value) {
                    self.data.insert(format!("{}.{}", block.kind, block.name), block);
                }
            }
            "variable" => self.variables.extend(named(value)),
            "output" => self.outputs.extend(named(value)),
            "provider" => self.providers.extend(named(value)),
            "module" => self.modules.extend(named(value)),
            "locals" => {
                for body in value.bodies() {
                    for member in body.members() {
                        let value = At { id: member.value, ..body };
                        self.locals.insert(member.key.clone(), (value, member.key_span));
                    }
                }
            }
            // `terraform`, `moved`, `import`, `check`: nothing that exists.
            _ => {}
        }
    }
}

/// Blocks with two labels.
fn labelled(value: At<'_>) -> Vec<Block<'_>> {
    let mut found = Vec::new();
    for body in value.bodies() {
        for kind in body.members() {
            for block in named(At { id: kind.value, ..body }) {
                found.push(Block { kind: kind.key.clone(), ..block });
            }
        }
    }
    found
}

/// Blocks with one label.
fn named(value: At<'_>) -> Vec<Block<'_>> {
    let mut found: Vec<Block<'_>> = Vec::new();
    for outer in value.bodies() {
        for member in outer.members() {
            let body = At { id: member.value, ..outer }.bodies();
            let is_list = outer.tree.kind(member.value) == Kind::List;
            // A list of providers is one provider for each element; anything else is one block.
            let parts = if is_list && body.len() > 1 { body.len() } else { 1 };
            for part in 0..parts {
                let body = if parts > 1 { body[part..=part].to_vec() } else { body.clone() };
                found.push(Block {
                    kind: "".into(),
                    name: member.key.clone(),
                    span: member.key_span,
                    body,
                });
            }
        }
    }
    found
}
