//! Functions on numbers.

use trilith_graph::Value;

use super::{Arguments, Outcome};
use crate::hcl::evaluate::arithmetic;
use crate::hcl::evaluate::budget::{ITEM_LIMIT, too_many_items};
use crate::hcl::evaluate::text::{Number, Stop, number};
use crate::hcl::syntax::BinaryOperator;

fn result(arguments: &Arguments<'_>, number: Number) -> Outcome {
    arguments.value(number.kind())
}

pub(super) fn abs(arguments: &Arguments<'_>) -> Outcome {
    let number = match arguments.number(0)? {
        Number::Int(number) => Number::Int(number.checked_abs().ok_or(Stop::Error)?),
        Number::Float(number) => Number::Float(number.abs()),
    };
    result(arguments, number)
}

pub(super) fn ceil(arguments: &Arguments<'_>) -> Outcome {
    rounded(arguments, f64::ceil)
}

pub(super) fn floor(arguments: &Arguments<'_>) -> Outcome {
    rounded(arguments, f64::floor)
}

fn rounded(arguments: &Arguments<'_>, round: fn(f64) -> f64) -> Outcome {
    let number = match arguments.number(0)? {
        Number::Int(number) => Number::Int(number),
        Number::Float(number) => Number::from_float(round(number))?,
    };
    result(arguments, number)
}

pub(super) fn log(arguments: &Arguments<'_>) -> Outcome {
    let (number, base) = (arguments.number(0)?.float(), arguments.number(1)?.float());
    result(arguments, Number::from_float(number.ln() / base.ln())?)
}

pub(super) fn pow(arguments: &Arguments<'_>) -> Outcome {
    let (base, power) = (arguments.number(0)?, arguments.number(1)?);
    if let (Number::Int(base), Number::Int(power)) = (base, power)
        && let Some(exact) = u32::try_from(power).ok().and_then(|power| base.checked_pow(power))
    {
        return result(arguments, Number::Int(exact));
    }
    result(arguments, Number::from_float(base.float().powf(power.float()))?)
}

pub(super) fn signum(arguments: &Arguments<'_>) -> Outcome {
    result(arguments, Number::Int(arguments.integer(0)?.signum()))
}

pub(super) fn max(arguments: &Arguments<'_>) -> Outcome {
    extreme(arguments, |number, best| number > best)
}

pub(super) fn min(arguments: &Arguments<'_>) -> Outcome {
    extreme(arguments, |number, best| number < best)
}

fn extreme(arguments: &Arguments<'_>, is_better: fn(f64, f64) -> bool) -> Outcome {
    let mut best = arguments.number(0)?;
    for value in arguments.values {
        let number = number(value)?;
        if is_better(number.float(), best.float()) {
            best = number;
        }
    }
    result(arguments, best)
}

pub(super) fn sum(arguments: &Arguments<'_>) -> Outcome {
    let items = arguments.items(0)?;
    if items.is_empty() {
        return Err(Stop::Error);
    }
    let total = items.iter().try_fold(Number::Int(0), |total, item| {
        arithmetic(BinaryOperator::Add, total, number(item)?)
    })?;
    result(arguments, total)
}

pub(super) fn parseint(arguments: &Arguments<'_>) -> Outcome {
    let text = arguments.get(0)?.as_str().ok_or(Stop::Error)?;
    let base = u32::try_from(arguments.integer(1)?).map_err(|_| Stop::Error)?;
    // Terraform goes up to base 62; beyond 36, upper and lower case letters differ.
    if !(2..=36).contains(&base) {
        return Err(Stop::Error);
    }
    let number = i64::from_str_radix(text, base).map_err(|_| Stop::Error)?;
    result(arguments, Number::Int(number))
}

pub(super) fn range(arguments: &Arguments<'_>) -> Outcome {
    let numbers: Vec<Number> = arguments.values.iter().map(number).collect::<Result<_, _>>()?;
    let (start, limit, step) = match numbers.as_slice() {
        [limit] => (Number::Int(0), *limit, None),
        [start, limit] => (*start, *limit, None),
        [start, limit, step] => (*start, *limit, Some(*step)),
        _ => return Err(Stop::Error),
    };
    let is_down = limit.float() < start.float();
    let step = step.unwrap_or(Number::Int(if is_down { -1 } else { 1 }));
    let direction = step.float();
    let is_wrong_way = if is_down { direction > 0.0 } else { direction < 0.0 };
    if direction == 0.0 || (is_wrong_way && limit.float().total_cmp(&start.float()).is_ne()) {
        return Err(Stop::Error);
    }
    let mut items = Vec::new();
    let mut number = start;
    let is_inside = |number: Number| {
        if is_down { number.float() > limit.float() } else { number.float() < limit.float() }
    };
    while is_inside(number) {
        if items.len() >= ITEM_LIMIT {
            return Err(Stop::Unknown(too_many_items()));
        }
        items.push(Value::new(number.kind(), arguments.span));
        number = arithmetic(BinaryOperator::Add, number, step)?;
    }
    arguments.list(items)
}
