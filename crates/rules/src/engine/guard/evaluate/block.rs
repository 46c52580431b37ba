//! Blocks, `when`, types, and rules that rules refer to.

use std::rc::Rc;

use super::node::Located;
use super::record::Finding;
use super::report::{Problem, Role, Status, Tally};
use super::scope::{Found, Hit, Scope};
use super::{BLOCK, Engine, Outcome, RULE};
use crate::engine::guard::ir::{
    Block, BlockClause, Clause, Conjunction, Operand, RuleCall, RuleReference, TypeClause,
};

impl<'a> Engine<'a> {
    /// Lines that all have to hold; one of them may be known to.
    pub(super) fn conjunction(
        &self,
        lines: &'a Conjunction,
        known: Option<usize>,
        scope: &Scope<'_, 'a>,
        role: Role,
    ) -> Result<Status, Problem> {
        self.deeper(BLOCK, || {
            let mut tally = Tally::default();
            for (at, line) in lines.iter().enumerate() {
                if known != Some(at) {
                    tally.add(self.alternatives(line, scope, role)?);
                }
            }
            Ok(tally.all())
        })
    }

    /// Clauses of which one has to hold. All fail only if none is skipped or passes.
    fn alternatives(
        &self,
        line: &'a [Clause],
        scope: &Scope<'_, 'a>,
        role: Role,
    ) -> Result<Status, Problem> {
        let mark = self.mark();
        let mut tally = Tally::default();
        for clause in line {
            let status = self.clause(clause, scope, role)?;
            if status == Status::Pass {
                self.drop_checks(mark);
                return Ok(status);
            }
            tally.add(status);
        }
        let status = tally.any();
        self.settle(mark, status);
        if line.len() > 1 {
            self.group_checks(mark);
        }
        Ok(status)
    }

    /// One clause. Checks remain only of a clause that fails or may fail.
    fn clause(
        &self,
        clause: &'a Clause,
        scope: &Scope<'_, 'a>,
        role: Role,
    ) -> Result<Status, Problem> {
        self.count_step()?;
        let mark = self.mark();
        let status = match clause {
            Clause::Comparison(comparison) => self.comparison(comparison, scope, role),
            Clause::Reference(reference) => self.reference(reference, scope, role),
            Clause::Call(call) => self.call(call, scope, role),
            Clause::Block(block) => self.block_clause(block, scope, role),
            Clause::When(when) => self.guarded(Some(&when.conditions), &when.block, scope, role),
            Clause::Type(clause) => self.type_clause(clause, scope, role),
        }?;
        self.settle(mark, status);
        Ok(status)
    }

    /// The clauses of a block, with its variables.
    fn block(
        &self,
        block: &'a Block,
        scope: &Scope<'_, 'a>,
        role: Role,
    ) -> Result<Status, Problem> {
        let scope = Scope::block(&block.lets, self, scope);
        self.conjunction(&block.clauses, None, &scope, role)
    }

    /// A block behind conditions. Unless they hold, the block does not apply; if they cannot be
    /// answered, it fails.
    pub(super) fn guarded(
        &self,
        conditions: Option<&'a Conjunction>,
        block: &'a Block,
        scope: &Scope<'_, 'a>,
        role: Role,
    ) -> Result<Status, Problem> {
        let Some(conditions) = conditions else { return self.block(block, scope, role) };
        match self.conjunction(conditions, None, scope, Role::Gate) {
            Ok(Status::Pass) => self.block(block, scope, role),
            Ok(Status::Unknown) => self.perhaps(|| self.block(block, scope, role)),
            Ok(Status::Fail | Status::Skip) => Ok(Status::Skip),
            Err(problem) if problem.is_of_value && role.is_assertion() => {
                self.record(role, scope, Finding::note(problem.text));
                Ok(Status::Fail)
            }
            Err(problem) => Err(problem),
        }
    }

    /// Something that is not known to apply: what fails in it may fail.
    fn perhaps(&self, run: impl FnOnce() -> Result<Status, Problem>) -> Result<Status, Problem> {
        let mark = self.mark();
        let status = run()?;
        self.settle(mark, status);
        self.soften_checks(mark);
        Ok(if status == Status::Skip { Status::Skip } else { Status::Unknown })
    }

    /// `query { .. }`.
    fn block_clause(
        &self,
        clause: &'a BlockClause,
        scope: &Scope<'_, 'a>,
        role: Role,
    ) -> Result<Status, Problem> {
        let hits = scope.query(self, &clause.query)?;
        if hits.is_empty() {
            if clause.not_empty {
                self.record(role, scope, Finding::about(clause.at));
                return Ok(Status::Fail);
            }
            return Ok(Status::Skip);
        }
        let mut tally = Tally::default();
        for hit in &hits {
            self.block_of_hit(clause, hit, scope, role, &mut tally)?;
        }
        let status = if clause.query.match_all { tally.all() } else { tally.any() };
        let may_be_none = clause.not_empty && hits.iter().all(|hit| hit.maybe);
        if may_be_none && matches!(status, Status::Pass | Status::Skip) {
            self.record(role, scope, Finding::whole(clause.at, Status::Unknown));
            return Ok(Status::Unknown);
        }
        Ok(status)
    }

