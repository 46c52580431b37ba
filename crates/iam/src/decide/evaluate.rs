//! What a policy says to one request, read straight from its statements.
//!
//! This shares nothing with the search for requests, so that each can be held against the
//! other: every example that is found is evaluated here before it is shown.

use trilith_graph::Tri;

use super::address::{self, AddressRange};
use super::moment;
use super::request::{Caller, Request};
use super::value;
use crate::condition::{Base, Condition, Qualifier};
use crate::glob::{HoleName, Token};
use crate::pattern::{Case, Pattern, Patterns};
use crate::principal::{Principal, PrincipalKind, Principals};
use crate::{PolicyDocument, State, Statement, arn};

/// What a policy says to a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// A statement allows it, and none denies it.
    Allowed,
    /// No statement is about it.
    NotAllowed,
    /// A statement denies it.
    Denied,
    /// Cannot be told: it depends on what is not known of the policy.
    Unknown,
}

impl Decision {
    /// Whether the request is allowed.
    pub const fn is_allowed(self) -> Tri {
        match self {
            Self::Allowed => Tri::True,
            Self::NotAllowed | Self::Denied => Tri::False,
            Self::Unknown => Tri::Unknown,
        }
    }
}

impl PolicyDocument<'_> {
    /// What this policy alone says to a request.
    pub fn decide(&self, request: &Request) -> Decision {
        let (allows, denies) = self.votes(request);
        match (allows, denies) {
            (_, Tri::True) => Decision::Denied,
            (Tri::False, Tri::False) => Decision::NotAllowed,
            (Tri::True, Tri::False) => Decision::Allowed,
            _ => Decision::Unknown,
        }
    }

    /// Whether some statement allows a request, and whether some denies it.
    pub(crate) fn votes(&self, request: &Request) -> (Tri, Tri) {
        let unseen = if self.unknown.is_some() { Tri::Unknown } else { Tri::False };
        let (mut allows, mut denies) = (unseen, unseen);
        let variables = !self.version.is("2012-10-17").is_false();
        for statement in &self.statements {
            let (allow, deny) = (statement.is_allow().truth, statement.is_deny().truth);
            if allow.or(deny).is_false() {
                continue;
            }
            let applies = statement.applies_to(request, variables);
            allows = allows.or(allow.and(applies));
            denies = denies.or(deny.and(applies));
        }
        (allows, denies)
    }
}

impl Statement<'_> {
    /// Whether it is about a request, whatever its effect.
    pub(crate) fn applies_to(&self, request: &Request, variables: bool) -> Tri {
        let reader = Reader { request, variables };
        let action = among(&self.action, &self.not_action, Tri::False, |pattern| {
            reader.action_matches(pattern)
        });
        if action.is_false() {
            return action;
        }
        let resource = among(&self.resource, &self.not_resource, Tri::True, |pattern| {
            reader.arn_matches(pattern, &request.resource)
        });
        let mut all = action.and(resource).and(reader.principal(self));
        for condition in &self.conditions.items {
            if all.is_false() {
                return all;
            }
            all = all.and(reader.condition(condition));
        }
        if self.conditions.unknown.is_empty() { all } else { all.and(Tri::Unknown) }
    }
}

/// Whether something is in a listed set, or not in an excepted one.
fn among<'v>(
    listed: &Patterns<'v>,
    except: &Patterns<'v>,
    missing: Tri,
    mut matches: impl FnMut(&Pattern<'v>) -> Tri,
) -> Tri {
    match (listed.is_present, except.is_present) {
        (Tri::True, _) => listed.any(matches).truth,
        (Tri::False, Tri::True) => !except.any(&mut matches).truth,
        (Tri::False, Tri::False) => missing,
        _ => Tri::Unknown,
    }
}

struct Reader<'r> {
    request: &'r Request,
    variables: bool,
}

