//! SEC01: accounts, control objectives, what is run by oneself.

use trilith_graph::{Finding, Value};
use trilith_iam::{Answer, Base, Condition};
use trilith_rules::Findings;

use super::roles::contains;
use crate::contrary::Contrary;
use crate::evidence::prelude::*;

const ACCOUNTS: &str = "sec_securely_operate_multi_accounts";
const ROOT: &str = "sec_securely_operate_aws_account";
const OBJECTIVES: &str = "sec_securely_operate_control_objectives";
const SCOPE: &str = "sec_securely_operate_reduce_management_scope";
const CONTROLS: &str = "sec_securely_operate_automate_security_controls";
const PACKAGES: &str = "sec_appsec_centralize_services_for_packages_and_dependencies";

pub(super) const EVIDENCE: &[Evidence] = &[
    Evidence {
        id: "accounts-as-code",
        practices: &[ACCOUNTS],
        types: &["AWS::Organizations::Account", "AWS::Organizations::OrganizationalUnit"],
        every: false,
        proves: "put workloads into accounts and units of an organization",
        look: is_there,
    },
    Evidence {
        id: "deployment-into-accounts",
        practices: &[ACCOUNTS, CONTROLS],
        types: &["AWS::CloudFormation::StackSet"],
        every: false,
        proves: "deploy to the accounts of organizational units",
        look: |view| {
            has_any(view, "StackInstancesGroup/*/DeploymentTargets", |targets| {
                targets.get("OrganizationalUnitIds").is_present()
            })
        },
    },
    Evidence {
        id: "provider-with-role",
        practices: &[ACCOUNTS],
        types: &["provider.aws"],
        every: false,
        proves: "deploy into an account through a role of it",
        look: |view| is_given(view, "assume_role"),
    },
    Evidence {
        id: "root-credentials-central",
        practices: &[ROOT],
        types: &["aws_iam_organizations_features"],
        every: false,
        proves: "manage the root users of member accounts centrally",
        look: |view| {
            has_any(view, "enabled_features/*", |name| name.is("RootCredentialsManagement"))
        },
    },
    Evidence {
        id: "root-denied",
        practices: &[ROOT],
        types: &["AWS::Organizations::Policy"],
        every: false,
        proves: "deny root users of member accounts what they have no need for",
        look: |view| shown(denies_root(view), "Content"),
    },
    Evidence {
        id: "root-use-noticed",
        practices: &[ROOT],
        types: &["AWS::Logs::MetricFilter"],
        every: false,
        proves: "notice when a root user is used",
        look: |view| {
            let pattern = view.get("FilterPattern");
            let root = contains(pattern, "useridentity.type").and(contains(pattern, "root"));
            shown(root, "FilterPattern")
        },
    },
    Evidence {
        id: "security-contact",
        practices: &[ROOT, "sec_incident_response_identify_personnel"],
        types: &["aws_account_alternate_contact"],
        every: false,
        proves: "name a contact for security",
        look: |view| is_one_of(view, "alternate_contact_type", &["SECURITY"]),
    },
    Evidence {
        id: "objectives-checked",
        practices: &[OBJECTIVES],
        types: &[
            "AWS::AuditManager::Assessment",
            "AWS::Config::ConformancePack",
            "AWS::Config::OrganizationConformancePack",
            "AWS::SecurityHub::Standard",
        ],
        every: false,
        proves: "hold accounts against a standard",
        look: is_there,
    },
    Evidence {
        id: "managed-services",
        practices: &[SCOPE],
        types: &[
            "AWS::DynamoDB::Table",
            "AWS::ECS::Service",
            "AWS::ElastiCache::ReplicationGroup",
            "AWS::Lambda::Function",
            "AWS::MSK::Cluster",
            "AWS::OpenSearchService::Domain",
            "AWS::RDS::DBCluster",
            "AWS::RDS::DBInstance",
            "AWS::SQS::Queue",
            "AWS::StepFunctions::StateMachine",
        ],
        every: false,
        proves: "leave servers to AWS",
        look: is_there,
    },
    Evidence {
        id: "controls-deployed-everywhere",
        practices: &[CONTROLS],
        types: &[
            "AWS::CloudFormation::GuardHook",
            "AWS::CloudFormation::HookTypeConfig",
            "AWS::CloudFormation::LambdaHook",
            "AWS::Config::OrganizationConfigRule",
            "AWS::Config::OrganizationConformancePack",
            "AWS::ControlTower::EnabledBaseline",
            "AWS::ControlTower::EnabledControl",
            "AWS::FMS::Policy",
            "AWS::ServiceCatalog::CloudFormationProduct",
        ],
        every: false,
        proves: "bring controls to every account",
        look: is_there,
    },
    Evidence {
        id: "config-rule",
        practices: &[CONTROLS],
        types: &["AWS::Config::ConfigRule"],
        every: false,
        proves: "check resources all the time",
        look: is_there,
    },
    Evidence {
        id: "module-pinned",
        practices: &[CONTROLS, PACKAGES],
        types: &["module"],
        every: true,
        proves: "come from a pinned source",
        look: |view| {
            let loose = is_loose_module(view);
            // A module of the same repository has no version to pin.
            is_remote(view.get("source")).then(|| Shown { truth: !loose, at: "source".into() })
        },
    },
];

