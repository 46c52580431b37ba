//! The resources that a policy names.

use std::cell::{OnceCell, RefCell};
use std::collections::HashMap;
use std::sync::Arc;

use super::nearest::nearest;
use super::values::is_region;
use super::{Checker, FindingType};
use crate::decide::{Found, Steps, TextSet, TextTerm};
use crate::glob::Fuel;
use crate::{AccessLevel, Action, Catalog, Pattern, PolicyKind, ResourceType, Statement};

/// The partitions of AWS.
const PARTITIONS: &[&str] =
    &["aws", "aws-cn", "aws-us-gov", "aws-iso", "aws-iso-b", "aws-iso-e", "aws-iso-f", "aws-eusc"];

/// Services that refuse policies with actions or resources of others, and the prefixes that they
/// take. Sorted.
const STRICT: &[(&str, &[&str])] = &[
    ("ecr", &["ecr"]),
    ("elasticfilesystem", &["elasticfilesystem"]),
    ("kms", &["kms"]),
    ("s3", &["s3", "s3-object-lambda", "s3-outposts", "s3express"]),
    ("secretsmanager", &["secretsmanager"]),
    ("sns", &["sns"]),
    ("sqs", &["sqs"]),
];

/// Services that ask about `*` where an action has no resource, as their refusals say ("not
/// authorized to perform: ecr:GetAuthorizationToken on resource: *"). Most others ask about an ARN
/// of their own that has nothing, or a `*`, in the place of the name: `iam` about `role/`,
/// `dynamodb` about `table/*`, `logs` about `log-group::log-stream:`. Sorted.
const ASK_ABOUT_EVERYTHING: &[&str] = &[
    "cloudfront",
    "cloudwatch",
    "ec2",
    "ecr",
    "ecs",
    "elasticloadbalancing",
    "kms",
    "lambda",
    "secretsmanager",
];

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
            self.foreign(statement);
        }
    }

    /// Actions and resources of another service than the one whose resource has the policy: the
    /// service refuses such a policy.
    fn foreign(&mut self, statement: &Statement<'_>) {
        let PolicyKind::Resource(own) = self.kind else { return };
        let Ok(at) = STRICT.binary_search_by_key(&own, |(service, _)| service) else { return };
        let allowed = STRICT[at].1;
        for pattern in statement.action.iter().chain(statement.not_action.iter()) {
            let Some((service, _)) = pattern.value.as_str().and_then(|it| it.split_once(':'))
            else {
                continue;
            };
            let service = service.to_ascii_lowercase();
            let is_plain = !service.contains(['*', '?']) && self.catalog.has_service(&service);
            if is_plain && !allowed.contains(&&*service) {
                let message = format!("a policy of `{own}` has no actions of `{service}`");
                self.error("UNSUPPORTED_ACTION_IN_POLICY", pattern.site, message);
            }
        }
        for pattern in statement.resource.iter().chain(statement.not_resource.iter()) {
            let Some(text) = pattern.value.as_str().filter(|it| it.starts_with("arn:")) else {
                continue;
            };
            let service = service_of(text);
            let is_plain = !service.contains(['*', '?']) && self.catalog.has_service(service);
            if is_plain && !allowed.contains(&service) {
                let message = format!("a policy of `{own}` is not about resources of `{service}`");
                self.error("UNSUPPORTED_RESOURCE_ARN_IN_POLICY", pattern.site, message);
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
        let is_account = is_account || is_filled_in_later(account);
        if !account.is_empty() && !wild(account) && !is_account && account != "aws" {
            let message = format!("`{account}` is no account: it must have twelve digits");
            self.error("INVALID_ARN_ACCOUNT", site, message);
            return false;
        }
        if !region.is_empty() && !wild(region) && !is_region(region) {
            let message = format!("`{region}` is no region");
            self.error("INVALID_ARN_REGION", site, message);
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
        self.template(pattern, service, resource)
    }

    /// Whether some resource type has ARNs like this one.
    fn template(&mut self, pattern: &Pattern<'_>, service: &str, resource: &str) -> bool {
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
        // Paths of interfaces are not listed one by one: `arn:aws:apigateway:*::/apis`.
        if resource.starts_with('/') {
            return true;
        }
        let named = Resources::new(&[text]);
        let fitting: Vec<&String> = types.iter().filter(|arn| named.meet(arn)).collect();
        if !fitting.is_empty() {
            return self.parts(pattern, service, &fitting);
        }
        let fits_without = |part: usize| {
            let mut parts: Vec<&str> = text.splitn(6, ':').collect();
            let is_there = parts.get(part).is_some_and(|text| !text.is_empty());
            if is_there {
                parts[part] = "";
            }
            let shorter = parts.join(":");
            is_there && types.iter().any(|arn| Resources::new(&[&shorter]).meet(arn))
        };
        let (code, message) = if fits_without(3) {
            ("ARN_REGION_NOT_ALLOWED", format!("such ARNs of `{service}` have no region"))
        } else if fits_without(4) {
            ("ARN_ACCOUNT_NOT_ALLOWED", format!("such ARNs of `{service}` have no account"))
        } else {
            let near = nearest_type(resource, &types);
            let help = near.map(|near| format!("did you mean `{near}`?"));
            let message = format!("`{service}` documents no resources like `{resource}`");
            let code = "INVALID_ARN_RESOURCE";
            self.add(code, FindingType::Warning, pattern.site, message, help);
            return false;
        };
        self.error(code, pattern.site, message);
        false
    }

    /// Whether the ARN has a region and an account where all types that it fits have them. What
    /// AWS itself owns has no account: `arn:aws:ssm:eu-west-1::document/AWS-RunShellScript`.
    fn parts(&mut self, pattern: &Pattern<'_>, service: &str, fitting: &[&String]) -> bool {
        let text = pattern.value.as_str().unwrap_or_default();
        let is_empty = |text: &str, part: usize| text.split(':').nth(part) == Some("");
        let lacks =
            |part: usize| is_empty(text, part) && !fitting.iter().any(|arn| is_empty(arn, part));
        if lacks(3) {
            let message = format!("such ARNs of `{service}` have a region");
            self.error("MISSING_ARN_REGION", pattern.site, message);
            return false;
        }
        if lacks(4) && !has_public_resources(service) {
            let message = format!("such ARNs of `{service}` have an account");
            self.error("MISSING_ARN_ACCOUNT", pattern.site, message);
            return false;
        }
        true
    }

    /// The ARN patterns of all resource types whose ARN names a service.
    fn types_in(&self, service: &str) -> Vec<String> {
        let is_own = |arn: &String| arn.split(':').nth(2) == Some(service);
        let types_of = |prefix: &str| {
            let types = self.catalog.resource_types(prefix).iter();
            types.map(crate::ResourceType::pattern).filter(is_own).collect::<Vec<_>>()
        };
        let own = types_of(service);
        if !own.is_empty() {
            return own;
        }
        // Resource types of one service may have ARNs of another: `catalog`, `es`.
        self.catalog.services().flat_map(types_of).collect()
    }

    /// What is wrong with an action beside the resources of its statement, of which it needs one.
    fn misses(
        &self,
        action: &Action<'_>,
        texts: &[&str],
        resources: &Resources<'_>,
    ) -> Option<String> {
        let mut types = action.resource_types().peekable();
        if types.peek().is_none() {
            let is_asked = texts.iter().any(|text| may_ask_about(action, text, self.catalog));
            return (!is_asked)
                .then(|| format!("`{action}` is about no resource, so it must be allowed on `*`"));
        }
        let service = action.service();
        let is_own = |kind: &ResourceType| resources.meet(&kind.pattern());
        let is_met = types.any(|(kind, _)| is_own(kind))
            || is_about_tags(action) && self.catalog.resource_types(service).iter().any(is_own);
        (!is_met).then(|| format!("`{action}` is about none of the resources that are named here"))
    }

    /// Actions of a statement that none of its resources is about: for them it allows nothing.
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
        let is_path = |text: &str| last_part(text).starts_with('/');
        if texts.iter().any(|text| is_path(text) || text.bytes().all(|byte| byte == b'*')) {
            return;
        }
        let resources = Resources::new(&texts);
        let mut dead = Vec::new();
        for pattern in statement.action.iter() {
            let named = pattern.value.as_str().filter(|text| !text.contains(['*', '?']));
            let action = named.and_then(|text| self.catalog.action(text));
            let message = action.and_then(|action| self.misses(&action, &texts, &resources));
            dead.extend(message.map(|message| (pattern.site, message)));
        }
        // One action too many in a list does no harm; a statement of which nothing is left was
        // meant to allow something.
        let is_whole = dead.len() == statement.action.len();
        for (site, message) in dead {
            if is_whole {
                self.warning("RESOURCE_MISMATCH", site, message);
            } else {
                self.suggestion("RESOURCE_MISMATCH", site, message);
            }
        }
    }
}

/// How the ARNs of a type begin that a text can have been meant to be of: `stateMachine:` for
/// `statemachine/x`.
fn nearest_type<'t>(resource: &str, types: &'t [String]) -> Option<&'t str> {
    let start = start_of(resource)?;
    let starts = || types.iter().filter_map(|arn| start_of(last_part(arn)));
    if starts().any(|it| it == start) {
        return None;
    }
    nearest(start, starts())
}