impl Reader<'_> {
    fn action_matches(&self, pattern: &Pattern<'_>) -> Tri {
        let action = &self.request.action;
        if let Some(text) = pattern.value.as_str() {
            return matches(text.chars().map(|char| Piece::of(char).folded()), action, true).into();
        }
        let Some(glob) = pattern.glob(Case::Ignored) else { return Tri::False };
        match_folded(&resolved(glob.tokens()), action)
    }

    /// Whether an ARN pattern matches, component by component.
    fn arn_matches(&self, pattern: &Pattern<'_>, text: &str) -> Tri {
        let known = pattern.value.as_str();
        if let Some(own) = known.filter(|own| !self.variables || !own.contains("${")) {
            return known_arn_matches(own, text).into();
        }
        let Some(tokens) = self.tokens(pattern, true) else { return Tri::False };
        let starts_with_hole = matches!(tokens.first(), Some(Piece::Unknown));
        let parts: Vec<&[Piece]> = tokens.splitn(6, |piece| *piece == Piece::Char(':')).collect();
        let everything = tokens.iter().all(|piece| *piece == Piece::Any);
        if everything || (starts_with_hole && parts.len() < 6) {
            return match_tokens(&tokens, text);
        }
        if tokens.contains(&Piece::Unknown) {
            // What is not known may have colons, and so more components than can be seen.
            let mut loose = tokens.clone();
            if parts.len() < 6 {
                loose.push(Piece::Any);
            }
            let may = match_tokens(&loose, text);
            return may.and(Tri::Unknown);
        }
        let fields: Vec<&str> = text.splitn(6, ':').collect();
        if fields.len() < 6 {
            return Tri::False;
        }
        let matches = |(index, field): (usize, &&str)| {
            parts.get(index).map_or(Tri::True, |part| match_tokens(part, field))
        };
        Tri::all(fields.iter().enumerate().map(matches))
    }

    /// A pattern with the policy variables filled in; `None` if it matches nothing.
    fn tokens(&self, pattern: &Pattern<'_>, wildcards: bool) -> Option<Vec<Piece>> {
        let mut pieces = Vec::new();
        for token in pattern.tokens(wildcards, self.variables)? {
            match token {
                Token::Hole(hole) => match hole.name {
                    HoleName::Variable(name) => {
                        pieces.extend(self.variable(name)?.chars().map(Piece::Char));
                    }
                    _ => pieces.push(Piece::Unknown),
                },
                other => pieces.push(piece(&other)),
            }
        }
        Some(pieces)
    }

    /// The value of a policy variable such as `aws:username, 'nobody'`.
    fn variable(&self, name: &str) -> Option<String> {
        let (key, default) = match name.split_once(',') {
            Some((key, default)) => (key, Some(default.trim().trim_matches('\''))),
            None => (name, None),
        };
        let key = key.trim().to_ascii_lowercase();
        match self.request.values(&key) {
            Some([value]) => Some(value.clone()),
            _ => default.map(str::to_owned),
        }
    }

    fn principal(&self, statement: &Statement<'_>) -> Tri {
        let (named, left_out) = (&statement.principal, &statement.not_principal);
        match (named.is_present, left_out.is_present, &self.request.principal) {
            (Tri::False, Tri::False, _) => Tri::True,
            (_, _, None) => Tri::Unknown,
            (Tri::True, _, Some(caller)) => named.any(|it| self.is_meant(it, caller)).truth,
            (Tri::False, Tri::True, Some(caller)) => !self.is_left_out(left_out, caller),
            _ => Tri::Unknown,
        }
    }

    /// Whether a principal of a policy means a caller.
    fn is_meant(&self, principal: &Principal<'_>, caller: &Caller) -> Tri {
        let Some(pieces) = self.tokens(&principal.pattern, true) else { return Tri::False };
        let is_star = !pieces.is_empty() && pieces.iter().all(|piece| *piece == Piece::Any);
        match principal.kind {
            PrincipalKind::Anyone => Tri::True,
            PrincipalKind::Unknown => Tri::Unknown,
            PrincipalKind::Aws if is_star => Tri::True,
            kind if kind != caller.kind => Tri::False,
            PrincipalKind::Aws => {
                let own = match_tokens(&pieces, &caller.name);
                let text: Option<String> = pieces.iter().map(|piece| piece.char()).collect();
                own.or(text.is_some_and(|text| stands_for(&text, &caller.name)).into())
            }
            _ => match_tokens(&pieces, &caller.name),
        }
    }

    /// Whether `NotPrincipal` leaves a caller out: it does if all names of the caller are
    /// listed, and may if some are.
    fn is_left_out(&self, left_out: &Principals<'_>, caller: &Caller) -> Tri {
        let listed = |name: &str| {
            left_out.any(|principal| {
                let Some(pieces) = self.tokens(&principal.pattern, true) else { return Tri::False };
                if principal.kind == PrincipalKind::Unknown {
                    return Tri::Unknown;
                }
                let text: Option<String> = pieces.iter().map(|piece| piece.char()).collect();
                let is_account = text.is_some_and(|text| {
                    arn::is_account_id(&text) && name.ends_with(&format!("::{text}:root"))
                });
                let same_kind = principal.kind == caller.kind;
                let is_same = match_tokens(&pieces, name).or(is_account.into());
                Tri::from(same_kind).and(is_same)
            })
        };
        let everyone = left_out.any(|principal| match self.tokens(&principal.pattern, true) {
            Some(pieces) if principal.kind == PrincipalKind::Aws && !pieces.is_empty() => {
                pieces.iter().all(|piece| *piece == Piece::Any).into()
            }
            _ => (principal.kind == PrincipalKind::Anyone).into(),
        });
        if everyone.is_true() {
            return Tri::True;
        }
        if caller.kind != PrincipalKind::Aws {
            return listed(&caller.name).truth;
        }
        let mut names = vec![listed(&caller.name).truth];
        let fields: Vec<&str> = caller.name.splitn(6, ':').collect();
        if let ["arn", partition, service, "", account, resource] = fields[..] {
            names.push(listed(&format!("arn:{partition}:iam::{account}:root")).truth);
            let session = resource.strip_prefix("assumed-role/").filter(|_| service == "sts");
            if let Some(role) = session.and_then(|session| session.split('/').next()) {
                names.push(
                    left_out
                        .any(|principal| {
                            let text = principal.pattern.text();
                            text.is_some_and(|text| is_role(&text, account, role)).into()
                        })
                        .truth,
                );
            }
        }
        let all = Tri::all(names.iter().copied());
        // The root user has no other name than that of its account, so that one other name
        // that is listed leaves the question open.
        let own_or_role = names.iter().enumerate().filter(|(index, _)| *index != 1);
        let any = Tri::any(own_or_role.map(|(_, listed)| *listed));
        if all.is_true() || any.is_false() { all.and(any) } else { Tri::Unknown }
    }

    fn condition(&self, condition: &Condition<'_>) -> Tri {
        let operator = condition.operator;
        let values = self.request.values(&condition.key);
        if operator.base == Base::Null {
            let is = |text| condition.values.any(|value| value.value.is_ignoring_case(text)).truth;
            return if values.is_none() { is("true") } else { is("false") };
        }
        if operator.base == Base::Other {
            return Tri::Unknown;
        }
        let negative = operator.base.is_negative();
        let holds = |value: &String| {
            let matches = condition.values.any(|it| self.compares(operator.base, it, value)).truth;
            if negative { !matches } else { matches }
        };
        match (operator.qualifier, values) {
            (None, None) => (negative || operator.if_exists).into(),
            (Some(Qualifier::ForAllValues), None) => Tri::True,
            (Some(Qualifier::ForAnyValue), None) => operator.if_exists.into(),
            (None, Some([value])) => holds(value),
            // AWS does not tell what an operator does with several values.
            (None, Some(_)) => Tri::Unknown,
            (Some(Qualifier::ForAllValues), Some(values)) => Tri::all(values.iter().map(holds)),
            (Some(Qualifier::ForAnyValue), Some(values)) => Tri::any(values.iter().map(holds)),
        }
    }

    /// Whether one value of a condition matches one of a request, leaving negation aside.
    fn compares(&self, base: Base, pattern: &Pattern<'_>, value: &str) -> Tri {
        use Base as B;
        if pattern.state() == State::Malformed {
            return Tri::False;
        }
        match base {
            B::ArnLike | B::ArnEquals | B::ArnNotLike | B::ArnNotEquals => {
                return self.arn_matches(pattern, value);
            }
            _ if base.compares_text() || matches!(base, B::Bool | B::BinaryEquals) => {
                let Some(pieces) = self.tokens(pattern, base.has_wildcards()) else {
                    return Tri::False;
                };
                let folds = matches!(
                    base,
                    B::Bool | B::StringEqualsIgnoreCase | B::StringNotEqualsIgnoreCase
                );
                return if folds {
                    let pieces: Vec<Piece> = pieces.iter().map(|piece| piece.folded()).collect();
                    match_folded(&pieces, value)
                } else {
                    match_tokens(&pieces, value)
                };
            }
            _ => {}
        }
        let Some(bound) = pattern.text() else { return Tri::Unknown };
        let ordering = match base {
            B::IpAddress | B::NotIpAddress => {
                let range = AddressRange::parse(&bound);
                return range.is_some_and(|range| address::any_contains(&[range], value)).into();
            }
            B::DateEquals
            | B::DateNotEquals
            | B::DateLessThan
            | B::DateLessThanEquals
            | B::DateGreaterThan
            | B::DateGreaterThanEquals => {
                moment::parse(value).zip(moment::parse(&bound)).map(|(a, b)| a.cmp(&b))
            }
            _ => {
                let numbers = value::number(value).zip(value::number(&bound));
                numbers.and_then(|(a, b)| a.partial_cmp(&b))
            }
        };
        ordering.is_some_and(|ordering| fits(base, ordering)).into()
    }
}

