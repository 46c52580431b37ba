//! Which names a statement of Rego reads, and which it gives a value.

use std::collections::BTreeSet;

use regorus::unstable::{
    AssignOp, Expr, Import, Literal, LiteralStmt, Module, Query, Ref, Rule, RuleHead, Span,
};

type Names<'m> = BTreeSet<&'m str>;

/// One way to evaluate a statement.
#[derive(Debug, Default, Clone)]
pub(super) struct Reading<'m> {
    /// Names that must have a value before, with where they are read.
    pub(super) needs: Vec<(&'m str, &'m Span)>,
    /// Names of loops (`input.a[i]`), which have a value in the rest of the statement already.
    pub(super) gives: Names<'m>,
    /// Names that have a value when the statement is done.
    pub(super) binds: Names<'m>,
}

impl<'m> Reading<'m> {
    /// The ways to evaluate a statement: `a = b` gives `a` a value or `b`. `own` are the names of
    /// the body, `bound` those that have a value.
    pub(super) fn ways(
        statement: &'m LiteralStmt,
        own: &Names<'m>,
        bound: &Names<'m>,
    ) -> Vec<Self> {
        let mut start = Self::default();
        statement.with_mods.iter().for_each(|with| start.value(&with.r#as, own));
        match &statement.literal {
            Literal::SomeVars { .. } => vec![start],
            Literal::SomeIn { key, value, collection, .. } => {
                start.value(collection, own);
                key.iter().chain([value]).for_each(|pattern| everywhere(pattern, &mut start.binds));
                vec![start]
            }
            Literal::Every { key, value, domain, query, .. } => {
                start.value(domain, own);
                let names = key.iter().chain([value]).map(Span::text).collect();
                let inside = Closure { query, outputs: Vec::new(), binds: names };
                start.closure(&inside, own);
                vec![start]
            }
            Literal::Expr { expr, .. } | Literal::NotExpr { expr, .. } => {
                start.expression(expr, own, bound)
            }
        }
    }

    fn expression(mut self, expr: &'m Expr, own: &Names<'m>, bound: &Names<'m>) -> Vec<Self> {
        match expr {
            Expr::AssignExpr { op, lhs, rhs, .. } => self.unify(op, lhs, rhs, own, bound),
            Expr::Call { params, .. } => {
                let mut without_result = self.clone();
                self.value(expr, own);
                let Some((last, params)) = params.split_last() else { return vec![self] };
                // A function may be called with one argument more, which takes its result.
                params.iter().for_each(|one| without_result.value(one, own));
                without_result.pattern(last, own);
                vec![self, without_result]
            }
            _ => {
                self.value(expr, own);
                vec![self]
            }
        }
    }

    fn unify(
        self,
        op: &AssignOp,
        lhs: &'m Expr,
        rhs: &'m Expr,
        own: &Names<'m>,
        bound: &Names<'m>,
    ) -> Vec<Self> {
        if let Some(pairs) = pairs(lhs, rhs) {
            return vec![self.unify_parts(op, pairs, own, bound)];
        }
        let way = |from: &'m Expr, to: &'m Expr| {
            let mut way = self.clone();
            way.value(from, own);
            way.pattern(to, own);
            way
        };
        vec![way(rhs, lhs), way(lhs, rhs)]
    }

    /// Lists, or objects, of which each part gives the other a value. The parts may do so in any
    /// order.
    fn unify_parts(
        mut self,
        op: &AssignOp,
        mut pairs: Vec<(&'m Expr, &'m Expr)>,
        own: &Names<'m>,
        bound: &Names<'m>,
    ) -> Self {
        let mut bound = bound.clone();
        loop {
            let before = pairs.len();
            let mut rest: Option<Self> = None;
            pairs.retain(|(lhs, rhs)| {
                let ways = Self::default().unify(op, lhs, rhs, own, &bound);
                let is_known = |name: &str| bound.contains(name) || !own.contains(name);
                let is_ready = |way: &&Self| {
                    way.needs.iter().all(|(name, _)| is_known(name) || way.gives.contains(name))
                };
                match ways.iter().find(is_ready) {
                    Some(way) => {
                        bound.extend(way.binds.iter().chain(&way.gives));
                        self.binds.extend(way.binds.iter().chain(&way.gives));
                        false
                    }
                    None => {
                        rest = rest.take().or_else(|| ways.into_iter().next());
                        true
                    }
                }
            });
            match rest {
                None => return self,
                Some(way) if pairs.len() == before => {
                    self.needs.extend(way.needs);
                    self.gives.extend(way.gives);
                    return self;
                }
                Some(_) => {}
            }
        }
    }

    /// Reads the value of an expression.
    pub(super) fn value(&mut self, expr: &'m Expr, own: &Names<'m>) {
        match expr {
            Expr::Var { span, .. } => self.needs.extend(named(span).map(|name| (name, span))),
            Expr::RefBrack { refr, index, .. } => {
                self.value(refr, own);
                let mut inside = Self::default();
                inside.pattern(index, own);
                self.needs.extend(inside.needs);
                self.gives.extend(inside.binds.union(&inside.gives));
            }
            _ => {
                if let Some(closure) = Closure::of(expr) {
                    self.closure(&closure, own);
                } else {
                    parts(expr).for_each(|part| self.value(part, own));
                }
            }
        }
    }

    /// Matches a value with an expression, whose variables it gives a value.
    fn pattern(&mut self, expr: &'m Expr, own: &Names<'m>) {
        match expr {
            Expr::Var { span, .. } => self.binds.extend(named(span)),
            Expr::Array { items, .. } => items.iter().for_each(|item| self.pattern(item, own)),
            Expr::Object { fields, .. } => {
                for (_, key, value) in fields {
                    self.value(key, own);
                    self.pattern(value, own);
                }
            }
            _ => self.value(expr, own),
        }
    }

    /// What is inside reads the names of the body that it does not declare itself.
    fn closure(&mut self, closure: &Closure<'m>, own: &Names<'m>) {
        let read = closure.free().into_iter().filter_map(|span| Some((named(span)?, span)));
        self.needs.extend(read.filter(|(name, _)| own.contains(name)));
    }
}

/// A query inside of an expression or an `every`.
#[derive(Debug)]
pub(super) struct Closure<'m> {
    pub(super) query: &'m Query,
    /// What is read when the query is done.
    pub(super) outputs: Vec<&'m Expr>,
    /// Names that have a value in it: those of an `every`.
    pub(super) binds: Names<'m>,
}

impl<'m> Closure<'m> {
    /// The query of a comprehension.
    fn of(expr: &'m Expr) -> Option<Self> {
        let (query, outputs): (_, Vec<&'m Expr>) = match expr {
            Expr::ArrayCompr { term, query, .. } | Expr::SetCompr { term, query, .. } => {
                (query, vec![term])
            }
            Expr::ObjectCompr { key, value, query, .. } => (query, vec![key, value]),
            _ => return None,
        };
        Some(Self { query, outputs, binds: Names::new() })
    }

