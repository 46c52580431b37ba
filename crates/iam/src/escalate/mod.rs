//! What a principal may become with what it may do.
//!
//! A path is a set of permissions with which whoever has all of them gets at more than they were
//! given: new permissions for themselves, the credentials of another principal, or code that
//! runs as a role. What the permissions are about counts: to change every role of the account is
//! a path, to change one's own access keys is none.

mod paths;

use std::collections::BTreeMap;

use trilith_graph::Tri;

use crate::glob::Glob;
use crate::limit::condition_limits_scope;
use crate::pattern::{Case, Pattern};
use crate::{Answer, Policies, PolicyDocument, Statement};

/// How a path leads to more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EscalationKind {
    /// It changes what identities may do, or makes credentials of others.
    Identity,
    /// It passes any role to a service, and runs code there.
    Service,
    /// It runs code as the role of something that must exist.
    Existing,
}

/// A permission that a path needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Need {
    /// The action.
    pub action: &'static str,
    /// Of which service every resource of a kind is needed, as a pattern of the last part of
    /// its ARN; none if any resource will do.
    pub every: Option<(&'static str, &'static str)>,
}

/// A set of permissions that leads to more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EscalationPath {
    /// Its id at pathfinding.cloud: `lambda-001`.
    pub id: &'static str,
    /// How it leads to more.
    pub kind: EscalationKind,
    /// What it needs, all of it.
    pub needs: &'static [Need],
    /// The service to which it passes a role.
    pub service: Option<&'static str>,
}

/// A path that policies open, or may.
#[derive(Debug, Clone)]
pub struct Escalation<'v> {
    /// The path.
    pub path: &'static EscalationPath,
    /// Whether they do.
    pub truth: Tri,
    /// For each need the document among the grants, and the answer.
    pub grants: Vec<(usize, Answer<'v>)>,
}

impl<'v> Policies<'_, 'v> {
    /// The paths that the policies open, or may.
    ///
    /// None where they allow everything, or where each need comes with a whole service and that
    /// is a defect of its own (see [`crate::WHOLE_SERVICES`]). Policies on which
    /// `Policies::limits` says something count as far as these let the same action through.
    pub fn escalations(&self) -> Vec<Escalation<'v>> {
        let relevant = |document: &PolicyDocument<'v>| document.statements.iter().any(may_matter);
        if !self.grants.iter().any(|document| relevant(document)) {
            return Vec::new();
        }
        if self.grants.iter().any(|document| document.allows_everything().is_true()) {
            return Vec::new();
        }
        let mut known: BTreeMap<(&str, Option<&str>), Option<Granted<'v>>> = BTreeMap::new();
        let open = paths::PATHS.iter().filter_map(|path| {
            let mut grants = Vec::with_capacity(path.needs.len());
            let mut is_whole = true;
            for need in path.needs {
                let key = (need.action, path.service);
                let granted =
                    known.entry(key).or_insert_with(|| self.granted(need, path.service)).as_ref();
                let granted = granted?;
                is_whole &= granted.with_whole_service;
                grants.push((granted.document, granted.answer.clone()));
            }
            let truth = Tri::all(grants.iter().map(|(_, answer)| answer.truth));
            (!is_whole).then_some(Escalation { path, truth, grants })
        });
        open.collect()
    }

    /// The grant that satisfies a need best; `None` if nothing does.
    fn granted(&self, need: &Need, service: Option<&str>) -> Option<Granted<'v>> {
        let denied = |document: &&PolicyDocument<'v>| document.denies_action(need.action).truth;
        let left = !Tri::any(self.documents_all().map(|document| denied(&document)));
        let limits = Tri::all(self.limits.iter().map(|layer| {
            Tri::any(layer.iter().map(|document| document.allows_action(need.action).truth))
        }));
        let left = left.and(limits);
        if left.is_false() {
            return None;
        }
        let mut best: Option<Granted<'v>> = None;
        for (number, document) in self.grants.iter().enumerate() {
            for statement in document.statements.iter().filter(|it| may_matter(it)) {
                let mut answer = satisfies(statement, need, service);
                answer.truth = answer.truth.and(left);
                if answer.is_false() {
                    continue;
                }
                let is_better =
                    best.as_ref().is_none_or(|best| best.answer.is_unknown() && answer.is_true());
                if is_better {
                    let own = need.action.split(':').next().unwrap_or_default();
                    let with_whole_service = statement.is_told_of_whole(own);
                    best = Some(Granted { document: number, answer, with_whole_service });
                }
            }
        }
        best
    }

    fn documents_all(&self) -> impl Iterator<Item = &PolicyDocument<'v>> {
        self.grants.iter().chain(self.limits.iter().flatten()).copied()
    }
}

struct Granted<'v> {
    document: usize,
    answer: Answer<'v>,
    with_whole_service: bool,
}

/// Whether a statement gives what a path needs.
fn satisfies<'v>(statement: &Statement<'v>, need: &Need, service: Option<&str>) -> Answer<'v> {
    let allows = statement.allows_action(need.action);
    let scope = || match need.every {
        Some((owner, resource)) => {
            let wide = statement.covers_every_of(owner, resource);
            wide.and_then(|| reaches(statement, service.filter(|_| need.action == PASS_ROLE)))
        }
        None => reaches(statement, None),
    };
    allows.and_then(scope)
}

const PASS_ROLE: &str = "iam:PassRole";

/// Whether the conditions leave what matters: no limit of the resources, or one on the service
/// to which a role is passed that names the service in question.
fn reaches<'v>(statement: &Statement<'v>, service: Option<&str>) -> Answer<'v> {
    !statement.conditions.any(|condition| {
        if let (Some(service), true) = (service, condition.is_about("iam:passedtoservice")) {
            let named = condition.values.any(|value| names(value, service));
            return if condition.operator.base.is_negative() { named } else { !named };
        }
        condition_limits_scope(condition).and_then(|| statement.conditions.needs_key(condition))
    })
}

