//! The binary message of a plan, as far as the values of variables.
//!
//! Terraform's `planfile.proto`: field 2 of the plan is a map from names to dynamic values, each
//! of which holds `MessagePack` in its field 1.

use serde_json::{Map, Value as Json};

use super::msgpack;

const VARIABLES: u64 = 2;
const MAP_KEY: u64 = 1;
const MAP_VALUE: u64 = 2;
const MSGPACK: u64 = 1;

/// The values of the root module's variables, as far as they are known.
pub(super) fn variables(plan: &[u8]) -> Map<String, Json> {
    let mut variables = Map::new();
    for entry in fields(plan).filter(|field| field.number == VARIABLES) {
        let of = |number: u64| fields(entry.bytes).find(|field| field.number == number);
        let (Some(name), Some(value)) = (of(MAP_KEY), of(MAP_VALUE)) else { continue };
        let value = fields(value.bytes).find(|field| field.number == MSGPACK);
        let value = value.and_then(|field| msgpack::dynamic(field.bytes));
        if let (Ok(name), Some(value)) = (std::str::from_utf8(name.bytes), value) {
            variables.insert(name.to_owned(), value);
        }
    }
    variables
}

/// A field that holds bytes; the others are passed over.
struct Field<'b> {
    number: u64,
    bytes: &'b [u8],
}

/// The fields of a message, up to the first that makes no sense.
fn fields(message: &[u8]) -> impl Iterator<Item = Field<'_>> {
    let mut rest = message;
    std::iter::from_fn(move || {
        loop {
            let tag = varint(&mut rest)?;
            let number = tag >> 3;
            match tag & 7 {
                0 => drop(varint(&mut rest)?),
                1 => drop(take(&mut rest, 8)?),
                2 => {
                    let length = usize::try_from(varint(&mut rest)?).ok()?;
                    return Some(Field { number, bytes: take(&mut rest, length)? });
                }
                5 => drop(take(&mut rest, 4)?),
                _ => return None,
            }
        }
    })
}

fn varint(rest: &mut &[u8]) -> Option<u64> {
    let mut value = 0;
    for shift in (0..64).step_by(7) {
        let byte = *take(rest, 1)?.first()?;
        value |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Some(value);
        }
    }
    None
}

fn take<'b>(rest: &mut &'b [u8], length: usize) -> Option<&'b [u8]> {
    let (taken, after) = rest.split_at_checked(length)?;
    *rest = after;
    Some(taken)
}
