//! How much a role can do to whoever's data.

use trilith_graph::{Finding, PropertyPath, ResourceId, Tri};
use trilith_iam::Statement;

use crate::query::principals::{Holder, together, within_limits};
use crate::{Findings, View};

/// What makes a role worth stealing.
#[derive(Debug, Clone)]
pub struct Power {
    /// Whether it has it.
    pub truth: Tri,
    /// What it can do, for a message: "read every secret".
    pub what: String,
    /// The resource that gives it.
    pub resource: ResourceId,
    /// And where.
    pub path: PropertyPath,
}

/// AWS managed policies that give power over the account, or over the data in it.
const MANAGED: &[(&str, &str)] = &[
    ("AdministratorAccess", "do everything"),
    ("PowerUserAccess", "do everything but manage identities"),
    ("IAMFullAccess", BECOME),
    ("AmazonS3FullAccess", "read and delete every object in S3"),
    ("AmazonS3ReadOnlyAccess", "read every object in S3"),
    ("AmazonDynamoDBFullAccess", "read and delete every DynamoDB table"),
    ("AmazonDynamoDBFullAccess_v2", "read and delete every DynamoDB table"),
    ("AmazonDynamoDBReadOnlyAccess", "read every DynamoDB table"),
    ("AmazonRDSDataFullAccess", "query every database"),
    ("AmazonRedshiftDataFullAccess", "query every data warehouse"),
    ("SecretsManagerReadWrite", "read every secret"),
    ("AmazonSSMFullAccess", "run commands on every machine"),
];

/// Actions on data: the service and the last part of the ARN of what they are about, and what
/// they let do to all of it.
const DATA: &[(&str, &str, &str, &str)] = &[
    ("secretsmanager:GetSecretValue", "secretsmanager", "secret:?*", "read every secret"),
    ("s3:GetObject", "s3", "?*/?*", "read every object in S3"),
    ("s3:DeleteObject", "s3", "?*/?*", "delete every object in S3"),
    ("s3:PutObject", "s3", "?*/?*", "overwrite every object in S3"),
    ("dynamodb:Scan", "dynamodb", "table/?*", "read every DynamoDB table"),
    ("dynamodb:GetItem", "dynamodb", "table/?*", "read every DynamoDB table"),
    ("dynamodb:DeleteItem", "dynamodb", "table/?*", "delete from every DynamoDB table"),
    ("dynamodb:PutItem", "dynamodb", "table/?*", "overwrite every DynamoDB table"),
    ("rds-data:ExecuteStatement", "rds", "cluster:?*", "query every database"),
    ("redshift-data:ExecuteStatement", "redshift", "cluster:?*", "query every data warehouse"),
    ("ssm:GetParameter", "ssm", "parameter/?*", "read every parameter"),
];

/// The power of a role over a whole account, if it has it, or may have.
pub fn over_account(role: &View<'_>) -> Option<Power> {
    let is_whole = |power: &Power| power.what.starts_with("do everything") || power.what == BECOME;
    first(found(role).into_iter().filter(is_whole).collect())
}

/// The greatest power of a role over an account or all data of a kind in it, if it has any, or
/// may have.
pub fn over_everything(role: &View<'_>) -> Option<Power> {
    first(found(role))
}

/// Reports code that runs with a role that has power over the account. `path` is the property
/// that names the role, and `who` says what runs with it: "function `app`".
pub fn report_role(view: &View<'_>, findings: &mut Findings<'_>, path: &str, who: &str) {
    let Some(role) = view.referenced(path) else {
        if view.get(path).is_unknown() {
            findings.undecided(path);
        }
        return;
    };
    let Some(power) = over_account(&role) else { return };
    findings.when(power.truth, || {
        Finding::new(view.id(), path, format!("{who} can {}", power.what))
            .label("the role of an administrator")
            .related(power.resource, power.path, "gives the power")
    });
}

/// What leads to everything.
const BECOME: &str = "make itself administrator";

/// A certain power, if there is one.
fn first(mut found: Vec<Power>) -> Option<Power> {
    let certain = found.iter().position(|power| power.truth.is_true());
    let first = certain.or_else(|| found.iter().position(|power| power.truth.is_unknown()));
    first.map(|at| found.swap_remove(at))
}

fn found(role: &View<'_>) -> Vec<Power> {
    let mut found = managed(role);
    let holder = Holder::of(role);
    let grants = holder.grants();
    let boundary = holder.boundary();
    let policies = role.limited(together(&grants, &boundary));
    for held in &grants {
        let view = &holder.views()[held.view];
        let mut add = |truth: Tri, what: &str, path: PropertyPath| {
            let truth = truth.and(holder.is_seen()).and(view.existence());
            found.push(Power {
                truth,
                what: what.to_owned(),
                resource: view.id(),
                path: held.policy.path.concat(&path),
            });
        };
        let document = &held.policy.document;
        for (statement, answer) in document.statements_allowing_everything() {
            let site = answer.sites().next().unwrap_or(statement.site);
            add(answer.truth, "do everything", site.path());
        }
        for statement in &document.statements {
            for (action, service, resource, what) in DATA {
                let (allowed, path) = wide(statement, action, service, resource);
                if allowed.is_false() {
                    continue;
                }
                let denied =
                    Tri::any(policies.grants.iter().map(|it| it.denies_action(action).truth));
                let truth = allowed.and(!denied).and(within_limits(&policies, action));
                if !truth.is_false() {
                    add(truth, what, path);
                }
            }
        }
    }
    for escalation in policies.escalations() {
        let Some((document, answer)) = escalation.grants.first() else { continue };
        let held = &grants[*document];
        let site = answer.sites().next();
        let path = site.map_or_else(PropertyPath::root, trilith_iam::Site::path);
        found.push(Power {
            truth: escalation.truth.and(holder.is_seen()),
            what: BECOME.to_owned(),
            resource: holder.views()[held.view].id(),
            path: held.policy.path.concat(&path),
        });
    }
    found
}

fn managed(role: &View<'_>) -> Vec<Power> {
    let arns = role.all("ManagedPolicyArns/*");
    let powers = arns.into_iter().filter_map(|(path, arn)| {
        let text = arn.display_text()?;
        let (_, name) = text.rsplit_once(":iam::aws:policy/")?;
        let (_, what) = MANAGED.iter().find(|(known, _)| *known == name)?;
        let what = (*what).to_owned();
        Some(Power { truth: Tri::True, what, resource: role.id(), path })
    });
    powers.collect()
}

/// Whether a statement allows an action on everything of a kind, and where it says so.
fn wide(
    statement: &Statement<'_>,
    action: &str,
    service: &str,
    resource: &str,
) -> (Tri, PropertyPath) {
    let allows = statement.allows_action(action);
    if allows.is_false() {
        return (Tri::False, PropertyPath::root());
    }
    let scope = statement.covers_every_of(service, resource).and_then(|| !statement.limits_scope());
    let site = allows.sites().next().unwrap_or(statement.site);
    (allows.truth.and(scope.truth), site.path())
}
