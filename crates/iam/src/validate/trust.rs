//! Whom a trust policy lets in that it does not mean to.

use super::Checker;
use crate::principal::PrincipalKind;
use crate::{ClaimScope, OidcProvider, Statement};

/// Identity providers that are no resources of an account (IAM User Guide, "AWS JSON policy
/// elements: Principal").
const WEB_IDENTITIES: [&str; 4] = [
    "accounts.google.com",
    "cognito-identity.amazonaws.com",
    "graph.facebook.com",
    "www.amazon.com",
];

impl Checker<'_, '_> {
    pub(super) fn federated(&mut self, statement: &Statement<'_>) {
        for principal in &statement.principal.items {
            let Some(text) = principal.pattern.text() else { continue };
            let is_provider = text.starts_with("arn:")
                && (text.contains(":saml-provider/") || text.contains(":oidc-provider/"));
            let is_federated = principal.kind == PrincipalKind::Federated;
            if is_federated && !is_provider && !WEB_IDENTITIES.contains(&&*text) {
                let message = format!("`{text}` is no identity provider");
                let code = "INVALID_FEDERATED_PRINCIPAL_SYNTAX_IN_ROLE_TRUST_POLICY";
                self.error(code, principal.pattern.site, message);
            }
        }
        if !statement.is_allow().is_true() {
            return;
        }
        self.roles_anywhere(statement);
        self.claims(statement);
        self.sources(statement);
    }

    /// IAM Roles Anywhere sets the identity and tags of the session, always.
    fn roles_anywhere(&mut self, statement: &Statement<'_>) {
        for principal in &statement.principal.items {
            let is_meant = principal.kind == PrincipalKind::Service
                && principal.pattern.text().is_some_and(|it| it == "rolesanywhere.amazonaws.com");
            let needed = ["sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity"];
            let missing: Vec<&str> = needed
                .into_iter()
                .filter(|action| {
                    is_meant && self.document.any(|it| it.allows_action(action)).is_false()
                })
                .collect();
            if !missing.is_empty() {
                let message = format!("IAM Roles Anywhere needs {} too", missing.join(" and "));
                let code = "MISSING_ACTION_FOR_ROLES_ANYWHERE_TRUST_POLICY";
                self.error(code, principal.pattern.site, message);
            }
        }
    }

    /// Providers that others use too, of whose tokens all or nearly all let the role be assumed.
    fn claims(&mut self, statement: &Statement<'_>) {
        if statement.allows_action("sts:AssumeRoleWithWebIdentity").is_false() {
            return;
        }
        for trust in statement.oidc_trusts() {
            let site = trust.principal.pattern.site;
            let is_github = trust.provider == Some(OidcProvider::GitHub);
            if trust.admits_outsiders().is_true() {
                let message = "tokens of everyone with an account there let the role be assumed";
                let code = if is_github {
                    "MISSING_GITHUB_REPO_CONDITION_KEY"
                } else {
                    "MISSING_CONDITION_KEY_FOR_OIDC_PRINCIPAL"
                };
                self.security(code, site, message);
            } else if is_github && trust.subject.is_at_least(ClaimScope::Repository).is_true() {
                let site = trust.subject.sites.first().copied().unwrap_or(site);
                let message = "every branch, tag and pull request of a repository may assume it";
                self.warning("SPECIFIC_GITHUB_REPO_AND_BRANCH_RECOMMENDED", site, message);
            }
        }
    }

    /// Services that act for other customers unless told for whom.
    pub(super) fn sources(&mut self, statement: &Statement<'_>) {
        for (principal, answer) in statement.services_without_source() {
            if answer.is_true() {
                let message = "no condition says for which account or resource it may act";
                let site = principal.pattern.site;
                self.security("RESTRICT_ACCESS_TO_SERVICE_PRINCIPAL", site, message);
            }
        }
    }
}