    /// The variables that it reads and does not declare.
    pub(super) fn free(&self) -> Vec<&'m Span> {
        let statements = &self.query.stmts;
        let mut declared = self.binds.clone();
        statements.iter().for_each(|statement| self::declared(statement, &mut declared));
        let mut found = Vec::new();
        statements.iter().for_each(|statement| read_in(statement, &mut found));
        self.outputs.iter().for_each(|output| read_by(output, &mut found));
        found.retain(|span| !declared.contains(span.text()));
        found
    }
}

/// The variables of a statement, except those that a query inside declares.
pub(super) fn read_in<'m>(statement: &'m LiteralStmt, found: &mut Vec<&'m Span>) {
    expressions(statement).for_each(|expr| variables(expr, found));
    found.extend(closures(statement).iter().flat_map(Closure::free));
}

/// The same of an expression.
pub(super) fn read_by<'m>(expr: &'m Expr, found: &mut Vec<&'m Span>) {
    variables(expr, found);
    found.extend(closures_of(expr).iter().flat_map(Closure::free));
}

/// The queries inside of a statement, but not those inside of them.
pub(super) fn closures(statement: &LiteralStmt) -> Vec<Closure<'_>> {
    let mut found: Vec<Closure<'_>> = expressions(statement).flat_map(closures_of).collect();
    if let Literal::Every { key, value, query, .. } = &statement.literal {
        let binds = key.iter().chain([value]).map(Span::text).collect();
        found.push(Closure { query, outputs: Vec::new(), binds });
    }
    found
}

