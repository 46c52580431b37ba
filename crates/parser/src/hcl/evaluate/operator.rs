//! Operators on values that may be unknown.

use trilith_graph::{Flags, Reason, Span, Tri, Value, ValueKind};

use super::choice::{map_arms, map_combinations};
use super::text::{
    Number, Stop, boolean, inherited_inside, is_encoded, is_error, may_be_anything, number,
    too_large,
};
use super::{Evaluator, compare};
use crate::hcl::functions;
use crate::hcl::syntax::{Binary, BinaryOperator, Expression, ExpressionKind, UnaryOperator};

impl Evaluator<'_> {
    pub(super) fn unary(&self, operator: UnaryOperator, operand: &Expression, span: Span) -> Value {
        let operand = self.value(operand);
        self.doubt_operand(&operand);
        map_arms(&operand, &mut |operand| {
            let result = match operator {
                UnaryOperator::Not => boolean(operand).map(|value| ValueKind::Bool(!value)),
                UnaryOperator::Negate => number(operand).and_then(negate),
            };
            computed(result, span, &[operand])
        })
    }

    pub(super) fn binary(&self, binary: &Binary, span: Span) -> Value {
        let mut left = self.value(&binary.first);
        let mut left_shape = shape(&binary.first);
        for (operator, operand) in &binary.rest {
            let right = self.value(operand);
            if !matches!(operator, BinaryOperator::Equal | BinaryOperator::NotEqual) {
                self.doubt_operand(&left);
                self.doubt_operand(&right);
            }
            let shapes = (left_shape, shape(operand));
            let pair = [left, right];
            left = map_combinations(&pair, span, &mut |pair| match pair {
                [left, right] => {
                    let result = apply(*operator, left, right, shapes);
                    computed(result, span, &[left, right])
                }
                _ => Value::unknown(Reason::Malformed, span),
            });
            left_shape = None;
        }
        left
    }
}

impl Evaluator<'_> {
    /// What is not known may be null, which most operators do not take.
    fn doubt_operand(&self, operand: &Value) {
        if may_be_anything(operand) {
            self.budget.note_doubt();
        }
    }
}

/// A result at its place, with what it takes over from the operands.
fn computed(result: Result<ValueKind, Stop>, span: Span, operands: &[&Value]) -> Value {
    let kind = result.unwrap_or_else(Stop::into_kind);
    let flags =
        operands.iter().fold(Flags::NONE, |flags, operand| flags.with(inherited_inside(operand)));
    let via = operands.iter().find_map(|operand| operand.via.clone());
    Value { kind, span, flags, via }
}

fn negate(operand: Number) -> Result<ValueKind, Stop> {
    match operand {
        Number::Int(value) => Ok(ValueKind::Int(value.checked_neg().ok_or(Stop::Error)?)),
        Number::Float(value) => Ok(ValueKind::Float(-value)),
    }
}

fn apply(
    operator: BinaryOperator,
    left: &Value,
    right: &Value,
    shapes: (Option<Shape>, Option<Shape>),
) -> Result<ValueKind, Stop> {
    match operator {
        BinaryOperator::And => logic(left, right, false),
        BinaryOperator::Or => logic(left, right, true),
        BinaryOperator::Equal => equality(left, right, shapes),
        BinaryOperator::NotEqual => match equality(left, right, shapes)? {
            ValueKind::Bool(value) => Ok(ValueKind::Bool(!value)),
            other => Ok(other),
        },
        BinaryOperator::Less => Ok(ValueKind::Bool(ordered(left, right)? == Some(-1))),
        BinaryOperator::LessOrEqual => Ok(ValueKind::Bool(ordered(left, right)? != Some(1))),
        BinaryOperator::Greater => Ok(ValueKind::Bool(ordered(left, right)? == Some(1))),
        BinaryOperator::GreaterOrEqual => Ok(ValueKind::Bool(ordered(left, right)? != Some(-1))),
        BinaryOperator::Add
        | BinaryOperator::Subtract
        | BinaryOperator::Multiply
        | BinaryOperator::Divide
        | BinaryOperator::Modulo => {
            let (left, right) = both(number(left), number(right))?;
            Ok(arithmetic(operator, left, right)?.kind())
        }
    }
}

