//! Expressions to values, as far as they are known.
//!
//! INVARIANT: evaluation always ends with a value. What is not known is unknown with a reason,
//! and what Terraform would reject is unknown too ([`Reason::Malformed`]), since a rule can
//! conclude nothing from either.

pub(super) mod budget;
pub(crate) mod choice;
pub(super) mod compare;
mod comprehension;
mod condition;
pub(super) mod json;
mod operator;
mod template;
pub(super) mod text;
mod traversal;

use std::sync::Arc;

use trilith_graph::{Arm, Entry, Flags, Formula, Reason, Span, Value, ValueKind, Via};

use super::scope::Scope;
use super::syntax::{Conditional, Expression, ExpressionKind, ObjectItem, ObjectKey};
use budget::{Budget, ITEM_LIMIT, too_heavy, too_many_items, too_many_steps};
use text::{MapBuilder, Stop, inherited};

pub(super) use comprehension::hidden_member;
pub use condition::condition;
pub(super) use operator::{Shape, arithmetic};
pub use template::embedded;
pub(super) use traversal::{element, index_is_sure};

/// How many templates of `templatefile` may be evaluated inside each other.
const TEMPLATE_LIMIT: usize = 8;

/// The value of an expression.
///
/// Its span is the expression, or the part of it that gave the value; where a name stands for
/// something that is written elsewhere, [`Value::via`] tells where.
pub fn evaluate(expression: &Expression, scope: &dyn Scope) -> Value {
    let budget = Budget::new();
    let value = Evaluator::new(scope, &budget).value(expression);
    if budget.is_spent() {
        return Value::unknown(too_many_steps(), expression.span);
    }
    if budget.spend_on(&value) { value } else { Value::unknown(too_heavy(), expression.span) }
}

/// One evaluation.
#[derive(Clone, Copy)]
pub(super) struct Evaluator<'s> {
    pub(super) scope: &'s dyn Scope,
    pub(super) budget: &'s Budget,
    /// How many definitions were followed to get here.
    definitions: usize,
    /// How many template files are around this.
    templates: usize,
}

impl<'s> Evaluator<'s> {
    pub(super) fn new(scope: &'s dyn Scope, budget: &'s Budget) -> Self {
        Self { scope, budget, definitions: 0, templates: 0 }
    }

    /// The same evaluation with other names.
    pub(super) fn with_scope<'t>(&self, scope: &'t dyn Scope) -> Evaluator<'t>
    where
        's: 't,
    {
        Evaluator { scope, ..*self }
    }

    /// Whether another template file may be evaluated inside of this.
    pub(super) fn may_nest(&self) -> bool {
        self.templates < TEMPLATE_LIMIT
    }

    /// The same evaluation inside of one more template file.
    pub(super) fn nested(&self) -> Self {
        Self { templates: self.templates + 1, ..*self }
    }

    pub(super) fn value(&self, expression: &Expression) -> Value {
        let span = expression.span;
        if !self.budget.spend(1) {
            return Value::unknown(too_many_steps(), span);
        }
        let kind = match &expression.kind {
            ExpressionKind::Null => ValueKind::Null,
            ExpressionKind::Bool(value) => ValueKind::Bool(*value),
            ExpressionKind::Int(number) => ValueKind::Int(*number),
            ExpressionKind::Float(number) => ValueKind::Float(*number),
            ExpressionKind::String(text) => ValueKind::String(text.clone()),
            ExpressionKind::Malformed => ValueKind::Unknown(Reason::Malformed),
            ExpressionKind::Template(parts) => return self.template(parts, span),
            ExpressionKind::List(items) => return self.list(items, span),
            ExpressionKind::Object(items) => return self.object(items, span),
            ExpressionKind::Variable(name) => return self.variable(name, &[], span),
            ExpressionKind::Traversal(traversal) => return self.traversal(traversal, span),
            ExpressionKind::Call(call) => return self.call(call, span),
            ExpressionKind::Unary(operator, operand) => {
                return self.unary(*operator, operand, span);
            }
            ExpressionKind::Binary(binary) => return self.binary(binary, span),
            ExpressionKind::Conditional(conditional) => {
                return self.conditional(conditional, span);
            }
            ExpressionKind::For(comprehension) => return self.comprehension(comprehension, span),
            ExpressionKind::Parenthesis(inner) => return self.value(inner),
        };
        Value::new(kind, span)
    }

    fn list(&self, items: &[Expression], span: Span) -> Value {
        if items.len() > ITEM_LIMIT {
            return Value::unknown(too_many_items(), span);
        }
        Value::list(items.iter().map(|item| self.value(item)).collect(), span)
    }

    fn object(&self, items: &[ObjectItem], span: Span) -> Value {
        if items.len() > ITEM_LIMIT {
            return Value::unknown(too_many_items(), span);
        }
        let mut members = MapBuilder::default();
        let mut flags = Flags::NONE;
        for item in items {
            let key = match &item.key {
                ObjectKey::Name(name) => Ok((name.text.clone(), Flags::NONE)),
                ObjectKey::Expression(key) => key_text(&self.value(key)),
            };
            let value = self.value(&item.value);
            match key {
                Ok((key, key_flags)) => {
                    flags = flags.with(key_flags);
                    // A key that is not known is shown with its holes.
                    let value = if key_flags.has(Flags::OPEN) {
                        value.with(Flags::SYNTHETIC)
                    } else {
                        value
                    };
                    members.insert(Entry { key, key_span: item.key.span(), value });
                }
                Err(stop) => return Value::new(stop.into_kind(), span),
            }
        }
        Value::map(members.finish(), span).with(flags)
    }

    fn conditional(&self, conditional: &Conditional, span: Span) -> Value {
        let condition = self.condition(&conditional.condition);
        let flags = condition.flags;
        let chosen = match condition.formula {
            Formula::True => self.value(&conditional.then),
            Formula::False => self.value(&conditional.otherwise),
            _ if condition.is_error => {
                return Value::unknown(Reason::Malformed, span).with(flags);
            }
            guard => {
                let otherwise = guard.negate();
                let arms = vec![
                    Arm { guard, value: self.value(&conditional.then) },
                    Arm { guard: otherwise, value: self.value(&conditional.otherwise) },
                ];
                choice::choose(arms, span)
            }
        };
        let via = chosen.via.clone().or(condition.via);
        Value { via, ..chosen }.with(flags)
    }
}

/// The text of a key. If that is not known, a text that shows the holes, and the flag that
/// makes the map open.
fn key_text(key: &Value) -> Result<(Arc<str>, Flags), Stop> {
    match text::string(key) {
        Ok(text) => Ok((text.into(), inherited(key))),
        Err(Stop::Unknown(_)) => {
            let shown = key.display_text().unwrap_or_else(|| "${...}".into());
            Ok((shown.into(), inherited(key).with(Flags::OPEN)))
        }
        Err(Stop::Error) => Err(Stop::Error),
    }
}

/// Moves a value to the place where it is used. Where it is defined is kept in `via`.
pub(super) fn arrive(value: Value, span: Span, note: impl FnOnce() -> Arc<str>) -> Value {
    if value.span == span || value.span.source.0 == u32::MAX {
        return Value { span, ..value };
    }
    let via = Via { span: value.span, note: note(), next: value.via };
    Value { span, via: Some(Arc::new(via)), ..value }
}
