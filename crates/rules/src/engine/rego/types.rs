//! Calls of built-in functions that can never work: a wrong number of arguments, or an argument
//! of a type that the function does not take.
//!
//! OPA refuses such a policy when it is compiled. regorus takes the call for undefined, and the
//! rule would pass in silence. Types are followed through what is written: texts, numbers, lists
//! and the results of other built-in functions; a variable may be anything.

use std::collections::BTreeSet;

use regorus::unstable::{ArithOp, Expr, LiteralStmt, Module, Query, Ref, Rule, RuleHead, Span};

use super::names::{self, Closure};
use super::problem::Problem;

/// What the built-in functions take and give, a line each: `count(aeos) n`.
const BUILTINS: &str = include_str!("builtins.txt");
/// A type of which nothing is known.
const ANY: &str = "*";

/// One problem for each call that cannot work.
pub(super) fn type_errors(modules: &[Ref<Module>]) -> Vec<Problem> {
    let mut found = Checks::default();
    for module in modules {
        let package = names::package(module);
        let same = modules.iter().filter(|other| names::package(other) == package);
        // A rule or an import of that name stands in front of the built-in function.
        found.own = same
            .flat_map(|module| module.policy.iter().filter_map(|rule| names::of_rule(rule)))
            .collect();
        found.own.extend(module.imports.iter().filter_map(names::alias));
        module.policy.iter().for_each(|rule| found.rule(rule));
    }
    found.problems
}

/// A function as declared.
struct Signature {
    arguments: Vec<&'static str>,
    result: &'static str,
}

impl Signature {
    fn of(name: &str) -> Option<Self> {
        let mut lines = BUILTINS.lines().filter(|line| !line.starts_with('#'));
        let rest = lines.find_map(|line| line.strip_prefix(name)?.strip_prefix('('))?;
        let (arguments, result) = rest.split_once(") ")?;
        let arguments = arguments.split(',').filter(|one| !one.is_empty()).collect();
        Some(Self { arguments, result })
    }
}

#[derive(Default)]
struct Checks<'m> {
    own: BTreeSet<&'m str>,
    problems: Vec<Problem>,
}

impl<'m> Checks<'m> {
    fn rule(&mut self, rule: &'m Rule) {
        match rule {
            Rule::Default { value, .. } => self.output(value),
            Rule::Spec { head, bodies, .. } => {
                if let RuleHead::Func { args, .. } = head {
                    args.iter().for_each(|argument| self.expression(argument));
                }
                names::outputs(head).for_each(|output| self.output(output));
                for body in bodies {
                    body.assign.iter().for_each(|assign| self.output(&assign.value));
                    self.query(&body.query);
                }
            }
        }
    }

    fn query(&mut self, query: &'m Query) {
        query.stmts.iter().for_each(|statement| self.statement(statement));
    }

    fn statement(&mut self, statement: &'m LiteralStmt) {
        names::expressions(statement).for_each(|expr| self.expression(expr));
        names::closures(statement).into_iter().for_each(|closure| self.closure(&closure));
    }

    /// What a rule or a comprehension gives.
    fn output(&mut self, expr: &'m Expr) {
        self.expression(expr);
        names::closures_of(expr).into_iter().for_each(|closure| self.closure(&closure));
    }

    fn closure(&mut self, closure: &Closure<'m>) {
        self.query(closure.query);
        closure.outputs.iter().for_each(|output| self.output(output));
    }

    /// Looks at an expression and its parts; queries inside are their statement's.
    fn expression(&mut self, expr: &'m Expr) {
        match expr {
            Expr::Call { fcn, params, .. } => self.call(fcn, params),
            Expr::ArithExpr { op, lhs, rhs, .. } => {
                let takes = if matches!(op, ArithOp::Sub) { "en" } else { "n" };
                for side in [lhs, rhs] {
                    self.argument("the operator", takes, side);
                }
            }
            _ => {}
        }
        names::parts(expr).for_each(|part| self.expression(part));
    }

    fn call(&mut self, function: &'m Expr, params: &'m [Ref<Expr>]) {
        let Some((name, signature)) = self.built_in(function) else { return };
        let expected = signature.arguments.len();
        // One argument more takes the result.
        if params.len() != expected && params.len() != expected + 1 {
            let s = if expected == 1 { "" } else { "s" };
            let given = params.len();
            let message = format!("`{name}` takes {expected} argument{s}, not {given}");
            return self.add(start(function), message);
        }
        for (takes, param) in signature.arguments.iter().zip(params) {
            self.argument(&format!("`{name}`"), takes, param);
        }
    }

