//! Ranges of addresses, and how much of the internet they hold.

use std::net::Ipv6Addr;

use trilith_graph::{Part, Tri, Value, ValueKind};

/// A block of addresses, such as `10.0.0.0/8`. Bits behind the prefix do not count, as for EC2.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Cidr {
    family: Family,
    first: u128,
    last: u128,
}

/// The version of the protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Family {
    /// IPv4.
    V4,
    /// IPv6.
    V6,
}

impl Family {
    const fn bits(self) -> u32 {
        match self {
            Self::V4 => 32,
            Self::V6 => 128,
        }
    }

    /// Addresses in the smallest range that no single network should need: a /8 of IPv4, and
    /// of IPv6 a /12, which is what IANA gives to a whole continent's registry.
    const fn wide(self) -> u128 {
        match self {
            Self::V4 => 1 << (32 - 8),
            Self::V6 => 1 << (128 - 12),
        }
    }
}

/// IPv4 ranges that nobody on the internet has (IANA special-purpose address registry), in
/// ascending order: first address and length of the prefix.
const PRIVATE_V4: [(u32, u32); 14] = [
    (0x0000_0000, 8),
    (0x0a00_0000, 8),
    (0x6440_0000, 10),
    (0x7f00_0000, 8),
    (0xa9fe_0000, 16),
    (0xac10_0000, 12),
    (0xc000_0000, 24),
    (0xc000_0200, 24),
    (0xc0a8_0000, 16),
    (0xc612_0000, 15),
    (0xc633_6400, 24),
    (0xcb00_7100, 24),
    (0xe000_0000, 4),
    (0xf000_0000, 4),
];

/// The global unicast addresses of IPv6, `2000::/3`: all that anybody on the internet has.
const GLOBAL_V6: (u128, u128) = (0x2 << 124, (0x4 << 124) - 1);

impl Cidr {
    /// Reads the usual notation in any spelling: `0.0.0.0/0`, `0.0.0.0/00`, `0000:0000::/0`.
    pub fn parse(text: &str) -> Option<Self> {
        let (address, prefix) = text.trim().split_once('/')?;
        let prefix = parse_prefix(prefix)?;
        match parse_v4(address) {
            Some(address) => Self::new(Family::V4, address.into(), prefix),
            None => Self::new(Family::V6, address.parse::<Ipv6Addr>().ok()?.into(), prefix),
        }
    }

    fn new(family: Family, address: u128, prefix: u32) -> Option<Self> {
        let host_bits = family.bits().checked_sub(prefix)?;
        let size_less_one = 1_u128.checked_shl(host_bits).map_or(u128::MAX, |size| size - 1);
        let first = address & !size_less_one;
        Some(Self { family, first, last: first | size_less_one })
    }

    /// The version of the protocol.
    pub const fn family(&self) -> Family {
        self.family
    }

    /// Whether it holds every public address of its family.
    pub fn is_internet(&self) -> bool {
        cover_internet(std::slice::from_ref(self))
    }

    /// Whether it holds as many public addresses as a /8 of IPv4, or a /12 of IPv6.
    pub fn is_wide(&self) -> bool {
        // What is smaller as a whole needs no look at what of it is public, and neither do most.
        let wide = self.family.wide();
        self.last - self.first >= wide - 1
            && self.public_parts().map(|(first, last)| last - first + 1).sum::<u128>() >= wide
    }

    /// What of it is public, in ascending order.
    fn public_parts(&self) -> impl Iterator<Item = (u128, u128)> {
        public_ranges(self.family)
            .into_iter()
            .map(|(first, last)| (first.max(self.first), last.min(self.last)))
            .filter(|(first, last)| first <= last)
    }
}

/// Whether ranges of one family together hold every public address of it.
pub fn cover_internet(ranges: &[Cidr]) -> bool {
    let Some(family) = ranges.first().map(Cidr::family) else { return false };
    let same = ranges.iter().filter(|range| range.family == family);
    let mut sorted: Vec<(u128, u128)> = same.map(|range| (range.first, range.last)).collect();
    sorted.sort_unstable();
    public_ranges(family).into_iter().all(|wanted| covers(&sorted, wanted))
}

fn covers(sorted: &[(u128, u128)], (first, last): (u128, u128)) -> bool {
    let mut next = first;
    for (start, end) in sorted {
        if *start > next {
            break;
        }
        if *end >= last {
            return true;
        }
        next = next.max(end + 1);
    }
    false
}

/// The ranges in which public addresses lie, in ascending order.
fn public_ranges(family: Family) -> Vec<(u128, u128)> {
    if family == Family::V6 {
        return vec![GLOBAL_V6];
    }
    let mut public = Vec::new();
    let mut next = 0_u128;
    for (first, prefix) in PRIVATE_V4 {
        let first = u128::from(first);
        if first > next {
            public.push((next, first - 1));
        }
        next = first + (1 << (32 - prefix));
    }
    public
}

fn parse_prefix(text: &str) -> Option<u32> {
    let digits = !text.is_empty() && text.len() <= 4 && text.bytes().all(|b| b.is_ascii_digit());
    text.parse().ok().filter(|_| digits)
}

/// Four decimal numbers; leading zeros are no octal sign, as for EC2.
fn parse_v4(text: &str) -> Option<u32> {
    let mut address = 0;
    let mut count = 0;
    for part in text.split('.') {
        let digits = (1..=3).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
        let number: u8 = part.parse().ok().filter(|_| digits)?;
        address = address << 8 | u32::from(number);
        count += 1;
    }
    (count == 4).then_some(address)
}

