//! Host names that AWS gives to what customers name, and so to whoever names it next.

use std::fmt;
use std::net::Ipv4Addr;

use trilith_graph::Tri;

use crate::View;

/// What a DNS record leads to, and others can take when its owner lets it go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Host {
    /// An S3 bucket, by its name.
    Bucket(String),
    /// An Elastic Beanstalk environment, by the first part of its name.
    Environment(String),
    /// A public address.
    Address(Ipv4Addr),
}

impl Host {
    /// Reads the value of a record of this name.
    ///
    /// The alias of a website leads to the name of the endpoint alone: the bucket is called
    /// like the record (Route 53 Developer Guide, "Routing traffic to a website that is hosted
    /// in an Amazon S3 bucket").
    pub fn read(target: &str, record: &str) -> Option<Self> {
        let target = target.trim_end_matches('.').to_ascii_lowercase();
        if let Ok(address) = target.parse::<Ipv4Addr>() {
            return is_public(address).then_some(Self::Address(address));
        }
        if let Some(environment) = target.strip_suffix(".elasticbeanstalk.com") {
            let name = environment.split('.').next().unwrap_or_default();
            return Some(Self::Environment(name.to_owned()));
        }
        let target = target.strip_suffix(".cn").unwrap_or(&target);
        let endpoint = target.strip_suffix(".amazonaws.com")?;
        if is_endpoint(endpoint) {
            let name = record.trim_end_matches('.').to_ascii_lowercase();
            return (!name.is_empty()).then_some(Self::Bucket(name));
        }
        // A bucket's name may itself hold dots: the endpoint is what remains of the end.
        let dots = endpoint.match_indices('.').map(|(at, _)| at);
        let mut cuts = dots.filter(|at| is_endpoint(&endpoint[at + 1..]));
        cuts.next().map(|at| Self::Bucket(endpoint[..at].to_owned()))
    }

    /// Whether it is an address rather than a name.
    pub const fn is_address(&self) -> bool {
        matches!(self, Self::Address(_))
    }

    /// Whether a resource beside a record is it, or may be.
    pub fn is_here(&self, record: &View<'_>) -> Tri {
        let called = |kind: &str, property: &str, name: &str| {
            Tri::any(record.siblings(kind).iter().map(|other| {
                let own = other.get(property);
                // One without a name gets one that AWS makes up.
                if own.is_absent() { Tri::False } else { own.is_ignoring_case(name) }
            }))
        };
        let here = match self {
            Self::Bucket(name) => called("AWS::S3::Bucket", "BucketName", name),
            Self::Environment(name) => {
                called("AWS::ElasticBeanstalk::Environment", "CNAMEPrefix", name)
            }
            Self::Address(address) => called("AWS::EC2::EIP", "Address", &address.to_string()),
        };
        if record.root().open { here.or(Tri::Unknown) } else { here }
    }
}

impl fmt::Display for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bucket(name) => write!(f, "the bucket `{name}`"),
            Self::Environment(name) => write!(f, "the environment `{name}`"),
            Self::Address(address) => write!(f, "the address {address}"),
        }
    }
}

/// Whether a name is an endpoint of S3 without a bucket: `s3`, `s3.eu-west-1`,
/// `s3-website-eu-west-1`, `s3-website.eu-central-1`.
fn is_endpoint(name: &str) -> bool {
    let Some(rest) = name.strip_prefix("s3") else { return false };
    let rest = rest.strip_prefix("-website").unwrap_or(rest);
    let rest = rest.strip_prefix(".dualstack").unwrap_or(rest);
    rest.is_empty()
        || rest.strip_prefix(['.', '-']).is_some_and(|region| {
            region.contains('-') && !region.contains('.') && region.ends_with(char::is_numeric)
        })
}

fn is_public(address: Ipv4Addr) -> bool {
    let [first, second, ..] = address.octets();
    let is_shared = first == 100 && (64..128).contains(&second);
    let is_special = address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_documentation()
        || address.is_unspecified()
        || address.is_multicast()
        || address.is_broadcast();
    !is_shared && !is_special
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bucket(name: &str) -> Host {
        Host::Bucket(name.to_owned())
    }

    #[test]
    fn buckets_are_told_by_every_endpoint() {
        let read = |target| Host::read(target, "www.example.com.");
        assert_eq!(read("a.b.c.s3-website-eu-west-1.amazonaws.com."), Some(bucket("a.b.c")));
        assert_eq!(read("files.s3-website.eu-central-1.amazonaws.com"), Some(bucket("files")));
        assert_eq!(read("files.s3.amazonaws.com"), Some(bucket("files")));
        assert_eq!(read("files.s3.dualstack.eu-west-1.amazonaws.com"), Some(bucket("files")));
        assert_eq!(read("s3-website-us-east-1.amazonaws.com"), Some(bucket("www.example.com")));
        assert_eq!(read("web-1.eu-west-1.elb.amazonaws.com"), None);
        assert_eq!(read("d111111abcdef8.cloudfront.net"), None);
    }

    #[test]
    fn only_public_addresses_can_be_taken() {
        let read = |target| Host::read(target, "a").is_some();
        assert!(read("52.94.236.248"));
        for private in ["10.1.2.3", "172.16.0.1", "100.64.1.1", "127.0.0.1", "203.0.113.7"] {
            assert!(!read(private), "{private}");
        }
    }
}
