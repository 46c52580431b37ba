//! Attributes that references read: `arn` is `Arn`, `id` is what `Ref` gives.

use rustc_hash::FxHashMap as HashMap;
use std::sync::Arc;

use trilith_graph::{Reference, Value, ValueKind};

use super::table::{self, TypeTable};

/// The Terraform type of each address of a root.
#[derive(Debug, Default)]
pub(crate) struct Types {
    by_address: HashMap<Arc<str>, Known>,
}

#[derive(Debug, Clone, Copy)]
struct Known {
    table: Option<&'static TypeTable>,
    is_taken: bool,
}

impl<'a> FromIterator<(&'a Arc<str>, &'a str)> for Types {
    /// Of addresses and Terraform types; the first counts where an address occurs twice.
    fn from_iter<I: IntoIterator<Item = (&'a Arc<str>, &'a str)>>(all: I) -> Self {
        let all = all.into_iter();
        let mut types = Self::default();
        types.by_address.reserve(all.size_hint().1.unwrap_or_default());
        for (address, source_type) in all {
            let known = || Known { table: table::of(source_type), is_taken: false };
            types.by_address.entry(address.clone()).or_insert_with(known);
        }
        types
    }
}

impl Types {
    /// Whether this is the first time that an address is taken.
    pub(super) fn take(&mut self, address: &Arc<str>) -> bool {
        let unknown = || Known { table: None, is_taken: false };
        let known = self.by_address.entry(address.clone()).or_insert_with(unknown);
        !std::mem::replace(&mut known.is_taken, true)
    }

    /// A reference in CloudFormation's words.
    pub(crate) fn reference(&self, reference: &Reference) -> Reference {
        let table = self.by_address.get(&reference.address).and_then(|known| known.table);
        let attribute = match table.and_then(|table| table.attribute(&reference.attribute)) {
            Some(attribute) => attribute.into(),
            None if reference.attribute.is_empty() || &*reference.attribute == "id" => "".into(),
            None => pascal(&reference.attribute).into(),
        };
        Reference { address: reference.address.clone(), attribute }
    }

    /// The value with every reference inside in CloudFormation's words.
    pub(crate) fn translate(&self, value: &Value) -> Value {
        if !has_reference(value) {
            return value.clone();
        }
        let mut value = value.clone();
        self.translate_in_place(&mut value);
        value
    }

    // What holds no reference stays shared.
    fn translate_in_place(&self, value: &mut Value) {
        if !has_reference(value) {
            return;
        }
        match &mut value.kind {
            ValueKind::Reference(reference) => {
                *reference = Arc::new(self.reference(reference));
            }
            ValueKind::List(items) => {
                for item in Arc::make_mut(items) {
                    self.translate_in_place(item);
                }
            }
            ValueKind::Map(map) => {
                for entry in Arc::make_mut(map).entries_mut() {
                    self.translate_in_place(&mut entry.value);
                }
            }
            ValueKind::OneOf(arms) => {
                for arm in Arc::make_mut(arms) {
                    self.translate_in_place(&mut arm.value);
                }
            }
            ValueKind::Template(parts) => {
                for part in Arc::make_mut(parts) {
                    if let trilith_graph::Part::Hole(hole) = part {
                        self.translate_in_place(hole);
                    }
                }
            }
            _ => {}
        }
    }
}

fn has_reference(value: &Value) -> bool {
    match &value.kind {
        ValueKind::Reference(_) => true,
        ValueKind::List(items) => items.iter().any(has_reference),
        ValueKind::Map(map) => map.entries().iter().any(|entry| has_reference(&entry.value)),
        ValueKind::OneOf(arms) => arms.iter().any(|arm| has_reference(&arm.value)),
        ValueKind::Template(parts) => parts.iter().any(|part| match part {
            trilith_graph::Part::Hole(hole) => has_reference(hole),
            trilith_graph::Part::Text(_) => false,
        }),
        _ => false,
    }
}

/// `dns_name` as `DnsName`.
pub(crate) fn pascal(name: &str) -> String {
    let mut text = String::with_capacity(name.len());
    let mut upper = true;
    for c in name.chars() {
        if c == '_' {
            upper = true;
        } else if upper {
            text.push(c.to_ascii_uppercase());
            upper = false;
        } else {
            text.push(c);
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes_are_named_as_get_att_names_them() {
        let address: Arc<str> = "aws_lb.web".into();
        let types: Types = [(&address, "aws_lb")].into_iter().collect();
        let name = |attribute: &str| {
            let reference = Reference { address: address.clone(), attribute: attribute.into() };
            types.reference(&reference).attribute.to_string()
        };
        assert_eq!(name("id"), "");
        assert_eq!(name("arn"), "");
        assert_eq!(name("dns_name"), "DNSName");
        assert_eq!(name("load_balancer_type"), "Type");
        assert_eq!(name("something_else"), "SomethingElse");
    }
}
