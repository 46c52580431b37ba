//! `Fn::Cidr`.

use std::net::{Ipv4Addr, Ipv6Addr};

use trilith_graph::{Flags, Reason, Value};

use super::{Call, map_arms};
use crate::cloudformation::evaluate::Evaluator;
use crate::cloudformation::scope::Scope;

/// Most blocks that the function yields.
const MAX_BLOCKS: i64 = 256;
/// Host bits of a block when none are given.
const DEFAULT_BITS: i64 = 8;

/// `Fn::Cidr`: `[block, count, host bits]`, the first `count` blocks inside `block`.
pub(super) fn cidr(evaluator: &Evaluator<'_>, call: &Call<'_>, scope: &Scope) -> Value {
    let arguments = evaluator.tree.items(call.argument).take(4);
    let arguments: Vec<Value> = arguments.map(|node| evaluator.value(node, scope)).collect();
    let [block, count, rest @ ..] = arguments.as_slice() else {
        let help = "write `[block, count, host bits]`";
        let message = "`Fn::Cidr` needs a block and a count";
        return evaluator.malformed(call.span, scope, message, help);
    };
    map_arms(block, call.span, |block| blocks_of(block, count, rest, call))
}

fn blocks_of(block: &Value, count: &Value, rest: &[Value], call: &Call<'_>) -> Value {
    let count = count.as_int().filter(|count| (1..=MAX_BLOCKS).contains(count));
    let bits = rest.first().map_or(Some(DEFAULT_BITS), Value::as_int);
    let flags = if block.flags.has(Flags::ASSUMED) { Flags::ASSUMED } else { Flags::NONE };
    let unknown = Value::unknown(Reason::ComputedAfterApply, call.span);
    let (Some(count), Some(bits)) = (count, bits) else {
        return Value::list(vec![unknown], call.span).with(Flags::OPEN);
    };
    let blocks = (0..count).map(|index| match block.as_str() {
        Some(block) => match nth_block(block, index, bits) {
            Some(text) => Value::string(text, call.span),
            None => Value::unknown(Reason::Malformed, call.span),
        },
        None => unknown.clone(),
    });
    let list = Value::list(blocks.collect(), call.span).with(flags);
    Value { via: block.via.clone(), ..list }
}

/// The block number `index` of those with `bits` host bits inside `block`.
fn nth_block(block: &str, index: i64, bits: i64) -> Option<String> {
    let (address, prefix) = block.split_once('/')?;
    let prefix: u32 = prefix.parse().ok()?;
    let (bits, index) = (u32::try_from(bits).ok()?, u128::try_from(index).ok()?);
    if let Ok(address) = address.parse::<Ipv4Addr>() {
        let start = network(u128::from(address.to_bits()), prefix, bits, 32, index)?;
        let start = Ipv4Addr::from_bits(u32::try_from(start).ok()?);
        return Some(format!("{start}/{}", 32 - bits));
    }
    let address: Ipv6Addr = address.parse().ok()?;
    let start = network(address.to_bits(), prefix, bits, 128, index)?;
    Some(format!("{}/{}", Ipv6Addr::from_bits(start), 128 - bits))
}

fn network(address: u128, prefix: u32, bits: u32, width: u32, index: u128) -> Option<u128> {
    let host = width.checked_sub(prefix)?;
    if bits > host || host - bits < 128 && index >> (host - bits) > 0 {
        return None;
    }
    let base = address.checked_shr(host).and_then(|top| top.checked_shl(host)).unwrap_or(0);
    base.checked_add(index.checked_shl(bits)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_follow_each_other() {
        assert_eq!(nth_block("10.0.0.0/16", 0, 8).as_deref(), Some("10.0.0.0/24"));
        assert_eq!(nth_block("10.0.5.9/16", 3, 8).as_deref(), Some("10.0.3.0/24"));
        assert_eq!(nth_block("0.0.0.0/0", 1, 31).as_deref(), Some("128.0.0.0/1"));
        assert_eq!(nth_block("2001:db8::/56", 1, 64).as_deref(), Some("2001:db8:0:1::/64"));
    }

    #[test]
    fn blocks_outside_or_nonsense_are_none() {
        assert_eq!(nth_block("10.0.0.0/24", 1, 8), None);
        assert_eq!(nth_block("10.0.0.0/24", 0, 9), None);
        assert_eq!(nth_block("10.0.0.0/33", 0, 1), None);
        assert_eq!(nth_block("x/8", 0, 1), None);
        assert_eq!(nth_block("::/0", 1, 128), None);
        assert_eq!(nth_block("10.0.0.0/8", -1, 8), None);
    }
}
