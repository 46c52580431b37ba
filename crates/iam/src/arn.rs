//! Amazon resource names: `arn:partition:service:region:account:resource`.

use std::borrow::Cow;

use trilith_graph::{Reason, Tri};

use crate::Pattern;
use crate::glob::{self, Glob, Hole, HoleName, Token};
use crate::pattern::Case;

/// The account of a principal or of an ARN.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Account<'v> {
    /// Every one.
    Any,
    /// The one with this id of 12 digits.
    Id(Cow<'v, str>),
    /// The one in which the stack or module is created: the pseudo parameter, or the account
    /// of another resource of the root.
    Own,
    /// One of AWS's own, by name: `cloudfront` in the ARN of an origin access identity.
    Aws(Cow<'v, str>),
    /// Not known.
    Unknown,
}

/// Whether the pattern matches the ARN when each component is compared with its own: `*` in
/// the first five stops at a colon. A pattern of fewer components stands for any tail.
pub(crate) fn matches_by_component(pattern: &str, arn: &str) -> bool {
    let mut patterns = pattern.splitn(6, ':');
    for component in arn.splitn(6, ':') {
        let pattern = patterns.next().unwrap_or("*");
        if !glob::matches(pattern, component, false) {
            return false;
        }
    }
    patterns.all(|pattern| glob::matches(pattern, "", false))
}

/// The six components of an ARN pattern; `None` for anything shorter.
pub(crate) fn components<'a, 'v>(tokens: &'a [Token<'v>]) -> Option<[&'a [Token<'v>]; 6]> {
    let mut split = tokens.splitn(6, |token| matches!(token, Token::Char(':')));
    let components = [(); 6].map(|()| split.next());
    // The last component takes the rest, so either all are there or the last is missing.
    components[5]?;
    Some(components.map(Option::unwrap_or_default))
}

/// Whether two resource patterns share no ARN. Where both have all components, one that is
/// disjoint is enough.
pub(crate) fn is_disjoint(one: &Glob<'_>, two: &Glob<'_>) -> Tri {
    let plain = one.is_disjoint(two);
    let (Some(ones), Some(twos)) = (components(one.tokens()), components(two.tokens())) else {
        return plain;
    };
    let disjoint = |(one, two)| Glob::from_tokens(one).is_disjoint(&Glob::from_tokens(two));
    plain.or(Tri::any(ones.into_iter().zip(twos).map(disjoint)))
}

/// The pattern with any partition where the partition is that of the stack, as in
/// `arn:${AWS::Partition}:...`: there is no other in reach.
pub(crate) fn without_partition<'v>(glob: &Glob<'v>) -> Glob<'v> {
    Glob::new(glob.tokens().iter().map(|token| match token {
        Token::Hole(Hole { name: HoleName::Reason(Reason::Pseudo(name)), .. })
            if &**name == "AWS::Partition" =>
        {
            Token::Star
        }
        Token::Hole(Hole { name: HoleName::Reason(Reason::DataSource(name)), .. })
            if name.contains("aws_partition") =>
        {
            Token::Star
        }
        other => *other,
    }))
}

/// The text of tokens that are all literal.
pub(crate) fn literal_text(tokens: &[Token<'_>]) -> Option<String> {
    let char = |token: &Token<'_>| match token {
        Token::Char(char) => Some(*char),
        _ => None,
    };
    tokens.iter().map(char).collect()
}

/// The service of an ARN pattern. The error tells whether it may be of one service: what has
/// wildcards there, or is too short, is not.
pub(crate) fn service_of(pattern: &Pattern<'_>) -> Result<String, Tri> {
    let Some(glob) = pattern.glob(Case::Exact) else { return Err(Tri::False) };
    // An attribute of a resource is of one service, whichever: the reference stands for it.
    if let [Token::Hole(hole), ..] = glob.tokens()
        && let HoleName::Reference(reference) = hole.name
        && hole.fixed
    {
        return Ok(reference.to_string());
    }
    let components = components(glob.tokens());
    let may_be_longer = !glob.has_fixed_holes_only();
    let short = if may_be_longer { Tri::Unknown } else { Tri::False };
    let Some([_, _, service, ..]) = components else { return Err(short) };
    let is_wild = service.iter().any(|token| matches!(token, Token::Star | Token::One));
    literal_text(service).ok_or(if is_wild { Tri::False } else { short })
}

/// Whether text is an account id.
pub(crate) fn is_account_id(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// The account that an `AWS` principal names, by its id or by an ARN in it.
pub(crate) fn account_of<'v>(pattern: &Pattern<'v>) -> Account<'v> {
    if let Some(text) = pattern.text() {
        // An id that YAML read as a number has lost its leading zeros.
        let is_number = pattern.value.as_str().is_none() && pattern.value.as_int().is_some();
        if is_number && text.len() < 12 && !text.starts_with('-') {
            return Account::Id(format!("{text:0>12}").into());
        }
        return match text {
            Cow::Borrowed(text) => account_in(text),
            Cow::Owned(text) if is_account_id(&text) => Account::Id(text.into()),
            Cow::Owned(_) => Account::Unknown,
        };
    }
    let Some(glob) = pattern.glob(Case::Exact) else { return Account::Unknown };
    match components(glob.tokens()) {
        Some(components) => account_component(components[4]),
        None => account_component(glob.tokens()),
    }
}

/// Whether an `AWS` principal is `*`, or an ARN with `*` for the account.
pub(crate) fn names_every_account(pattern: &Pattern<'_>) -> Tri {
    if let Some(text) = pattern.text() {
        return (account_in(&text) == Account::Any).into();
    }
    let Some(glob) = pattern.glob(Case::Exact) else { return Tri::False };
    let account = match components(glob.tokens()) {
        Some(components) => components[4],
        None => glob.tokens(),
    };
    let is_whole = account.len() == glob.tokens().len();
    Tri::all(account.iter().map(|token| match token {
        Token::Star => Tri::True,
        Token::Hole(hole) if !hole.fixed => Tri::Unknown,
        // The text before a hole may be the beginning of an ARN.
        Token::Char(_) if is_whole && !glob.has_fixed_holes_only() => Tri::Unknown,
        _ => Tri::False,
    }))
}

fn account_in(text: &str) -> Account<'_> {
    if text == "*" {
        return Account::Any;
    }
    let name = if text.starts_with("arn:") { text.split(':').nth(4) } else { Some(text) };
    match name {
        Some(id) if is_account_id(id) => Account::Id(id.into()),
        Some(any) if !any.is_empty() && any.bytes().all(|byte| byte == b'*') => Account::Any,
        Some(name) if text.starts_with("arn:") && is_name(name) => Account::Aws(name.into()),
        _ => Account::Unknown,
    }
}

fn is_name(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphabetic() || byte == b'-')
}

fn account_component<'v>(tokens: &[Token<'v>]) -> Account<'v> {
    if let [Token::Hole(hole)] = tokens {
        return match hole.name {
            HoleName::Reason(Reason::Pseudo(name)) if &**name == "AWS::AccountId" => Account::Own,
            HoleName::Reason(Reason::DataSource(name)) if name.contains("aws_caller_identity") => {
                Account::Own
            }
            HoleName::Reference(_) if hole.fixed => Account::Own,
            _ => Account::Unknown,
        };
    }
    match literal_text(tokens) {
        Some(id) if is_account_id(&id) => Account::Id(id.into()),
        Some(name) if is_name(&name) => Account::Aws(name.into()),
        None if matches!(tokens, [Token::Star]) => Account::Any,
        _ => Account::Unknown,
    }
}
