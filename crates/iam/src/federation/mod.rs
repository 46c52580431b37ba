//! Roles assumed with a token of an OIDC provider.

mod provider;
mod scope;

use trilith_graph::Tri;

use crate::condition::{Base, Condition};
use crate::glob::Token;
use crate::pattern::{Case, Pattern, State};
use crate::principal::{Principal, PrincipalKind};
use crate::{Answer, Site, Statement};

pub use provider::OidcProvider;
pub use scope::ClaimScope;

use provider::{GAP, Issuer, text_with_gaps};
use scope::{Scope, audience_scope, is_origin, origin_scope};

/// What the conditions of a statement ask of a claim.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim<'v> {
    /// The fewest that pass, as far as is known.
    pub least: ClaimScope,
    /// The most that pass.
    pub most: ClaimScope,
    /// The conditions on the claim: of each the value that lets in the most.
    pub sites: Vec<Site<'v>>,
}

impl Claim<'_> {
    /// Whose tokens pass; `None` if it cannot be told.
    pub fn scope(&self) -> Option<ClaimScope> {
        (self.least == self.most).then_some(self.most)
    }

    /// Whether tokens of everyone pass.
    pub fn admits_anyone(&self) -> Tri {
        self.is_at_least(ClaimScope::Anyone)
    }

    /// Whether tokens of all in this scope pass.
    pub fn is_at_least(&self, scope: ClaimScope) -> Tri {
        match (self.least >= scope, self.most >= scope) {
            (true, _) => Tri::True,
            (false, true) => Tri::Unknown,
            (false, false) => Tri::False,
        }
    }
}

/// A provider that a trust policy trusts, and what it asks of the tokens.
#[derive(Debug, Clone)]
pub struct OidcTrust<'v> {
    /// The provider, if its ARN or the keys of the conditions tell.
    pub provider: Option<OidcProvider>,
    /// The principal.
    pub principal: Principal<'v>,
    /// What is asked of the subject, or of other claims that tell where a token comes from.
    pub subject: Claim<'v>,
    /// What is asked of the audience.
    pub audience: Claim<'v>,
    /// Whether the provider is told only by the keys of the conditions, and the principal may be
    /// any other.
    pub is_guess: bool,
}

impl<'v> OidcTrust<'v> {
    /// Whether people outside the organization can get a token that passes: the provider is
    /// shared, and no claim keeps them out.
    pub fn admits_outsiders(&self) -> Answer<'v> {
        let provider = self.provider.filter(|_| !self.is_guess);
        let shared = provider.map_or(Tri::Unknown, |provider| provider.is_shared().into());
        // Where the audience is the identity pool or the application, it keeps others out.
        let audience = match provider {
            Some(provider) if provider.has_own_audience() => self.audience.admits_anyone(),
            Some(_) => Tri::True,
            None => self.audience.admits_anyone().or(Tri::Unknown),
        };
        let anyone = self.subject.admits_anyone().and(audience);
        let mut claims = Answer::plain(anyone);
        self.subject.sites.iter().for_each(|site| claims.add_site(*site));
        Answer::at(shared, self.principal.pattern.site).and(claims)
    }
}

