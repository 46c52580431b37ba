//! Networks: `net.cidr_*`.

use std::collections::BTreeSet;
use std::net::IpAddr;

use ipnet::IpNet;
use regorus::Value;

use super::{elements, text};

/// Addresses of a network that are listed at most.
const MAX_ADDRESSES: usize = 65_536;

pub(super) fn intersects(arguments: &[Value]) -> Option<Value> {
    let (a, b) = (network(text(arguments, 0)?)?, network(text(arguments, 1)?)?);
    Some(Value::Bool(a.contains(&b) || b.contains(&a)))
}

/// Whether a network holds another one or an address; `None` if one of them is none.
pub(super) fn contains(outer: &str, inner: &str) -> Option<bool> {
    let outer: IpNet = outer.parse().ok()?;
    Some(outer.contains(&network(inner)?))
}

pub(super) fn merge(arguments: &[Value]) -> Option<Value> {
    let mut networks = Vec::new();
    for element in elements(arguments.first()?)? {
        networks.push(network(element.as_string().ok()?)?);
    }
    let merged = IpNet::aggregate(&networks).into_iter();
    Some(Value::from(merged.map(|net| Value::from(net.to_string())).collect::<BTreeSet<_>>()))
}

pub(super) fn expand(arguments: &[Value]) -> Option<Value> {
    let net = network(text(arguments, 0)?)?;
    let bits = net.max_prefix_len() - net.prefix_len();
    if bits > 16 {
        return None;
    }
    let addresses: Vec<IpAddr> = match net {
        IpNet::V4(net) => {
            let first = u32::from(net.network());
            (0..1_u32 << bits).map(|offset| IpAddr::V4((first + offset).into())).collect()
        }
        IpNet::V6(net) => {
            let first = u128::from(net.network());
            (0..1_u128 << bits).map(|offset| IpAddr::V6((first + offset).into())).collect()
        }
    };
    debug_assert!(addresses.len() <= MAX_ADDRESSES);
    let texts = addresses.into_iter().map(|address| Value::from(address.to_string()));
    Some(Value::from(texts.collect::<BTreeSet<_>>()))
}

/// Pairs of a network of the first argument and a network or address of the second that lies in
/// it, each by its index, key or own text.
pub(super) fn contains_matches(arguments: &[Value]) -> Option<Value> {
    let outer = named(arguments.first()?)?;
    let inner = named(arguments.get(1)?)?;
    let mut pairs = BTreeSet::new();
    for (outer_name, outer) in &outer {
        for (inner_name, inner) in &inner {
            if outer.contains(inner) {
                pairs.insert(Value::from(vec![outer_name.clone(), inner_name.clone()]));
            }
        }
    }
    Some(Value::from(pairs))
}

/// The networks of an argument with the names under which they are returned.
fn named(value: &Value) -> Option<Vec<(Value, IpNet)>> {
    let of = |value: &Value| match value {
        // A tuple carries the network first, and further members for the policy's own use.
        Value::Array(parts) => network(parts.first()?.as_string().ok()?),
        other => network(other.as_string().ok()?),
    };
    match value {
        Value::String(_) => Some(vec![(value.clone(), of(value)?)]),
        Value::Array(items) => {
            let items = items.iter().enumerate();
            items.map(|(index, item)| Some((Value::from(index as u64), of(item)?))).collect()
        }
        Value::Set(items) => items.iter().map(|item| Some((item.clone(), of(item)?))).collect(),
        Value::Object(members) => {
            members.iter().map(|(key, item)| Some((key.clone(), of(item)?))).collect()
        }
        _ => None,
    }
}

/// A network, or a single address as the network that holds nothing else.
fn network(text: &str) -> Option<IpNet> {
    match text.parse::<IpNet>() {
        Ok(net) => Some(net),
        Err(_) => text.parse::<IpAddr>().ok().map(IpNet::from),
    }
}
