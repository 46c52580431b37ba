//! What code can do that runs with a role: by all of its policies, within its boundary.

use trilith_graph::{Part, PropertyPath, ResourceId, Tri, Value, ValueKind};
use trilith_iam::{Account, Question, Statement};

use crate::View;
use crate::query::principals::{Holder, together, within_limits};

/// Services that run the code of whoever owns the account.
const COMPUTE: [&str; 9] = [
    "apprunner",
    "batch",
    "codebuild",
    "ec2",
    "ecs-tasks",
    "glue",
    "lambda",
    "pods.eks",
    "sagemaker",
];

/// Whether a role is one that code runs with: its trust policy names a service that runs code.
pub fn runs_code(role: &View<'_>) -> bool {
    trusts_one(role, |service| COMPUTE.contains(&service))
}

/// Whether the trust policy of a role names a service by its first name: `codebuild`.
pub fn trusts_service(role: &View<'_>, service: &str) -> bool {
    trusts_one(role, |name| name == service)
}

fn trusts_one(role: &View<'_>, is_meant: impl Fn(&str) -> bool) -> bool {
    // Every rule about workloads asks this of every role.
    let statements = role.get("AssumeRolePolicyDocument/Statement").items().iter();
    let mut services = statements.flat_map(|it| it.path("Principal/Service").items());
    services.any(|name| match name.as_str() {
        Some(name) => name.split_once(".amazonaws.com").is_some_and(|(name, _)| is_meant(name)),
        None => false,
    })
}

/// Something that a role may do, and where that is allowed.
#[derive(Debug, Clone)]
pub struct Permitted {
    /// Whether it may.
    pub truth: Tri,
    /// The action.
    pub action: &'static str,
    /// The resource whose policy allows it.
    pub resource: ResourceId,
    /// And where.
    pub path: PropertyPath,
}

/// The first of some actions that a role may do with a resource that nobody has named: `wanted`
/// are actions, each with the ARN of one. What comes with a whole service, or with everything,
/// is a defect of its own.
pub fn on_anything(role: &View<'_>, wanted: &[(&'static str, &str)]) -> Option<Permitted> {
    let holder = Holder::of(role);
    let (grants, boundary) = (holder.grants(), holder.boundary());
    let policies = role.limited(together(&grants, &boundary));
    let question = Question { first: false, fuel: 1 << 18, regions: 256, ..Question::default() };
    let mut found: Option<Permitted> = None;
    for (action, arn) in wanted {
        let service = action.split(':').next().unwrap_or_default();
        let is_meant = |statement: &Statement<'_>| {
            !statement.allows_action(action).is_false()
                && !statement.covers_every_action_of(service).is_true()
        };
        let mut statements = grants.iter().flat_map(|it| &it.policy.document.statements);
        if !statements.any(is_meant) {
            continue;
        }
        for access in question.grants(&policies, &[action], &[arn]).found {
            let Some((document, at)) = access.statement else { continue };
            let Some(held) = grants.get(document) else { continue };
            let statement = &held.policy.document.statements[at];
            if !is_meant(statement) {
                continue;
            }
            let view = &holder.views()[held.view];
            let sure = if access.is_sure() { Tri::True } else { Tri::Unknown };
            let scope = !statement.limits_scope().truth;
            let truth = sure.and(scope).and(holder.is_seen()).and(view.existence());
            let site = statement.covers_action(action).sites().next().unwrap_or(statement.site);
            let path = held.policy.path.concat(&site.path());
            let permitted = Permitted { truth, action, resource: view.id(), path };
            match (&found, truth) {
                (_, Tri::True) => return Some(permitted),
                (None, Tri::Unknown) => found = Some(permitted),
                _ => {}
            }
        }
    }
    found
}

