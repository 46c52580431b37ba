//! What an identity policy grants.

use std::cell::LazyCell;

use trilith_graph::Tri;

use crate::matching::{covers_action, covers_every_action, covers_every_action_of};
use crate::{
    AccessLevel, Action, Answer, Catalog, Pattern, PolicyDocument, Principals, Statement, trust,
};

/// Prefixes of services whose every action in one hand means control over identities, keys,
/// secrets, data or the traces of what was done. Sorted.
pub const SENSITIVE_SERVICES: &[&str] = &[
    "account",
    "backup",
    "cloudformation",
    "cloudtrail",
    "config",
    "dynamodb",
    "ec2",
    "ecr",
    "ecs",
    "eks",
    "guardduty",
    "iam",
    "identitystore",
    "kms",
    "lambda",
    "logs",
    "organizations",
    "rds",
    "redshift",
    "route53",
    "s3",
    "secretsmanager",
    "securityhub",
    "ssm",
    "sso",
    "sts",
];

/// Services of which all actions, on everything, are a defect of their own, so that nothing is told
/// of a single action beside it. All actions of another service are at least as much as each of
/// them. Sorted.
pub const WHOLE_SERVICES: &[&str] = &[
    "cloudformation",
    "cloudtrail",
    "dynamodb",
    "ec2",
    "iam",
    "kms",
    "lambda",
    "organizations",
    "rds",
    "s3",
    "secretsmanager",
    "ssm",
    "sts",
];

/// A statement that may let roles be passed to services.
#[derive(Debug, Clone)]
pub struct PassRole<'a, 'v> {
    /// The statement.
    pub statement: &'a Statement<'v>,
    /// Whether it allows `iam:PassRole`, and no `Deny` takes that back.
    pub grants: Answer<'v>,
    /// Whether every role of an account may be passed.
    pub every_role: Answer<'v>,
    /// Whether a condition on `iam:PassedToService` says to which services.
    pub names_service: Answer<'v>,
}

impl<'v> PassRole<'_, 'v> {
    /// Whether any role may be passed to any service.
    pub fn is_unbounded(&self) -> Answer<'v> {
        self.every_role.clone().and(self.grants.clone()).and(!self.names_service.clone())
    }
}

impl<'v> Statement<'v> {
    /// Whether it allows every action on every resource, whatever its conditions.
    pub fn allows_everything(&self) -> Answer<'v> {
        let scope = || self.covers_every_action().and_then(|| self.covers_every_resource());
        self.is_allow().and_ask(scope)
    }

    /// Whether it allows every action of a service, given by its prefix: `s3`.
    pub fn allows_every_action_of(&self, service: &str) -> Answer<'v> {
        self.is_allow().and_ask(|| self.covers_every_action_of(service))
    }

    /// Whether it allows an action by a pattern that is not a defect of its own.
    fn allows_by_name(&self, action: &str) -> Answer<'v> {
        let service = action.split(':').next().unwrap_or(action);
        let is_whole = |pattern: &Pattern<'v>| {
            if WHOLE_SERVICES.contains(&service) {
                covers_every_action_of(pattern, service)
            } else {
                covers_every_action(pattern)
            }
        };
        let names = |pattern: &Pattern<'v>| covers_action(pattern, action).and(!is_whole(pattern));
        self.is_allow().and_ask(|| self.action.any(names))
    }

    /// Whether it covers all actions of a service in a way that is a defect of its own.
    pub(crate) fn is_told_of_whole(&self, service: &str) -> bool {
        let is_more = || {
            WHOLE_SERVICES.contains(&service)
                || self.not_action.is_present.is_true()
                || self.covers_every_action().is_true()
        };
        self.covers_every_action_of(service).is_true() && is_more()
    }

    /// Whether a condition says to which services a role may be passed.
    pub fn names_service_of_passed_role(&self) -> Answer<'v> {
        self.conditions.any(|condition| {
            if !condition.is_about("iam:passedtoservice") {
                return Answer::plain(Tri::False);
            }
            trust::demands_some_value(condition).and(self.conditions.needs_key(condition))
        })
    }

    /// Whether it denies to everyone, or to whoever has the policy, under no condition.
    fn denies_always(&self) -> Answer<'v> {
        self.is_deny().and_then(|| !self.is_conditional()).and_then(|| self.leaves_nobody_out())
    }

    /// Whether it denies every action of a service on every resource, under no condition.
    fn denies_service(&self, service: &str) -> Answer<'v> {
        let scope = || self.covers_every_action_of(service).and(self.covers_every_resource());
        self.denies_always().and_then(scope)
    }

    fn leaves_nobody_out(&self) -> Answer<'v> {
        let present =
            |principals: &Principals<'v>| Answer::at(principals.is_present, principals.site);
        let nobody_named = !present(&self.principal).or(present(&self.not_principal));
        nobody_named.or(self.principal.is_anyone())
    }
}