/// A resource up to its first separator, with it: `role/`. None where a wildcard comes first.
fn start_of(resource: &str) -> Option<&str> {
    let end = resource.find(['/', ':'])?;
    let start = resource.get(..=end)?;
    (end > 0 && !start.contains(['*', '?'])).then_some(start)
}

/// The resource that an ARN names.
fn last_part(arn: &str) -> &str {
    arn.splitn(6, ':').nth(5).unwrap_or_default()
}

/// Whether an action that the reference gives no resource may be asked about with what an ARN
/// stands for.
fn may_ask_about(action: &Action<'_>, text: &str, catalog: &Catalog) -> bool {
    let service = action.service();
    let own = service_of(text);
    if ASK_ABOUT_EVERYTHING.contains(&service) || own != owner(service) {
        return false;
    }
    // For lists, Systems Manager asks about `arn:aws:ssm:eu-west-1:111122223333:*`.
    if service == "ssm" && action.level() <= AccessLevel::Read {
        return is_whole(text, "arn:*:ssm:*:*:*");
    }
    let types = catalog.resource_types(service);
    // Policies of AWS itself name resources of services for which the reference lists none.
    let lists_none = types.is_empty();
    // Lists of IAM take the beginning of a path: `role/aws-service-role/`.
    let is_path = service == "iam" && text.ends_with("/*");
    lists_none || is_path || types.iter().any(|kind| is_whole(text, &kind.pattern()))
}

