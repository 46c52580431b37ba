//! SEC03: what people and machines may do, and who decides.

use trilith_graph::Finding;
use trilith_iam::{Account, PolicyKind, Statement};
use trilith_rules::Findings;
use trilith_rules::query::power;

use super::roles::{EMERGENCY, asks_for_second_factor, is_called, report_loose};
use crate::contrary::Contrary;
use crate::evidence::prelude::*;

const LEAST: &str = "sec_permissions_least_privileges";
const EMERGENCIES: &str = "sec_permissions_emergency_process";
const REDUCE: &str = "sec_permissions_continuous_reduction";
const GUARDRAILS: &str = "sec_permissions_define_guardrails";
const LIFECYCLE: &str = "sec_permissions_lifecycle";
const PUBLIC: &str = "sec_permissions_analyze_cross_account";
const SHARE: &str = "sec_permissions_share_securely";
const VENDORS: &str = "sec_permissions_share_securely_third_party";

const HOLDERS: [&str; 7] = [
    "AWS::IAM::Group",
    "AWS::IAM::GroupPolicy",
    "AWS::IAM::ManagedPolicy",
    "AWS::IAM::Policy",
    "AWS::IAM::Role",
    "AWS::IAM::RolePolicy",
    "AWS::IAM::UserPolicy",
];

pub(super) const EVIDENCE: &[Evidence] = &[
    Evidence {
        id: "permissions-named",
        practices: &[LEAST],
        types: &HOLDERS,
        every: false,
        proves: "allow named actions on named resources only",
        look: names_what_it_allows,
    },
    Evidence {
        id: "permissions-bounded",
        practices: &[GUARDRAILS, REDUCE],
        types: &["AWS::IAM::Role", "AWS::IAM::User"],
        every: false,
        proves: "have a boundary that no policy of theirs gets past",
        look: |view| is_given(view, "PermissionsBoundary"),
    },
    Evidence {
        id: "emergency-role",
        practices: &[EMERGENCIES],
        types: &["AWS::IAM::Role"],
        every: false,
        proves: "wait for emergencies, behind a second factor",
        look: |view| {
            let factor = asks_for_second_factor(view);
            is_called(view, &EMERGENCY)
                .then(|| Shown { truth: factor, at: "AssumeRolePolicyDocument".into() })
        },
    },
    Evidence {
        id: "unused-access-found",
        practices: &[REDUCE],
        types: &["AWS::AccessAnalyzer::Analyzer"],
        every: false,
        proves: "find permissions that nobody uses",
        look: |view| {
            let kinds = ["ACCOUNT_UNUSED_ACCESS", "ORGANIZATION_UNUSED_ACCESS"];
            is_one_of(view, "Type", &kinds)
        },
    },
    Evidence {
        id: "guardrail",
        practices: &[GUARDRAILS],
        types: &["AWS::Organizations::Policy"],
        every: false,
        proves: "deny something to whole accounts",
        look: |view| {
            let documents = view.policies();
            let denies = documents.iter().map(|it| it.document.any(Statement::is_deny).truth);
            let kind = view.get("Type");
            let declares = ["DECLARATIVE_POLICY_EC2", "DECLARATIVE_POLICY_S3"];
            shown(Tri::any(denies).or(kind.is_one_of(&declares)), "Content")
        },
    },
    Evidence {
        id: "access-by-assignment",
        practices: &[LIFECYCLE],
        types: &["AWS::SSO::PermissionSet", "AWS::IAM::SAMLProvider"],
        every: false,
        proves: "give access that ends with the account at the identity provider",
        look: is_there,
    },
    Evidence {
        id: "outside-access-found",
        practices: &[PUBLIC],
        types: &["AWS::AccessAnalyzer::Analyzer"],
        every: false,
        proves: "find what strangers can reach",
        look: |view| is_one_of(view, "Type", &["ACCOUNT", "ORGANIZATION"]),
    },
    Evidence {
        id: "bucket-public-access-blocked",
        practices: &[PUBLIC, "sec_protect_data_rest_access_control"],
        types: &["AWS::S3::AccessPoint", "AWS::S3::Bucket"],
        every: true,
        proves: "block public access in all four ways",
        look: |view| {
            let path = "PublicAccessBlockConfiguration";
            let flags = [
                "BlockPublicAcls",
                "BlockPublicPolicy",
                "IgnorePublicAcls",
                "RestrictPublicBuckets",
            ];
            let block = view.get(path);
            shown(Tri::all(flags.iter().map(|flag| block.get(flag).is_true())), path)
        },
    },
    Evidence {
        id: "account-public-access-blocked",
        practices: &[PUBLIC, "sec_protect_data_rest_access_control"],
        types: &["AWS::S3::AccountPublicAccessBlock", "aws_s3_account_public_access_block"],
        every: false,
        proves: "block public access for a whole account",
        look: |view| {
            let flag = |pascal: &str, snake: &str| {
                view.get(pascal).is_true().or(view.get(snake).is_true())
            };
            let all = [
                flag("BlockPublicAcls", "block_public_acls"),
                flag("BlockPublicPolicy", "block_public_policy"),
                flag("IgnorePublicAcls", "ignore_public_acls"),
                flag("RestrictPublicBuckets", "restrict_public_buckets"),
            ];
            shown(Tri::all(all), PropertyPath::root())
        },
    },
    Evidence {
        id: "share-inside-organization",
        practices: &[SHARE],
        types: &["AWS::RAM::ResourceShare"],
        every: true,
        proves: "share within the organization only",
        look: |view| {
            shown(view.get("AllowExternalPrincipals").is_false(), "AllowExternalPrincipals")
        },
    },
    Evidence {
        id: "policy-for-organization",
        practices: &[SHARE, PUBLIC],
        types: &[
            "AWS::ECR::Repository",
            "AWS::Events::EventBusPolicy",
            "AWS::KMS::Key",
            "AWS::Lambda::Permission",
            "AWS::S3::BucketPolicy",
            "AWS::SNS::TopicPolicy",
            "AWS::SQS::QueuePolicy",
            "AWS::SecretsManager::ResourcePolicy",
        ],
        every: false,
        proves: "let in the own organization and nobody else",
        look: |view| {
            if view.resource_type() == "AWS::Lambda::Permission" {
                return is_given(view, "PrincipalOrgID");
            }
            let policies = view.resource_policies();
            let mut conditions = policies
                .iter()
                .flat_map(|policy| &policy.document.statements)
                .flat_map(|statement| &statement.conditions.items);
            let keys = ["aws:principalorgid", "aws:principalorgpaths"];
            let named = conditions.any(|condition| keys.contains(&condition.key.as_ref()));
            (!policies.is_empty()).then(|| Shown { truth: named.into(), at: PropertyPath::root() })
        },
    },
    Evidence {
        id: "administration-delegated",
        practices: &[SHARE],
        types: &["aws_organizations_delegated_administrator", "AWS::SecurityHub::DelegatedAdmin"],
        every: false,
        proves: "administer services from an account of their own",
        look: is_there,
    },
    Evidence {
        id: "vendor-with-external-id",
        practices: &[VENDORS],
        types: &["AWS::IAM::Role"],
        every: false,
        proves: "ask another account for the id that was agreed with it",
        look: |view| {
            let policies = view.trust_policies();
            let statements = policies.iter().flat_map(|policy| &policy.document.statements);
            let foreign = statements.filter(|statement| {
                let accounts = statement.trusted_accounts();
                accounts.iter().any(|(_, account)| is_foreign(view, account))
            });
            let asked: Vec<Tri> =
                foreign.map(|statement| statement.requires_external_id().truth).collect();
            (!asked.is_empty())
                .then(|| Shown { truth: Tri::all(asked), at: "AssumeRolePolicyDocument".into() })
        },
    },
];