fn names(value: &Pattern<'_>, service: &str) -> Tri {
    let Some(glob) = value.glob(Case::Ignored) else { return Tri::Unknown };
    glob.contains(&Glob::from_text(service))
}

/// The services of the actions on the paths.
const SERVICES: [&str; 15] = [
    "apprunner",
    "autoscaling",
    "bedrock-agentcore",
    "cloudformation",
    "codebuild",
    "datapipeline",
    "ec2",
    "ec2-instance-connect",
    "ecs",
    "glue",
    "iam",
    "lambda",
    "sagemaker",
    "ssm",
    "sts",
];

/// Whether a statement may be about an action on a path. Most are not, and that is told without
/// reading a pattern.
fn may_matter(statement: &Statement<'_>) -> bool {
    if !statement.not_action.is_present.is_false() || statement.action.is_open {
        return true;
    }
    statement.action.iter().any(|pattern| match pattern.value.as_str() {
        Some(text) => {
            let service = text.split(':').next().unwrap_or_default();
            let is_plain = !service.contains(['*', '?']);
            !is_plain || SERVICES.iter().any(|known| known.eq_ignore_ascii_case(service))
        }
        None => true,
    })
}

#[cfg(test)]
mod tests {
    use trilith_graph::{Map, Reason, SourceId, Span, Value};

    use super::*;

    const AT: Span = Span::at(SourceId(0), 0);

    fn value(json: &serde_json::Value) -> Value {
        match json {
            serde_json::Value::Object(object) => {
                let mut map = Map::default();
                object.iter().for_each(|(key, item)| map.insert(key.as_str(), AT, value(item)));
                Value::map(map, AT)
            }
            serde_json::Value::Array(items) => Value::list(items.iter().map(value).collect(), AT),
            serde_json::Value::String(text) => Value::string(text.as_str(), AT),
            _ => Value::unknown(Reason::ComputedAfterApply, AT),
        }
    }

    /// The ids of the paths that statements open.
    fn open(statements: &serde_json::Value) -> Vec<(&'static str, Tri)> {
        let document = value(&serde_json::json!({ "Statement": statements }));
        let document = PolicyDocument::parse(&document);
        let policies = Policies::of(&document);
        policies.escalations().iter().map(|it| (it.path.id, it.truth)).collect()
    }

    fn allow(actions: &[&str], resource: &str) -> serde_json::Value {
        serde_json::json!({"Effect": "Allow", "Action": actions, "Resource": resource})
    }

    #[test]
    fn the_services_are_those_of_the_paths() {
        for need in paths::PATHS.iter().flat_map(|path| path.needs) {
            let service = need.action.split(':').next().unwrap_or_default();
            assert!(SERVICES.contains(&service), "{}", need.action);
        }
    }

    #[test]
    fn one_permission_over_every_identity_is_enough() {
        let path = |action, id| {
            assert_eq!(open(&allow(&[action], "*")), [(id, Tri::True)]);
        };
        path("iam:CreatePolicyVersion", "iam-001");
        path("iam:PutRolePolicy", "iam-005");
        path("iam:UpdateAssumeRolePolic?", "iam-012");
        assert_eq!(open(&allow(&["iam:AttachRolePolicy"], "arn:aws:iam::*:role/*")).len(), 1);
        assert!(open(&allow(&["iam:AttachRolePolicy"], "arn:aws:iam::*:role/app-*")).is_empty());
        assert!(
            open(&allow(&["iam:CreateAccessKey"], "arn:aws:iam::*:user/${aws:username}"))
                .is_empty()
        );
    }

    #[test]
    fn a_role_that_is_passed_must_meet_code() {
        assert!(open(&allow(&["iam:PassRole"], "*")).is_empty());
        let both = allow(&["iam:PassRole", "ec2:RunInstances"], "*");
        assert_eq!(open(&both), [("ec2-001", Tri::True)]);
        let apart = serde_json::json!([
            allow(&["iam:PassRole"], "arn:aws:iam::111122223333:role/*"),
            allow(
                &["lambda:CreateFunction", "lambda:InvokeFunction"],
                "arn:aws:lambda:eu-west-1:111122223333:function:app-*"
            ),
        ]);
        assert_eq!(open(&apart), [("lambda-001", Tri::True)]);
    }

    #[test]
    fn the_service_of_a_condition_decides() {
        let passed = |service: &str| {
            serde_json::json!([
                {"Effect": "Allow", "Action": "iam:PassRole", "Resource": "*",
                 "Condition": {"StringEquals": {"iam:PassedToService": service}}},
                allow(&["ec2:RunInstances", "glue:CreateDevEndpoint"], "*"),
            ])
        };
        assert_eq!(open(&passed("ec2.amazonaws.com")), [("ec2-001", Tri::True)]);
        assert!(open(&passed("lambda.amazonaws.com")).is_empty());
    }

    #[test]
    fn what_is_taken_back_opens_nothing() {
        let denied = serde_json::json!([
            allow(&["iam:PassRole", "ec2:RunInstances"], "*"),
            {"Effect": "Deny", "Action": "iam:Pass*", "Resource": "*"},
        ]);
        assert!(open(&denied).is_empty());
        assert!(open(&allow(&["*"], "*")).is_empty());
        assert!(open(&allow(&["iam:*"], "*")).is_empty());
        let unknown =
            serde_json::json!({"Effect": "Allow", "Action": "iam:PutRolePolicy", "Resource": 1});
        assert_eq!(open(&unknown), [("iam-005", Tri::Unknown)]);
    }
}