/// Whether a pattern takes in every resource of a type, given as a pattern, or what AWS asks about
/// where there is none: the ARN of the type with nothing where its name would be.
fn is_whole(text: &str, kind: &str) -> bool {
    let (text, kind) = (last_part(text), last_part(kind));
    let takes_in = |resource: &str| crate::glob::matches(text, resource, false);
    takes_in(kind) || takes_in(&kind.replace('*', ""))
}

/// Whether all resources of a service that has tags may be what an action is about. The reference
/// lists some of them only, where services share a prefix.
fn is_about_tags(action: &Action<'_>) -> bool {
    matches!(action.name(), "TagResource" | "UntagResource" | "ListTagsForResource")
}

/// The service in whose ARNs an action is asked about: data channels are those of sessions (AWS
/// Systems Manager User Guide, "Sample IAM policies for Session Manager").
fn owner(service: &str) -> &str {
    if service == "ssmmessages" { "ssm" } else { service }
}

/// Patterns of ARNs as they stand in a policy.
struct Resources<'t> {
    texts: Vec<&'t str>,
    term: OnceCell<TextTerm>,
    /// What was found out about types: actions of a statement have most of theirs in common.
    known: RefCell<HashMap<String, bool>>,
}

impl<'t> Resources<'t> {
    fn new(texts: &[&'t str]) -> Self {
        Self { texts: texts.to_vec(), term: OnceCell::new(), known: RefCell::default() }
    }

    /// Whether some ARN is both of these and of a type, given as a pattern.
    fn meet(&self, kind: &str) -> bool {
        if let Some(known) = self.known.borrow().get(kind) {
            return *known;
        }
        let meet = self.find(kind);
        self.known.borrow_mut().insert(kind.to_owned(), meet);
        meet
    }

    fn find(&self, kind: &str) -> bool {
        // A wildcard of the policy stands in place of a wildcard of the type, most often.
        if self.texts.iter().any(|text| crate::glob::matches(kind, text, false)) {
            return true;
        }
        if !self.texts.iter().any(|text| text.contains(['*', '?']) && may_meet(text, kind)) {
            return false;
        }
        let term = self.term.get_or_init(|| {
            let set = TextSet::new(self.texts.iter().map(|text| Steps::arn(text)));
            TextTerm::default().with(&Arc::new(set), false)
        });
        let kind = Arc::new(TextSet::new([Steps::arn(kind)]));
        !matches!(term.with(&kind, false).find(&Fuel::of(1 << 16)), Found::Nothing)
    }
}

/// Whether a look at the parts of two ARNs leaves it open that they have one in common.
fn may_meet(one: &str, two: &str) -> bool {
    let wildcards = ['*', '?'];
    let start = |part: &str| part.find(wildcards).unwrap_or(part.len());
    let end = |part: &str| part.rfind(wildcards).map_or(0, |at| at + 1);
    one.splitn(6, ':').zip(two.splitn(6, ':')).all(|(a, b)| {
        let (before, other) = (&a[..start(a)], &b[..start(b)]);
        let (after, last) = (&a[end(a)..], &b[end(b)..]);
        let starts = before.starts_with(other) || other.starts_with(before);
        starts && (after.ends_with(last) || last.ends_with(after))
    })
}

/// Whether a service has resources that AWS owns, and that every account may use.
fn has_public_resources(service: &str) -> bool {
    matches!(
        service,
        "ec2"
            | "ssm"
            | "rds"
            | "elasticbeanstalk"
            | "imagebuilder"
            | "kms"
            | "bedrock"
            | "sagemaker"
            | "resource-explorer-2"
    )
}

/// The service that an ARN names.
fn service_of(arn: &str) -> &str {
    arn.split(':').nth(2).unwrap_or_default()
}

/// Whether a text stands for an account that is put in before AWS sees it: `ACCOUNT_ID`.
fn is_filled_in_later(account: &str) -> bool {
    let is_mark = |byte: u8| byte.is_ascii_uppercase() || b"_-<>{}[]$".contains(&byte);
    account.len() > 2 && account.bytes().all(is_mark)
}
