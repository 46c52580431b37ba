//! Numbers as they are written.

use super::syntax::ExpressionKind;

/// Digits that a 64-bit float is sure to keep.
const FLOAT_DIGITS: usize = 15;

/// What a number stands for: `1.0` and `1e3` are whole numbers, and one with more digits than
/// can be kept is its text.
pub(super) fn number_kind(text: &str) -> ExpressionKind {
    if let Ok(number) = text.parse::<i64>() {
        return ExpressionKind::Int(number);
    }
    let mantissa = text.split(['e', 'E']).next().unwrap_or(text);
    let digits = mantissa.bytes().filter(u8::is_ascii_digit).count();
    match text.parse::<f64>() {
        Ok(number)
            if number.is_finite() && (digits <= FLOAT_DIGITS || number.to_string() == text) =>
        {
            match whole(number) {
                Some(whole) => ExpressionKind::Int(whole),
                None => ExpressionKind::Float(number),
            }
        }
        _ => ExpressionKind::String(text.into()),
    }
}

/// The whole number that a float is, if it is one and small enough to be exact.
pub(super) fn whole(number: f64) -> Option<i64> {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    #[expect(clippy::cast_possible_truncation, reason = "whole and within 53 bits")]
    (number.fract() == 0.0 && number.abs() <= EXACT).then_some(number as i64)
}
