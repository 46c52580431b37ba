//! Whether a condition limits access to a known set of callers.
//!
//! The ground is Amazon S3's meaning of "public" (Amazon S3 User Guide, "Blocking public
//! access to your Amazon S3 storage"; API reference, `PublicAccessBlockConfiguration`): a
//! statement for everyone is not public if a condition holds one of a list of keys to fixed
//! values, which have neither wildcards nor policy variables. AWS has added keys since, and
//! other services have their own.
//!
//! Where AWS compares texts, we compare sets, which is more exact in two places: an ARN is
//! fixed if its account is (`arn:aws:sns:*:123456789012:*`), and `StringEquals` has no
//! wildcards, so that a `*` in it allows nobody.

use std::net::IpAddr;

use trilith_graph::{Tri, ValueKind};

use crate::arn;
use crate::condition::{Base, Condition, Qualifier};
use crate::glob::{Glob, HoleName, Token};
use crate::pattern::{Case, Pattern};
use crate::{Answer, Conditions};

/// What the values of a key look like, and so when they are fixed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Values {
    /// Ids and names that are fixed if they have no wildcard.
    Plain,
    /// `o-abc/r-def/...`: fixed if the organization is.
    OrganizationPath,
    /// ARNs: fixed if the account is, or the bucket for S3.
    Arn,
    /// Address ranges: fixed if they are not too wide.
    Address,
    /// `AROAEXAMPLE:session`: fixed if the unique id before the colon is.
    UserId,
    /// Where a subscription delivers to: fixed if the host or domain is.
    Endpoint,
    /// True or false: fixed if true.
    Flag,
}

/// The keys that tell who is calling or from where, and that a caller cannot choose freely.
///
/// Not among them, though they look like it: `aws:ResourceAccount` and `aws:ResourceOrgID`
/// (whose the resource is), `aws:PrincipalTag/...`, `aws:username` and `aws:PrincipalType`
/// (anyone can have the same in an account of their own), `aws:Referer` and `aws:UserAgent`
/// (sent by the caller), `aws:VpcSourceIp` (private addresses, of any network),
/// `aws:ViaAWSService` and `kms:ViaService` (any account can call through a service),
/// `aws:SecureTransport`, `aws:MultiFactorAuthPresent`, `lambda:FunctionUrlAuthType`.
fn values_of(key: &str) -> Option<Values> {
    Some(match key {
        "aws:principalaccount"
        | "aws:principalorgid"
        | "aws:principalservicename"
        | "aws:principalservicenameslist"
        | "aws:sourceaccount"
        | "aws:sourceorgid"
        | "aws:sourceowner"
        | "aws:sourcevpc"
        | "aws:sourcevpce"
        | "aws:ec2instancesourcevpc"
        | "aws:vpceaccount"
        | "aws:vpceorgid"
        | "kms:calleraccount"
        | "s3:dataaccesspointaccount"
        | "vpc-lattice-svcs:sourcevpc"
        | "vpc-lattice-svcs:sourcevpcowneraccount"
        | "cognito-identity.amazonaws.com:aud" => Values::Plain,
        "aws:principalorgpaths" | "aws:sourceorgpaths" | "aws:vpceorgpaths" => {
            Values::OrganizationPath
        }
        "aws:principalarn"
        | "aws:sourcearn"
        | "aws:sourcevpcarn"
        | "aws:federatedprovider"
        | "ec2:sourceinstancearn"
        | "lambda:sourcefunctionarn"
        | "s3:dataaccesspointarn"
        | "s3:x-amz-server-side-encryption-aws-kms-key-id" => Values::Arn,
        "aws:sourceip" => Values::Address,
        "aws:userid" => Values::UserId,
        "sns:endpoint" => Values::Endpoint,
        "elasticfilesystem:accessedviamounttarget" => Values::Flag,
        _ => return None,
    })
}