fn fits(base: Base, ordering: std::cmp::Ordering) -> bool {
    use Base as B;
    match base {
        B::NumericLessThan | B::DateLessThan => ordering.is_lt(),
        B::NumericLessThanEquals | B::DateLessThanEquals => ordering.is_le(),
        B::NumericGreaterThan | B::DateGreaterThan => ordering.is_gt(),
        B::NumericGreaterThanEquals | B::DateGreaterThanEquals => ordering.is_ge(),
        _ => ordering.is_eq(),
    }
}

/// Whether a principal, given by name, stands for a caller of another name: an account for
/// all of its principals, a role for its sessions.
fn stands_for(principal: &str, caller: &str) -> bool {
    let fields: Vec<&str> = caller.splitn(6, ':').collect();
    let ["arn", _, service, "", account, resource] = fields[..] else { return false };
    let own: Vec<&str> = principal.splitn(6, ':').collect();
    match own[..] {
        [id] => arn::is_account_id(id) && id == account,
        ["arn", _, "iam", "", owner, "root"] => owner == account,
        ["arn", _, "iam", "", ..] if service == "sts" => {
            let session = resource.strip_prefix("assumed-role/");
            let role = session.and_then(|session| session.split_once('/')).map(|(role, _)| role);
            role.is_some_and(|role| is_role(principal, account, role))
        }
        _ => false,
    }
}

