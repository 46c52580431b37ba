//! Whether AWS has the actions that a policy names.

use super::nearest::nearest;
use super::{Checker, FindingType, undocumented};
use crate::{Catalog, Pattern, PolicyKind};

/// Names of API operations that people take for actions, and the actions that they need
/// (Amazon S3 User Guide, "Required permissions for Amazon S3 API operations"; the service
/// authorization reference of the other services).
const OPERATIONS: &[(&str, &str)] = &[
    ("apigateway:createdeployment", "apigateway:POST"),
    ("apigateway:getrestapis", "apigateway:GET"),
    ("s3:completemultipartupload", "s3:PutObject"),
    ("s3:copyobject", "s3:PutObject"),
    ("s3:createmultipartupload", "s3:PutObject"),
    ("s3:deletebucketlifecycle", "s3:PutLifecycleConfiguration"),
    ("s3:deleteobjects", "s3:DeleteObject"),
    ("s3:getbucketencryption", "s3:GetEncryptionConfiguration"),
    ("s3:getbucketlifecycleconfiguration", "s3:GetLifecycleConfiguration"),
    ("s3:headbucket", "s3:ListBucket"),
    ("s3:headobject", "s3:GetObject"),
    ("s3:listbuckets", "s3:ListAllMyBuckets"),
    ("s3:listmultipartuploads", "s3:ListBucketMultipartUploads"),
    ("s3:listobjects", "s3:ListBucket"),
    ("s3:listobjectsv2", "s3:ListBucket"),
    ("s3:listobjectversions", "s3:ListBucketVersions"),
    ("s3:listparts", "s3:ListMultipartUploadParts"),
    ("s3:putbucketencryption", "s3:PutEncryptionConfiguration"),
    ("s3:putbucketlifecycleconfiguration", "s3:PutLifecycleConfiguration"),
    ("s3:selectobjectcontent", "s3:GetObject"),
    ("s3:uploadpart", "s3:PutObject"),
];

impl Checker<'_, '_> {
    pub(super) fn actions(&mut self) {
        for statement in &self.document.statements {
            for pattern in statement.action.iter().chain(statement.not_action.iter()) {
                self.action(&pattern);
            }
        }
    }

    fn action(&mut self, pattern: &Pattern<'_>) {
        let Some(text) = pattern.value.as_str() else { return };
        if !text.is_empty() && text.bytes().all(|byte| byte == b'*') {
            return;
        }
        let Some((service, name)) = text.split_once(':') else {
            let help = self.missing_service(text);
            let message = format!("`{text}` names no service: an action is `service:Name`");
            let code = "INVALID_ACTION";
            self.add(code, FindingType::Error, pattern.site, message, help);
            return;
        };
        let folded = service.to_ascii_lowercase();
        if service.contains(['*', '?']) {
            if !folded.bytes().all(|byte| byte == b'*') {
                let message = format!("the wildcard in `{service}` takes in services to come");
                self.suggestion("WILDCARD_IN_SERVICE_NAME", pattern.site, message);
            }
            return;
        }
        if !self.catalog.has_service(&folded) {
            self.unknown_service(pattern, service, &folded);
        } else if !has_action(self.catalog, &folded, name) && !undocumented::is_action(text) {
            self.unknown_action(pattern, text, &folded, name);
        }
        if let PolicyKind::Iot = self.kind
            && folded != "iot"
        {
            let message = format!("a policy for devices has no actions of `{service}`");
            self.error("UNSUPPORTED_ACTION_IN_POLICY", pattern.site, message);
        }
    }

    fn missing_service(&self, text: &str) -> Option<String> {
        let mut owners = self
            .catalog
            .services()
            .filter(|service| self.catalog.action(&format!("{service}:{text}")).is_some());
        let (first, second) = (owners.next()?, owners.next());
        second.is_none().then(|| format!("did you mean `{first}:{text}`?"))
    }

    fn unknown_service(&mut self, pattern: &Pattern<'_>, service: &str, folded: &str) {
        if self.catalog.is_retired(folded) {
            let message = format!("`{service}` is a service that AWS describes no more");
            self.suggestion("RETIRED_SERVICE", pattern.site, message);
            return;
        }
        let near = nearest(folded, self.catalog.services());
        let help = near.map(|near| format!("did you mean `{near}`?"));
        let message = format!("AWS has no service with the prefix `{service}`");
        let code = "INVALID_SERVICE_IN_ACTION";
        self.add(code, FindingType::Error, pattern.site, message, help);
    }

    fn unknown_action(&mut self, pattern: &Pattern<'_>, text: &str, service: &str, name: &str) {
        let operation = format!("{service}:{}", name.to_ascii_lowercase());
        let known = OPERATIONS.binary_search_by(|(own, _)| (*own).cmp(&operation));
        let help = match known {
            Ok(at) => Some(format!("this API operation needs `{}`", OPERATIONS[at].1)),
            Err(_) if name.contains(['*', '?']) => None,
            Err(_) => {
                let names = self.catalog.actions_of(service).map(|action| action.name());
                nearest(name, names).map(|near| format!("did you mean `{service}:{near}`?"))
            }
        };
        let message = if name.contains(['*', '?']) {
            format!("`{text}` matches no action that AWS has")
        } else {
            format!("AWS has no action `{text}`")
        };
        self.add("INVALID_ACTION", FindingType::Error, pattern.site, message, help);
    }
}

fn has_action(catalog: &Catalog, service: &str, name: &str) -> bool {
    if !name.contains(['*', '?']) {
        return catalog.action(&format!("{service}:{name}")).is_some();
    }
    catalog.actions_of(service).any(|action| crate::glob::matches(name, action.name(), true))
}