/// `||` if `decisive`, `&&` if not: one operand of that value decides.
fn logic(left: &Value, right: &Value, decisive: bool) -> Result<ValueKind, Stop> {
    match (boolean(left), boolean(right)) {
        (Err(Stop::Error), _) | (_, Err(Stop::Error)) => Err(Stop::Error),
        (Ok(value), _) | (_, Ok(value)) if value == decisive => Ok(ValueKind::Bool(decisive)),
        (Ok(_), Ok(_)) => Ok(ValueKind::Bool(!decisive)),
        (Err(stop), _) | (_, Err(stop)) => Err(stop),
    }
}

/// The operands, or why there is no result. An error counts more than something unknown.
fn both<T>(left: Result<T, Stop>, right: Result<T, Stop>) -> Result<(T, T), Stop> {
    match (left, right) {
        (Ok(left), Ok(right)) => Ok((left, right)),
        (Err(Stop::Error), _) | (_, Err(Stop::Error)) => Err(Stop::Error),
        (Err(stop), _) | (_, Err(stop)) => Err(stop),
    }
}

/// -1, 0 or 1 as the left number is less than, equal to or greater than the right one.
fn ordered(left: &Value, right: &Value) -> Result<Option<i8>, Stop> {
    let ordering = match both(number(left), number(right))? {
        (Number::Int(left), Number::Int(right)) => Some(left.cmp(&right)),
        (left, right) => left.float().partial_cmp(&right.float()),
    };
    Ok(ordering.map(|ordering| ordering as i8))
}

pub(in crate::hcl) fn arithmetic(
    operator: BinaryOperator,
    left: Number,
    right: Number,
) -> Result<Number, Stop> {
    if let (Number::Int(left), Number::Int(right)) = (left, right) {
        let exact = match operator {
            BinaryOperator::Add => left.checked_add(right),
            BinaryOperator::Subtract => left.checked_sub(right),
            BinaryOperator::Multiply => left.checked_mul(right),
            BinaryOperator::Divide if right != 0 && left.checked_rem(right) == Some(0) => {
                left.checked_div(right)
            }
            BinaryOperator::Modulo => left.checked_rem(right),
            _ => None,
        };
        match exact {
            Some(exact) => return Ok(Number::Int(exact)),
            None if operator == BinaryOperator::Divide || right == 0 => {}
            None => return Err(Stop::Unknown(too_large())),
        }
    }
    let (left, right) = (left.float(), right.float());
    Number::from_float(match operator {
        BinaryOperator::Add => left + right,
        BinaryOperator::Subtract => left - right,
        BinaryOperator::Multiply => left * right,
        BinaryOperator::Divide => left / right,
        _ => left % right,
    })
}

/// What an expression makes, as far as its form tells. Terraform's `==` tells a list from a
/// tuple, so that `tolist([]) == []` is false.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::hcl) enum Shape {
    /// A tuple or object: written in brackets.
    Structure,
    /// A list.
    List,
    /// A set.
    Set,
    /// A map.
    Map,
}

/// The shape of an expression; `None` where that depends on a type that is not looked up.
pub(in crate::hcl) fn shape(expression: &Expression) -> Option<Shape> {
    match &expression.unwrapped().kind {
        ExpressionKind::List(_) | ExpressionKind::Object(_) | ExpressionKind::For(_) => {
            Some(Shape::Structure)
        }
        ExpressionKind::Call(call) => functions::shape(&call.name.text),
        _ => None,
    }
}

fn equality(
    left: &Value,
    right: &Value,
    shapes: (Option<Shape>, Option<Shape>),
) -> Result<ValueKind, Stop> {
    if is_error(left) || is_error(right) {
        return Err(Stop::Error);
    }
    let is_collection = |value: &Value| {
        matches!(value.kind, ValueKind::List(_) | ValueKind::Map(_)) && !is_encoded(value)
    };
    let are_collections = is_collection(left) && is_collection(right);
    match (compare::equal(left, right), shapes) {
        (Tri::False, _) => Ok(ValueKind::Bool(false)),
        (Tri::True, (Some(left), Some(right))) if are_collections => {
            Ok(ValueKind::Bool(left == right))
        }
        (Tri::True, _) if are_collections => Err(Stop::Unknown(Reason::Undecided)),
        (Tri::True, _) => Ok(ValueKind::Bool(true)),
        (Tri::Unknown, _) => Err(Stop::Unknown(undecided(left, right))),
    }
}

/// Why a comparison is not decided.
fn undecided(left: &Value, right: &Value) -> Reason {
    let reason = compare::unknown_inside(left).or_else(|| compare::unknown_inside(right));
    reason.unwrap_or(Reason::Undecided)
}
