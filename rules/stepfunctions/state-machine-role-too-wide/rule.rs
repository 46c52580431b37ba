//! State machines whose role may do what their definition never does.

use std::collections::BTreeSet;

use trilith_graph::{Part, ValueKind};
use trilith_rules::prelude::*;
use trilith_rules::query::principals::Holder;

/// Services whose whole would be worth having.
const SERVICES: [&str; 12] = [
    "iam",
    "kms",
    "s3",
    "dynamodb",
    "secretsmanager",
    "ssm",
    "lambda",
    "ec2",
    "rds",
    "sqs",
    "sns",
    "ecs",
];

/// What tasks need in services that their ARNs do not name: what they are started with, and
/// where they keep results (AWS Step Functions Developer Guide, "How Step Functions generates
/// IAM policies for integrated services").
const NEEDED: [(&str, &str); 11] = [
    ("athena", "s3"),
    ("bedrock", "s3"),
    ("s3control", "s3"),
    ("http", "secretsmanager"),
    ("docdb", "rds"),
    ("neptune", "rds"),
    ("dynamodbstreams", "dynamodb"),
    ("ecs", "iam"),
    ("sagemaker", "iam"),
    ("elasticmapreduce", "iam"),
    ("mediaconvert", "iam"),
];

pub(crate) fn check(machine: &View<'_>, findings: &mut Findings<'_>) {
    let Some(role) = machine.referenced("RoleArn") else {
        if machine.get("RoleArn").is_unknown() {
            findings.undecided("RoleArn");
        }
        return;
    };
    let holder = Holder::of(&role);
    let grants = holder.grants();
    let excess = SERVICES.iter().flat_map(|service| {
        grants.iter().flat_map(move |held| {
            let wide = held.policy.document.statements_allowing_service(service);
            wide.into_iter().map(move |(statement, answer)| (*service, held, statement, answer))
        })
    });
    let mut excess = excess.peekable();
    if excess.peek().is_none() {
        return;
    }
    let Some(used) = services_of(machine) else { return findings.undecided("DefinitionString") };
    if let Some((service, held, statement, answer)) = excess.find(|it| !used.contains(it.0)) {
        findings.when(answer.truth.and(holder.is_seen()), || {
            let message =
                format!("`{}` may do everything in {service}, and does nothing", machine.name());
            let view = &holder.views()[held.view];
            let site = answer.sites().next().unwrap_or(statement.site);
            Finding::new(machine.id(), "RoleArn", message)
                .label("more than the definition calls")
                .related(view.id(), held.policy.path.concat(&site.path()), "gives the power")
        });
    }
}

/// The services that a definition calls; `None` if it cannot be seen.
fn services_of(machine: &View<'_>) -> Option<BTreeSet<&'static str>> {
    let mut text = String::new();
    let mut is_seen = false;
    // What is put in for `${Task}` may name the service; an unknown value tells nothing.
    let substitutions = machine.get("DefinitionSubstitutions");
    if substitutions.is_unknown() || substitutions.entries().iter().any(|it| it.value.is_unknown())
    {
        return None;
    }
    for path in ["Definition", "DefinitionString", "DefinitionSubstitutions"] {
        let value = machine.get(path);
        is_seen |= path != "DefinitionSubstitutions" && !value.is_absent() && !value.is_unknown();
        value.walk(&mut |trail, value| match &value.kind {
            ValueKind::String(part) => text.push_str(part),
            ValueKind::Template(parts) => {
                text.extend(parts.iter().map(|part| match part {
                    Part::Text(part) => part.as_ref(),
                    Part::Hole(_) => "",
                }));
            }
            ValueKind::Unknown(_) | ValueKind::OneOf(_)
                if trail.steps().last().is_some_and(|step| step.is_key("Resource")) =>
            {
                is_seen = false;
            }
            _ => {}
        });
    }
    let own_role = PropertyPath::parse("RoleArn");
    let edges = machine.graph().edges_from(machine.id()).iter();
    let called = edges.filter(|edge| !own_role.is_prefix_of(&edge.path));
    let types: Vec<String> =
        called.map(|edge| machine.beside(edge.to).resource_type().to_ascii_lowercase()).collect();
    let names = |service: &str| {
        ["", "aws-sdk:"].iter().any(|sdk| text.contains(&format!(":{sdk}{service}:")))
    };
    let is_called = |service: &&&str| {
        names(service)
            || NEEDED.iter().any(|(task, needed)| needed == *service && names(task))
            || types.iter().any(|it| it.starts_with(&format!("aws::{service}::")))
    };
    is_seen.then(|| SERVICES.iter().filter(is_called).copied().collect())
}
