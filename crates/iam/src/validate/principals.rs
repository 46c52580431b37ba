//! Who is named, and how.

use super::Checker;
use crate::principal::{Principal, PrincipalKind, Principals};
use crate::{PolicyKind, Statement, arn};

impl Checker<'_, '_> {
    pub(super) fn principals(&mut self) {
        for statement in &self.document.statements {
            for principal in statement.principal.items.iter().chain(&statement.not_principal.items)
            {
                self.principal(principal);
            }
            let has_exclusion = statement.not_principal.is_present.is_true();
            if has_exclusion && statement.is_allow().is_true() {
                let message = "it allows everyone but those named here, anonymous callers too";
                self.security("ALLOW_WITH_NOT_PRINCIPAL", statement.not_principal.site, message);
            }
            if self.kind == PolicyKind::Trust {
                self.trust(statement, has_exclusion);
            }
            if matches!(self.kind, PolicyKind::Resource(_)) {
                self.sources(statement);
            }
            if self.kind == PolicyKind::Rcp {
                self.resource_control(statement, has_exclusion);
            }
        }
    }

    fn principal(&mut self, principal: &Principal<'_>) {
        let Some(text) = principal.pattern.text() else { return };
        let site = principal.pattern.site;
        match principal.kind {
            PrincipalKind::Aws => self.aws_principal(&text, site),
            PrincipalKind::Service => {
                let is_name = text.contains('.') && text.contains("amazonaws.com")
                    || text.ends_with(".amazon.com")
                    || text.ends_with(".aws.internal")
                    || text.ends_with(".aws.com");
                if !is_name {
                    let message = format!("`{text}` is no service: they end in `.amazonaws.com`");
                    self.error("INVALID_SERVICE_PRINCIPAL_FORMAT", site, message);
                }
            }
            PrincipalKind::Federated if self.kind != PolicyKind::Trust => {
                let message = "identity providers are principals of trust policies only";
                self.error("FEDERATED_PRINCIPAL_NOT_SUPPORTED", site, message);
            }
            _ => {}
        }
    }

    fn aws_principal(&mut self, text: &str, site: crate::Site<'_>) {
        let id = |prefix: &str| {
            text.len() >= 16
                && text.starts_with(prefix)
                && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
        };
        if text == "*" || arn::is_account_id(text) {
            return;
        }
        if id("AROA") {
            let message = "this is the id of a role that does not exist any more";
            self.warning("INVALID_ROLE_REFERENCE", site, message);
        } else if id("AIDA") {
            let message = "this is the id of a user that does not exist any more";
            self.warning("INVALID_USER_REFERENCE", site, message);
        } else if !text.starts_with("arn:") {
            let message = format!("`{text}` is neither an account nor an ARN");
            self.error("INVALID_PRINCIPAL_FORMAT", site, message);
        } else if text.contains(['*', '?']) {
            let message = format!("`{text}` has a wildcard, which AWS refuses in a principal");
            self.error("UNSUPPORTED_WILDCARD_IN_PRINCIPAL", site, message);
        }
    }

    fn trust(&mut self, statement: &Statement<'_>, has_exclusion: bool) {
        if has_exclusion {
            let message = "trust policies have no `NotPrincipal`";
            let site = statement.not_principal.site;
            self.error("ROLE_TRUST_POLICY_SYNTAX_ERROR_NOTPRINCIPAL", site, message);
        }
        for principal in of_kind(&statement.principal, PrincipalKind::Anyone) {
            let message = "a trust policy names its principals with their kind";
            let code = "ROLE_TRUST_POLICY_UNSUPPORTED_WILDCARD_IN_PRINCIPAL";
            self.error(code, principal.pattern.site, message);
        }
        for pattern in statement.action.iter() {
            let Some(text) = pattern.value.as_str() else { continue };
            let folded = text.to_ascii_lowercase();
            if folded != "*" && !folded.starts_with("sts:") && folded.contains(':') {
                let message = format!("a trust policy has no use for `{text}`");
                self.error("UNSUPPORTED_ACTION_IN_POLICY", pattern.site, message);
            }
        }
        self.federation(statement);
        self.federated(statement);
    }

    /// `sts:AssumeRoleWithSAML` is for SAML providers, `sts:AssumeRoleWithWebIdentity` for the
    /// others, and `sts:AssumeRole` for none.
    fn federation(&mut self, statement: &Statement<'_>) {
        let is = |name: &str| {
            let mut actions = statement.action.iter();
            actions.any(|it| it.value.as_str().is_some_and(|text| text.eq_ignore_ascii_case(name)))
        };
        let (saml, web) = (is("sts:AssumeRoleWithSAML"), is("sts:AssumeRoleWithWebIdentity"));
        let plain = is("sts:AssumeRole");
        for principal in of_kind(&statement.principal, PrincipalKind::Federated) {
            let Some(text) = principal.pattern.text() else { continue };
            let is_saml = text.contains(":saml-provider/");
            let wrong = if is_saml { web && !saml } else { saml && !web };
            if wrong || plain && !saml && !web {
                let message = format!("`{text}` is no principal for this action");
                self.error("MISMATCHED_ACTION_FOR_PRINCIPAL", principal.pattern.site, message);
            }
        }
        for principal in of_kind(&statement.principal, PrincipalKind::Aws) {
            if (saml || web) && !plain {
                let message = "only identity providers may use this action";
                self.error("MISMATCHED_ACTION_FOR_PRINCIPAL", principal.pattern.site, message);
            }
        }
    }

    fn resource_control(&mut self, statement: &Statement<'_>, has_exclusion: bool) {
        let site = statement.principal.site;
        let everyone = statement.principal.is_anyone();
        if has_exclusion || (statement.principal.is_present.is_true() && everyone.is_false()) {
            let message = "the principal of a resource control policy is `*`";
            self.error("RCP_SYNTAX_ERROR_PRINCIPAL", site, message);
        }
        if statement.is_allow().is_true() {
            let message = "a resource control policy only denies";
            self.error("RCP_SYNTAX_ERROR_ALLOW", statement.site, message);
        }
        if statement.not_action.is_present.is_true() {
            let message = "a resource control policy has no `NotAction`";
            self.error("RCP_SYNTAX_ERROR_NOTACTION", statement.not_action.site, message);
        }
        for pattern in statement.action.iter() {
            let Some(text) = pattern.value.as_str() else { continue };
            let Some((service, _)) = text.split_once(':') else { continue };
            let service = service.to_ascii_lowercase();
            let is_known = self.catalog.has_service(&service);
            if is_known && !self.catalog.has_resource_control(&service) {
                let message = format!("resource control policies do not apply to `{service}`");
                self.error("RCP_SYNTAX_ERROR_ACTION", pattern.site, message);
            }
        }
    }
}

fn of_kind<'p, 'v>(
    principals: &'p Principals<'v>,
    kind: PrincipalKind,
) -> impl Iterator<Item = &'p Principal<'v>> {
    principals.items.iter().filter(move |principal| principal.kind == kind)
}