/// The queries inside of an expression, but not those inside of them.
pub(super) fn closures_of(expr: &Expr) -> Vec<Closure<'_>> {
    match Closure::of(expr) {
        Some(closure) => vec![closure],
        None => parts(expr).flat_map(closures_of).collect(),
    }
}

/// What the head of a rule gives: its member, its value.
pub(super) fn outputs(head: &RuleHead) -> impl Iterator<Item = &Expr> {
    let (key, assign) = match head {
        RuleHead::Compr { assign, .. } | RuleHead::Func { assign, .. } => (None, assign.as_ref()),
        RuleHead::Set { key, .. } => (key.as_ref(), None),
    };
    key.into_iter().chain(assign.map(|assign| &assign.value)).map(AsRef::as_ref)
}

/// The package of a module.
pub(super) fn package(module: &Module) -> String {
    module.package.refr.span().text().to_owned()
}

/// The name of a rule, without what it is asked for.
pub(super) fn of_rule(rule: &Rule) -> Option<&str> {
    let refr = match rule {
        Rule::Default { refr, .. } => refr,
        Rule::Spec { head, .. } => match head {
            RuleHead::Compr { refr, .. }
            | RuleHead::Set { refr, .. }
            | RuleHead::Func { refr, .. } => refr,
        },
    };
    let mut at: &Expr = refr;
    loop {
        match at {
            Expr::Var { span, .. } => return Some(span.text()),
            Expr::RefDot { refr, .. } | Expr::RefBrack { refr, .. } => at = refr,
            _ => return None,
        }
    }
}

/// The name that an import gives.
pub(super) fn alias(import: &Import) -> Option<&str> {
    if let Some(alias) = &import.r#as {
        return Some(alias.text());
    }
    match import.refr.as_ref() {
        Expr::RefDot { field, .. } => Some(field.0.text()),
        Expr::RefBrack { index, .. } => match index.as_ref() {
            Expr::String { span, .. } => Some(span.text().trim_matches('"')),
            _ => None,
        },
        _ => None,
    }
}

/// The names that a statement declares: by `some`, or by `:=`.
pub(super) fn declared<'m>(statement: &'m LiteralStmt, names: &mut Names<'m>) {
    match &statement.literal {
        Literal::SomeVars { vars, .. } => names.extend(vars.iter().map(Span::text)),
        Literal::SomeIn { key, value, .. } => {
            key.iter().chain([value]).for_each(|pattern| everywhere(pattern, names));
        }
        Literal::Expr { expr, .. } | Literal::NotExpr { expr, .. } => {
            if let Expr::AssignExpr { op: AssignOp::ColEq, lhs, .. } = expr.as_ref() {
                everywhere(lhs, names);
            }
        }
        Literal::Every { .. } => {}
    }
}

/// The variables of a statement, without those of queries inside and those that are only declared.
pub(super) fn seen<'m>(statement: &'m LiteralStmt, names: &mut Names<'m>) {
    expressions(statement).for_each(|expr| everywhere(expr, names));
}

/// The names that a statement may give a value, if all goes well.
pub(super) fn given<'m>(statement: &'m LiteralStmt, names: &mut Names<'m>) {
    let nothing = Names::new();
    for way in Reading::ways(statement, &nothing, &nothing) {
        names.extend(way.gives.union(&way.binds));
    }
}