    fn block_of_hit(
        &self,
        clause: &'a BlockClause,
        hit: &Hit<'a>,
        scope: &Scope<'_, 'a>,
        role: Role,
        tally: &mut Tally,
    ) -> Result<(), Problem> {
        match &hit.found {
            Found::Missing(missing) => {
                let status = if hit.maybe { Status::Unknown } else { Status::Fail };
                self.record(role, scope, Finding::missing(clause.at, missing, status));
                tally.add(status);
            }
            Found::Unsure(unsure) => {
                self.record(role, scope, Finding::unsure(clause.at, unsure));
                tally.add(Status::Unknown);
            }
            Found::Literal(value) | Found::Resolved(value) => {
                let scope = Scope::value(value.clone(), scope);
                let mark = self.mark();
                let status = self.block(&clause.block, &scope, role)?;
                self.settle(mark, status);
                self.tally_of_hit(hit.maybe, status, mark, tally);
            }
        }
        Ok(())
    }

    fn tally_of_hit(&self, maybe: bool, status: Status, mark: usize, tally: &mut Tally) {
        match status {
            Status::Pass if maybe => tally.may_have_passed += 1,
            Status::Fail if maybe => {
                self.soften_checks(mark);
                tally.unknown += 1;
            }
            status => tally.add(status),
        }
    }

    /// `AWS::S3::Bucket when .. { .. }`: conditions and block are about each resource.
    fn type_clause(
        &self,
        clause: &'a TypeClause,
        scope: &Scope<'_, 'a>,
        role: Role,
    ) -> Result<Status, Problem> {
        let mut tally = Tally::default();
        for hit in scope.query(self, &clause.query)? {
            match &hit.found {
                Found::Literal(value) | Found::Resolved(value) => {
                    let scope = Scope::value(value.clone(), scope);
                    let mark = self.mark();
                    let conditions = clause.conditions.as_ref();
                    let status = self.guarded(conditions, &clause.block, &scope, role)?;
                    self.settle(mark, status);
                    self.tally_of_hit(hit.maybe, status, mark, &mut tally);
                }
                Found::Missing(_) => {}
                Found::Unsure(_) => tally.add(Status::Unknown),
            }
        }
        Ok(tally.all())
    }

    /// A clause that names another rule. A rule that does not apply is no evidence: claimed, it
    /// fails with or without `not`; as a condition, `not` makes it hold.
    fn reference(
        &self,
        reference: &'a RuleReference,
        scope: &Scope<'_, 'a>,
        role: Role,
    ) -> Result<Status, Problem> {
        let Outcome { status, checks } = self.outcome_of_name(&reference.name, role);
        let status = referred(status?, reference.negated, role);
        if matches!(status, Status::Fail | Status::Unknown) {
            let mut finding = Finding::about(reference.at);
            finding.message.clone_from(&reference.message);
            self.record_instead(
                role,
                scope,
                finding,
                if reference.negated { &[] } else { &checks },
            );
        }
        Ok(status)
    }

    /// A clause that calls a rule with parameters.
    fn call(
        &self,
        call: &'a RuleCall,
        scope: &Scope<'_, 'a>,
        role: Role,
    ) -> Result<Status, Problem> {
        let found = self.file.parameterised.iter().rev().find(|one| one.rule.name == call.name);
        let Some(called) = found else {
            let text = format!("there is no rule `{}` with parameters", call.name);
            return Err(Problem::fatal(text));
        };
        let (wanted, given) = (called.parameters.len(), call.arguments.len());
        if wanted != given {
            let text = format!("rule `{}` takes {wanted} arguments, not {given}", call.name);
            return Err(Problem::of_value(text));
        }
        let mut arguments = Vec::with_capacity(given);
        for (name, argument) in called.parameters.iter().zip(&call.arguments) {
            arguments.push((&**name, Rc::new(self.argument(argument, scope)?)));
        }
        let mark = self.mark();
        let inner = Scope::Call { arguments, parent: scope };
        let status = self.deeper(RULE, || self.rule(&called.rule, &inner, role))?;
        self.settle(mark, status);
        let status = referred(status, call.negated, role);
        if matches!(status, Status::Fail | Status::Unknown) {
            let mut finding = Finding::about(call.at);
            finding.message.clone_from(&call.message);
            let checks = self.take_checks(mark);
            self.record_instead(role, scope, finding, if call.negated { &[] } else { &checks });
        }
        Ok(status)
    }

    /// An argument. A constant is no longer one in the rule that is called.
    fn argument(
        &self,
        argument: &'a Operand,
        scope: &Scope<'_, 'a>,
    ) -> Result<Vec<Hit<'a>>, Problem> {
        let mut hits = self.operand(argument, scope)?;
        if matches!(argument, Operand::Literal(_)) {
            for hit in &mut hits {
                if let Found::Literal(Located { node, path }) = &hit.found {
                    hit.found = Found::Resolved(Located { node: node.clone(), path: *path });
                }
            }
        }
        Ok(hits)
    }
}

/// The status of a clause that refers to a rule.
fn referred(status: Status, negated: bool, role: Role) -> Status {
    match status {
        Status::Unknown => Status::Unknown,
        Status::Skip if role.is_assertion() => Status::Fail,
        Status::Skip if !negated => Status::Skip,
        Status::Pass if negated => Status::Fail,
        Status::Pass => Status::Pass,
        _ if negated => Status::Pass,
        _ => Status::Fail,
    }
}
