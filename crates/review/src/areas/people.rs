//! SEC02, for people: how they sign in, where they come from, what decides what they may do.

use trilith_graph::Finding;

use super::roles::asks_for_second_factor;
use crate::contrary::Contrary;
use crate::evidence::prelude::*;

const SIGN_IN: &str = "sec_identities_enforce_mechanisms";
const PROVIDER: &str = "sec_identities_identity_provider";
const ROTATION: &str = "sec_identities_audit";
const GROUPS: &str = "sec_identities_groups_attributes";
const LIFECYCLE: &str = "sec_permissions_lifecycle";

pub(super) const EVIDENCE: &[Evidence] = &[
    Evidence {
        id: "second-factor-for-customers",
        practices: &[SIGN_IN],
        types: &["AWS::Cognito::UserPool"],
        every: false,
        proves: "ask everybody for a second factor",
        look: |view| is_one_of(view, "MfaConfiguration", &["ON"]),
    },
    Evidence {
        id: "second-factor-demanded",
        practices: &[SIGN_IN],
        types: &[
            "AWS::IAM::Group",
            "AWS::IAM::GroupPolicy",
            "AWS::IAM::ManagedPolicy",
            "AWS::IAM::Policy",
            "AWS::Organizations::Policy",
        ],
        every: false,
        proves: "deny what is asked without a second factor",
        look: |view| {
            let policies = view.policies();
            let denies = policies.iter().map(|policy| {
                policy.document.any(|statement| {
                    let asked = statement.conditions.any(|condition| {
                        let about = condition.is_about("aws:multifactorauthpresent");
                        let no = condition.values.any(|it| it.value.is_ignoring_case("false"));
                        if about { no } else { trilith_iam::Answer::plain(Tri::False) }
                    });
                    statement.is_deny().and(asked)
                })
            });
            let truth = Tri::any(denies.map(|answer| answer.truth));
            (!policies.is_empty()).then(|| Shown { truth, at: PropertyPath::root() })
        },
    },
    Evidence {
        id: "second-factor-for-roles",
        practices: &[SIGN_IN],
        types: &["AWS::IAM::Role"],
        every: false,
        proves: "ask for a second factor before people take them",
        look: |view| shown(asks_for_second_factor(view), "AssumeRolePolicyDocument"),
    },
    Evidence {
        id: "password-policy-strong",
        practices: &[SIGN_IN],
        types: &["aws_iam_account_password_policy"],
        every: false,
        proves: "demand passwords of 14 characters or more",
        look: |view| {
            let length = view.get("minimum_password_length");
            let long = match length.as_int() {
                Some(length) => Tri::from(length >= 14),
                None if length.is_unknown() => Tri::Unknown,
                None => Tri::False,
            };
            shown(long, "minimum_password_length")
        },
    },
    Evidence {
        id: "identity-provider",
        practices: &[PROVIDER],
        types: &[
            "AWS::Cognito::UserPoolIdentityProvider",
            "AWS::EKS::IdentityProviderConfig",
            "AWS::IAM::SAMLProvider",
            "AWS::SSO::Assignment",
            "AWS::SSO::Instance",
            "AWS::SSO::PermissionSet",
        ],
        every: false,
        proves: "let people in through one identity provider",
        look: is_there,
    },
    Evidence {
        id: "secret-rotated",
        practices: &[ROTATION],
        types: &["AWS::SecretsManager::RotationSchedule"],
        every: false,
        proves: "change secrets by themselves",
        look: |view| {
            let days = view.get("RotationRules/AutomaticallyAfterDays").is_present();
            let expression = view.get("RotationRules/ScheduleExpression").is_present();
            shown(days.or(expression), "RotationRules")
        },
    },
    Evidence {
        id: "key-rotated",
        practices: &[ROTATION, "sec_protect_data_rest_key_mgmt"],
        types: &["AWS::KMS::Key"],
        every: false,
        proves: "are renewed every year",
        look: |view| is_true(view, "EnableKeyRotation"),
    },
    Evidence {
        id: "permissions-by-group",
        practices: &[GROUPS],
        types: &["AWS::IAM::Group", "AWS::IAM::UserToGroupAddition"],
        every: false,
        proves: "give permissions to groups",
        look: is_there,
    },
    Evidence {
        id: "assignment-to-group",
        practices: &[GROUPS, LIFECYCLE],
        types: &["AWS::SSO::Assignment"],
        every: true,
        proves: "give access to groups of the identity provider",
        look: |view| is_one_of(view, "PrincipalType", &["GROUP"]),
    },
    Evidence {
        id: "permissions-by-attribute",
        practices: &[GROUPS],
        types: &[
            "AWS::IAM::Group",
            "AWS::IAM::ManagedPolicy",
            "AWS::IAM::Policy",
            "AWS::IAM::Role",
            "AWS::IAM::RolePolicy",
        ],
        every: false,
        proves: "decide by the attributes of who asks",
        look: |view| {
            let policies = view.policies();
            let mut conditions = policies
                .iter()
                .flat_map(|policy| &policy.document.statements)
                .flat_map(|statement| &statement.conditions.items);
            let by_tag = conditions.any(|condition| condition.key.starts_with("aws:principaltag/"));
            (!policies.is_empty()).then(|| Shown { truth: by_tag.into(), at: PropertyPath::root() })
        },
    },
];

pub(super) const CONTRARY: &[Contrary] = &[Contrary {
    id: "access-given-to-one-person",
    title: "Access to an account is given to one person and not to a group",
    severity: "medium",
    types: &["AWS::SSO::Assignment"],
    practices: &[GROUPS, LIFECYCLE],
    catalogue: &["SSO-003"],
    fix: "assign the permission set to a group, and put the person into it",
    check: |assignment, findings| {
        findings.when(assignment.get("PrincipalType").is("USER"), || {
            let message = format!("`{}` gives one person access", assignment.name());
            Finding::new(assignment.id(), "PrincipalType", message)
                .label("nobody takes it back when they move on")
        });
    },
}];
