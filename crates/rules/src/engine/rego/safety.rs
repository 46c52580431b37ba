//! Variables that nothing gives a value in time.
//!
//! OPA orders the statements of a body so that each variable has a value before it is read, and
//! refuses a policy where that cannot be. regorus then evaluates the statements as they are
//! written, and one that reads a variable without a value holds for nothing: the policy would
//! pass in silence. The rule for an order is that of OPA's compiler ("safe variables").

use std::collections::{BTreeMap, BTreeSet};

use regorus::unstable::{Expr, LiteralStmt, Module, Query, Ref, Rule, RuleHead, Span};

use super::names::{self, Reading};
use super::problem::Problem;

type Names<'m> = BTreeSet<&'m str>;

/// One problem for each body whose statements have no order.
pub(super) fn unsafe_variables(modules: &[Ref<Module>]) -> Vec<Problem> {
    let mut rules: BTreeMap<String, Names<'_>> = BTreeMap::new();
    for module in modules {
        let names = rules.entry(names::package(module)).or_default();
        names.extend(module.policy.iter().filter_map(|rule| names::of_rule(rule)));
    }
    let mut problems = Vec::new();
    for module in modules {
        let mut known = rules.get(&names::package(module)).cloned().unwrap_or_default();
        known.extend(module.imports.iter().filter_map(names::alias));
        known.extend(["input", "data"]);
        for rule in &module.policy {
            of_rule(rule, &known, &mut problems);
        }
    }
    problems
}

fn of_rule<'m>(rule: &'m Rule, known: &Names<'m>, problems: &mut Vec<Problem>) {
    let Rule::Spec { head, bodies, .. } = rule else { return };
    let mut known = known.clone();
    if let RuleHead::Func { args, .. } = head {
        args.iter().for_each(|argument| names::everywhere(argument, &mut known));
    }
    for (index, body) in bodies.iter().enumerate() {
        let own = body.assign.iter().map(|assign| assign.value.as_ref());
        let of_head = names::outputs(head).filter(|_| index == 0);
        let outputs: Vec<&Expr> = own.chain(of_head).collect();
        problems.extend(Body::new(&body.query, &outputs, &known).check(&outputs));
    }
}

/// The statements of a body, and what has a value so far.
struct Body<'m> {
    statements: &'m [LiteralStmt],
    /// Names that belong to the body: those that a statement could give a value.
    own: Names<'m>,
    bound: Names<'m>,
}