/// All variables of an expression, except those of queries inside.
pub(super) fn everywhere<'m>(expr: &'m Expr, names: &mut Names<'m>) {
    let mut found = Vec::new();
    variables(expr, &mut found);
    names.extend(found.into_iter().filter_map(named));
}

/// A `_` in a negation, which nothing gives a value there.
pub(super) fn negated_wildcard(statement: &LiteralStmt) -> Option<&Span> {
    let Literal::NotExpr { expr, .. } = &statement.literal else { return None };
    let mut found = Vec::new();
    variables(expr, &mut found);
    found.into_iter().find(|span| span.text() == "_")
}

/// The name of a variable; none for `_`, which is another one each time.
fn named(span: &Span) -> Option<&str> {
    Some(span.text()).filter(|name| *name != "_")
}

/// Lists of one length, or objects with the same keys, part by part.
fn pairs<'m>(lhs: &'m Expr, rhs: &'m Expr) -> Option<Vec<(&'m Expr, &'m Expr)>> {
    match (lhs, rhs) {
        (Expr::Array { items: lhs, .. }, Expr::Array { items: rhs, .. })
            if lhs.len() == rhs.len() =>
        {
            Some(lhs.iter().zip(rhs).map(|(lhs, rhs)| (lhs.as_ref(), rhs.as_ref())).collect())
        }
        (Expr::Object { fields: lhs, .. }, Expr::Object { fields: rhs, .. })
            if lhs.len() == rhs.len() =>
        {
            let text = |key: &'m Ref<Expr>| key.span().text();
            lhs.iter()
                .map(|(_, key, value)| {
                    let other = rhs.iter().find(|(_, other, _)| text(other) == text(key))?;
                    Some((value.as_ref(), other.2.as_ref()))
                })
                .collect()
        }
        _ => None,
    }
}

/// The expressions of a statement.
pub(super) fn expressions(statement: &LiteralStmt) -> impl Iterator<Item = &Expr> {
    let own: Vec<&Expr> = match &statement.literal {
        Literal::SomeVars { .. } => Vec::new(),
        Literal::SomeIn { key, value, collection, .. } => {
            key.iter().chain([value, collection]).map(AsRef::as_ref).collect()
        }
        Literal::Expr { expr, .. } | Literal::NotExpr { expr, .. } => vec![expr],
        Literal::Every { domain, .. } => vec![domain],
    };
    own.into_iter().chain(statement.with_mods.iter().map(|with| with.r#as.as_ref()))
}

/// The variables of an expression, except those of queries inside.
fn variables<'m>(expr: &'m Expr, found: &mut Vec<&'m Span>) {
    match expr {
        Expr::Var { span, .. } => found.push(span),
        _ => parts(expr).for_each(|part| variables(part, found)),
    }
}

/// The expressions that an expression is made of; none of a query inside.
pub(super) fn parts(expr: &Expr) -> impl Iterator<Item = &Expr> {
    let parts: Vec<&Ref<Expr>> = match expr {
        Expr::Array { items, .. } | Expr::Set { items, .. } => items.iter().collect(),
        Expr::Object { fields, .. } => {
            fields.iter().flat_map(|(_, key, value)| [key, value]).collect()
        }
        Expr::Call { params, .. } => params.iter().collect(),
        Expr::UnaryExpr { expr, .. } => vec![expr],
        Expr::RefDot { refr, .. } => vec![refr],
        Expr::RefBrack { refr, index, .. } => vec![refr, index],
        Expr::BinExpr { lhs, rhs, .. }
        | Expr::BoolExpr { lhs, rhs, .. }
        | Expr::ArithExpr { lhs, rhs, .. }
        | Expr::AssignExpr { lhs, rhs, .. } => vec![lhs, rhs],
        Expr::Membership { key, value, collection, .. } => {
            key.iter().chain([value, collection]).collect()
        }
        _ => Vec::new(),
    };
    parts.into_iter().map(AsRef::as_ref)
}