pub(super) const CONTRARY: &[Contrary] = &[
    Contrary {
        id: "guardrail-exempts-root",
        title: "A guardrail makes an exception for root users",
        severity: "medium",
        types: &["AWS::Organizations::Policy"],
        practices: &[ROOT],
        catalogue: &["IAM-048"],
        fix: "take the exception for root users out of the statement",
        check: exempts_root,
    },
    Contrary {
        id: "machine-runs-own-server",
        title: "A machine installs a database or a broker that AWS would run",
        severity: "medium",
        types: &["AWS::EC2::Instance", "AWS::EC2::LaunchTemplate"],
        practices: &[SCOPE],
        catalogue: &["WA-004"],
        fix: "use the managed service, or say in a waiver why not",
        check: runs_own_server,
    },
    Contrary {
        id: "module-not-pinned",
        title: "A module may change without a change here",
        severity: "medium",
        types: &["module"],
        practices: &[CONTROLS, PACKAGES],
        catalogue: &["CFN-003"],
        fix: "set `version`, or `?ref=` to a tag or commit",
        check: |module, findings| {
            findings.when(is_loose_module(module), || {
                let message = format!("`{}` follows whatever its source has today", module.name());
                Finding::new(module.id(), "source", message).label("no version is named")
            });
        },
    },
];

/// Whether a service control policy denies something to root users.
fn denies_root(policy: &View<'_>) -> Tri {
    let documents = policy.policies();
    let denies = documents.iter().map(|policy| {
        policy.document.any(|statement| {
            let names_root = |condition: &Condition<'_>| is_about_root(condition, false);
            let root = Tri::any(statement.conditions.items.iter().map(names_root));
            statement.is_deny().and(Answer::at(root, statement.site))
        })
    });
    Tri::any(denies.map(|answer| answer.truth))
}

/// Whether a condition is about root users: that it is one, or that it is none.
fn is_about_root(condition: &Condition<'_>, negated: bool) -> Tri {
    let fits = match condition.operator.base {
        Base::StringLike | Base::StringEquals | Base::ArnLike | Base::ArnEquals => !negated,
        Base::StringNotLike | Base::StringNotEquals | Base::ArnNotLike | Base::ArnNotEquals => {
            negated
        }
        _ => false,
    };
    if !fits || !condition.is_about("aws:principalarn") {
        return Tri::False;
    }
    condition.values.any(|value| contains(value.value, ":root")).truth
}

fn exempts_root(policy: &View<'_>, findings: &mut Findings<'_>) {
    for document in policy.policies().iter() {
        for statement in &document.document.statements {
            for condition in &statement.conditions.items {
                let truth = statement.is_deny().truth.and(is_about_root(condition, true));
                let path = document.path.concat(&condition.path());
                findings.when(truth, || {
                    let message =
                        format!("`{}` denies something to all but root users", policy.name());
                    Finding::new(policy.id(), path, message).label("root users get away")
                });
            }
        }
    }
}

/// Packages of servers that AWS runs as a service, as scripts install them.
const SERVERS: [(&str, &str); 14] = [
    ("mysql-server", "Amazon RDS"),
    ("mysql-community-server", "Amazon RDS"),
    ("mariadb-server", "Amazon RDS"),
    ("postgresql-server", "Amazon RDS"),
    ("install postgresql", "Amazon RDS"),
    ("install -y postgresql", "Amazon RDS"),
    ("mongodb-org", "Amazon DocumentDB"),
    ("redis-server", "Amazon ElastiCache"),
    ("install -y redis", "Amazon ElastiCache"),
    ("rabbitmq-server", "Amazon MQ"),
    ("kafka_2.", "Amazon MSK"),
    ("install -y elasticsearch", "Amazon OpenSearch Service"),
    ("install -y cassandra", "Amazon Keyspaces"),
    ("registry:2", "Amazon ECR"),
];

fn runs_own_server(machine: &View<'_>, findings: &mut Findings<'_>) {
    for path in ["UserData", "LaunchTemplateData/UserData"] {
        let value = machine.get(path);
        let text = value.display_text().unwrap_or_default();
        let found = SERVERS.iter().find(|(package, _)| text.contains(package));
        match found {
            Some((package, service)) => {
                let message = format!("`{}` runs a server of its own", machine.name());
                let label = format!("`{package}`; {service} would be patched and backed up by AWS");
                findings.report(Finding::new(machine.id(), path, message).label(label));
            }
            None if value.is_unknown() => findings.undecided(path),
            None => {}
        }
    }
}

/// Whether a module comes from elsewhere.
fn is_remote(source: &Value) -> bool {
    let local = ["./", "../", "/"];
    source.as_str().is_some_and(|text| !local.iter().any(|start| text.starts_with(start)))
}

/// Whether a module from elsewhere names no version.
fn is_loose_module(module: &View<'_>) -> Tri {
    let source = module.get("source");
    if !is_remote(source) {
        return Tri::False;
    }
    let text = source.as_str().unwrap_or_default();
    let is_fetched =
        ["git::", "git@", "github.com/", "bitbucket.org/", "http://", "https://", "s3::", "hg::"]
            .iter()
            .any(|start| text.starts_with(start));
    if is_fetched {
        let is_archive = text.starts_with("s3::") || text.contains(".zip") || text.contains(".tar");
        return (!is_archive && !text.contains("ref=") && !text.contains("rev=")).into();
    }
    !module.get("version").is_present()
}