impl<'v> Conditions<'v> {
    /// Whether they limit a statement for everyone to a known set of callers.
    pub fn narrow_to_known(&self) -> Answer<'v> {
        self.any(|condition| {
            // A condition that a request passes by leaving out the key narrows nothing.
            condition.narrows().and_then(|| self.needs_key(condition))
        })
    }
}

impl<'v> Condition<'v> {
    /// Whether a request that has the key and satisfies the condition is one of a known set.
    fn narrows(&self) -> Answer<'v> {
        let base = self.operator.base;
        let Some(values) = values_of(&self.key) else { return Answer::plain(Tri::False) };
        match base {
            Base::Other => Answer::at(Tri::Unknown, self.site),
            _ if base.is_negative() || !fits(base, values) => Answer::plain(Tri::False),
            _ => self.values_are_fixed(values),
        }
    }

    /// Whether only requests of a known set escape a `Deny` under this condition.
    ///
    /// A negative operator holds for a missing key too, so what escapes has the key and one
    /// of the values. `ForAnyValue` is different: it does not hold for a missing key.
    pub(crate) fn is_escaped_by_known(&self) -> Answer<'v> {
        let base = self.operator.base;
        if base == Base::Other {
            return Answer::at(Tri::Unknown, self.site);
        }
        if base == Base::Bool && self.is_about("aws:principalisawsservice") {
            return self.values.all(|value| value.value.is_ignoring_case("false"));
        }
        let Some(values) = values_of(&self.key) else { return Answer::plain(Tri::False) };
        let is_any = self.operator.qualifier == Some(Qualifier::ForAnyValue);
        if !base.is_negative() || is_any || !fits(base, values) {
            return Answer::plain(Tri::False);
        }
        self.values_are_fixed(values)
    }

    /// The values that are fixed, if the key tells who calls or from where; each is a known
    /// set of callers, whether the operator lets them in or keeps them out.
    pub(crate) fn fixed_values(&self) -> Vec<Pattern<'v>> {
        let base = self.operator.base;
        let Some(values) = values_of(&self.key).filter(|values| fits(base, *values)) else {
            return Vec::new();
        };
        let is_fixed = |pattern: &Pattern<'v>| is_fixed(pattern, values, base.has_wildcards());
        self.values.iter().filter(|pattern| is_fixed(pattern).is_true()).collect()
    }

    fn values_are_fixed(&self, values: Values) -> Answer<'v> {
        let wildcards = self.operator.base.has_wildcards();
        self.values.all(|value| is_fixed(value, values, wildcards))
    }
}

/// Whether an operator compares what a key holds.
fn fits(base: Base, values: Values) -> bool {
    match values {
        Values::Address => matches!(base, Base::IpAddress | Base::NotIpAddress),
        Values::Flag => base == Base::Bool,
        _ => base.compares_text(),
    }
}

fn is_fixed(pattern: &Pattern<'_>, values: Values, wildcards: bool) -> Tri {
    match values {
        Values::Address => return is_narrow_range(pattern),
        Values::Flag => return pattern.value.is_ignoring_case("true"),
        _ => {}
    }
    let glob = if wildcards { pattern.glob(Case::Exact) } else { pattern.literal() };
    let Some(glob) = glob else { return Tri::Unknown };
    let tokens = glob.tokens();
    match values {
        Values::OrganizationPath => all_fixed(before(tokens, '/')),
        Values::Arn => is_fixed_arn(&glob),
        Values::UserId => all_fixed(before(tokens, ':')),
        Values::Endpoint => is_fixed_endpoint(tokens),
        _ => all_fixed(tokens),
    }
}

fn before<'a, 'v>(tokens: &'a [Token<'v>], end: char) -> &'a [Token<'v>] {
    let is_end = |token: &Token<'_>| matches!(token, Token::Char(char) if *char == end);
    let at = tokens.iter().position(is_end).unwrap_or(tokens.len());
    &tokens[..at]
}

