//! SEC02, for machines: credentials that expire, secrets that are kept.

use trilith_graph::{Reason, Value};
use trilith_iam::PrincipalKind;

use crate::evidence::prelude::*;

const TEMPORARY: &str = "sec_identities_unique";
const SECRETS: &str = "sec_identities_secrets";

pub(super) const EVIDENCE: &[Evidence] = &[
    Evidence {
        id: "federated-machine",
        practices: &[TEMPORARY],
        types: &[
            "AWS::EKS::PodIdentityAssociation",
            "AWS::IAM::InstanceProfile",
            "AWS::IAM::OIDCProvider",
            "AWS::RolesAnywhere::TrustAnchor",
        ],
        every: false,
        proves: "hand out credentials that expire",
        look: is_there,
    },
    Evidence {
        id: "role-for-service",
        practices: &[TEMPORARY],
        types: &["AWS::IAM::Role"],
        every: false,
        proves: "are taken by services and machines without a key of their own",
        look: |view| {
            let policies = view.trust_policies();
            let assumes = policies.iter().flat_map(|it| &it.document.statements).map(|statement| {
                let is_machine =
                    |kind| matches!(kind, PrincipalKind::Service | PrincipalKind::Federated);
                let machine = statement.principal.items.iter().any(|it| is_machine(it.kind));
                statement.allows_assuming().truth.and(machine.into())
            });
            shown(Tri::any(assumes), "AssumeRolePolicyDocument")
        },
    },
    Evidence {
        id: "database-login-by-role",
        practices: &[TEMPORARY],
        types: &["AWS::RDS::DBCluster", "AWS::RDS::DBInstance"],
        every: false,
        proves: "take tokens of IAM for a password",
        look: |view| is_true(view, "EnableIAMDatabaseAuthentication"),
    },
    Evidence {
        id: "secret-generated",
        practices: &[SECRETS],
        types: &["AWS::SecretsManager::Secret"],
        every: false,
        proves: "make their value themselves",
        look: |view| is_given(view, "GenerateSecretString"),
    },
    Evidence {
        id: "database-password-managed",
        practices: &[SECRETS, "sec_identities_audit"],
        types: &["AWS::RDS::DBCluster", "AWS::RDS::DBInstance", "AWS::Redshift::Cluster"],
        every: false,
        proves: "leave the master password to Secrets Manager",
        look: |view| {
            let managed = view.get("ManageMasterUserPassword").is_true();
            shown(
                managed.or(view.get("ManageMasterPassword").is_true()),
                "ManageMasterUserPassword",
            )
        },
    },
    Evidence {
        id: "password-from-store",
        practices: &[SECRETS],
        types: &[
            "AWS::DocDB::DBCluster",
            "AWS::RDS::DBCluster",
            "AWS::RDS::DBInstance",
            "AWS::Redshift::Cluster",
        ],
        every: false,
        proves: "read their password from a store of secrets",
        look: |view| {
            let path = "MasterUserPassword";
            shown(is_from_store(view.get(path)), path)
        },
    },
    Evidence {
        id: "container-secret-from-store",
        practices: &[SECRETS],
        types: &["AWS::ECS::TaskDefinition"],
        every: false,
        proves: "give containers their secrets from a store",
        look: |view| {
            let given = view.all("ContainerDefinitions/*/Secrets/*");
            let any = given.iter().map(|(_, secret)| secret.get("ValueFrom").is_present());
            shown(Tri::any(any), "ContainerDefinitions")
        },
    },
    Evidence {
        id: "parameter-encrypted",
        practices: &[SECRETS],
        types: &["AWS::SSM::Parameter"],
        every: false,
        proves: "are stored encrypted",
        look: |view| is_one_of(view, "Type", &["SecureString"]),
    },
];

/// Whether a value is read from a store of secrets when the stack is made.
fn is_from_store(value: &Value) -> Tri {
    match value.unknown_reason() {
        Some(Reason::Secret(_)) => Tri::True,
        Some(_) => Tri::Unknown,
        None => Tri::False,
    }
}