    fn argument(&mut self, who: &str, takes: &str, given: &'m Expr) {
        let is = self.kinds(given);
        if takes == ANY || is == ANY || is.chars().any(|kind| takes.contains(kind)) {
            return;
        }
        let message = format!("{who} takes {}, not {}", words(takes), words(is));
        self.add(start(given), message);
    }

    fn add(&mut self, at: &Span, message: String) {
        self.problems.push(Problem::at(at, message));
    }

    fn built_in(&self, function: &Expr) -> Option<(String, Signature)> {
        let name = path(function)?;
        let first = name.split('.').next().unwrap_or(&name);
        if self.own.contains(first) {
            return None;
        }
        let signature = Signature::of(&name)?;
        Some((name, signature))
    }

    /// The types that an expression may have.
    fn kinds(&self, expr: &Expr) -> &'static str {
        match expr {
            Expr::String { .. } | Expr::RawString { .. } => "s",
            Expr::Number { .. } => "n",
            Expr::Bool { .. } => "b",
            Expr::Null { .. } => "z",
            Expr::Array { .. } | Expr::ArrayCompr { .. } => "a",
            Expr::Set { .. } | Expr::SetCompr { .. } => "e",
            Expr::Object { .. } | Expr::ObjectCompr { .. } => "o",
            Expr::Membership { .. } => "b",
            Expr::Call { fcn, .. } => self.built_in(fcn).map_or(ANY, |(_, it)| it.result),
            _ => ANY,
        }
    }
}

/// Where an expression starts: regorus places a call at its parenthesis.
fn start(expr: &Expr) -> &Span {
    match expr {
        Expr::Call { fcn: first, .. }
        | Expr::RefDot { refr: first, .. }
        | Expr::RefBrack { refr: first, .. } => start(first),
        _ => expr.span(),
    }
}

/// The dotted name of a function.
fn path(expr: &Expr) -> Option<String> {
    match expr {
        Expr::Var { span, .. } => Some(span.text().to_owned()),
        Expr::RefDot { refr, field, .. } => Some(format!("{}.{}", path(refr)?, field.0.text())),
        _ => None,
    }
}

/// Types as a person says them.
fn words(kinds: &str) -> String {
    let word = |kind: char| match kind {
        'a' => "an array",
        'b' => "a boolean",
        'e' => "a set",
        'n' => "a number",
        'o' => "an object",
        's' => "a string",
        _ => "null",
    };
    let mut words: Vec<&str> = kinds.chars().map(word).collect();
    let Some(last) = words.pop() else { return String::new() };
    if words.is_empty() { last.into() } else { format!("{} or {last}", words.join(", ")) }
}

#[cfg(test)]
mod tests {
    use regorus::Engine;

    use super::*;

    fn problems(body: &str) -> Vec<String> {
        let mut engine = Engine::new();
        let text = format!("package p\n{body}");
        engine.add_policy("p.rego".into(), text).expect("it parses");
        type_errors(engine.get_modules()).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn calls_that_cannot_work_are_named() {
        for (body, expected) in [
            (
                "d if { count(1) == 1 }\n",
                "2:14: `count` takes an array, a set, an object or a string, not a number",
            ),
            (
                "d if { not startswith(input.a, [1]) }\n",
                "2:32: `startswith` takes a string, not an array",
            ),
            ("d if { count([1], 2, 3) }\n", "2:8: `count` takes 1 argument, not 3"),
            ("d if { abs(upper(\"a\")) == 1 }\n", "2:12: `abs` takes a number, not a string"),
            (
                "d if { x := 1 + \"a\"; x == 1 }\n",
                "2:18: the operator takes a number, not a string",
            ),
            (
                "d if { every x in [1] { lower(1) == x } }\n",
                "2:31: `lower` takes a string, not a number",
            ),
            ("d := [y | y := json.marshal()]\n", "2:16: `json.marshal` takes 1 argument, not 0"),
            (
                "d contains sprintf(\"%v\", \"a\") if true\n",
                "2:27: `sprintf` takes an array, not a string",
            ),
        ] {
            assert_eq!(problems(body), [format!("p.rego:{expected}")], "{body}");
        }
    }

    #[test]
    fn calls_that_can_work_are_left_alone() {
        for body in [
            "d if { count(input.a) == 1; count(\"a\") == 1; count({1} - {2}) == 0 }\n",
            "d if { count([1], n); n == 1 }\n",
            "count(x) := 1 if { x == 1 }\nd if { count(1) == 1 }\n",
            "import data.lib.strings\nd if { strings.reverse(1) == 1 }\n",
            "d if { object.get(input, [\"a\", \"b\"], 1) == time.now_ns() }\n",
            "d if { union({{1}, {2}}) == {1, 2}; sum([1]) + 1 == max({2}) }\n",
        ] {
            assert_eq!(problems(body), Vec::<String>::new(), "{body}");
        }
    }
}
