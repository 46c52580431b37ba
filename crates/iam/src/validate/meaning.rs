//! What a policy allows too much of, and what of it makes no difference.

use super::Checker;
use crate::{Answers, Pattern, Policies, PolicyKind, Question, Statement, Verdict};

/// Statements beyond which redundancy is not looked for: the work grows with their square.
const MOST_STATEMENTS: usize = 40;

/// The codes of one question by the form of the statement: with `Resource` and `NotResource`,
/// each with the action by name, by a wildcard and by `NotAction`.
type Forms = [[&'static str; 3]; 2];

const PASS_ROLE: Forms = [
    [
        "PASS_ROLE_WITH_STAR_IN_RESOURCE",
        "PASS_ROLE_WITH_STAR_IN_ACTION_AND_RESOURCE",
        "PASS_ROLE_WITH_STAR_IN_RESOURCE_AND_NOT_ACTION",
    ],
    [
        "PASS_ROLE_WITH_NOT_RESOURCE",
        "PASS_ROLE_WITH_STAR_IN_ACTION_AND_NOT_RESOURCE",
        "PASS_ROLE_WITH_NOT_ACTION_AND_NOT_RESOURCE",
    ],
];

const CREATE_SLR: Forms = [
    [
        "CREATE_SLR_WITH_STAR_IN_RESOURCE",
        "CREATE_SLR_WITH_STAR_IN_ACTION_AND_RESOURCE",
        "CREATE_SLR_WITH_STAR_IN_RESOURCE_AND_NOT_ACTION",
    ],
    [
        "CREATE_SLR_WITH_NOT_RESOURCE",
        "CREATE_SLR_WITH_STAR_IN_ACTION_AND_NOT_RESOURCE",
        "CREATE_SLR_WITH_NOT_ACTION_AND_NOT_RESOURCE",
    ],
];

/// The code for the form of a statement about an action.
fn form(statement: &Statement<'_>, action: &str, codes: &Forms) -> &'static str {
    let by_name =
        |it: &Pattern<'_>| it.value.as_str().is_some_and(|text| text.eq_ignore_ascii_case(action));
    let how = if statement.not_action.is_present.is_true() {
        2
    } else {
        usize::from(!statement.action.iter().any(|it| by_name(&it)))
    };
    codes[usize::from(statement.not_resource.is_present.is_true())][how]
}

impl Checker<'_, '_> {
    pub(super) fn meaning(&mut self) {
        if self.kind == PolicyKind::Identity {
            self.unbounded(
                "iam:PassRole",
                &PASS_ROLE,
                "it lets every role be passed to every service",
            );
            self.unbounded(
                "iam:CreateServiceLinkedRole",
                &CREATE_SLR,
                "it lets the role of every service be created",
            );
        }
        self.redundant();
        self.lists();
    }

    /// Whether an action is allowed on a role that nobody can have meant, and no condition on
    /// the service asks for a value. That is one question, whichever of `*`, `NotAction` and
    /// `NotResource` it is written with, and a `Deny` counts.
    fn unbounded(&mut self, action: &str, codes: &Forms, message: &str) {
        const NOBODYS: &str = "arn:aws:iam::111122223333:role/trilith/nobodys-8f21";
        let policies = Policies::of(self.document);
        let question = Question { first: false, ..Question::default() };
        let answers: Answers = question.grants(&policies, &[action], &[NOBODYS]);
        let free = answers.found.iter().find(|access| {
            let bound = ["iam:passedtoservice", "iam:awsservicename", "iam:associatedresourcearn"];
            access.is_sure() && !bound.iter().any(|key| access.request.values(key).is_some())
        });
        let statement = free.and_then(|access| access.statement);
        let Some(statement) = statement.and_then(|(_, at)| self.document.statements.get(at)) else {
            return;
        };
        // With every action on everything that is the least of it.
        if statement.covers_every_action().is_true() {
            return;
        }
        let site = statement.covers_action(action).sites().next().unwrap_or(statement.site);
        let code = form(statement, action, codes);
        if action == "iam:PassRole" {
            self.security(code, site, message);
        } else {
            self.warning(code, site, message);
        }
    }

    /// Statements that allow nothing that the others do not. A `Deny` is there for what other
    /// policies allow, and never redundant by itself.
    fn redundant(&mut self) {
        let document = self.document;
        let count = document.statements.len();
        if !(2..=MOST_STATEMENTS).contains(&count) || document.unknown.is_some() {
            return;
        }
        let question = Question { fuel: 1 << 18, regions: 256, ..Question::default() };
        let mut dropped: Vec<usize> = Vec::new();
        for statement in document.statements.iter().rev() {
            if !statement.is_allow().is_true() {
                continue;
            }
            let mut without = document.clone();
            without
                .statements
                .retain(|other| other.index != statement.index && !dropped.contains(&other.index));
            let mut alone = document.clone();
            alone
                .statements
                .retain(|other| other.index == statement.index || !other.is_allow().is_true());
            let lost = question.new_access(&Policies::of(&without), &Policies::of(&alone));
            if lost.verdict() == Verdict::Proved {
                dropped.push(statement.index);
                let message = "other statements allow all of this, or a `Deny` takes it back";
                self.suggestion("REDUNDANT_STATEMENT", statement.site, message);
            }
        }
    }
}
