//! Who may assume a role.

use trilith_graph::{Reason, Tri};

use crate::condition::{Base, Condition};
use crate::glob::{Glob, HoleName, Token};
use crate::matching::covers_every_text;
use crate::pattern::Case;
use crate::principal::{Principal, PrincipalKind};
use crate::{Account, Answer, Statement};

/// Services that act for one customer on resources of another unless told whose orders to
/// take, so that a statement for them should name a source by `aws:SourceArn`,
/// `aws:SourceAccount` or `aws:SourceOrgID`. Sorted.
///
/// From the pages on the confused deputy in the services' user guides, which ask for these
/// conditions. Not listed are services that take a role only by `iam:PassRole` and within the
/// account: EC2, Lambda, ECS tasks.
pub const CONFUSED_DEPUTY_SERVICES: &[&str] = &[
    "access-analyzer.amazonaws.com",
    "amplify.amazonaws.com",
    "apigateway.amazonaws.com",
    "appflow.amazonaws.com",
    "appstream.amazonaws.com",
    "appsync.amazonaws.com",
    "auditmanager.amazonaws.com",
    "backup.amazonaws.com",
    "bedrock-agentcore.amazonaws.com",
    "bedrock.amazonaws.com",
    "billingconductor.amazonaws.com",
    "budgets.amazonaws.com",
    "chime.amazonaws.com",
    "cloudformation.amazonaws.com",
    "cloudfront.amazonaws.com",
    "cloudtrail.amazonaws.com",
    "cloudwatch.amazonaws.com",
    "codebuild.amazonaws.com",
    "codedeploy.amazonaws.com",
    "codestar-notifications.amazonaws.com",
    "cognito-idp.amazonaws.com",
    "comprehend.amazonaws.com",
    "config.amazonaws.com",
    "connect.amazonaws.com",
    "costalerts.amazonaws.com",
    "datasync.amazonaws.com",
    "delivery.logs.amazonaws.com",
    "dms.amazonaws.com",
    "elasticmapreduce.amazonaws.com",
    "email.cognito-idp.amazonaws.com",
    "events.amazonaws.com",
    "firehose.amazonaws.com",
    "forecast.amazonaws.com",
    "frauddetector.amazonaws.com",
    "gamelift.amazonaws.com",
    "glue.amazonaws.com",
    "guardduty.amazonaws.com",
    "imagebuilder.amazonaws.com",
    "inspector2.amazonaws.com",
    "internetmonitor.amazonaws.com",
    "iot.amazonaws.com",
    "iotwireless.amazonaws.com",
    "ivs.amazonaws.com",
    "kendra.amazonaws.com",
    "kinesisanalytics.amazonaws.com",
    "lex.amazonaws.com",
    "lexv2.amazonaws.com",
    "logdelivery.elasticloadbalancing.amazonaws.com",
    "logging.s3.amazonaws.com",
    "logs.amazonaws.com",
    "macie.amazonaws.com",
    "mediaconvert.amazonaws.com",
    "monitoring.rds.amazonaws.com",
    "omics.amazonaws.com",
    "personalize.amazonaws.com",
    "pipes.amazonaws.com",
    "polly.amazonaws.com",
    "profile.amazonaws.com",
    "quicksight.amazonaws.com",
    "rekognition.amazonaws.com",
    "rolesanywhere.amazonaws.com",
    "route53.amazonaws.com",
    "s3.amazonaws.com",
    "sagemaker.amazonaws.com",
    "scheduler.amazonaws.com",
    "secretsmanager.amazonaws.com",
    "serverlessrepo.amazonaws.com",
    "ses.amazonaws.com",
    "sns.amazonaws.com",
    "ssm-incidents.amazonaws.com",
    "ssm.amazonaws.com",
    "states.amazonaws.com",
    "storage-lens.s3.amazonaws.com",
    "textract.amazonaws.com",
    "transcribe.amazonaws.com",
    "transfer.amazonaws.com",
    "vpc-flow-logs.amazonaws.com",
    "workspaces.amazonaws.com",
];

/// The keys that tell for whom a service acts.
const SOURCE_KEYS: [&str; 8] = [
    "aws:sourcearn",
    "aws:sourceaccount",
    "aws:sourceowner",
    "aws:sourceorgid",
    "aws:sourceorgpaths",
    "lambda:eventsourcetoken",
    "kms:encryptioncontext:aws:cloudtrail:arn",
    "kms:encryptioncontext:aws:logs:arn",
];

