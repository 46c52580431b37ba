//! Terraform's JSON syntax (`*.tf.json`, what CDK for Terraform writes) as the blocks of its own
//! syntax, so that both are one module and are evaluated by the same code.
//!
//! A block may be an object or a list of objects at every level, `//` is a comment, and every
//! text is a template. Below a resource it cannot be told whether an object is a block or the
//! value of an attribute: it is taken for a value, which lowers to the same properties.

use std::sync::Arc;

use trilith_graph::Span;

use crate::hcl::{
    Attribute, Block, Body, DEPTH_LIMIT, Expression, ExpressionKind, File, Name, ObjectItem,
    ObjectKey, parse_expression, parse_template,
};
use crate::tree::{Kind, Member, NodeId, ParsedTree, Segments, SyntaxError, Tree};

/// Reads a module file in JSON syntax.
pub(super) fn module_file(parsed: &ParsedTree<'_>) -> File {
    let mut reader = Reader { tree: &parsed.tree, errors: parsed.errors.clone() };
    let mut body = Body::default();
    for document in parsed.tree.documents() {
        body.is_cut |= parsed.tree.is_cut(*document);
        for object in reader.bodies(*document) {
            for member in reader.members(object) {
                reader.top(&member, &mut body);
            }
        }
    }
    body.is_cut |= parsed.errors.iter().any(|error| !error.is_duplicate_key());
    File { body, comments: Vec::new(), errors: reader.errors }
}

/// Reads a file of values for variables in JSON syntax (`*.tfvars.json`).
pub(super) fn values_file(parsed: &ParsedTree<'_>) -> File {
    let mut reader = Reader { tree: &parsed.tree, errors: parsed.errors.clone() };
    let mut body = Body::default();
    for document in parsed.tree.documents() {
        for member in reader.members(*document) {
            let value = reader.literal(member.value, 0);
            body.attributes.push(attribute(&member, value));
        }
    }
    File { body, comments: Vec::new(), errors: reader.errors }
}

/// What the texts of a value are.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Texts {
    /// Templates.
    Templates,
    /// What they look like.
    Literal,
    /// Expressions: references in `depends_on`, `provider`, types.
    Expressions,
}

struct Reader<'t> {
    tree: &'t Tree<'t>,
    errors: Vec<SyntaxError>,
}

impl<'t> Reader<'t> {
    /// The objects that a block is: itself or the elements of a list.
    fn bodies(&self, id: NodeId) -> Vec<NodeId> {
        match self.tree.kind(id) {
            Kind::Map => vec![id],
            Kind::List => {
                self.tree.items(id).filter(|item| self.tree.kind(*item) == Kind::Map).collect()
            }
            _ => Vec::new(),
        }
    }

