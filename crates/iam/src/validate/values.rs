//! Values of conditions that AWS gives a form: regions, networks, keys, accounts.

use super::Checker;
use crate::condition::{Base, Condition};
use crate::decide::{is_address_range, is_private_range};
use crate::{Pattern, Qualifier, Site};

/// Keys that tell an account or an organization, of which a value with a wildcard is nobody in
/// particular. In lower case, sorted.
const IDENTITIES: &[&str] = &[
    "aws:principalaccount",
    "aws:principalorgid",
    "aws:resourceaccount",
    "aws:resourceorgid",
    "aws:sourceaccount",
    "aws:sourceorgid",
    "aws:sourceowner",
    "aws:userid",
    "kms:calleraccount",
    "s3:dataaccesspointaccount",
    "s3:resourceaccount",
    "sts:externalid",
];

/// Keys that a request says about itself, as policy variables. In lower case.
const CHOSEN_VARIABLES: &[&str] = &[
    "aws:referer",
    "aws:requesttag/",
    "aws:sourceidentity",
    "aws:useragent",
    "s3:prefix",
    "sts:externalid",
    "sts:rolesessionname",
    "sts:sourceidentity",
];

/// How many characters must stand before a wildcard for it to mean something (Access Analyzer's
/// check `WILDCARD_USAGE_TOO_PERMISSIVE`).
const LEAST_LITERAL: usize = 6;

impl Checker<'_, '_> {
    /// Checks the values of a condition against the form that its key gives them.
    pub(super) fn forms(&mut self, condition: &Condition<'_>) {
        let base = condition.operator.base;
        if matches!(base, Base::Null | Base::Other) {
            return;
        }
        self.addresses(condition);
        self.stars(condition);
        self.chosen_values(condition);
        if base == Base::Bool && condition.values.len() > 1 {
            let message = "a key that is true or false is compared with one of them";
            self.error("INVALID_CONDITION_MULTIPLE_BOOLEAN", condition.site, message);
        }
        for value in condition.values.iter() {
            let Some(text) = value.value.as_str() else { continue };
            if text.contains("${") {
                continue;
            }
            self.form(&condition.key, text, value.site);
            let is_epoch = base.is_date() && text.bytes().all(|byte| byte.is_ascii_digit());
            if is_epoch && !text.is_empty() {
                let message = format!("`{text}` is read as seconds since 1970: write a date");
                self.warning("INVALID_DATE_VALUE", value.site, message);
            }
        }
    }

    fn form(&mut self, key: &str, text: &str, site: Site<'_>) {
        if text.contains(['*', '?']) {
            return;
        }
        let (code, message) = match key {
            "aws:requestedregion" if !is_region(text) => {
                ("INVALID_REGION", format!("`{text}` is no region"))
            }
            "aws:sourcevpc" if !is_id(text, "vpc-") => {
                ("INVALID_VPC_FORMAT", format!("`{text}` is no id of a VPC"))
            }
            "aws:sourcevpce" if !is_id(text, "vpce-") => {
                ("INVALID_VPCE_FORMAT", format!("`{text}` is no id of a VPC endpoint"))
            }
            "s3:x-amz-server-side-encryption-aws-kms-key-id" if !is_key_arn(text) => {
                ("INVALID_KMS_KEY_VALUE", format!("`{text}` is not the ARN of a key, as S3 has it"))
            }
            _ => return,
        };
        self.error(code, site, message);
    }

