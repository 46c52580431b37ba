//! Conditions on the right keys that still do not keep out whom they are to keep out.

use super::Checker;
use crate::condition::{Base, Condition};
use crate::principal::PrincipalKind;
use crate::{KeyType, PolicyKind, Statement};

/// Keys whose value the caller chooses: headers of the request (IAM User Guide, "AWS global
/// condition context keys", which warns of both).
const CHOSEN_BY_CALLER: [&str; 2] = ["aws:referer", "aws:useragent"];

/// Keys that requests of AWS services do not have.
const OF_PRINCIPALS: [&str; 5] = [
    "aws:principalaccount",
    "aws:principalarn",
    "aws:principalorgid",
    "aws:principalorgpaths",
    "aws:userid",
];

/// Reads of `DynamoDB` that return attributes.
const ATTRIBUTE_READS: [&str; 4] =
    ["dynamodb:BatchGetItem", "dynamodb:GetItem", "dynamodb:Query", "dynamodb:Scan"];

impl Checker<'_, '_> {
    /// Checks what a condition block comes to as a whole.
    pub(super) fn hazards(&mut self, statement: &Statement<'_>) {
        for condition in &statement.conditions.items {
            self.chosen(statement, condition);
            self.prefix(statement, condition);
            self.for_services(statement, condition);
            self.paired(statement, condition);
            self.tags(statement, condition);
            self.own_resource(condition);
            self.audience(condition);
            self.numbers(condition);
        }
        if self.kind == PolicyKind::Rcp {
            self.perimeter(statement);
        }
    }

    fn chosen(&mut self, statement: &Statement<'_>, condition: &Condition<'_>) {
        // SES sends the account as `aws:Referer`: of a service the key can be trusted.
        let is_chosen = CHOSEN_BY_CALLER.contains(&&*condition.key) && !only_services(statement);
        if is_chosen && condition.operator.base != Base::Null && !statement.is_deny().is_true() {
            let message = format!("whoever calls chooses what `{}` says", condition.key);
            self.security("UNTRUSTWORTHY_CONDITION_KEY", condition.site, message);
        }
        let sources =
            ["aws:sourcearn", "aws:sourceaccount", "aws:sourceorgid", "aws:sourceorgpaths"];
        let is_substitute = condition.is_about("aws:referer")
            && only_services(statement)
            && statement.is_allow().is_true()
            && statement.conditions.unknown.is_empty()
            && !sources.iter().any(|key| statement.conditions.on(key).next().is_some());
        if is_substitute {
            let message = "`aws:SourceArn` or `aws:SourceAccount` says for whom a service acts";
            let code = "RECOMMENDED_CONDITION_KEY_FOR_SERVICE_PRINCIPAL";
            self.suggestion(code, condition.site, message);
        }
    }

    /// Keys about the resource in the policy of that resource: whose it is, is settled.
    fn own_resource(&mut self, condition: &Condition<'_>) {
        let of_buckets = condition.is_about("s3:resourceaccount");
        let of_any = ["aws:resourceaccount", "aws:resourceorgid", "aws:resourceorgpaths"];
        let is_own = match self.kind {
            PolicyKind::Resource("s3") => of_buckets || of_any.contains(&&*condition.key),
            PolicyKind::Resource(_) => of_any.contains(&&*condition.key),
            _ => false,
        };
        if is_own {
            let message =
                "the policy is of the resource: the key is for policies of those who call";
            self.suggestion("IRRELEVANT_CONDITION_KEY_IN_POLICY", condition.site, message);
        }
    }

    /// A shorter prefix, or none, lists what the prefix was to hide.
    fn prefix(&mut self, statement: &Statement<'_>, condition: &Condition<'_>) {
        let base = condition.operator.base;
        if !condition.is_about("s3:prefix") || !base.compares_text() {
            return;
        }
        let denies = statement.is_deny().is_true() && !base.is_negative();
        let leaves_out = statement.is_allow().is_true() && base.is_negative();
        if denies || leaves_out {
            let message = "a shorter prefix lists the same objects and is not kept out";
            self.security("S3_PREFIX_IN_NEGATIVE_CONTEXT", condition.site, message);
        }
    }

