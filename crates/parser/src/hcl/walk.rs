//! What an expression is made of, and what it refers to.

use trilith_graph::Span;

use super::syntax::{Body, Expression, ExpressionKind, ObjectKey, Step, StepKind, TemplatePart};

/// A place where an expression refers to something outside of itself.
#[derive(Debug, Clone, Copy)]
pub struct ReferenceSite<'e> {
    /// The first name: `var`, `aws_s3_bucket`.
    pub root: &'e str,
    /// The steps from there, which may be none.
    pub steps: &'e [Step],
    /// All of it.
    pub span: Span,
}

impl ReferenceSite<'_> {
    /// The names that follow the first one directly: `["b", "arn"]` of `aws_s3_bucket.b.arn[0]`.
    pub fn attributes(&self) -> impl Iterator<Item = &str> {
        self.steps.iter().map_while(|step| match &step.kind {
            StepKind::Attribute(name) => Some(name.as_ref()),
            StepKind::Index(_) | StepKind::Splat(_) => None,
        })
    }
}

impl Expression {
    /// Calls `visit` with every expression directly inside this one, in the order of the source.
    pub fn for_each_child<'e>(&'e self, visit: &mut dyn FnMut(&'e Self)) {
        match &self.kind {
            ExpressionKind::Null
            | ExpressionKind::Bool(_)
            | ExpressionKind::Int(_)
            | ExpressionKind::Float(_)
            | ExpressionKind::String(_)
            | ExpressionKind::Variable(_)
            | ExpressionKind::Malformed => {}
            ExpressionKind::Template(parts) => parts_children(parts, visit),
            ExpressionKind::List(items) => items.iter().for_each(visit),
            ExpressionKind::Object(items) => {
                for item in items {
                    if let ObjectKey::Expression(key) = &item.key {
                        visit(key);
                    }
                    visit(&item.value);
                }
            }
            ExpressionKind::Traversal(traversal) => {
                visit(&traversal.root);
                steps_children(&traversal.steps, visit);
            }
            ExpressionKind::Call(call) => call.arguments.iter().for_each(visit),
            ExpressionKind::Unary(_, inner) | ExpressionKind::Parenthesis(inner) => visit(inner),
            ExpressionKind::Binary(binary) => {
                visit(&binary.first);
                binary.rest.iter().for_each(|(_, operand)| visit(operand));
            }
            ExpressionKind::Conditional(conditional) => {
                visit(&conditional.condition);
                visit(&conditional.then);
                visit(&conditional.otherwise);
            }
            ExpressionKind::For(comprehension) => {
                visit(&comprehension.collection);
                comprehension.key.iter().for_each(&mut *visit);
                visit(&comprehension.value);
                comprehension.condition.iter().for_each(visit);
            }
        }
    }

    /// The references in it, in the order of the source. Variables of its own `for`s are none.
    pub fn references(&self) -> Vec<ReferenceSite<'_>> {
        let mut search = Search::default();
        search.expression(self);
        search.found
    }

    /// The expression inside of parentheses.
    #[must_use]
    pub fn unwrapped(&self) -> &Self {
        let mut expression = self;
        while let ExpressionKind::Parenthesis(inner) = &expression.kind {
            expression = inner;
        }
        expression
    }
}

impl Body {
    /// Calls `visit` with the value of every attribute, also in blocks inside.
    pub fn for_each_value<'b>(&'b self, visit: &mut dyn FnMut(&'b Expression)) {
        self.attributes.iter().for_each(|attribute| visit(&attribute.value));
        self.blocks.iter().for_each(|block| block.body.for_each_value(visit));
    }
}

fn parts_children<'e>(parts: &'e [TemplatePart], visit: &mut dyn FnMut(&'e Expression)) {
    for part in parts {
        match part {
            TemplatePart::Literal { .. } => {}
            TemplatePart::Interpolation(expression) => visit(expression),
            TemplatePart::If(choice) => {
                visit(&choice.condition);
                parts_children(&choice.then, visit);
                parts_children(&choice.otherwise, visit);
            }
            TemplatePart::For(repetition) => {
                visit(&repetition.collection);
                parts_children(&repetition.body, visit);
            }
        }
    }
}

fn steps_children<'e>(steps: &'e [Step], visit: &mut dyn FnMut(&'e Expression)) {
    for step in steps {
        match &step.kind {
            StepKind::Attribute(_) => {}
            StepKind::Index(index) => visit(index),
            StepKind::Splat(each) => steps_children(each, visit),
        }
    }
}

#[derive(Default)]
struct Search<'e> {
    /// Names that stand for elements of a collection here.
    bound: Vec<&'e str>,
    found: Vec<ReferenceSite<'e>>,
}

impl<'e> Search<'e> {
    fn expression(&mut self, expression: &'e Expression) {
        match &expression.kind {
            ExpressionKind::Variable(name) => self.reference(name, &[], expression.span),
            ExpressionKind::Traversal(traversal) => {
                match &traversal.root.kind {
                    ExpressionKind::Variable(name) => {
                        self.reference(name, &traversal.steps, expression.span);
                    }
                    _ => self.expression(&traversal.root),
                }
                steps_children(&traversal.steps, &mut |index| self.expression(index));
            }
            ExpressionKind::For(comprehension) => {
                self.expression(&comprehension.collection);
                let outside = self.bound.len();
                let key = comprehension.key_variable.as_ref();
                self.bound.extend(key.map(|name| name.text.as_ref()));
                self.bound.push(&comprehension.value_variable.text);
                comprehension.key.iter().for_each(|key| self.expression(key));
                self.expression(&comprehension.value);
                comprehension.condition.iter().for_each(|condition| self.expression(condition));
                self.bound.truncate(outside);
            }
            ExpressionKind::Template(parts) => self.parts(parts),
            _ => expression.for_each_child(&mut |child| self.expression(child)),
        }
    }

    fn parts(&mut self, parts: &'e [TemplatePart]) {
        for part in parts {
            match part {
                TemplatePart::Literal { .. } => {}
                TemplatePart::Interpolation(expression) => self.expression(expression),
                TemplatePart::If(choice) => {
                    self.expression(&choice.condition);
                    self.parts(&choice.then);
                    self.parts(&choice.otherwise);
                }
                TemplatePart::For(repetition) => {
                    self.expression(&repetition.collection);
                    let outside = self.bound.len();
                    self.bound.extend(repetition.key.as_ref().map(|name| name.text.as_ref()));
                    self.bound.push(&repetition.value.text);
                    self.parts(&repetition.body);
                    self.bound.truncate(outside);
                }
            }
        }
    }

    fn reference(&mut self, root: &'e str, steps: &'e [Step], span: Span) {
        if !self.bound.contains(&root) {
            self.found.push(ReferenceSite { root, steps, span });
        }
    }
}
