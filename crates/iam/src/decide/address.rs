//! Ranges of addresses.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Addresses of one family from `first` to `last`, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct AddressRange {
    is_v6: bool,
    first: u128,
    last: u128,
}

impl AddressRange {
    /// An address, or a range such as `10.0.0.0/8`. Bits behind the length are ignored, as
    /// AWS does.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (address, length) = match text.split_once('/') {
            Some((address, length)) => (address, Some(length)),
            None => (text, None),
        };
        let (is_v6, number) = number(address)?;
        let bits = if is_v6 { 128 } else { 32 };
        let length = match length {
            None => bits,
            Some(text) if text.bytes().all(|byte| byte.is_ascii_digit()) => {
                text.parse::<u32>().ok().filter(|length| *length <= bits)?
            }
            Some(_) => return None,
        };
        let low = bits - length;
        let below = if low == 128 { u128::MAX } else { (1 << low) - 1 };
        Some(Self { is_v6, first: number & !below, last: number | below })
    }

    fn contains(&self, address: (bool, u128)) -> bool {
        self.is_v6 == address.0 && (self.first..=self.last).contains(&address.1)
    }

    /// The first address, and the one after the last.
    fn edges(&self) -> impl Iterator<Item = String> {
        let most = if self.is_v6 { u128::MAX } else { u128::from(u32::MAX) };
        let after = self.last.checked_add(1).filter(|after| *after <= most);
        let is_v6 = self.is_v6;
        [Some(self.first), after].into_iter().flatten().map(move |number| show(is_v6, number))
    }
}

/// Whether a text is an address or a range of addresses.
pub(crate) fn is_address_range(text: &str) -> bool {
    AddressRange::parse(text).is_some()
}

/// Whether a range is written with an address that is not its first.
pub(crate) fn has_host_bits(text: &str) -> bool {
    let address = text.split('/').next().and_then(number);
    AddressRange::parse(text).zip(address).is_some_and(|(range, (_, own))| range.first != own)
}

/// Whether all addresses of a range are private ones (RFC 1918).
pub(crate) fn is_private_range(text: &str) -> bool {
    let private = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"];
    AddressRange::parse(text).is_some_and(|range| {
        let mut blocks = private.iter().filter_map(|block| AddressRange::parse(block));
        blocks.any(|block| !range.is_v6 && block.first <= range.first && range.last <= block.last)
    })
}

/// Whether an address lies in any of the ranges; what is no address does not.
pub(crate) fn any_contains(ranges: &[AddressRange], text: &str) -> bool {
    number(text).is_some_and(|address| ranges.iter().any(|range| range.contains(address)))
}

/// Addresses of which one lies in every region that the ranges cut all addresses into, and a
/// text that is no address.
pub(crate) fn samples(ranges: &[AddressRange], into: &mut Vec<String>) {
    into.extend(ranges.iter().flat_map(AddressRange::edges));
    into.extend(["0.0.0.0", "::", "x"].map(String::from));
}

fn number(text: &str) -> Option<(bool, u128)> {
    match text.parse().ok()? {
        IpAddr::V4(address) => Some((false, u128::from(address.to_bits()))),
        IpAddr::V6(address) => Some((true, address.to_bits())),
    }
}

fn show(is_v6: bool, number: u128) -> String {
    if is_v6 {
        Ipv6Addr::from_bits(number).to_string()
    } else {
        Ipv4Addr::from_bits(number as u32).to_string()
    }
}
