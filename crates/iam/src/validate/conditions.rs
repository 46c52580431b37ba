//! Condition blocks: keys, operators and values.

use std::collections::BTreeSet;

use super::nearest::nearest;
use super::{Checker, FindingType, undocumented};
use crate::condition::{Base, Condition};
use crate::decide::parse_date;
use crate::{ConditionKey, KeyType, PolicyKind, Qualifier, Statement};

/// Keys that come with the credentials, so that requests to every service have them, though the
/// reference lists them with few (IAM User Guide, "AWS global condition context keys",
/// cross-service keys; user guides of the services). Those of AWS Marketplace it lists with no
/// action at all.
const OF_CREDENTIALS: [&str; 8] = [
    "ec2:instanceprofile",
    "ec2:roledelivery",
    "ec2:sourceinstancearn",
    "glue:credentialissuingservice",
    "glue:roleassumedby",
    "identitystore:userid",
    "lambda:sourcefunctionarn",
    "ssm:sourceinstancearn",
];

/// Keys of which one request has several values and another has one: an event that is sent has
/// one source, a rule about events may have several. Policies of AWS itself compare them without
/// a qualifier.
const OF_ONE_OR_SEVERAL: [&str; 2] = ["events:detail-type", "events:source"];

impl<'c> Checker<'c, '_> {
    pub(super) fn conditions(&mut self) {
        for statement in &self.document.statements {
            self.twice(statement);
            self.hazards(statement);
            for condition in &statement.conditions.items {
                self.condition(condition);
                self.forms(condition);
                if let Some(key) = self.key(statement, condition) {
                    self.types(condition, key);
                }
            }
        }
    }

    /// Keys that differ by case only: the later one counts for AWS, or neither.
    fn twice(&mut self, statement: &Statement<'_>) {
        let mut seen = BTreeSet::new();
        for condition in &statement.conditions.items {
            let operator = condition.operator;
            if !seen.insert((operator, &condition.key)) {
                let message = format!("`{}` stands here twice", condition.key);
                self.error("DUPLICATE_KEYS_WITH_DIFFERENT_CASE", condition.site, message);
            }
        }
    }

    fn condition(&mut self, condition: &Condition<'_>) {
        let operator = condition.operator;
        if operator.base == Base::Other {
            let name = condition.site.operator().unwrap_or_default();
            if name.to_ascii_lowercase().starts_with("null") {
                let message = "`NullIfExists` would hold for every request";
                self.error("NULL_WITH_IF_EXISTS", condition.site, message);
            } else {
                let near = nearest(name, Base::NAMES.iter().copied());
                let help = near.map(|near| format!("did you mean `{near}`?"));
                let message = format!("there is no condition operator `{name}`");
                let code = "INVALID_CONDITION_OPERATOR";
                self.add(code, FindingType::Error, condition.site, message, help);
            }
        }
        if operator.base == Base::Null && operator.qualifier.is_some() {
            let message = "a qualifier does nothing before `Null`";
            self.suggestion("NULL_WITH_QUALIFIER", condition.site, message);
        }
        let is_exact = operator.base.compares_text() && !operator.base.has_wildcards();
        for value in condition.values.iter() {
            let Some(text) = value.value.as_str() else { continue };
            if is_exact && text.contains(['*', '?']) && !text.contains("${") {
                let message =
                    format!("`{text}` has a wildcard, which this operator takes literally");
                self.warning("WILDCARD_WITHOUT_LIKE_OPERATOR", value.site, message);
            }
            self.value(operator.base, text, value.site);
        }
    }

    fn value(&mut self, base: Base, text: &str, site: crate::Site<'_>) {
        match base {
            Base::IpAddress | Base::NotIpAddress if !text.contains("${") => {
                if !crate::decide::is_address_range(text) {
                    let message = format!("`{text}` is no range of addresses");
                    self.error("TYPE_MISMATCH_IP_RANGE", site, message);
                } else if crate::decide::has_host_bits(text) {
                    let message =
                        format!("`{text}` has bits behind its length, which do not count");
                    self.suggestion("IMPROVE_IP_RANGE", site, message);
                }
            }
            Base::Bool if !text.contains("${") && !is_flag(text) => {
                let message = format!("`{text}` is neither `true` nor `false`");
                self.warning("TYPE_MISMATCH_BOOLEAN", site, message);
            }
            Base::BinaryEquals if !text.contains("${") && !is_base64(text) => {
                let message = format!("`{text}` is not encoded in base64");
                self.warning("TYPE_MISMATCH_STRING", site, message);
            }
            base if base.is_numeric() && text.parse::<f64>().is_err() => {
                self.warning("TYPE_MISMATCH_NUMBER", site, format!("`{text}` is no number"));
            }
            base if base.is_date() && parse_date(text).is_none() => {
                self.warning("TYPE_MISMATCH_DATE", site, format!("`{text}` is no date"));
            }
            _ => {}
        }
    }

    /// The key of a condition, as it is documented.
    fn key(
        &mut self,
        statement: &Statement<'_>,
        condition: &Condition<'_>,
    ) -> Option<&'c ConditionKey> {
        let name = &*condition.key;
        let catalog = self.catalog;
        let Some((service, rest)) = name.split_once(':') else {
            let message = format!("`{name}` is no key: a key is `service:name`");
            self.error("INVALID_CONDITION_KEY_FORMAT", condition.site, message);
            return None;
        };
        let known = catalog.condition_key(name);
        if undocumented::is_key(name) || known.is_none() && OF_CREDENTIALS.contains(&name) {
            return None;
        }
        if service == "aws" {
            if rest == "arn" {
                let message = "`aws:ARN` does not work; use `aws:PrincipalArn`";
                self.error("UNSUPPORTED_GLOBAL_CONDITION_KEY", condition.site, message);
                return None;
            }
            if matches!(rest, "resourcetag" | "requesttag" | "principaltag") {
                let message = format!("`{name}` lacks the name of the tag: `{name}/Name`");
                self.error("MISSING_TAG_KEY_IN_CONDITION", condition.site, message);
                return None;
            }
            if known.is_none() {
                let globals = catalog.condition_keys().iter().map(|key| &*key.name);
                let near = nearest(name, globals.filter(|key| key.starts_with("aws:")));
                let help = near.map(|near| format!("did you mean `{near}`?"));
                let message = format!("AWS has no global condition key `{name}`");
                let code = "INVALID_GLOBAL_CONDITION_KEY";
                self.add(code, FindingType::Error, condition.site, message, help);
            }
            return known;
        }
        // Keys of identity providers are not all listed: `token.actions.githubusercontent.com:sub`.
        let is_service = catalog.has_service(service) && !service.contains('.');
        if known.is_none() && is_service {
            let own = catalog.condition_keys().iter().map(|key| &*key.name);
            let prefix = format!("{service}:");
            let near = nearest(name, own.filter(|key| key.starts_with(&prefix)));
            let help = near.map(|near| format!("did you mean `{near}`?"));
            let message = format!("the service `{service}` has no condition key `{name}`");
            let code = "INVALID_SERVICE_CONDITION_KEY";
            self.add(code, FindingType::Error, condition.site, message, help);
        }
        let operator = condition.operator;
        let needs_key = !operator.holds_without_key() && !operator.base.is_negative();
        if known.is_some() && needs_key && operator.base != Base::Null {
            self.applicable(statement, condition);
        }
        known
    }

    /// Whether the actions of a statement have the key; a missing key makes most conditions
    /// false, and the statement dead for the action.
    fn applicable(&mut self, statement: &Statement<'_>, condition: &Condition<'_>) {
        // `sts:TagSession` and its like are part of the request that assumes the role.
        let is_elsewhere = OF_CREDENTIALS.contains(&&*condition.key)
            || condition.key.starts_with("aws-marketplace:")
            || self.kind == PolicyKind::Trust;
        if is_elsewhere {
            return;
        }
        for pattern in statement.action.iter() {
            let named = pattern.value.as_str().filter(|text| !text.contains(['*', '?']));
            let Some(action) = named.and_then(|text| self.catalog.action(text)) else { continue };
            let has_key = action.condition_keys().any(|key| key.is(&condition.key));
            let of_types = action.resource_types().any(|(kind, _)| {
                kind.condition_keys(self.catalog).any(|key| key.is(&condition.key))
            });
            if !has_key && !of_types {
                let message = format!("requests for `{action}` do not have `{}`", condition.key);
                self.warning("UNSUPPORTED_ACTION_FOR_CONDITION_KEY", pattern.site, message);
            }
        }
    }

    /// Whether the operator fits the type of the key.
    fn types(&mut self, condition: &Condition<'_>, key: &ConditionKey) {
        let operator = condition.operator;
        // The reference may have a name for many.
        let name = condition.site.condition_key().unwrap_or(&key.name);
        if operator.base == Base::Null || operator.base == Base::Other {
            return;
        }
        let site = condition.site;
        let may_be_one = OF_ONE_OR_SEVERAL.contains(&&*condition.key);
        if key.is_multi_valued && operator.qualifier.is_none() && !may_be_one {
            let message =
                format!("`{name}` has several values: say `ForAnyValue` or `ForAllValues`");
            self.error("MISSING_QUALIFIER", site, message);
        }
        if !key.is_multi_valued && operator.qualifier == Some(Qualifier::ForAllValues) {
            let message =
                format!("`{name}` has one value, and `ForAllValues` holds for requests without it");
            self.security("FORALLVALUES_WITH_SINGLE_VALUED_KEY", site, message);
        }
        let like = matches!(operator.base, Base::StringLike | Base::StringNotLike);
        // The wildcard can take in the account that is written behind it.
        let crosses = |text: &str| {
            let parts: Vec<&str> = text.splitn(6, ':').collect();
            let is_wild = |part: &&str| part.contains(['*', '?']);
            let account = parts.get(4).filter(|it| !it.is_empty() && !is_wild(it));
            account.is_some() && parts[..4].iter().any(is_wild)
        };
        let mut texts = condition.values.iter().filter_map(|it| it.value.as_str());
        if like && key.value_type == KeyType::Arn && texts.any(crosses) {
            let message =
                format!("`{name}` is an ARN, of which `StringLike` matches parts across colons");
            self.security("STRING_LIKE_OPERATOR_WITH_ARN_CONDITION_KEYS", site, message);
        }
        if !fits(operator.base, key.value_type) {
            let message = format!("this operator does not compare what `{name}` holds");
            self.warning("TYPE_MISMATCH", site, message);
        }
    }
}

fn is_base64(text: &str) -> bool {
    let data = text.trim_end_matches('=');
    let is_digit = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/');
    !data.is_empty()
        && text.len() - data.len() <= 2
        && text.len().is_multiple_of(4)
        && data.bytes().all(is_digit)
}

fn is_flag(text: &str) -> bool {
    text.eq_ignore_ascii_case("true") || text.eq_ignore_ascii_case("false")
}

fn fits(base: Base, value: KeyType) -> bool {
    let is_text = base.compares_text();
    match value {
        KeyType::String => is_text || base == Base::Bool,
        KeyType::Arn => is_text,
        KeyType::Bool => base == Base::Bool || is_text,
        KeyType::Numeric => !is_text && base.is_numeric(),
        KeyType::Date => !is_text && !base.is_numeric() && base != Base::Bool,
        KeyType::IpAddress => matches!(base, Base::IpAddress | Base::NotIpAddress),
        KeyType::Binary => base == Base::BinaryEquals,
    }
}