/// The first of some actions that a role may do with one resource of the graph, as far as its
/// policies name it.
pub fn on_resource(
    role: &View<'_>,
    wanted: &[&'static str],
    target: ResourceId,
) -> Option<Permitted> {
    let holder = Holder::of(role);
    let (grants, boundary) = (holder.grants(), holder.boundary());
    let policies = role.limited(together(&grants, &boundary));
    for action in wanted {
        let denied = Tri::any(policies.grants.iter().map(|it| it.denies_action(action).truth));
        let within = within_limits(&policies, action);
        for held in &grants {
            let view = &holder.views()[held.view];
            for statement in &held.policy.document.statements {
                let allows = statement.allows_action(action);
                if allows.is_false() || !names(view, statement, target) {
                    continue;
                }
                let site = allows.sites().next().unwrap_or(statement.site);
                let scope = !statement.limits_scope().truth;
                let truth = Tri::all([
                    allows.truth,
                    !denied,
                    within,
                    scope,
                    holder.is_seen(),
                    view.existence(),
                ]);
                if !truth.is_false() {
                    let path = held.policy.path.concat(&site.path());
                    return Some(Permitted { truth, action, resource: view.id(), path });
                }
            }
        }
    }
    None
}

/// Whether a statement names a resource of the graph: by a reference, or by the name that its
/// author gave it.
pub fn names(view: &View<'_>, statement: &Statement<'_>, target: ResourceId) -> bool {
    let own = view.beside(target);
    let ending = own_ending(&own);
    statement.resource.iter().any(|pattern| {
        let is_called = |ending: &String| ends_in(pattern.value, ending);
        refers_to(view, pattern.value, target) || ending.as_ref().is_some_and(is_called)
    })
}

/// The end of the ARN of a resource that has a name of its own.
fn own_ending(target: &View<'_>) -> Option<String> {
    let (property, lead) = match target.resource_type() {
        "AWS::IAM::Role" => ("RoleName", ":role/"),
        "AWS::Lambda::Function" => ("FunctionName", ":function:"),
        "AWS::S3::Bucket" => ("BucketName", ":::"),
        "AWS::CloudTrail::Trail" => ("TrailName", ":trail/"),
        "AWS::Logs::LogGroup" => ("LogGroupName", ":log-group:"),
        _ => return None,
    };
    let name = target.get(property).as_str().filter(|name| !name.is_empty())?;
    Some(format!("{lead}{name}"))
}

/// Whether an ARN ends so; what follows behind a slash or colon is a part of the resource.
fn ends_in(value: &Value, ending: &str) -> bool {
    let text = match &value.kind {
        ValueKind::String(text) => text,
        ValueKind::Template(parts) => match parts.last() {
            Some(Part::Text(text)) => text,
            _ => return false,
        },
        _ => return false,
    };
    let after = text.find(ending).map(|at| &text[at + ending.len()..]);
    after.is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', ':']))
}

/// Whether a value refers to a resource, or is a text with such a part.
pub fn refers_to(view: &View<'_>, value: &Value, target: ResourceId) -> bool {
    match &value.kind {
        ValueKind::Reference(reference) => {
            view.graph().find(view.resource().root, &reference.address) == Some(target)
        }
        ValueKind::Template(parts) => parts.iter().any(|part| match part {
            Part::Hole(hole) => refers_to(view, hole, target),
            Part::Text(_) => false,
        }),
        _ => false,
    }
}

/// Where the trust policy of a role lets another role of the graph assume it: by its name, which
/// is enough, or as a principal of the account, which the other's policies must allow too.
pub fn trusts(role: &View<'_>, other: ResourceId) -> Option<(Tri, PropertyPath, bool)> {
    for policy in role.trust_policies() {
        for statement in &policy.document.statements {
            let assumes = statement.allows_action("sts:AssumeRole");
            if assumes.is_false() || !statement.is_conditional().is_false() {
                continue;
            }
            for (principal, account) in statement.trusted_accounts() {
                let path = policy.path.concat(&principal.path());
                if refers_to(role, principal.pattern.value, other) {
                    return Some((assumes.truth, path, true));
                }
                let is_own = matches!(account, Account::Own | Account::Any);
                if is_own && principal.is_account_root().or(principal.is_anyone()).is_true() {
                    return Some((assumes.truth, path, false));
                }
            }
        }
    }
    None
}