    /// Services call without a principal of an account, so that a condition on one never holds.
    fn for_services(&mut self, statement: &Statement<'_>, condition: &Condition<'_>) {
        let is_meant = OF_PRINCIPALS.contains(&&*condition.key)
            || condition.key.starts_with("aws:principaltag/");
        if only_services(statement)
            && is_meant
            && needs_text(condition)
            && statement.is_allow().is_true()
        {
            let message = format!("requests of a service have no `{}`", condition.key);
            self.error("UNSUPPORTED_CONDITION_KEY_FOR_SERVICE_PRINCIPAL", condition.site, message);
        }
    }

    /// Keys that mean little without another.
    fn paired(&mut self, statement: &Statement<'_>, condition: &Condition<'_>) {
        let has = |keys: &[&str]| {
            keys.iter().any(|key| statement.conditions.on(key).next().is_some())
                || !statement.conditions.unknown.is_empty()
        };
        let is_negative = condition.operator.base.is_negative();
        let allows = statement.is_allow().is_true() && !is_negative;
        match &*condition.key {
            "aws:vpcsourceip" if !has(&["aws:sourcevpc", "aws:sourcevpce", "aws:sourcevpcarn"]) => {
                let message = "other VPCs have the same private addresses: name the VPC too";
                self.security("MISSING_PAIRED_CONDITION_KEYS", condition.site, message);
            }
            "dynamodb:attributes" if allows && !has(&["dynamodb:select"]) => {
                let reads = |action: &&str| statement.covers_action(action).is_true();
                if ATTRIBUTE_READS.iter().any(reads) {
                    let message = "a request that names no attributes returns all of them: \
                                   ask for `dynamodb:Select` `SPECIFIC_ATTRIBUTES`";
                    self.security("DYNAMODB_ATTRIBUTES_WITHOUT_SELECT", condition.site, message);
                }
            }
            key if self.kind == PolicyKind::Trust
                && (key.starts_with("aws:requesttag/") || key == "aws:tagkeys")
                && allows
                && statement.covers_action("sts:TagSession").is_false() =>
            {
                let message = "only `sts:TagSession` passes tags: allow it here";
                self.warning("MISSING_ACTION_FOR_CONDITION_KEY", condition.site, message);
            }
            _ => {}
        }
    }

    /// Conditions on a tag of the resource, where no resource of a service has the key.
    fn tags(&mut self, statement: &Statement<'_>, condition: &Condition<'_>) {
        if !condition.key.starts_with("aws:resourcetag/") || !needs_text(condition) {
            return;
        }
        if statement.not_action.is_present.is_true() {
            self.tags_of_all_but(statement, condition);
        }
        for pattern in statement.action.iter() {
            let Some((service, "*")) = pattern.value.as_str().and_then(|it| it.split_once(':'))
            else {
                continue;
            };
            let service = service.to_ascii_lowercase();
            if !self.catalog.has_service(&service) {
                continue;
            }
            let is_key = |key: &crate::ConditionKey| {
                key.value_type == KeyType::String && key.is(&condition.key)
            };
            let types = self.catalog.resource_types(&service);
            let has = types.iter().any(|kind| kind.condition_keys(self.catalog).any(is_key))
                || self.catalog.actions_of(&service).any(|it| it.condition_keys().any(is_key));
            if has {
                continue;
            }
            let message = format!("no resource of `{service}` has tags that a policy can ask for");
            if statement.is_deny().is_true() {
                let code = "DENY_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE";
                self.security(code, pattern.site, message);
            } else if statement.is_allow().is_true() {
                let code = "ALLOW_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE";
                self.suggestion(code, pattern.site, message);
            }
        }
    }