fn is_role(text: &str, account: &str, name: &str) -> bool {
    let fields: Vec<&str> = text.splitn(6, ':').collect();
    let ["arn", _, "iam", "", owner, resource] = fields[..] else { return false };
    let own = resource.strip_prefix("role/").and_then(|path| path.rsplit('/').next());
    owner == account && own == Some(name)
}

/// A token of a pattern whose policy variables are filled in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Piece {
    Char(char),
    One,
    Any,
    Unknown,
}

impl Piece {
    const fn of(char: char) -> Self {
        match char {
            '*' => Self::Any,
            '?' => Self::One,
            char => Self::Char(char),
        }
    }

    /// Whether it stands for one character; a piece is in lower case if that is not to matter.
    const fn reads(self, char: char, fold: bool) -> bool {
        match self {
            Self::One => true,
            Self::Char(own) if fold => own == char.to_ascii_lowercase(),
            Self::Char(own) => own == char,
            Self::Any | Self::Unknown => false,
        }
    }

    const fn char(self) -> Option<char> {
        match self {
            Self::Char(char) => Some(char),
            _ => None,
        }
    }

    const fn folded(self) -> Self {
        match self {
            Self::Char(char) => Self::Char(char.to_ascii_lowercase()),
            other => other,
        }
    }
}

const fn piece(token: &Token<'_>) -> Piece {
    match token {
        Token::Char(char) => Piece::Char(*char),
        Token::One => Piece::One,
        Token::Star => Piece::Any,
        Token::Hole(_) => Piece::Unknown,
    }
}

fn resolved(tokens: &[Token<'_>]) -> Vec<Piece> {
    tokens.iter().map(piece).collect()
}

/// Whether a text matches; unknown if that depends on what is not known.
fn match_tokens(pieces: &[Piece], text: &str) -> Tri {
    as_far_as_known(pieces, matches(pieces.iter().copied(), text, false))
}

/// The same for pieces in lower case, whatever the case of the text.
fn match_folded(pieces: &[Piece], text: &str) -> Tri {
    as_far_as_known(pieces, matches(pieces.iter().copied(), text, true))
}

fn as_far_as_known(pieces: &[Piece], matches: bool) -> Tri {
    match matches {
        false => Tri::False,
        true if pieces.contains(&Piece::Unknown) => Tri::Unknown,
        true => Tri::True,
    }
}

/// Whether a text may be one of a pattern. Every star takes as little as it can, and only the
/// last one is ever asked to take more: what lies before it was read at its first place.
fn matches(pattern: impl Iterator<Item = Piece> + Clone, text: &str, fold: bool) -> bool {
    let (mut pieces, mut rest) = (pattern, text.chars());
    let mut last_star = None;
    loop {
        let (mut next_pieces, mut next_rest) = (pieces.clone(), rest.clone());
        match (next_pieces.next(), next_rest.next()) {
            (None, None) => return true,
            (Some(Piece::Any | Piece::Unknown), _) => {
                pieces = next_pieces;
                last_star = Some((pieces.clone(), rest.clone()));
            }
            (Some(piece), Some(char)) if piece.reads(char, fold) => {
                (pieces, rest) = (next_pieces, next_rest);
            }
            _ => {
                let Some((behind, mut from)) = last_star.take() else { return false };
                if from.next().is_none() {
                    return false;
                }
                (pieces, rest) = (behind.clone(), from.clone());
                last_star = Some((behind, from));
            }
        }
    }
}

/// Whether a pattern of ARNs that is known matches, component by component. What it does not
/// say of the later ones may be anything.
fn known_arn_matches(pattern: &str, text: &str) -> bool {
    let is = |own: &str, text: &str| matches(own.chars().map(Piece::of), text, false);
    if pattern.bytes().all(|byte| byte == b'*') {
        return is(pattern, text);
    }
    let mut own = pattern.splitn(6, ':');
    let mut fields = 0;
    for field in text.splitn(6, ':') {
        fields += 1;
        if own.next().is_some_and(|part| !is(part, field)) {
            return false;
        }
    }
    fields == 6
}