impl<'v> PolicyDocument<'v> {
    /// Whether some statement is one of [`PolicyDocument::statements_allowing_everything`].
    pub fn allows_everything(&self) -> Answer<'v> {
        let unknown = self.unknown.map(|site| Answer::at(Tri::Unknown, site));
        let found = self.statements_allowing_everything().into_iter().map(|(_, answer)| answer);
        Answer::any(found.chain(unknown))
    }

    /// The statements that allow every action on every resource, or may, where no condition
    /// limits what is allowed, and no unconditional `Deny` leaves of it only what it names:
    /// `Deny` with `NotAction` on every resource, or of every action with `NotResource`.
    pub fn statements_allowing_everything(&self) -> Vec<(&Statement<'v>, Answer<'v>)> {
        let left = LazyCell::new(|| !self.any(leaves_little));
        self.which(|statement| {
            let allows = statement.allows_everything().and_then(|| !statement.limits_scope());
            allows.and_then(|| left.clone())
        })
    }

    /// The statements that allow every action of a service on every resource, or may, where no
    /// condition limits what is allowed, and no unconditional `Deny` takes it back.
    pub fn statements_allowing_service(&self, service: &str) -> Vec<(&Statement<'v>, Answer<'v>)> {
        let left = LazyCell::new(|| {
            !self.any(|statement| leaves_little(statement).or(statement.denies_service(service)))
        });
        self.which(|statement| {
            let scope = || statement.covers_every_resource().and(!statement.limits_scope());
            let allows = statement.allows_every_action_of(service).and_then(scope);
            allows.and_then(|| left.clone())
        })
    }

    /// The statements that allow all actions but some, or may, on resources of more than one
    /// service or without naming any, where no condition limits what is allowed, and no
    /// unconditional `Deny` leaves of it only what it names.
    pub fn statements_allowing_all_but_some(&self) -> Vec<(&Statement<'v>, Answer<'v>)> {
        let left = LazyCell::new(|| !self.any(leaves_little));
        self.which(|statement| {
            let allows = statement.allows_with_not_action();
            let scope = || !statement.is_about_one_service().or(statement.limits_scope());
            allows.and_then(scope).and_then(|| left.clone())
        })
    }

    /// The statements that allow some of a list of actions on every resource, or may, where they
    /// name them, as themselves or as `s3:Get*`, no condition limits what is allowed, and no
    /// unconditional `Deny` takes it back. Services in the list are in lower case. All actions of
    /// one of [`WHOLE_SERVICES`] are told otherwise.
    pub fn statements_allowing_any_of(
        &self,
        actions: &[&str],
    ) -> Vec<(&Statement<'v>, Answer<'v>)> {
        self.statements_allowing_everywhere(|statement| {
            Answer::any(actions.iter().map(|action| {
                statement.allows_by_name(action).and_then(|| !self.denies_action(action))
            }))
        })
    }

    /// The same for all actions that change permissions on a resource, except those of IAM and
    /// those of which all actions of a service are allowed.
    pub fn statements_changing_permissions(
        &self,
        catalog: &Catalog,
    ) -> Vec<(&Statement<'v>, Answer<'v>)> {
        self.statements_allowing_everywhere(|statement| {
            statement.is_allow().and_ask(|| {
                statement.action.any(|pattern| {
                    let changes = changes_permissions(pattern, catalog);
                    let text = pattern.value.as_str().unwrap_or_default();
                    if changes.is_false() || text.contains(['*', '?']) {
                        return changes;
                    }
                    changes.and(!self.denies_action(text).truth)
                })
            })
        })
    }

    fn statements_allowing_everywhere(
        &self,
        allows: impl Fn(&Statement<'v>) -> Answer<'v>,
    ) -> Vec<(&Statement<'v>, Answer<'v>)> {
        let left = LazyCell::new(|| !self.any(leaves_little));
        self.which(|statement| {
            let everywhere = statement.covers_every_resource();
            if everywhere.is_false() {
                return everywhere;
            }
            let scope = || everywhere.and(!statement.limits_scope());
            allows(statement).and_then(scope).and_then(|| left.clone())
        })
    }

    /// The statements that let every role of an account be passed, or may, and name
    /// `iam:PassRole` for that, as themselves or as `iam:Pass*`: where it comes with every
    /// action of IAM on every resource, or with all actions but some, that is the greater evil.
    pub fn statements_passing_every_role(&self) -> Vec<(&Statement<'v>, Answer<'v>)> {
        let passing = self.pass_role_statements().into_iter().map(|pass| {
            let statement = pass.statement;
            let named = Answer::at(!statement.not_action.is_present, statement.not_action.site);
            let comes_with_all =
                statement.covers_every_action_of("iam").and(statement.covers_every_resource());
            let is_about_it = named.and(!comes_with_all);
            (statement, pass.every_role.and(pass.grants).and(is_about_it))
        });
        passing.filter(|(_, answer)| !answer.is_false()).collect()
    }

    /// Whether some statement allows an action on some resource, and no unconditional `Deny`
    /// on every resource takes it back.
    pub fn allows_action(&self, action: &str) -> Answer<'v> {
        let allows = self.any(|statement| statement.allows_action(action));
        allows.and_then(|| !self.denies_action(action))
    }

    /// Whether an unconditional `Deny` forbids an action on every resource.
    pub fn denies_action(&self, action: &str) -> Answer<'v> {
        self.any(|statement| {
            let scope = || statement.covers_action(action).and(statement.covers_every_resource());
            statement.denies_always().and_then(scope)
        })
    }

    /// The statements that may allow `iam:PassRole`.
    pub fn pass_role_statements(&self) -> Vec<PassRole<'_, 'v>> {
        let mut found = Vec::new();
        let mut denied = None;
        for statement in &self.statements {
            let allows = statement.allows_action("iam:PassRole");
            if allows.is_false() {
                continue;
            }
            let denied = denied.get_or_insert_with(|| self.denies_action("iam:PassRole"));
            found.push(PassRole {
                statement,
                grants: allows.and(!denied.clone()),
                every_role: statement.covers_every_role(),
                names_service: statement.names_service_of_passed_role(),
            });
        }
        found
    }
}

