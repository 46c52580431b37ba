//! Ports that matter, and which of them a range lets through.

use trilith_graph::{Tri, Value, ValueKind};

/// A service that listens on known ports.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Service {
    /// The first port.
    pub first: u16,
    /// The last port.
    pub last: u16,
    /// What people call it.
    pub name: &'static str,
    /// Whether it listens on UDP too.
    pub udp: bool,
}

const fn tcp(first: u16, last: u16, name: &'static str) -> Service {
    Service { first, last, name, udp: false }
}

const fn both(first: u16, last: u16, name: &'static str) -> Service {
    Service { first, last, name, udp: true }
}

/// Ports by which machines are administered.
pub const ADMIN: &[Service] = &[
    tcp(22, 22, "SSH"),
    tcp(23, 23, "Telnet"),
    tcp(512, 514, "remote shell"),
    both(3389, 3389, "RDP"),
    tcp(5900, 5903, "VNC"),
    tcp(5985, 5986, "WinRM"),
];

/// Ports of data stores, caches, search engines, message brokers, file shares and orchestrators.
pub const DATA: &[Service] = &[
    tcp(20, 21, "FTP"),
    tcp(25, 25, "SMTP"),
    both(111, 111, "rpcbind"),
    tcp(135, 135, "Windows RPC"),
    both(137, 139, "NetBIOS"),
    both(389, 389, "LDAP"),
    tcp(445, 445, "SMB"),
    tcp(636, 636, "LDAPS"),
    both(1433, 1434, "SQL Server"),
    tcp(1521, 1521, "Oracle"),
    both(2049, 2049, "NFS"),
    tcp(2181, 2181, "ZooKeeper"),
    tcp(2375, 2376, "Docker"),
    tcp(2379, 2380, "etcd"),
    tcp(2382, 2383, "SQL Server Analysis Services"),
    tcp(3306, 3306, "MySQL"),
    tcp(5432, 5432, "PostgreSQL"),
    tcp(5439, 5439, "Redshift"),
    tcp(5601, 5601, "Kibana"),
    tcp(5672, 5672, "AMQP"),
    tcp(6379, 6380, "Redis"),
    tcp(7000, 7001, "Cassandra"),
    tcp(8020, 8020, "HDFS"),
    tcp(8086, 8086, "InfluxDB"),
    tcp(9042, 9042, "Cassandra"),
    tcp(9092, 9098, "Kafka"),
    tcp(9200, 9200, "Elasticsearch"),
    tcp(9300, 9300, "Elasticsearch"),
    tcp(10250, 10250, "kubelet"),
    both(11211, 11211, "memcached"),
    tcp(15672, 15672, "RabbitMQ"),
    tcp(27017, 27019, "MongoDB"),
    tcp(50070, 50070, "HDFS"),
    tcp(61616, 61616, "ActiveMQ"),
];

/// Ports that are meant for everyone; 443 over UDP is HTTP/3.
pub const WEB: &[Service] = &[tcp(80, 80, "HTTP"), both(443, 443, "HTTPS")];

