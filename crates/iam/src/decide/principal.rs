//! Principals as texts: who makes a request, and who is meant by an element of a policy.
//!
//! The text is the kind and the name of the principal, `AWS arn:aws:iam::123456789012:user/x`
//! or `Service s3.amazonaws.com`, or `Anonymous`.

use super::lower::Lowering;
use super::step::{Step, Steps};
use super::text::TextSet;
use crate::arn;
use crate::glob::Token;
use crate::principal::{Principal, PrincipalKind, Principals};

/// The principals that an element `Principal` means.
pub(crate) fn named<'v>(principals: &Principals<'v>, lowering: &mut Lowering<'v>) -> TextSet {
    let mut patterns = Vec::new();
    for principal in &principals.items {
        push(principal, lowering, &mut patterns);
    }
    if principals.is_open {
        patterns.push(lowering.open(principals.site));
    }
    TextSet::new(patterns)
}

fn kind_name(kind: PrincipalKind) -> Option<&'static str> {
    Some(match kind {
        PrincipalKind::Aws => "AWS ",
        PrincipalKind::Service => "Service ",
        PrincipalKind::Federated => "Federated ",
        PrincipalKind::CanonicalUser => "CanonicalUser ",
        PrincipalKind::Anyone | PrincipalKind::Unknown => return None,
    })
}

fn push<'v>(principal: &Principal<'v>, lowering: &mut Lowering<'v>, into: &mut Vec<Steps>) {
    let Some(tokens) = principal.pattern.tokens(true, lowering.variables) else { return };
    let Some(prefix) = kind_name(principal.kind) else {
        into.push(match principal.kind {
            PrincipalKind::Anyone => Steps::plain("*"),
            _ => lowering.holes.plain(&tokens, false),
        });
        return;
    };
    let is_aws = principal.kind == PrincipalKind::Aws;
    if is_aws && tokens.iter().all(|token| matches!(token, Token::Star)) && !tokens.is_empty() {
        // `{"AWS": "*"}` is `*` (IAM User Guide, "AWS JSON policy elements: Principal").
        into.push(Steps::plain("*"));
        return;
    }
    if let Some(text) = arn::literal_text(&tokens).filter(|_| is_aws) {
        push_aws(&text, into);
        return;
    }
    let kind = prefix.chars().map(Token::Char);
    let tokens: Vec<Token<'v>> = kind.chain(tokens).collect();
    into.push(lowering.holes.plain(&tokens, false));
}

/// An account, user, role or session that is known by name.
fn push_aws(text: &str, into: &mut Vec<Steps>) {
    if let Some(account) = account_of_root(text) {
        // An account stands for all of its principals.
        into.push(Steps::plain(&format!("AWS arn:*:*::{account}:*")).in_parts());
        return;
    }
    into.push(Steps::literal(&format!("AWS {text}")));
    if let Some((partition, account, name)) = role(text) {
        // A role stands for its sessions.
        let session = format!("AWS arn:{partition}:sts::{account}:assumed-role/{name}/");
        into.push(Steps::prefix(&session));
    }
}

/// The account, if the text is its id or its root.
fn account_of_root(text: &str) -> Option<&str> {
    if arn::is_account_id(text) {
        return Some(text);
    }
    let mut parts = text.splitn(6, ':');
    let is_arn = parts.next() == Some("arn");
    let (_, service, region, account) =
        (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    let is_root = parts.next() == Some("root") && service == "iam" && region.is_empty();
    (is_arn && is_root).then_some(account)
}

/// Partition, account and name of a role.
fn role(text: &str) -> Option<(&str, &str, &str)> {
    let parts: Vec<&str> = text.splitn(6, ':').collect();
    let ["arn", partition, "iam", "", account, resource] = parts[..] else { return None };
    let path = resource.strip_prefix("role/")?;
    Some((partition, account, path.rsplit('/').next().unwrap_or(path)))
}

/// The principals that an element `NotPrincipal` leaves out: certainly, and possibly.
///
/// A principal has several names: its own ARN, that of its role if it is a session, and that
/// of its account. To be left out, all of them must be listed (IAM User Guide, "AWS JSON
/// policy elements: `NotPrincipal`"); whether fewer will do depends on the service.
pub(crate) fn left_out<'v>(
    principals: &Principals<'v>,
    lowering: &mut Lowering<'v>,
) -> (TextSet, TextSet) {
    let known: Vec<String> = principals
        .items
        .iter()
        .filter(|principal| principal.kind == PrincipalKind::Aws)
        .filter_map(|principal| principal.pattern.text().map(std::borrow::Cow::into_owned))
        .collect();
    let (mut certain, mut possible) = (Vec::new(), Vec::new());
    for principal in &principals.items {
        let text = principal.pattern.text().filter(|_| principal.kind == PrincipalKind::Aws);
        let Some(text) = text.filter(|text| *text != "*") else {
            push(principal, lowering, &mut certain);
            push(principal, lowering, &mut possible);
            continue;
        };
        if let Some(account) = account_of_root(&text) {
            let partition = text.split(':').nth(1).unwrap_or("*");
            let root = format!("AWS arn:{partition}:iam::{account}:root");
            certain.push(Steps::plain(&root).in_parts());
            possible.push(Steps::plain(&root).in_parts());
            continue;
        }
        possible.push(Steps::literal(&format!("AWS {text}")));
        if all_names_listed(&text, &known) {
            certain.push(Steps::literal(&format!("AWS {text}")));
        }
        if let Some((partition, account, name)) = role(&text) {
            let session = format!("AWS arn:{partition}:sts::{account}:assumed-role/{name}/");
            possible.push(Steps::prefix(&session));
        }
    }
    if principals.is_open {
        certain.push(lowering.open(principals.site));
        possible.push(lowering.open(principals.site));
    }
    (TextSet::new(certain), TextSet::new(possible))
}

/// Whether the other names of a principal are listed as well.
fn all_names_listed(text: &str, known: &[String]) -> bool {
    let parts: Vec<&str> = text.splitn(6, ':').collect();
    let ["arn", _, service, "", account, resource] = parts[..] else { return true };
    let has_account = known.iter().any(|other| account_of_root(other) == Some(account));
    let session = resource.strip_prefix("assumed-role/").filter(|_| service == "sts");
    let role_name = session.and_then(|rest| rest.split('/').next());
    let has_role = role_name.is_none_or(|name| {
        known.iter().any(|other| {
            role(other).is_some_and(|(_, owner, other)| owner == account && other == name)
        })
    });
    has_account && has_role
}

impl Steps {
    /// Texts that begin so.
    fn prefix(text: &str) -> Self {
        let mut tokens: Vec<Step> = text.chars().map(Step::Char).collect();
        tokens.push(Step::Star);
        Self::of(tokens)
    }
}
