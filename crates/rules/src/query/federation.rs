//! Which tokens open a role, and how rules ask for it.

use trilith_graph::{Finding, PropertyPath, Tri};
use trilith_iam::{Claim, ClaimScope, OidcProvider, OidcTrust, PositionedDocument, Principal};

use crate::{Findings, View};

/// A provider of tokens that a role trusts.
#[derive(Debug)]
pub struct Trusted<'v> {
    /// What is asked of the tokens.
    pub trust: OidcTrust<'v>,
    /// Whether they let the role be assumed.
    pub allows: Tri,
    policy: PropertyPath,
}

impl<'v> Trusted<'v> {
    /// Where a claim is asked for, or the provider where it is not.
    pub fn path_of(&self, claim: &Claim<'v>) -> PropertyPath {
        let site = claim.sites.first().copied().unwrap_or(self.trust.principal.pattern.site);
        self.policy.concat(&site.path())
    }

    /// Whether a claim lets pass all tokens in `scope`, and so opens the role to them.
    pub fn admits(&self, claim: &Claim<'v>, scope: ClaimScope) -> Tri {
        let is_unsure = self.trust.is_guess && claim.sites.is_empty();
        let provider = if is_unsure { Tri::Unknown } else { Tri::True };
        self.allows.and(claim.is_at_least(scope)).and(provider)
    }
}

impl View<'_> {
    /// The providers of tokens that trust policies of this role trust. `policies` are its
    /// [`View::trust_policies`].
    pub fn trusted_providers<'v>(&self, policies: &[PositionedDocument<'v>]) -> Vec<Trusted<'v>> {
        let issuer = |principal: &Principal<'_>| {
            let reference = principal.pattern.value.as_reference()?;
            let id = self.graph().find(self.resource().root, &reference.address)?;
            self.beside(id).get("Url").as_str().map(str::to_owned)
        };
        let mut found = Vec::new();
        for policy in policies {
            for statement in &policy.document.statements {
                let allows = statement.allows_action("sts:AssumeRoleWithWebIdentity").truth;
                if !allows.is_false() {
                    let trusts = statement.oidc_trusts_with(issuer);
                    let policy = || policy.path.clone();
                    found.extend(trusts.into_iter().map(|trust| Trusted {
                        trust,
                        allows,
                        policy: policy(),
                    }));
                }
            }
        }
        found
    }
}

impl Findings<'_> {
    /// Reports the providers that are `wanted` where the subject lets pass all tokens in
    /// `scope`; `finding` gets the path, the scope that passes at least, and the provider. Where the provider
    /// cannot be told, the rule could not decide.
    pub fn wide_subjects(
        &mut self,
        role: &View<'_>,
        wanted: impl Fn(OidcProvider) -> bool,
        scope: ClaimScope,
        finding: impl Fn(PropertyPath, ClaimScope, OidcProvider) -> Finding,
    ) {
        for trusted in role.trusted_providers(&role.trust_policies()) {
            let subject = &trusted.trust.subject;
            let path = trusted.path_of(subject);
            match trusted.trust.provider {
                Some(provider) if wanted(provider) => {
                    let admits = trusted.admits(subject, scope);
                    self.when(admits, || finding(path, subject.least, provider));
                }
                Some(_) => {}
                None => self.undecided(path),
            }
        }
    }
}