    /// The members of an object without comments, each key once.
    fn members(&self, id: NodeId) -> Vec<Member<'t>> {
        let mut members = self.tree.members(id);
        members.retain(|member| &**member.key != "//");
        members
    }

    /// The blocks of a type of block.
    fn top(&mut self, member: &Member<'t>, out: &mut Body) {
        match &**member.key {
            "resource" | "data" | "ephemeral" => {
                for types in self.bodies(member.value) {
                    for kind in self.members(types) {
                        for (name, bodies) in self.named(kind.value) {
                            let labels = vec![kind.key.clone(), name.key.clone()];
                            let block = self.block(member.key, labels, name.key_span, &bodies);
                            out.blocks.push(block);
                        }
                    }
                }
            }
            "variable" | "output" | "provider" | "module" | "check" => {
                for (name, bodies) in self.named(member.value) {
                    let labels = vec![name.key.clone()];
                    // A list of providers is one provider for each element; anything else is one
                    // block.
                    let is_many = &**member.key == "provider";
                    let parts: Vec<&[NodeId]> =
                        if is_many { bodies.chunks(1).collect() } else { vec![&bodies[..]] };
                    for part in parts {
                        let block = self.block(member.key, labels.clone(), name.key_span, part);
                        out.blocks.push(block);
                    }
                }
            }
            "locals" | "terraform" => {
                for body in self.bodies(member.value) {
                    let block = self.block(member.key, Vec::new(), member.key_span, &[body]);
                    out.blocks.push(block);
                }
            }
            // `moved`, `import`, `removed`: nothing that exists.
            _ => {}
        }
    }

    /// The names below a node, each with the objects that are written for it.
    fn named(&self, id: NodeId) -> Vec<(Member<'t>, Vec<NodeId>)> {
        let mut found = Vec::new();
        for body in self.bodies(id) {
            for member in self.members(body) {
                let bodies = self.bodies(member.value);
                found.push((member, bodies));
            }
        }
        found
    }

    fn block(
        &mut self,
        type_name: &Arc<str>,
        labels: Vec<Arc<str>>,
        place: Span,
        bodies: &[NodeId],
    ) -> Block {
        let mut body = Body::default();
        for object in bodies {
            self.body(type_name, *object, &mut body, 0);
        }
        let span = bodies.first().map_or(place, |object| place.to(self.tree.span(*object)));
        Block {
            type_name: type_name.clone(),
            // The name is what to mark: its type may stand many lines above it.
            type_span: place,
            labels: labels.into_iter().map(|label| (label, place)).collect(),
            body,
            span,
        }
    }

    /// The members of an object as attributes, but for those that must be blocks.
    fn body(&mut self, block: &str, object: NodeId, out: &mut Body, depth: usize) {
        out.is_cut |= self.tree.is_cut(object);
        if depth > DEPTH_LIMIT {
            out.is_cut = true;
            return;
        }
        for member in self.members(object) {
            match (block, &**member.key) {
                (_, "dynamic") if self.tree.kind(member.value) != Kind::String => {
                    self.dynamic(&member, out, depth);
                }
                (_, "lifecycle" | "default_tags") => {
                    for body in self.bodies(member.value) {
                        self.nested(&member, body, out, depth);
                    }
                }
                (
                    "resource" | "data" | "module" | "output",
                    "depends_on" | "provider" | "providers",
                )
                | ("variable", "type") => {
                    let value = self.value(member.value, Texts::Expressions, depth);
                    out.attributes.push(attribute(&member, value));
                }
                ("variable", "default") => {
                    let value = self.literal(member.value, depth);
                    out.attributes.push(attribute(&member, value));
                }
                _ if self.has_dynamic(member.value, depth) => {
                    for body in self.bodies(member.value) {
                        self.nested(&member, body, out, depth);
                    }
                }
                _ => {
                    let value = self.value(member.value, Texts::Templates, depth);
                    out.attributes.push(attribute(&member, value));
                }
            }
        }
    }

    fn nested(&mut self, member: &Member<'t>, object: NodeId, out: &mut Body, depth: usize) {
        let mut body = Body::default();
        self.body("", object, &mut body, depth + 1);
        out.blocks.push(Block {
            type_name: member.key.clone(),
            type_span: member.key_span,
            labels: Vec::new(),
            body,
            span: self.tree.span(object),
        });
    }

    /// Whether dynamic blocks stand inside, so that the node must be a block.
    fn has_dynamic(&self, id: NodeId, depth: usize) -> bool {
        if depth > DEPTH_LIMIT {
            return false;
        }
        self.bodies(id).into_iter().any(|object| {
            self.tree.own_members(object).any(|member| {
                let is_dynamic = &**member.key == "dynamic"
                    && matches!(self.tree.kind(member.value), Kind::Map | Kind::List);
                is_dynamic || self.has_dynamic(member.value, depth + 1)
            })
        })
    }

    fn dynamic(&mut self, member: &Member<'t>, out: &mut Body, depth: usize) {
        for (name, bodies) in self.named(member.value) {
            for object in bodies {
                let mut body = Body::default();
                for part in self.members(object) {
                    match &**part.key {
                        "content" => {
                            for content in self.bodies(part.value) {
                                self.nested(&part, content, &mut body, depth + 1);
                            }
                        }
                        "iterator" => {
                            let value = self.value(part.value, Texts::Expressions, depth);
                            body.attributes.push(attribute(&part, value));
                        }
                        _ => {
                            let value = self.value(part.value, Texts::Templates, depth);
                            body.attributes.push(attribute(&part, value));
                        }
                    }
                }
                out.blocks.push(Block {
                    type_name: member.key.clone(),
                    type_span: member.key_span,
                    labels: vec![(name.key.clone(), name.key_span)],
                    body,
                    span: self.tree.span(object),
                });
            }
        }
    }

    fn literal(&mut self, id: NodeId, depth: usize) -> Expression {
        self.value(id, Texts::Literal, depth)
    }

    fn value(&mut self, id: NodeId, texts: Texts, depth: usize) -> Expression {
        let span = self.tree.span(id);
        if depth > DEPTH_LIMIT || self.tree.is_cut(id) {
            return Expression { kind: ExpressionKind::Malformed, span };
        }
        let kind = match self.tree.kind(id) {
            Kind::Null | Kind::Alias(_) => ExpressionKind::Null,
            Kind::Bool(value) => ExpressionKind::Bool(value),
            Kind::Int(value) => ExpressionKind::Int(value),
            Kind::Float(value) => ExpressionKind::Float(value),
            Kind::String | Kind::PlainString => self.text(id, texts),
            Kind::List => ExpressionKind::List(
                self.tree.items(id).map(|item| self.value(item, texts, depth + 1)).collect(),
            ),
            Kind::Map => ExpressionKind::Object(
                self.members(id)
                    .iter()
                    .map(|member| ObjectItem {
                        key: self.key(member, texts),
                        value: self.value(member.value, texts, depth + 1),
                    })
                    .collect(),
            ),
        };
        Expression { kind, span }
    }

    fn key(&mut self, member: &Member<'t>, texts: Texts) -> ObjectKey {
        let (text, span) = (member.key.clone(), member.key_span);
        if texts == Texts::Templates && has_template(&text) {
            let mut segments = Segments::new(span);
            segments.push(&text, span);
            let parsed = parse_template(&segments);
            self.errors.extend(parsed.errors);
            return ObjectKey::Expression(parsed.expression);
        }
        ObjectKey::Name(Name { text, span })
    }

    fn text(&mut self, id: NodeId, texts: Texts) -> ExpressionKind {
        let text = self.tree.text(id);
        let plain = || ExpressionKind::String(text.into());
        match texts {
            Texts::Expressions => {
                let inner = text.strip_prefix("${").and_then(|text| text.strip_suffix('}'));
                let mut segments = Segments::new(self.tree.span(id));
                segments.push(inner.unwrap_or(text), self.tree.text_span(id));
                let parsed = parse_expression(&segments);
                if parsed.errors.is_empty() { parsed.expression.kind } else { plain() }
            }
            // Text that may be a document keeps the place of each of its pieces.
            Texts::Templates if has_template(text) || text.trim_start().starts_with(['{', '[']) => {
                let Some(segments) = Segments::of_scalar(self.tree, id) else { return plain() };
                let parsed = parse_template(&segments);
                self.errors.extend(parsed.errors);
                parsed.expression.kind
            }
            Texts::Templates | Texts::Literal => plain(),
        }
    }
}

fn has_template(text: &str) -> bool {
    text.contains("${") || text.contains("%{")
}

fn attribute(member: &Member<'_>, value: Expression) -> Attribute {
    Attribute { name: member.key.clone(), name_span: member.key_span, value }
}
