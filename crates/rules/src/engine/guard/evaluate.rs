//! Evaluating a [`RuleFile`] on a [`Document`].
//!
//! The outcome of every rule is the one of the reference engine, cfn-guard 3.2.1, on documents
//! that are completely known. Where a value is not known, or may not be there, a clause that
//! rests on it is [`Status::Unknown`], and so is what rests on that clause. An unknown value is
//! taken to be one that the clause can be asked of: `empty` of a number is a mistake in a rule.
//!
//! Two things differ on purpose. A problem in one rule, such as a variable that is not defined,
//! does not stop the others. And a resource of a type that a query does not select is not
//! looked at, where the reference engine would fail on a clause that it cannot answer.

mod block;
mod clause;
mod compare;
mod function;
mod intrinsic;
mod key_filter;
mod node;
mod path;
mod query;
mod record;
mod report;
mod scope;
mod sets;
mod text;
mod time;
mod unary;
mod verdict;

use std::cell::{Cell, RefCell};

use node::{Located, Node};
use path::{PathId, Paths};
use report::{Problem, Role};
use scope::{Hits, Scope};

use super::document::Document;
use super::ir::{Rule, RuleFile};
pub use report::{Check, RuleReport, Status};

/// How deep an evaluation may go, in units of about a kilobyte of stack: rules lead to rules,
/// variables to variables, blocks and filters into each other, and queries from part to part.
const MAX_DEPTH: u32 = 500;
/// Units for following a part of a query.
const PART: u32 = 1;
/// Units for a block or a filter.
const BLOCK: u32 = 4;
/// Units for a rule or a variable.
const RULE: u32 = 8;
/// Steps of queries in one evaluation; no sensible rule comes near.
const MAX_STEPS: u64 = 20_000_000;

/// What an evaluation may know besides the document.
#[derive(Debug, Clone, Copy, Default)]
pub struct Options {
    /// The time that `now()` gives, in seconds since 1970; unknown if not given.
    pub now: Option<i64>,
    /// Whether text that spells a boolean or a whole number equals it, as CloudFormation
    /// accepts it. The reference engine cannot compare them, which fails.
    pub coerce_scalars: bool,
}

/// Evaluates every rule of a file, in order.
pub fn evaluate(file: &RuleFile, document: &dyn Document, options: &Options) -> Vec<RuleReport> {
    let engine = Engine::new(file, document, options);
    (0..file.rules.len()).map(|at| engine.report(at)).collect()
}

/// Evaluates one rule of a file: the one at `rule` in [`RuleFile::rules`].
pub fn evaluate_rule(
    file: &RuleFile,
    rule: usize,
    document: &dyn Document,
    options: &Options,
) -> Option<RuleReport> {
    (rule < file.rules.len()).then(|| Engine::new(file, document, options).report(rule))
}

/// One evaluation: what was looked up is kept until it ends.
struct Engine<'a> {
    file: &'a RuleFile,
    document: &'a dyn Document,
    options: Options,
    paths: Paths<'a>,
    /// Variables of the file and captured keys.
    variables: RefCell<Vec<(&'a str, Hits<'a>)>>,
    /// Outcomes of rules by their place and the role they were evaluated in.
    outcomes: RefCell<Vec<(usize, Role, Outcome)>>,
    checks: RefCell<Vec<Check>>,
    /// Number of disjunctions that failed.
    groups: Cell<u32>,
    depth: Cell<u32>,
    steps: Cell<u64>,
}

/// What came of a rule.
#[derive(Debug, Clone)]
struct Outcome {
    status: Result<Status, Problem>,
    checks: Vec<Check>,
}

impl std::fmt::Debug for Engine<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Engine").finish_non_exhaustive()
    }
}

impl<'a> Engine<'a> {
    fn new(file: &'a RuleFile, document: &'a dyn Document, options: &Options) -> Self {
        Self {
            file,
            document,
            options: *options,
            paths: Paths::default(),
            variables: RefCell::default(),
            outcomes: RefCell::default(),
            checks: RefCell::default(),
            groups: Cell::new(0),
            depth: Cell::new(0),
            steps: Cell::new(0),
        }
    }

    fn root(&self) -> Located<'a> {
        let node = self.document.value().map_or(Node::Document, Node::Value);
        Located { node, path: PathId::ROOT }
    }

    fn report(&self, at: usize) -> RuleReport {
        let name = self.file.rules[at].name.clone();
        let Outcome { status, checks } = self.outcome(at, Role::Assertion);
        match status {
            Ok(status) => RuleReport { name, status, checks, error: None },
            Err(problem) => RuleReport {
                name,
                status: Status::Unknown,
                checks: Vec::new(),
                error: Some(problem.text),
            },
        }
    }

    /// The outcome of a rule with its checks. It is kept, unless captured keys may change it.
    fn outcome(&self, at: usize, role: Role) -> Outcome {
        if !self.file.captures {
            let outcomes = self.outcomes.borrow();
            let known = outcomes.iter().find(|(rule, of, _)| (*rule, *of) == (at, role));
            if let Some((_, _, outcome)) = known {
                return outcome.clone();
            }
        }
        let evaluated = &self.file.rules[at];
        let outer = self.checks.take();
        let status = self.deeper(RULE, || self.rule(evaluated, &Scope::File, role));
        let checks = self.checks.replace(outer);
        let outcome = Outcome { status, checks };
        self.outcomes.borrow_mut().push((at, role, outcome.clone()));
        outcome
    }

    /// The outcome of the rules of a name: the first that applies decides.
    fn outcome_of_name(&self, name: &str, role: Role) -> Outcome {
        let mut found = None;
        for (at, rule) in self.file.rules.iter().enumerate() {
            if *rule.name != *name {
                continue;
            }
            let outcome = self.kept_outcome(at, role);
            if !matches!(outcome.status, Ok(Status::Skip)) {
                return outcome;
            }
            found = Some(outcome);
        }
        found.unwrap_or_else(|| Outcome {
            status: Err(Problem::fatal(format!("there is no rule `{name}`"))),
            checks: Vec::new(),
        })
    }

    /// The outcome of a rule that another refers to, which is kept in any case.
    fn kept_outcome(&self, at: usize, role: Role) -> Outcome {
        let outcomes = self.outcomes.borrow();
        let known = outcomes.iter().find(|(rule, of, _)| (*rule, *of) == (at, role));
        let known = known.map(|(_, _, outcome)| outcome.clone());
        drop(outcomes);
        known.unwrap_or_else(|| self.outcome(at, role))
    }

    /// A rule: its conditions and its block.
    fn rule(&self, one: &'a Rule, scope: &Scope<'_, 'a>, role: Role) -> Result<Status, Problem> {
        self.guarded(one.conditions.as_ref(), &one.block, scope, role)
    }

    /// Runs something that may lead back to itself.
    fn deeper<T>(
        &self,
        units: u32,
        run: impl FnOnce() -> Result<T, Problem>,
    ) -> Result<T, Problem> {
        let depth = self.depth.get();
        if depth + units > MAX_DEPTH {
            let text = "rules or variables refer to each other too deeply, or in a circle";
            return Err(Problem::fatal(text));
        }
        self.depth.set(depth + units);
        let result = run();
        self.depth.set(depth);
        result
    }

    fn count_step(&self) -> Result<(), Problem> {
        self.steps.set(self.steps.get() + 1);
        if self.steps.get() > MAX_STEPS {
            return Err(Problem::fatal("the evaluation takes too many steps"));
        }
        Ok(())
    }
}
