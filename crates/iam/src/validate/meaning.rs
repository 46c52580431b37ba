//! What a policy allows too much of, and what of it makes no difference.

use super::Checker;
use crate::{Answers, Policies, PolicyKind, Question, Verdict};

/// Statements beyond which redundancy is not looked for: the work grows with their square.
const MOST_STATEMENTS: usize = 40;

impl Checker<'_, '_> {
    pub(super) fn meaning(&mut self) {
        if self.kind == PolicyKind::Identity {
            self.unbounded(
                "iam:PassRole",
                "PASS_ROLE_WITH_STAR_IN_RESOURCE",
                "it lets every role be passed to every service",
            );
            self.unbounded(
                "iam:CreateServiceLinkedRole",
                "CREATE_SLR_WITH_STAR_IN_RESOURCE",
                "it lets the role of every service be created",
            );
        }
        self.redundant();
        self.lists();
    }

    /// Whether an action is allowed on a role that nobody can have meant, and no condition on
    /// the service asks for a value. That is one question, whichever of `*`, `NotAction` and
    /// `NotResource` it is written with, and a `Deny` counts.
    fn unbounded(&mut self, action: &str, code: &'static str, message: &str) {
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