    /// Requests that reach AWS over the internet have public addresses, and those through an
    /// endpoint have no `aws:SourceIp`.
    fn addresses(&mut self, condition: &Condition<'_>) {
        let base = condition.operator.base;
        let is_meant = matches!(base, Base::IpAddress | Base::NotIpAddress)
            && condition.is_about("aws:sourceip")
            && !condition.values.is_open;
        if !is_meant {
            return;
        }
        let mut texts: Vec<(Pattern<'_>, &str)> = Vec::new();
        for value in condition.values.iter() {
            match value.value.as_str() {
                Some(text) if is_address_range(text) => texts.push((value, text)),
                _ => return,
            }
        }
        let private: Vec<_> = texts.iter().filter(|(_, text)| is_private_range(text)).collect();
        let is_negative = base.is_negative();
        let holds = if is_negative { "holds for every request" } else { "never holds" };
        if private.len() == texts.len() && !texts.is_empty() {
            let code = if is_negative { "PRIVATE_NOT_IP_ADDRESS" } else { "PRIVATE_IP_ADDRESS" };
            let message = format!("no request has a private `aws:SourceIp`, so this {holds}");
            self.error(code, condition.site, message);
            return;
        }
        for (value, text) in private {
            let code = if is_negative {
                "PRIVATE_NOT_IP_ADDRESS_SUBSET"
            } else {
                "PRIVATE_IP_ADDRESS_SUBSET"
            };
            let message = format!("no request has a private `aws:SourceIp`, such as `{text}`");
            self.suggestion(code, value.site, message);
        }
    }

    /// Wildcards that match every value, or nearly every one.
    fn stars(&mut self, condition: &Condition<'_>) {
        let operator = condition.operator;
        if !operator.base.has_wildcards() {
            return;
        }
        let is_identity = IDENTITIES.binary_search(&&*condition.key).is_ok();
        for value in condition.values.iter() {
            let Some(text) = value.value.as_str().filter(|text| !text.contains("${")) else {
                continue;
            };
            let literal = text.find(['*', '?']).unwrap_or(LEAST_LITERAL);
            let is_all = !text.is_empty() && text.bytes().all(|byte| byte == b'*');
            // A session of a role is `AROA...:name`: what stands before the colon counts.
            let is_session = condition.is_about("aws:userid") && text.starts_with("*:");
            if is_identity
                && !operator.base.is_negative()
                && (literal < LEAST_LITERAL || is_session)
            {
                let message = format!("`{text}` lets in nearly every value of `{}`", condition.key);
                self.security("WILDCARD_USAGE_TOO_PERMISSIVE", value.site, message);
            } else if is_all && operator.holds_without_key() && !operator.base.is_negative() {
                let message = format!("`{}` may have any value, or none", condition.key);
                self.suggestion("REDUNDANT_KEY_DUE_TO_WILDCARD_IN_CONDITION", value.site, message);
            } else if is_all && operator.qualifier.is_none() {
                let (code, null) = if operator.base.is_negative() {
                    ("EQUIVALENT_TO_NULL_TRUE", "true")
                } else {
                    ("EQUIVALENT_TO_NULL_FALSE", "false")
                };
                let key = &condition.key;
                let message = format!("this is the same as `Null` with `{key}` `{null}`");
                self.suggestion(code, value.site, message);
            } else if is_all
                && operator.base.is_negative()
                && operator.qualifier == Some(Qualifier::ForAnyValue)
            {
                let message = "every value matches `*`, so that the statement never applies";
                let code = "REDUNDANT_STATEMENT_DUE_TO_WILDCARD_IN_CONDITION";
                self.warning(code, value.site, message);
            }
        }
    }

    /// Variables that whoever calls fills in, where the value is to say who calls.
    fn chosen_values(&mut self, condition: &Condition<'_>) {
        let base = condition.operator.base;
        let is_identity = IDENTITIES.binary_search(&&*condition.key).is_ok();
        if !is_identity || base.is_negative() || !base.compares_text() {
            return;
        }
        for value in condition.values.iter() {
            let Some(text) = value.value.as_str() else { continue };
            let folded = text.to_ascii_lowercase();
            let Some((_, variable)) = folded.split_once("${") else { continue };
            if CHOSEN_VARIABLES.iter().any(|key| variable.starts_with(key)) {
                let key = &condition.key;
                let message = format!("whoever calls chooses what `{text}` is, and so `{key}`");
                self.error("VARIABLE_USAGE_TOO_PERMISSIVE", value.site, message);
            }
        }
    }
}

/// Where in its area a region lies.
const DIRECTIONS: [&str; 9] = [
    "central",
    "east",
    "north",
    "northeast",
    "northwest",
    "south",
    "southeast",
    "southwest",
    "west",
];

/// Whether a text is made as regions are: `eu-west-1`, `us-gov-east-1`, `eusc-de-east-1`. Areas
/// are added, and directions are not.
pub(super) fn is_region(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let is_area = |part: &&str| {
        (2..=4).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_lowercase())
    };
    match parts.as_slice() {
        [areas @ .., direction, number] if (1..=2).contains(&areas.len()) => {
            areas.iter().all(is_area)
                && DIRECTIONS.contains(direction)
                && (1..=2).contains(&number.len())
                && number.bytes().all(|byte| byte.is_ascii_digit())
        }
        _ => false,
    }
}

/// Whether a text is an id of EC2: 8 or 17 hexadecimal digits behind the prefix.
fn is_id(text: &str, prefix: &str) -> bool {
    text.strip_prefix(prefix).is_some_and(|id| {
        matches!(id.len(), 8 | 17) && id.bytes().all(|byte| byte.is_ascii_hexdigit())
    })
}

fn is_key_arn(text: &str) -> bool {
    text.starts_with("arn:") && text.contains(":kms:") && text.contains(":key/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_are_those_of_aws() {
        assert!(IDENTITIES.is_sorted());
        for region in
            ["eu-west-1", "us-gov-east-1", "us-isob-east-1", "ap-southeast-10", "eusc-de-east-1"]
        {
            assert!(is_region(region), "{region}");
        }
        for wrong in
            ["eu-west", "eu-west1", "EU-WEST-1", "us-east-1a", "eu-wset-1", "", "aws-global"]
        {
            assert!(!is_region(wrong), "{wrong}");
        }
        assert!(is_id("vpc-0a1b2c3d", "vpc-") && is_id("vpce-0a1b2c3d4e5f60718", "vpce-"));
        assert!(!is_id("vpc-0a1b2c3", "vpc-") && !is_id("vpc-xyzxyzxy", "vpc-"));
    }
}
