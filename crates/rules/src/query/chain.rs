//! Ways from the role of a workload, over other roles, to one that may do everything.

use std::cell::LazyCell;

use trilith_graph::{PropertyPath, ResourceId, Tri};

use crate::View;
use crate::query::power::{self, Power};
use crate::query::principals::Holder;
use crate::query::workload::{on_resource, trusts, trusts_service};

/// How many roles a way leads over at most.
const MOST_STEPS: usize = 4;

/// Services to which a role is passed, and what runs code there.
const PASSING: &[(&str, &[&str])] = &[
    ("lambda", &["lambda:CreateFunction"]),
    ("ec2", &["ec2:RunInstances"]),
    ("ecs-tasks", &["ecs:RegisterTaskDefinition"]),
    ("codebuild", &["codebuild:CreateProject"]),
    ("cloudformation", &["cloudformation:CreateStack"]),
    ("glue", &["glue:CreateJob", "glue:CreateDevEndpoint"]),
    ("sagemaker", &["sagemaker:CreateNotebookInstance", "sagemaker:CreateTrainingJob"]),
];

/// From one role to the next.
#[derive(Debug, Clone)]
pub struct Step {
    /// Whether it can be taken.
    pub truth: Tri,
    /// The role that it leads to.
    pub to: ResourceId,
    /// What is done, for a message: "assumes `Admin`".
    pub how: String,
    /// The resource that lets it be done.
    pub resource: ResourceId,
    /// And where.
    pub path: PropertyPath,
}

/// A way to a role that may do everything.
#[derive(Debug, Clone)]
pub struct Chain {
    /// Whether it is open.
    pub truth: Tri,
    /// Its steps in order.
    pub steps: Vec<Step>,
    /// What the last role can do.
    pub power: Power,
}

/// The shortest way from a role to one that may do everything, a certain one if there is any.
pub fn to_administrator(role: &View<'_>) -> Option<Chain> {
    let roles = LazyCell::new(|| role.siblings("AWS::IAM::Role"));
    let mut seen = vec![role.id()];
    let mut open: Vec<Vec<Step>> = vec![Vec::new()];
    let mut unsure = None;
    for _ in 0..MOST_STEPS {
        let mut further = Vec::new();
        for way in &open {
            let from = role.beside(way.last().map_or(role.id(), |step| step.to));
            let named = (!takes_steps(&from)).then(|| trusting(&from));
            let next = named.as_ref().unwrap_or_else(|| &*roles);
            for next in next.iter().filter(|it| it.id() != from.id()) {
                if seen.contains(&next.id()) {
                    continue;
                }
                let Some(step) = step(&from, next) else { continue };
                let steps = [way.as_slice(), &[step]].concat();
                match power::over_account(next) {
                    Some(power) => {
                        let truths = steps.iter().map(|step| step.truth);
                        let truth = Tri::all(truths).and(power.truth).and(next.existence());
                        let chain = Chain { truth, steps, power };
                        match truth {
                            Tri::True => return Some(chain),
                            Tri::Unknown => unsure = unsure.or(Some(chain)),
                            Tri::False => {}
                        }
                    }
                    None => {
                        seen.push(next.id());
                        further.push(steps);
                    }
                }
            }
        }
        open = further;
    }
    unsure
}

/// Whether the policies of a role let it get at roles that do not name it. Hardly any do, and a
/// plan may hold thousands of roles.
fn takes_steps(role: &View<'_>) -> bool {
    let actions = ["sts:AssumeRole", "lambda:UpdateFunctionCode", "iam:PassRole"];
    let holder = Holder::of(role);
    let grants = holder.grants();
    grants.iter().any(|held| {
        let document = &held.policy.document;
        actions.iter().any(|action| !document.allows_action(action).truth.is_false())
    })
}

/// The roles that name a role, as their trust policies do.
fn trusting<'a>(role: &View<'a>) -> Vec<View<'a>> {
    role.referrers("AWS::IAM::Role").into_iter().map(|(_, other)| other).collect()
}

/// How whoever has one role gets at another.
fn step(from: &View<'_>, to: &View<'_>) -> Option<Step> {
    assumed(from, to).or_else(|| rewritten(from, to)).or_else(|| passed(from, to))
}

fn assumed(from: &View<'_>, to: &View<'_>) -> Option<Step> {
    let (trusted, path, by_name) = trusts(to, from.id())?;
    let how = format!("assumes `{}`", to.name());
    if by_name {
        return Some(Step { truth: trusted, to: to.id(), how, resource: to.id(), path });
    }
    let allowed = on_resource(from, &["sts:AssumeRole"], to.id())?;
    let truth = trusted.and(allowed.truth);
    Some(Step { truth, to: to.id(), how, resource: allowed.resource, path: allowed.path })
}

/// It puts code of its own into a function that has the other role.
fn rewritten(from: &View<'_>, to: &View<'_>) -> Option<Step> {
    let functions = to.referrers("AWS::Lambda::Function").into_iter();
    let mut run = functions.filter(|(edge, _)| edge.path.to_string() == "Role");
    run.find_map(|(_, function)| {
        let allowed = on_resource(from, &["lambda:UpdateFunctionCode"], function.id())?;
        let how = format!("puts code into `{}`, which has `{}`", function.name(), to.name());
        let truth = allowed.truth.and(function.existence());
        Some(Step { truth, to: to.id(), how, resource: allowed.resource, path: allowed.path })
    })
}

/// It passes the other role to a service that runs its code.
fn passed(from: &View<'_>, to: &View<'_>) -> Option<Step> {
    let allowed = on_resource(from, &["iam:PassRole"], to.id())?;
    let documents = Holder::of(from);
    let grants = documents.grants();
    let may = |action: &&str| {
        let allow = grants.iter().map(|held| held.policy.document.allows_action(action).truth);
        let deny = grants.iter().map(|held| held.policy.document.denies_action(action).truth);
        Tri::any(allow).and(!Tri::any(deny))
    };
    let mut ways = PASSING.iter().filter(|(service, _)| trusts_service(to, service));
    ways.find_map(|(service, actions)| {
        let runs = Tri::any(actions.iter().map(&may));
        let truth = allowed.truth.and(runs);
        let how = format!("passes `{}` to {service}, where its code runs", to.name());
        let (resource, path) = (allowed.resource, allowed.path.clone());
        (!truth.is_false()).then_some(Step { truth, to: to.id(), how, resource, path })
    })
}