pub(super) const CONTRARY: &[Contrary] = &[
    Contrary {
        id: "emergency-role-without-second-factor",
        title: "The role for emergencies is powerful and asks for no second factor",
        severity: "high",
        types: &["AWS::IAM::Role"],
        practices: &[EMERGENCIES],
        catalogue: &["IAM-039"],
        fix: "demand `aws:MultiFactorAuthPresent` in the trust policy",
        check: |role, findings| report_loose(role, &EMERGENCY, findings),
    },
    Contrary {
        id: "powerful-role-for-other-account",
        title: "Another account may take a powerful role without an agreed id",
        severity: "high",
        types: &["AWS::IAM::Role"],
        practices: &[VENDORS],
        catalogue: &["IAM-007"],
        fix: "ask for `sts:ExternalId` in the trust policy, and name what the other account needs",
        check: powerful_for_others,
    },
];

/// Whether what a policy allows is named: neither all actions of a service, nor everything.
fn names_what_it_allows(view: &View<'_>) -> Option<Shown> {
    let policies = view.policies();
    let mut wide = Tri::False;
    let mut allows = false;
    for policy in policies.iter().filter(|policy| policy.kind == PolicyKind::Identity) {
        if policy.document.unknown.is_some() {
            wide = wide.or(Tri::Unknown);
        }
        for statement in &policy.document.statements {
            let allowed = statement.is_allow().truth;
            if allowed.is_false() {
                continue;
            }
            allows = true;
            let negative = statement
                .allows_with_not_action()
                .truth
                .or(statement.allows_with_not_resource().truth);
            let everything = statement.covers_every_resource().truth;
            wide = wide.or(allowed.and(negative.or(everything)));
        }
    }
    allows.then(|| Shown { truth: !wide, at: PropertyPath::root() })
}

fn is_foreign(view: &View<'_>, account: &Account<'_>) -> bool {
    matches!(account, Account::Id(id) if !view.settings().knows_account(id))
}

fn powerful_for_others(role: &View<'_>, findings: &mut Findings<'_>) {
    for policy in &role.trust_policies() {
        for statement in &policy.document.statements {
            let assumes = statement.is_allow().and(statement.covers_action("sts:AssumeRole"));
            let narrowed =
                statement.requires_external_id().or(statement.conditions.narrow_to_known());
            let open = assumes.and(!narrowed).truth;
            if open.is_false() {
                continue;
            }
            let accounts = statement.trusted_accounts();
            let Some((principal, _)) =
                accounts.iter().find(|(_, account)| is_foreign(role, account))
            else {
                continue;
            };
            let power = power::over_everything(role);
            let truth = power.as_ref().map_or(Tri::False, |power| power.truth).and(open);
            findings.when(truth, || {
                let what = power.map_or_else(String::new, |power| power.what);
                let path = policy.path.concat(&principal.path());
                let message =
                    format!("another account may take `{}`, which can {what}", role.name());
                Finding::new(role.id(), path, message).label("no agreed id is asked for")
            });
        }
    }
}