impl<'m> Body<'m> {
    fn new(query: &'m Query, outputs: &[&'m Expr], known: &Names<'m>) -> Self {
        let mut declared = Names::new();
        let mut given = Names::new();
        let mut seen = Names::new();
        for statement in &query.stmts {
            names::declared(statement, &mut declared);
            names::given(statement, &mut given);
            names::seen(statement, &mut seen);
        }
        outputs.iter().for_each(|output| names::everywhere(output, &mut seen));
        let bound: Names<'m> = known.difference(&declared).copied().collect();
        // What is declared here and read in queries inside only belongs to each of these.
        let own = declared.union(&given).copied();
        let own = own.filter(|name| seen.contains(name) && !bound.contains(name)).collect();
        Self { statements: &query.stmts, own, bound }
    }

    /// What cannot be ordered here, or in what is inside.
    fn check(mut self, outputs: &[&'m Expr]) -> Option<Problem> {
        let mut open: Vec<&LiteralStmt> = self.statements.iter().collect();
        while !open.is_empty() {
            let before = open.len();
            open.retain(|statement| !self.take(statement));
            if open.len() == before {
                let missing = open.iter().find_map(|statement| self.missing(statement));
                return missing.map(unsafe_variable);
            }
        }
        if let Some(wildcard) = self.statements.iter().find_map(names::negated_wildcard) {
            return Some(unsafe_variable(wildcard));
        }
        let mut read = Reading::default();
        outputs.iter().for_each(|output| read.value(output, &self.own));
        let missing = read.needs.iter().find(|(name, _)| !self.has(name, &read.gives));
        if let Some((_, span)) = missing {
            return Some(unsafe_variable(span));
        }
        self.bound.extend(&self.own);
        let closures = self.statements.iter().flat_map(names::closures);
        let closures = closures.chain(outputs.iter().copied().flat_map(names::closures_of));
        let mut problems = closures.filter_map(|closure| {
            let mut known = self.bound.clone();
            known.extend(&closure.binds);
            Body::new(closure.query, &closure.outputs, &known).check(&closure.outputs)
        });
        problems.next()
    }

    /// Whether a name has a value, or is none of this body.
    fn has(&self, name: &str, also: &Names<'m>) -> bool {
        self.bound.contains(name) || also.contains(name) || !self.own.contains(name)
    }

    /// Takes a statement if all that it reads has a value; what it gives has one from then on.
    fn take(&mut self, statement: &'m LiteralStmt) -> bool {
        let ways = Reading::ways(statement, &self.own, &self.bound);
        let ready = ways.into_iter().find(|way| self.is_ready(way));
        match ready {
            Some(way) => {
                self.bound.extend(way.binds.iter().chain(&way.gives));
                true
            }
            None => false,
        }
    }

    fn is_ready(&self, way: &Reading<'m>) -> bool {
        way.needs.iter().all(|(name, _)| self.has(name, &way.gives))
    }

    fn missing(&self, statement: &'m LiteralStmt) -> Option<&'m Span> {
        let ways = Reading::ways(statement, &self.own, &self.bound);
        let needs = ways.into_iter().flat_map(|way| {
            let gives = way.gives;
            way.needs.into_iter().map(move |need| (need, gives.clone()))
        });
        needs.into_iter().find(|((name, _), gives)| !self.has(name, gives)).map(|((_, at), _)| at)
    }
}

fn unsafe_variable(at: &Span) -> Problem {
    let name = at.text();
    let why = if name == "_" {
        "in a negation nothing gives it a value: name it in front of the `not`, or use `every`"
    } else {
        "no order of the statements gives it a value before it is read"
    };
    Problem::at(at, format!("`{name}` is unsafe: {why}"))
}

#[cfg(test)]
mod tests {
    use regorus::Engine;

    use super::*;

    fn problems(body: &str) -> Vec<String> {
        let mut engine = Engine::new();
        let text = format!("package p\n{body}");
        engine.add_policy("p.rego".into(), text).expect("it parses");
        unsafe_variables(engine.get_modules()).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn bodies_without_an_order_are_named() {
        for (body, place, name) in [
            ("d contains x if {\n  x := y + 1\n  y := x - 1\n}\n", "3:8", "y"),
            ("d if {\n  some x\n  x > 3\n}\n", "4:3", "x"),
            ("d contains [x | some x] if true\n", "2:13", "x"),
            ("d contains v if { some v in w; w := [v] }\n", "2:29", "w"),
            ("d if { x = x + 1 }\n", "2:12", "x"),
            ("d if { every i in [1] { a := b\n b := a\n i == a } }\n", "2:30", "b"),
            ("d if { n := count([1 | i = m])\n m := n }\n", "2:28", "m"),
            ("d if { not input.a[_].b }\n", "2:20", "_"),
        ] {
            let found = problems(body);
            assert_eq!(found.len(), 1, "{body}: {found:?}");
            let start = format!("p.rego:{place}: `{name}` is unsafe");
            assert!(found[0].starts_with(&start), "{body}: {found:?}");
        }
    }

    #[test]
    fn bodies_with_an_order_are_left_alone() {
        for body in [
            "d contains x if {\n  x > 1\n  x := input.a\n}\n",
            "d contains i if { input.a[i] == i }\n",
            "d contains [i, j] if { input.a[i].b[j] > 1; not input.c[i] }\n",
            "d contains x if { [x, y] = [1, x] ; y > 0 }\n",
            "d contains x if { {\"a\": x, \"b\": 1} = {\"a\": 1, \"b\": y}; y > 0 }\n",
            "d contains x if { x = y; y = 1 }\n",
            "d contains x if { walk(input, [p, x]); p[0] == \"a\" }\n",
            "e := 1\nd if { e = x; x == 1 }\n",
            "f(a, [b, _]) := c if { c := a + b }\nd contains x if { f(1, [2, 3], x) }\n",
            "d contains x if { some k, v in input.a; x := sprintf(\"%v\", [k])\n v == 1 }\n",
            "d contains m if { n := count([1 | y := [x | some x in input.a]; y]); some x in numbers.range(1, n); m := x }\n",
            "d if { every k, v in input.a { k == v\n some w in v\n w > 1 } }\n",
            "d contains x if { x := {k: v | some k; v := input.a[k]; not k in s}; s := {1} }\n",
            "d := [x | x := input.a[_]] if { x := 1; x == 1 } else := y if { y := 2 }\n",
            "import data.lib.q as r\nd if { r == x; x := 2 }\n",
            "d contains x if { x := input with input.a as y; y := 1 }\n",
            "d[k] := v if { some k, v in input.a }\n",
            "d if { not count([x | x := input.a[_]]) == 0; input.a[_] == 1 }\n",
            "d contains n if { some i; a := [x | x := input.a[i]]; b = [x | x := input.b[i]]; n := count(a) + count(b) }\n",
        ] {
            assert_eq!(problems(body), Vec::<String>::new(), "{body}");
        }
    }
}