    /// A condition on a tag where all actions but some are meant: most have no such key.
    fn tags_of_all_but(&mut self, statement: &Statement<'_>, condition: &Condition<'_>) {
        if statement.is_deny().is_true() {
            let message = "actions whose resources have no tags are not denied: name the actions";
            let code = "DENY_NOTACTION_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE";
            self.security(code, condition.site, message);
        } else if statement.is_allow().is_true() {
            let message = "actions whose resources have no tags are not allowed: name the actions";
            let code = "ALLOW_NOTACTION_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE";
            self.suggestion(code, condition.site, message);
        }
    }

    fn audience(&mut self, condition: &Condition<'_>) {
        let is_any = condition.operator.qualifier == Some(crate::Qualifier::ForAnyValue);
        if is_any && condition.key.ends_with(":aud") {
            let message = "a token has one audience: leave the qualifier out";
            self.security("FORANYVALUE_WITH_AUDIENCE_CLAIM_TYPE", condition.site, message);
        }
    }

    /// Of several bounds one counts.
    fn numbers(&mut self, condition: &Condition<'_>) {
        let is_bound = matches!(
            condition.operator.base,
            Base::NumericLessThan
                | Base::NumericLessThanEquals
                | Base::NumericGreaterThan
                | Base::NumericGreaterThanEquals
        );
        if is_bound && condition.values.len() > 1 {
            let message = "of several bounds only the widest counts";
            self.suggestion("REDUNDANT_CONDITION_VALUE_NUM", condition.site, message);
        }
    }

    /// Resource control policies that keep others out, and AWS's own services with them
    /// (Organizations User Guide, "Resource control policies", example policies).
    fn perimeter(&mut self, statement: &Statement<'_>) {
        let conditions = &statement.conditions;
        if !statement.is_deny().is_true() || !conditions.unknown.is_empty() {
            return;
        }
        let has = |key: &str| conditions.on(key).next().is_some();
        for condition in &conditions.items {
            if !condition.operator.base.is_negative() {
                continue;
            }
            match &*condition.key {
                "aws:principalorgid" | "aws:principalorgpaths" | "aws:principalaccount"
                    if !has("aws:principalisawsservice") =>
                {
                    let message = "it denies to AWS's services too: add \
                                   `BoolIfExists` `aws:PrincipalIsAWSService` `false`";
                    let code = "RCP_MISSING_RELATED_PRINCIPAL_CONDITION_KEY";
                    self.warning(code, condition.site, message);
                }
                "aws:sourceorgid" | "aws:sourceorgpaths" | "aws:sourceaccount" => {
                    if !has("aws:principalisawsservice") {
                        let message = "it denies to principals that are no services too: add \
                                       `Bool` `aws:PrincipalIsAWSService` `true`";
                        let code = "RCP_MISSING_RELATED_SERVICE_PRINCIPAL_CONDITION_KEY";
                        self.warning(code, condition.site, message);
                    }
                    let mut nulls =
                        conditions.items.iter().filter(|it| it.operator.base == Base::Null);
                    let is_checked = condition.operator.if_exists
                        || nulls.any(|it| it.key.starts_with("aws:source"));
                    if !is_checked {
                        let message = "it denies where a service names no source: add \
                                       `Null` `aws:SourceAccount` `false`";
                        let code = "RCP_MISSING_SERVICE_CONDITION_KEY_NULL_CHECK";
                        self.warning(code, condition.site, message);
                    }
                }
                _ => {}
            }
        }
    }
}

/// Whether a condition compares text and never holds for a request without its key.
fn needs_text(condition: &Condition<'_>) -> bool {
    let operator = condition.operator;
    let base = operator.base;
    !operator.holds_without_key() && !base.is_negative() && base.compares_text()
}

/// Whether nobody but services is meant.
fn only_services(statement: &Statement<'_>) -> bool {
    let principals = &statement.principal;
    !principals.items.is_empty()
        && !principals.is_open
        && principals.items.iter().all(|it| it.kind == PrincipalKind::Service)
}