impl<'v> Statement<'v> {
    /// The OIDC providers that it trusts: the `Federated` principals other than
    /// SAML providers.
    pub fn oidc_trusts(&self) -> Vec<OidcTrust<'v>> {
        self.oidc_trusts_with(|_| None)
    }

    /// [`Statement::oidc_trusts`] where `issuer` may tell the issuer of a principal that is a
    /// reference to a provider: its URL.
    pub fn oidc_trusts_with(
        &self,
        issuer: impl Fn(&Principal<'v>) -> Option<String>,
    ) -> Vec<OidcTrust<'v>> {
        let federated = self.principal.items.iter().filter(|principal| {
            principal.kind == PrincipalKind::Federated && !is_saml(&principal.pattern)
        });
        let trust = |principal: &Principal<'v>| {
            let issuer = match issuer(principal) {
                Some(text) => Issuer::new(&text, true),
                None => Issuer::of(&principal.pattern),
            };
            self.oidc_trust(*principal, &issuer)
        };
        federated.map(trust).collect()
    }

    fn oidc_trust(&self, principal: Principal<'v>, issuer: &Issuer) -> OidcTrust<'v> {
        let told = issuer.provider();
        let is_reference = principal.pattern.value.as_reference().is_some();
        OidcTrust {
            provider: told.or_else(|| self.provider_of_keys()),
            is_guess: told.is_none() && !is_reference,
            principal,
            subject: self.claim(issuer, is_origin, origin_scope),
            audience: self.claim(issuer, |claim| claim == "aud", audience_scope),
        }
    }

    /// The provider whose keys the conditions use.
    fn provider_of_keys(&self) -> Option<OidcProvider> {
        self.conditions.items.iter().find_map(|condition| {
            let (issuer, claim) = claim_of(condition)?;
            let is_claim = matches!(claim, "sub" | "aud") && !issuer.contains("${");
            is_claim.then(|| OidcProvider::of_issuer(issuer))
        })
    }

    /// What all conditions on a claim together ask of it.
    fn claim(
        &self,
        issuer: &Issuer,
        is_meant: fn(&str) -> bool,
        scope_of: fn(&str, &[Token<'v>]) -> Scope,
    ) -> Claim<'v> {
        let mut scope = Scope::exactly(ClaimScope::Absent);
        let mut sites = Vec::new();
        for condition in &self.conditions.items {
            let Some((key_issuer, claim)) = claim_of(condition) else { continue };
            if !is_meant(claim) {
                continue;
            }
            let (demanded, site) = demanded(condition, claim, scope_of);
            let demanded = demanded.if_asked(condition, issuer.is_asked_by(key_issuer));
            scope = scope.both(demanded);
            sites.push(site);
        }
        if !self.conditions.unknown.is_empty() {
            scope.least = ClaimScope::Ref;
            sites.extend(&self.conditions.unknown);
        }
        Claim { least: scope.least, most: scope.most, sites }
    }
}

/// The issuer and the claim that a condition key names.
fn claim_of<'a>(condition: &'a Condition<'_>) -> Option<(&'a str, &'a str)> {
    let (issuer, claim) = condition.key.rsplit_once(':')?;
    issuer.contains(['.', '$']).then_some((issuer, claim))
}

/// What a condition asks of a claim, and which of its values lets in the most.
fn demanded<'v>(
    condition: &Condition<'v>,
    claim: &str,
    scope_of: fn(&str, &[Token<'v>]) -> Scope,
) -> (Scope, Site<'v>) {
    let base = condition.operator.base;
    if base == Base::Other || condition.values.is_present.is_unknown() {
        return (Scope::at_most(ClaimScope::Absent), condition.site);
    }
    if base.is_negative() || !base.compares_text() {
        return (Scope::exactly(ClaimScope::Absent), condition.site);
    }
    let mut scope = Scope::exactly(ClaimScope::Ref);
    let mut site = condition.site;
    for (index, value) in condition.values.iter().enumerate() {
        let tokens = if base.has_wildcards() { value.glob(Case::Exact) } else { value.literal() };
        let passing = match tokens {
            Some(glob) if base.has_wildcards() => scope_of(claim, glob.tokens()),
            // Without wildcards a value is one text, whichever it is.
            Some(glob) => scope_of(claim, &literal_only(glob.tokens())),
            None => Scope::at_most(ClaimScope::Absent),
        };
        let is_widest = (passing.least, passing.most) > (scope.least, scope.most);
        if index == 0 || is_widest {
            site = value.site;
        }
        scope = scope.either(passing);
    }
    if condition.values.is_open {
        scope.most = ClaimScope::Anyone;
    }
    (scope, site)
}

fn literal_only<'v>(tokens: &[Token<'v>]) -> Vec<Token<'v>> {
    let literal = |token: &Token<'v>| match token {
        Token::Hole(_) => Token::Char(GAP),
        other => *other,
    };
    tokens.iter().map(literal).collect()
}

fn is_saml(pattern: &Pattern<'_>) -> bool {
    let glob = pattern.glob(Case::Exact);
    glob.is_some_and(|glob| text_with_gaps(glob.tokens()).0.contains(":saml-provider/"))
        || pattern.state() == State::Malformed
}
