//! The resources that a policy names.

use super::nearest::nearest;
use super::{Checker, FindingType};
use crate::decide::{Found, Steps, TextSet, TextTerm};
use crate::glob::Fuel;
use crate::{Pattern, PolicyKind, Statement};

/// Services whose resources the policy is about although other services own the actions.
const PARTITIONS: &[&str] =
    &["aws", "aws-cn", "aws-us-gov", "aws-iso", "aws-iso-b", "aws-iso-e", "aws-iso-f", "aws-eusc"];

impl Checker<'_, '_> {
    pub(super) fn arns(&mut self) {
        for statement in &self.document.statements {
            let mut sound = true;
            for pattern in statement.resource.iter().chain(statement.not_resource.iter()) {
                sound &= self.arn(&pattern);
            }
            if sound {
                self.mismatch(statement);
            }
        }
    }

    /// Checks an ARN; whether it can be one.
    fn arn(&mut self, pattern: &Pattern<'_>) -> bool {
        let Some(text) = pattern.value.as_str() else { return true };
        if text.bytes().all(|byte| byte == b'*') && !text.is_empty() || text.contains("${") {
            return true;
        }
        let site = pattern.site;
        let parts: Vec<&str> = text.splitn(6, ':').collect();
        if parts[0] != "arn" {
            // Resource policies of some services take names and paths: `execute-api:/*`.
            if text.contains('*') && parts.len() < 6 && self.kind != PolicyKind::Identity
                || text.starts_with("execute-api:/")
            {
                return true;
            }
            self.error("INVALID_ARN_PREFIX", site, format!("`{text}` is no ARN: it has no `arn:`"));
            return false;
        }
        let [_, partition, service, region, account, resource] = parts[..] else {
            if !text.contains('*') {
                let message = format!("`{text}` has fewer than the six parts of an ARN");
                self.error("MISSING_ARN_FIELD", site, message);
                return false;
            }
            return true;
        };
        let wild = |text: &str| text.contains(['*', '?']);
        if !wild(partition) && !PARTITIONS.contains(&partition) {
            let message = format!("AWS has no partition `{partition}`");
            self.error("INVALID_PARTITION", site, message);
            return false;
        }
        let is_account = account.len() == 12 && account.bytes().all(|byte| byte.is_ascii_digit());
        if !account.is_empty() && !wild(account) && !is_account && account != "aws" {
            let message = format!("`{account}` is no account: it must have twelve digits");
            self.error("INVALID_ARN_ACCOUNT", site, message);
            return false;
        }
        if wild(service) || service.is_empty() {
            return true;
        }
        if service.bytes().any(|byte| byte.is_ascii_uppercase()) {
            let message = format!("`{service}` must be in lower case");
            self.error("INVALID_ARN_SERVICE_CASE", site, message);
            return false;
        }
        self.template(pattern, service, region, resource)
    }

    /// Whether some resource type has ARNs like this one.
    fn template(
        &mut self,
        pattern: &Pattern<'_>,
        service: &str,
        region: &str,
        resource: &str,
    ) -> bool {
        let types = self.types_in(service);
        if types.is_empty() {
            if !self.catalog.has_service(service) && !self.catalog.is_retired(service) {
                let near = nearest(service, self.catalog.services());
                let help = near.map(|near| format!("did you mean `{near}`?"));
                let message = format!("AWS has no service `{service}`");
                self.add("INVALID_SERVICE", FindingType::Error, pattern.site, message, help);
                return false;
            }
            return true;
        }
        let Some(text) = pattern.value.as_str() else { return true };
        let set = std::sync::Arc::new(TextSet::new([Steps::arn(text)]));
        let term = TextTerm::default().with(&set, false);
        let fits = |arn: &String| {
            let kind = std::sync::Arc::new(TextSet::new([Steps::arn(arn)]));
            !matches!(term.with(&kind, false).find(&Fuel::of(1 << 16)), Found::Nothing)
        };
        if types.iter().any(fits) {
            return true;
        }
        let regions = types.iter().all(|arn| arn.split(':').nth(3) == Some(""));
        let accounts = types.iter().all(|arn| arn.split(':').nth(4) == Some(""));
        let (code, message) = if regions && !region.is_empty() {
            ("ARN_REGION_NOT_ALLOWED", format!("ARNs of `{service}` have no region"))
        } else if accounts && text.split(':').nth(4) != Some("") {
            ("ARN_ACCOUNT_NOT_ALLOWED", format!("ARNs of `{service}` have no account"))
        } else {
            ("INVALID_ARN_RESOURCE", format!("`{service}` has no resources like `{resource}`"))
        };
        self.error(code, pattern.site, message);
        false
    }

    /// The ARN patterns of all resource types whose ARN names a service.
    fn types_in(&self, service: &str) -> Vec<String> {
        // Resource types of one service may have ARNs of another, as those of OpenSearch do.
        let owners = self.catalog.services().filter(|prefix| {
            *prefix == service || prefix.starts_with(service) || service.starts_with(prefix)
        });
        let types = owners.flat_map(|prefix| self.catalog.resource_types(prefix));
        let own = types.map(crate::ResourceType::pattern);
        own.filter(|arn| arn.split(':').nth(2) == Some(service)).collect()
    }

    /// Actions of a statement that none of its resources is about: there the statement is dead.
    fn mismatch(&mut self, statement: &Statement<'_>) {
        if !statement.is_allow().is_true()
            || !statement.resource.is_present.is_true()
            || statement.resource.is_open
            || self.kind != PolicyKind::Identity
        {
            return;
        }
        let mut texts = Vec::new();
        for pattern in statement.resource.iter() {
            match pattern.value.as_str() {
                Some(text) if !text.contains("${") => texts.push(text),
                _ => return,
            }
        }
        if texts.iter().any(|text| text.bytes().all(|byte| byte == b'*')) {
            return;
        }
        let set = TextSet::new(texts.iter().map(|text| Steps::arn(text)));
        let resources = TextTerm::default().with(&std::sync::Arc::new(set), false);
        for pattern in statement.action.iter() {
            let Some(text) = pattern.value.as_str().filter(|text| !text.contains(['*', '?']))
            else {
                continue;
            };
            let Some(action) = self.catalog.action(text) else { continue };
            let mut types = action.resource_types().peekable();
            let message = if types.peek().is_none() {
                format!("`{action}` is about no resource, so that it must be allowed on `*`")
            } else if types.all(|(kind, _)| {
                let kind = std::sync::Arc::new(TextSet::new([Steps::arn(&kind.pattern())]));
                resources.with(&kind, false).find(&Fuel::of(1 << 16)).is_nothing()
            }) {
                format!("`{action}` is about none of the resources that the statement names")
            } else {
                continue;
            };
            self.warning("RESOURCE_MISMATCH", pattern.site, message);
        }
    }
}