/// Whether the text stands for one value only.
fn all_fixed(tokens: &[Token<'_>]) -> Tri {
    Tri::all(tokens.iter().map(|token| match token {
        Token::Char(_) => Tri::True,
        Token::One | Token::Star => Tri::False,
        Token::Hole(hole) => match hole.name {
            // Whose the resource is cannot be chosen by the caller.
            HoleName::Variable(name) => {
                let own = ["aws:ResourceAccount", "aws:ResourceOrgID", "aws:ResourceOrgPaths"];
                own.iter().any(|it| it.eq_ignore_ascii_case(name)).into()
            }
            _ if hole.fixed => Tri::True,
            _ => Tri::Unknown,
        },
    }))
}

fn is_fixed_arn(glob: &Glob<'_>) -> Tri {
    let tokens = glob.tokens();
    // What follows the ARN of a known resource can only narrow it.
    if let Some(Token::Hole(hole)) = tokens.first() {
        if matches!(hole.name, HoleName::Reference(_)) && hole.fixed {
            return Tri::True;
        }
        return all_fixed(&tokens[..1]).and(all_fixed(tokens).or(Tri::Unknown));
    }
    let Some([_, _, service, _, account, resource]) = arn::components(tokens) else {
        // What is not known may hold the components that are missing.
        let may_be_longer = !glob.has_fixed_holes_only();
        return if may_be_longer { Tri::Unknown } else { all_fixed(tokens) };
    };
    if !account.is_empty() {
        return all_fixed(account);
    }
    let is_s3 = arn::literal_text(service).is_some_and(|service| service == "s3");
    let owner = if is_s3 { before(resource, '/') } else { resource };
    all_fixed(owner)
}

/// `*@example.com`, `https://example.com/*` and any ARN of a known account.
fn is_fixed_endpoint(tokens: &[Token<'_>]) -> Tri {
    let text: String = tokens
        .iter()
        .map(|token| match token {
            Token::Char(char) => *char,
            _ => '*',
        })
        .collect();
    let host = text.strip_prefix("https://").and_then(|rest| rest.split_once('/'));
    if host.is_some_and(|(host, _)| !host.contains('*')) {
        return Tri::True;
    }
    let at = tokens.iter().rposition(|token| matches!(token, Token::Char('@')));
    match at {
        Some(at) => all_fixed(&tokens[at..]),
        None if text.starts_with("arn:") => is_fixed_arn(&Glob::from_tokens(tokens)),
        None => all_fixed(tokens),
    }
}

/// Whether a range of addresses is no wider than S3 still takes for a known set: /8 for IPv4,
/// /32 for IPv6 (Amazon S3 User Guide, "The meaning of public").
fn is_narrow_range(pattern: &Pattern<'_>) -> Tri {
    let Some(text) = pattern.text() else {
        return match pattern.value.kind {
            ValueKind::Template(_) => is_narrow_template(pattern),
            _ if pattern.is_fixed_hole() => Tri::True,
            _ => Tri::Unknown,
        };
    };
    let (address, length) = match text.split_once('/') {
        Some((address, length)) => match length.parse::<u8>() {
            Ok(length) => (address, Some(length)),
            Err(_) => return Tri::Unknown,
        },
        None => (&*text, None),
    };
    let (narrow, most) = match address.parse() {
        Ok(IpAddr::V4(_)) => (8, 32),
        Ok(IpAddr::V6(_)) => (32, 128),
        Err(_) => return Tri::Unknown,
    };
    match length.unwrap_or(most) {
        length if length > most => Tri::Unknown,
        length => (length >= narrow).into(),
    }
}

/// `${Address}/32` is known to be narrow and `${Address}/0` to be wide, whatever the address.
fn is_narrow_template(pattern: &Pattern<'_>) -> Tri {
    let Some(glob) = pattern.literal() else { return Tri::Unknown };
    let tokens = glob.tokens();
    let slash = tokens.iter().rposition(|token| matches!(token, Token::Char('/')));
    let length = slash.and_then(|at| arn::literal_text(&tokens[at + 1..]));
    match length.and_then(|length| length.parse::<u8>().ok()) {
        Some(..8) => Tri::False,
        Some(32..) => Tri::True,
        _ => Tri::Unknown,
    }
}