/// What a value that should be a range holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// A range.
    Range(Cidr),
    /// Certainly no range that many share: the range of a VPC, a single address, no range.
    Narrow,
    /// Cannot be told.
    Unknown,
}

impl Source {
    /// Reads a value. Text with holes is told as far as its prefix allows.
    pub fn of(value: &Value) -> Self {
        match &value.kind {
            ValueKind::String(text) => Cidr::parse(text).map_or(Self::Narrow, Self::Range),
            ValueKind::Template(parts) => Self::of_parts(parts),
            // A network in AWS is a /16 at most, a subnet no larger.
            ValueKind::Reference(reference) if is_network(&reference.attribute) => Self::Narrow,
            ValueKind::Reference(_) | ValueKind::Unknown(_) | ValueKind::OneOf(_) => Self::Unknown,
            _ => Self::Narrow,
        }
    }

    fn of_parts(parts: &[Part]) -> Self {
        let Some(Part::Text(end)) = parts.last() else { return Self::Unknown };
        let Some((_, prefix)) = end.rsplit_once('/') else { return Self::Unknown };
        match parse_prefix(prefix) {
            Some(0) => {
                let v6 = parts.iter().any(|part| matches!(part, Part::Text(t) if t.contains(':')));
                let family = if v6 { Family::V6 } else { Family::V4 };
                Cidr::new(family, 0, 0).map_or(Self::Unknown, Self::Range)
            }
            Some(1..=12) => Self::Unknown,
            _ => Self::Narrow,
        }
    }

    /// Whether it holds at least a /8 of the internet.
    pub fn is_wide(&self) -> Tri {
        match self {
            Self::Range(range) => range.is_wide().into(),
            Self::Narrow => Tri::False,
            Self::Unknown => Tri::Unknown,
        }
    }
}

/// Whether an attribute is the range of a network, or an address in one.
fn is_network(attribute: &str) -> bool {
    let name: String =
        attribute.bytes().filter(u8::is_ascii_alphanumeric).map(|b| b as char).collect();
    let names = ["cidrblock", "ipv6cidrblock", "vpccidrblock"];
    names.iter().any(|known| name.to_ascii_lowercase().starts_with(known))
}

#[cfg(test)]
mod tests {
    use trilith_graph::{Reason, SourceId, Span};

    use super::*;

    fn range(text: &str) -> Cidr {
        Cidr::parse(text).expect(text)
    }

    #[test]
    fn the_internet_is_known_in_every_spelling() {
        let all = [
            "0.0.0.0/0",
            "0.0.0.0/00",
            "000.000.000.000/0",
            "10.1.2.3/0",
            " 0.0.0.0/0 ",
            "::/0",
            "0::/0",
            "0000:0000::/0",
            "0:0:0:0:0:0:0:0/0",
            "2000::/3",
            "::/1",
        ];
        for text in all {
            assert!(range(text).is_internet(), "{text}");
        }
        for text in ["0.0.0.0/1", "10.0.0.0/8", "8000::/1", "fc00::/7", "0.0.0.0/32"] {
            assert!(!range(text).is_internet(), "{text}");
        }
        for text in ["", "0.0.0.0", "/0", "0.0.0/0", "1.2.3.4/33", "::/129", "0.0.0.0/-1", "a/0"] {
            assert_eq!(Cidr::parse(text), None, "{text}");
        }
    }

    #[test]
    fn pieces_count_together() {
        let cover = |texts: &[&str]| {
            cover_internet(&texts.iter().map(|text| range(text)).collect::<Vec<_>>())
        };
        assert!(cover(&["128.0.0.0/1", "0.0.0.0/1"]));
        assert!(cover(&["128.0.0.0/2", "0.0.0.0/1", "192.0.0.0/3"]), "224.0.0.0/3 is nobody's");
        assert!(cover(&["2000::/4", "3000::/4"]));
        assert!(!cover(&["0.0.0.0/1", "192.0.0.0/2"]));
        assert!(!cover(&["0.0.0.0/1", "8000::/1"]));
        assert!(!cover(&[]));
        let quarters: Vec<String> = (0..16).map(|at| format!("{}.0.0.0/4", at * 16)).collect();
        assert!(cover(&quarters.iter().map(String::as_str).collect::<Vec<_>>()));
        assert!(!cover(&quarters[1..].iter().map(String::as_str).collect::<Vec<_>>()));
    }

    #[test]
    fn only_public_addresses_make_a_range_wide() {
        for text in ["11.0.0.0/8", "0.0.0.0/1", "10.0.0.0/7", "64.0.0.0/3", "2600::/12"] {
            assert!(range(text).is_wide(), "{text}");
        }
        for text in ["10.0.0.0/8", "172.0.0.0/9", "100.64.0.0/10", "240.0.0.0/4", "fc00::/7"] {
            assert!(!range(text).is_wide(), "{text}");
        }
    }

    #[test]
    fn a_known_prefix_decides_about_an_unknown_address() {
        let at = Span::at(SourceId(0), 0);
        let hole = || Part::Hole(Value::unknown(Reason::NoDefault("Ip".into()), at));
        let source = |parts: Vec<Part>| Source::of(&Value::new(ValueKind::template(parts), at));
        assert_eq!(source(vec![hole(), Part::Text("/32".into())]), Source::Narrow);
        assert_eq!(source(vec![hole(), Part::Text(".0.0.0/0".into())]).is_wide(), Tri::True);
        assert_eq!(source(vec![Part::Text("0.0.0.0/".into()), hole()]).is_wide(), Tri::Unknown);
        assert_eq!(source(vec![hole(), Part::Text("/8".into())]), Source::Unknown);
    }
}