/// Whether a pattern has an action that changes permissions on a resource that can be named.
fn changes_permissions(pattern: &Pattern<'_>, catalog: &Catalog) -> Tri {
    let Some(text) = pattern.value.as_str() else {
        return covers_action(pattern, "s3:PutBucketPolicy").and(Tri::Unknown);
    };
    let Some((service, name)) = text.split_once(':') else { return Tri::False };
    let service = service.to_ascii_lowercase();
    let is_whole = name.bytes().all(|byte| byte == b'*');
    if service == "iam" || service.contains(['*', '?']) || is_whole {
        return Tri::False;
    }
    // The reference calls some that only read permissions so, too.
    let reads = |name: &str| ["Describe", "Get", "List"].iter().any(|verb| name.starts_with(verb));
    let is_meant = |action: &Action<'_>| {
        action.level() == AccessLevel::PermissionsManagement
            && !reads(action.name())
            && action.resource_types().next().is_some()
    };
    if name.contains(['*', '?']) {
        let mut actions = catalog.actions_of(&service);
        return actions
            .any(|it| is_meant(&it) && crate::glob::matches(name, it.name(), true))
            .into();
    }
    catalog.action(text).is_some_and(|action| is_meant(&action)).into()
}

/// Whether a statement denies all but some actions, or all but some resources.
fn leaves_little<'v>(statement: &Statement<'v>) -> Answer<'v> {
    let denies = statement.denies_always();
    if denies.is_false() {
        return denies;
    }
    let some_actions = Answer::at(
        (!statement.action.is_present).and(statement.not_action.is_present),
        statement.not_action.site,
    );
    let some_resources = Answer::at(
        (!statement.resource.is_present).and(statement.not_resource.is_present),
        statement.not_resource.site,
    );
    let actions = statement.covers_every_action();
    let resources = statement.covers_every_resource();
    let few_actions = some_actions.or(actions.clone()).and(resources);
    denies.and(few_actions.or(actions.and(some_resources)))
}
