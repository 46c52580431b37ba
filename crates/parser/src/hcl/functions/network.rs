//! Functions on address ranges.

use std::net::{Ipv4Addr, Ipv6Addr};

use super::{Arguments, Outcome};
use crate::hcl::evaluate::text::{Stop, integer};

/// A range of addresses, as a number of 128 bits of which the last `size` count.
#[derive(Debug, Clone, Copy)]
struct Network {
    /// The first address.
    base: u128,
    /// Length of the prefix.
    prefix: u32,
    /// 32 or 128.
    size: u32,
}

impl Network {
    fn parse(text: &str) -> Result<Self, Stop> {
        let (address, prefix) = text.split_once('/').ok_or(Stop::Error)?;
        let is_plain = !prefix.is_empty() && prefix.bytes().all(|byte| byte.is_ascii_digit());
        let prefix: u32 = prefix.parse().ok().filter(|_| is_plain).ok_or(Stop::Error)?;
        let (number, mut size) = if address.contains(':') {
            (u128::from(address.parse::<Ipv6Addr>().map_err(|_| Stop::Error)?), 128)
        } else {
            (u128::from(u32::from(parse_ipv4(address)?)), 32)
        };
        let mut prefix = prefix;
        if prefix > size {
            return Err(Stop::Error);
        }
        // Go takes a mapped address for the address that it maps.
        if size == 128 && number >> 32 == 0xffff && prefix >= 96 {
            (size, prefix) = (32, prefix - 96);
        }
        let number = if size == 32 { number & u128::from(u32::MAX) } else { number };
        let base = number & mask(prefix, size);
        Ok(Self { base, prefix, size })
    }

    /// Number of bits that tell the hosts apart.
    fn host_bits(self) -> u32 {
        self.size - self.prefix
    }

    /// The network number `number` of those that are `bits` longer.
    fn subnet(self, bits: u32, number: i128) -> Result<Self, Stop> {
        let prefix =
            self.prefix.checked_add(bits).filter(|p| *p <= self.size).ok_or(Stop::Error)?;
        let number = offset(number, bits)?;
        let shift = self.size - prefix;
        let number = if shift >= 128 { 0 } else { number << shift };
        Ok(Self { base: self.base | number, prefix, ..self })
    }

    fn address(self, number: u128) -> String {
        if self.size == 32 {
            Ipv4Addr::from(number as u32).to_string()
        } else {
            Ipv6Addr::from(number).to_string()
        }
    }

    fn show(self) -> String {
        format!("{}/{}", self.address(self.base), self.prefix)
    }
}

/// Old notations with leading zeros are decimal in Terraform.
fn parse_ipv4(text: &str) -> Result<Ipv4Addr, Stop> {
    let mut octets = [0_u8; 4];
    let mut parts = text.split('.');
    for octet in &mut octets {
        let part = parts.next().ok_or(Stop::Error)?;
        let is_plain = !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        *octet = part.parse().ok().filter(|_| is_plain).ok_or(Stop::Error)?;
    }
    if parts.next().is_some() { Err(Stop::Error) } else { Ok(octets.into()) }
}

fn mask(prefix: u32, size: u32) -> u128 {
    let all = if size == 128 { u128::MAX } else { (1 << size) - 1 };
    let hosts = size - prefix;
    if hosts >= 128 { 0 } else { all & (u128::MAX << hosts) }
}

/// A number of `bits` bits; a negative one counts from the end.
fn offset(number: i128, bits: u32) -> Result<u128, Stop> {
    let fits = |number: u128| bits >= 128 || number < 1 << bits;
    if let Ok(number) = u128::try_from(number) {
        return if fits(number) { Ok(number) } else { Err(Stop::Error) };
    }
    let back = number.unsigned_abs();
    let total = if bits >= 128 { return Ok(u128::MAX - back + 1) } else { 1_u128 << bits };
    total.checked_sub(back).ok_or(Stop::Error)
}

fn bits(number: i64) -> Result<u32, Stop> {
    u32::try_from(number).map_err(|_| Stop::Error)
}

pub(super) fn cidrhost(arguments: &Arguments<'_>) -> Outcome {
    let network = Network::parse(&arguments.text(0)?)?;
    let host = offset(i128::from(arguments.integer(1)?), network.host_bits())?;
    arguments.string(network.address(network.base | host))
}

pub(super) fn cidrnetmask(arguments: &Arguments<'_>) -> Outcome {
    let network = Network::parse(&arguments.text(0)?)?;
    if network.size != 32 {
        return Err(Stop::Error);
    }
    arguments.string(network.address(mask(network.prefix, network.size)))
}

pub(super) fn cidrsubnet(arguments: &Arguments<'_>) -> Outcome {
    let network = Network::parse(&arguments.text(0)?)?;
    let (bits, number) = (bits(arguments.integer(1)?)?, arguments.integer(2)?);
    arguments.string(network.subnet(bits, i128::from(number))?.show())
}

/// Networks one after the other, each at the next place that suits its size.
pub(super) fn cidrsubnets(arguments: &Arguments<'_>) -> Outcome {
    let network = Network::parse(&arguments.text(0)?)?;
    let mut next = 0_u128;
    let mut networks = Vec::new();
    for new_bits in &arguments.values[1..] {
        let new_bits = bits(integer(new_bits)?)?;
        if new_bits == 0 {
            return Err(Stop::Error);
        }
        let hosts = network.host_bits().checked_sub(new_bits).ok_or(Stop::Error)?;
        let length = 1_u128.checked_shl(hosts).ok_or(Stop::Error)?;
        let start = next.div_ceil(length).checked_mul(length).ok_or(Stop::Error)?;
        let end = start.checked_add(length).ok_or(Stop::Error)?;
        let limit = network.host_bits();
        if limit < 128 && end > 1 << limit {
            return Err(Stop::Error);
        }
        next = end;
        let prefix = network.prefix + new_bits;
        networks.push(Network { base: network.base | start, prefix, ..network }.show());
    }
    arguments.texts(networks)
}