impl<'v> Statement<'v> {
    /// Whether it lets a role be assumed, in any of the ways.
    pub fn allows_assuming(&self) -> Answer<'v> {
        let ways = ["sts:AssumeRole", "sts:AssumeRoleWithSAML", "sts:AssumeRoleWithWebIdentity"];
        self.is_allow().and_ask(|| Answer::any(ways.iter().map(|way| self.covers_action(way))))
    }

    /// Whether it lets every AWS principal assume the role, whatever its conditions.
    pub fn trusts_anyone(&self) -> Answer<'v> {
        self.applies_to_anyone().and_then(|| self.allows_assuming())
    }

    /// The `AWS` principals with their accounts, for what it allows.
    pub fn trusted_accounts(&self) -> Vec<(Principal<'v>, Account<'v>)> {
        let account = |principal: &Principal<'v>| Some((*principal, principal.account()?));
        self.principal.items.iter().filter_map(account).collect()
    }

    /// Whether it asks for an external id, the remedy where a third party assumes roles of
    /// many customers.
    pub fn requires_external_id(&self) -> Answer<'v> {
        self.demands("sts:externalid")
    }

    /// Whether it asks for a log-in with a second factor. `BoolIfExists` does not: long-term
    /// keys have no such key.
    pub fn requires_mfa(&self) -> Answer<'v> {
        self.conditions.any(|condition| {
            let is_meant = condition.is_about("aws:multifactorauthpresent")
                && condition.operator.base == Base::Bool;
            if !is_meant {
                return Answer::plain(Tri::False);
            }
            let is_true = condition.values.all(|value| value.value.is_ignoring_case("true"));
            is_true.and(self.conditions.needs_key(condition))
        })
    }

    /// The service principals that may act for anyone, since no condition names a source.
    pub fn services_without_source(&self) -> Vec<(Principal<'v>, Answer<'v>)> {
        let sourceless = self.is_allow().and(!self.names_a_source());
        let is_service = |principal: &&Principal<'v>| principal.kind == PrincipalKind::Service;
        let answer = |principal: &Principal<'v>| {
            let listed = is_confused_deputy(principal);
            let answer = Answer::at(listed, principal.pattern.site).and(sourceless.clone());
            (*principal, answer)
        };
        self.principal.items.iter().filter(is_service).map(answer).collect()
    }

    /// Whether a condition tells for whom a service may act.
    pub fn names_a_source(&self) -> Answer<'v> {
        Answer::any(SOURCE_KEYS.iter().map(|key| self.demands(key)))
    }

    /// Whether a condition demands a value of a key, given in lower case, and not just any.
    pub fn demands(&self, key: &str) -> Answer<'v> {
        self.conditions.any(|condition| {
            if !condition.is_about(key) {
                return Answer::plain(Tri::False);
            }
            demands_some_value(condition).and_then(|| self.conditions.needs_key(condition))
        })
    }
}

/// Whether only some values of the key satisfy a condition: it compares text, and no value is
/// wildcards all over.
pub(crate) fn demands_some_value<'v>(condition: &Condition<'v>) -> Answer<'v> {
    let base = condition.operator.base;
    if base == Base::Other {
        return Answer::at(Tri::Unknown, condition.site);
    }
    if base.is_negative() || !base.compares_text() {
        return Answer::plain(Tri::False);
    }
    let wildcards = base.has_wildcards();
    condition.values.all(|value| if wildcards { !covers_every_text(value) } else { Tri::True })
}

fn is_confused_deputy(principal: &Principal<'_>) -> Tri {
    // Nearly all services are named in full: no pattern has to be made of that.
    let text = principal.pattern.text().filter(|text| !text.contains(['*', '?']));
    if let Some(name) = text {
        return is_listed(&name.to_ascii_lowercase());
    }
    let Some(glob) = principal.pattern.glob(Case::Ignored) else { return Tri::False };
    if let Some(name) = service_name(&glob) {
        return is_listed(&name);
    }
    let possible = CONFUSED_DEPUTY_SERVICES.iter().any(|name| {
        let regional = name.replace(".amazonaws.com", ".*.amazonaws.com");
        let is_not = |name: &str| glob.is_disjoint(&Glob::from_text(name)).is_true();
        !is_not(name) || !is_not(&regional)
    });
    if possible { Tri::Unknown } else { Tri::False }
}

/// Whether a service acts for all its customers with one identity. `logs.eu-west-1.amazonaws.com`
/// is the same service in one region.
fn is_listed(name: &str) -> Tri {
    let listed = |name: &str| CONFUSED_DEPUTY_SERVICES.binary_search(&name).is_ok();
    (listed(name) || without_region(name).is_some_and(|name| listed(&name))).into()
}

/// The name of a service; a region and the suffix of its domain are filled in where they are
/// those of the stack.
fn service_name(glob: &Glob<'_>) -> Option<String> {
    let mut name = String::new();
    for token in glob.tokens() {
        match token {
            Token::Char(char) => name.push(*char),
            Token::Hole(hole) => match hole.name {
                HoleName::Reason(Reason::Pseudo(it)) if &**it == "AWS::Region" => {
                    name.push_str("us-east-1");
                }
                HoleName::Reason(Reason::Pseudo(it)) if &**it == "AWS::URLSuffix" => {
                    name.push_str("amazonaws.com");
                }
                _ => return None,
            },
            Token::One | Token::Star => return None,
        }
    }
    Some(name)
}

fn without_region(service: &str) -> Option<String> {
    let parts: Vec<&str> = service.split('.').collect();
    let is_region =
        |part: &str| part.matches('-').count() >= 2 && part.ends_with(|c: char| c.is_ascii_digit());
    let at = parts.iter().position(|part| is_region(part))?;
    let rest: Vec<&str> =
        parts.iter().enumerate().filter(|(index, _)| *index != at).map(|(_, part)| *part).collect();
    Some(rest.join("."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_services_are_sorted() {
        assert!(CONFUSED_DEPUTY_SERVICES.is_sorted());
        assert_eq!(
            without_region("logs.eu-west-1.amazonaws.com").as_deref(),
            Some("logs.amazonaws.com")
        );
        assert_eq!(without_region("s3.amazonaws.com"), None);
    }
}