/// The protocol and the ports of a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ports {
    protocol: Protocol,
    from: Bound,
    to: Bound,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Protocol {
    Every,
    Tcp,
    Udp,
    /// One without ports.
    Other,
    Unknown,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Bound {
    Port(i64),
    Unknown,
}

impl Bound {
    fn at_most(self, port: u16) -> Tri {
        match self {
            Self::Port(own) => (own <= i64::from(port)).into(),
            Self::Unknown => Tri::Unknown,
        }
    }

    fn at_least(self, port: u16) -> Tri {
        match self {
            Self::Port(own) => (own >= i64::from(port)).into(),
            Self::Unknown => Tri::Unknown,
        }
    }
}

impl Ports {
    /// Ports of a rule that cannot be seen.
    pub const UNKNOWN: Self =
        Self { protocol: Protocol::Unknown, from: Bound::Unknown, to: Bound::Unknown };

    /// Reads a rule of a security group: `IpProtocol`, `FromPort`, `ToPort`. Ports that are
    /// left out, or -1, are all ports.
    pub fn of(rule: &Value) -> Self {
        let (from, to) = (rule.get("FromPort"), rule.get("ToPort"));
        Self {
            protocol: protocol(rule.get("IpProtocol")),
            from: bound(from, 0),
            // One port alone is meant where only the first is given.
            to: if to.is_absent() && !from.is_absent() {
                bound(from, 65_535)
            } else {
                bound(to, 65_535)
            },
        }
    }

    /// Whether every port is let through, at least of TCP or of UDP.
    pub fn are_all(&self) -> Tri {
        let range = self.from.at_most(1).and(self.to.at_least(65_535));
        match self.protocol {
            Protocol::Every => Tri::True,
            Protocol::Tcp | Protocol::Udp => range,
            Protocol::Other => Tri::False,
            Protocol::Unknown => Tri::Unknown,
        }
    }

    /// How many ports are let through for certain.
    pub fn count(&self) -> i64 {
        match (self.protocol, self.from, self.to) {
            (Protocol::Every, ..) => 2 * 65_536,
            (Protocol::Tcp | Protocol::Udp, Bound::Port(from), Bound::Port(to)) => {
                to.saturating_sub(from).saturating_add(1).max(0)
            }
            _ => 0,
        }
    }

    /// Reads an entry of a network ACL: `Protocol` and `PortRange`.
    pub fn of_acl_entry(entry: &Value) -> Self {
        Self {
            protocol: protocol(entry.get("Protocol")),
            from: bound(entry.path("PortRange/From"), 0),
            to: bound(entry.path("PortRange/To"), 65_535),
        }
    }

    /// Whether both let a port of one protocol through.
    pub fn overlap(&self, other: &Self) -> Tri {
        self.protocol
            .meets(other.protocol)
            .and(at_most(self.from, other.to).and(at_most(other.from, self.to)))
    }

    /// Whether it lets everything through that the other does.
    pub fn cover(&self, other: &Self) -> Tri {
        let every = Tri::from(self.protocol == Protocol::Every);
        let same = Tri::from(self.protocol == other.protocol);
        let range = at_most(self.from, other.from).and(at_most(other.to, self.to));
        let unknown = self.protocol == Protocol::Unknown || other.protocol == Protocol::Unknown;
        every.or(if unknown { Tri::Unknown } else { same }.and(range))
    }

    /// Whether any port of some services is let through.
    pub fn reach(&self, services: &[Service]) -> Tri {
        Tri::any(services.iter().map(|service| self.reach_one(service)))
    }

    /// Whether a port is let through that none of some services has.
    pub fn exceed(&self, services: &[Service]) -> Tri {
        let udp = match self.protocol {
            Protocol::Every => return Tri::True,
            Protocol::Other => return Tri::False,
            Protocol::Unknown => return Tri::Unknown,
            Protocol::Tcp => false,
            Protocol::Udp => true,
        };
        let within = |service: &Service| {
            let inside = self.from.at_least(service.first).and(self.to.at_most(service.last));
            inside.and((!udp || service.udp).into())
        };
        !Tri::any(services.iter().map(within))
    }

    /// The ports, for a message: "port 22 (SSH)", "every port", "ports 8000-8080".
    pub fn describe(&self) -> String {
        if self.are_all().is_true() {
            return "every port".to_owned();
        }
        for services in [ADMIN, DATA] {
            if self.reach(services).is_true() {
                return self.names(services);
            }
        }
        match (self.from, self.to) {
            (Bound::Port(from), Bound::Port(to)) if from == to => format!("port {from}"),
            (Bound::Port(from), Bound::Port(to)) => format!("ports {from}-{to}"),
            _ => "some port".to_owned(),
        }
    }

    /// The services whose ports are let through for certain: "22 (SSH) and 3389 (RDP)".
    pub fn names(&self, services: &[Service]) -> String {
        let reached = services.iter().filter(|service| self.reach_one(service).is_true());
        let names: Vec<String> = reached.map(|service| self.label(service)).collect();
        let noun = if names.len() > 1 || names.first().is_some_and(|name| name.contains('-')) {
            "ports"
        } else {
            "port"
        };
        match names.as_slice() {
            [] => "a sensitive port".to_owned(),
            [one] => format!("{noun} {one}"),
            [first @ .., last] if names.len() < 5 => {
                format!("{noun} {} and {last}", first.join(", "))
            }
            [first, second, third, rest @ ..] => {
                format!("{noun} {first}, {second}, {third} and {} more", rest.len())
            }
            _ => String::new(),
        }
    }

    fn label(&self, service: &Service) -> String {
        let inside = |port: u16| self.from.at_most(port).and(self.to.at_least(port)).is_true();
        let every = self.protocol == Protocol::Every;
        let mut ports = (service.first..=service.last).filter(|port| every || inside(*port));
        let first = ports.next().unwrap_or(service.first);
        match ports.next_back() {
            Some(last) => format!("{first}-{last} ({})", service.name),
            None => format!("{first} ({})", service.name),
        }
    }

    fn reach_one(&self, service: &Service) -> Tri {
        let range = self.from.at_most(service.last).and(self.to.at_least(service.first));
        match self.protocol {
            Protocol::Every => Tri::True,
            Protocol::Tcp => range,
            Protocol::Udp if service.udp => range,
            Protocol::Udp | Protocol::Other => Tri::False,
            // If it is -1, the ports do not count.
            Protocol::Unknown => Tri::Unknown,
        }
    }
}

impl Protocol {
    fn meets(self, other: Self) -> Tri {
        match (self, other) {
            (Self::Unknown, _) | (_, Self::Unknown) => Tri::Unknown,
            (Self::Every, _) | (_, Self::Every) => Tri::True,
            (one, other) => (one == other).into(),
        }
    }
}

const fn at_most(one: Bound, other: Bound) -> Tri {
    match (one, other) {
        (Bound::Port(one), Bound::Port(other)) if one <= other => Tri::True,
        (Bound::Port(_), Bound::Port(_)) => Tri::False,
        _ => Tri::Unknown,
    }
}

fn protocol(value: &Value) -> Protocol {
    let is = |names: &[&str]| Tri::any(names.iter().map(|name| value.is_ignoring_case(name)));
    if is(&["-1", "all"]).is_true() {
        Protocol::Every
    } else if is(&["tcp", "6"]).is_true() || value.is_absent() {
        Protocol::Tcp
    } else if is(&["udp", "17"]).is_true() {
        Protocol::Udp
    } else if is(&["-1", "all", "tcp", "6", "udp", "17"]).is_unknown() {
        Protocol::Unknown
    } else {
        Protocol::Other
    }
}

fn bound(value: &Value, missing: i64) -> Bound {
    let whole = match &value.kind {
        ValueKind::Absent | ValueKind::Null => Some(missing),
        // Numbers are floats where a language has no other.
        ValueKind::Float(number) if number.fract() == 0.0 && number.abs() < 1e6 => {
            format!("{number:.0}").parse().ok()
        }
        _ => value.as_int(),
    };
    match whole {
        Some(-1) => Bound::Port(missing),
        Some(port) => Bound::Port(port),
        None => Bound::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use trilith_graph::{Map, Reason, SourceId, Span};

    use super::*;

    const AT: Span = Span::at(SourceId(0), 0);

    fn ports(protocol: &str, from: &str, to: &str) -> Ports {
        let mut map = Map::default();
        for (key, text) in [("IpProtocol", protocol), ("FromPort", from), ("ToPort", to)] {
            match text {
                "" => {}
                "?" => map.insert(key, AT, Value::unknown(Reason::ComputedAfterApply, AT)),
                _ => map.insert(key, AT, Value::string(text, AT)),
            }
        }
        Ports::of(&Value::map(map, AT))
    }

    #[test]
    fn ranges_hold_the_ports_between() {
        assert_eq!(ports("tcp", "22", "22").reach(ADMIN), Tri::True);
        assert_eq!(ports("6", "20", "25").reach(ADMIN), Tri::True);
        assert_eq!(ports("TCP", "443", "443").reach(ADMIN), Tri::False);
        assert_eq!(ports("udp", "22", "22").reach(ADMIN), Tri::False);
        assert_eq!(ports("17", "3389", "3389").reach(ADMIN), Tri::True);
        assert_eq!(ports("icmp", "8", "-1").reach(ADMIN), Tri::False);
        assert_eq!(ports("tcp", "22", "").reach(ADMIN), Tri::True);
        assert_eq!(ports("tcp", "22", "").reach(DATA), Tri::False);
    }

    #[test]
    fn ports_do_not_count_for_every_protocol() {
        assert_eq!(ports("-1", "443", "443").are_all(), Tri::True);
        assert_eq!(ports("-1", "?", "?").are_all(), Tri::True);
        assert_eq!(ports("tcp", "", "").are_all(), Tri::True);
        assert_eq!(ports("tcp", "-1", "-1").are_all(), Tri::True);
        assert_eq!(ports("tcp", "0", "65535").are_all(), Tri::True);
        assert_eq!(ports("tcp", "1024", "65535").are_all(), Tri::False);
    }

    #[test]
    fn what_is_for_everyone_is_not_exceeded() {
        assert_eq!(ports("tcp", "443", "443").exceed(WEB), Tri::False);
        assert_eq!(ports("udp", "443", "443").exceed(WEB), Tri::False);
        assert_eq!(ports("udp", "80", "80").exceed(WEB), Tri::True);
        assert_eq!(ports("tcp", "80", "443").exceed(WEB), Tri::True);
        assert_eq!(ports("tcp", "?", "443").exceed(WEB), Tri::Unknown);
        assert_eq!(ports("?", "8080", "8080").exceed(WEB), Tri::Unknown);
        assert_eq!(ports("icmp", "8", "-1").exceed(WEB), Tri::False);
        assert_eq!(ports("tcp", "79", "81").describe(), "ports 79-81");
    }

    #[test]
    fn what_is_unknown_decides_nothing() {
        assert_eq!(ports("tcp", "?", "22").reach(ADMIN), Tri::Unknown);
        assert_eq!(ports("tcp", "?", "21").reach(ADMIN), Tri::False);
        assert_eq!(ports("?", "443", "443").reach(ADMIN), Tri::Unknown);
        assert_eq!(ports("?", "", "").are_all(), Tri::Unknown);
        assert_eq!(ports("tcp", "?", "?").names(ADMIN), "a sensitive port");
    }

    #[test]
    fn ranges_meet_and_hold_each_other() {
        let ssh = ports("tcp", "22", "22");
        assert_eq!(ports("tcp", "0", "1023").cover(&ssh), Tri::True);
        assert_eq!(ports("-1", "", "").cover(&ssh), Tri::True);
        assert_eq!(ssh.cover(&ports("-1", "", "")), Tri::False);
        assert_eq!(ssh.overlap(&ports("-1", "", "")), Tri::True);
        assert_eq!(ports("udp", "0", "1023").overlap(&ssh), Tri::False);
        assert_eq!(ports("tcp", "80", "80").overlap(&ssh), Tri::False);
        assert_eq!(ports("?", "0", "1023").cover(&ssh), Tri::Unknown);
    }

    #[test]
    fn what_is_unknown_or_has_no_ports_counts_none() {
        assert_eq!(ports("tcp", "22", "22").count(), 1);
        assert_eq!(ports("udp", "0", "65535").count(), 65_536);
        assert!(ports("-1", "22", "22").count() > 65_536);
        assert_eq!(ports("tcp", "?", "22").count(), 0);
        assert_eq!(ports("icmp", "8", "0").count(), 0);
    }

    #[test]
    fn names_are_for_people() {
        assert_eq!(ports("tcp", "22", "22").names(ADMIN), "port 22 (SSH)");
        assert_eq!(ports("tcp", "22", "23").names(ADMIN), "ports 22 (SSH) and 23 (Telnet)");
        assert_eq!(ports("tcp", "5985", "5985").names(ADMIN), "port 5985 (WinRM)");
        assert_eq!(ports("tcp", "5985", "6000").names(ADMIN), "ports 5985-5986 (WinRM)");
        let many = ports("tcp", "0", "10000").names(ADMIN);
        assert_eq!(many, "ports 22 (SSH), 23 (Telnet), 512-514 (remote shell) and 3 more");
    }
}
