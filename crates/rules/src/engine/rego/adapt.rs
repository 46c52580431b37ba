//! What OPA takes and regorus does not, put so that both take it. Lines stay as they are, and
//! columns are taken back in errors.
//!
//! - `some x in y` where `y` is text, a number or a boolean is undefined in OPA, and an error that
//!   ends the policy in regorus. Real policies meet such values: a template may give one value
//!   where another gives a list. The collection is wrapped in a function that is undefined for
//!   what has no members.
//! - A name of the body around may be read in a comprehension before the comprehension declares
//!   one of its own that is called the same. The inner name gets another one.
//! - `not f(input.a.b)` does not hold in OPA where `input.a.b` is undefined: arguments that are
//!   references or calls are evaluated before the negation, which regorus takes them into. They
//!   are given names in front of it. Not so in files that import `data.trilith`: they are shown
//!   resources without what is unknown, and a negation that holds of that is counted as undecided.
//! - What an import names is read under its whole path, `data.a.rule` for `a.rule`: regorus
//!   evaluates all of `data.a` for the short one, packages below it included, and takes rules that
//!   wait for each other in that for empty.
//! - A name may be declared in a body and read in the comprehensions of it only, of each of which
//!   it then is a variable. The declaration is left out.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use regorus::Value;
use regorus::unstable::{
    AssignOp, Expr, Literal, LiteralStmt, Module, Query, Rule, RuleHead, Span,
};

use super::names::{self, Closure};

/// The function around a collection.
pub(super) const MEMBERS: &str = "__members";
/// The same with its bracket.
const OPEN: &str = "__members(";
/// How the name of an argument begins that is evaluated before a negation.
const GIVEN: &str = "__given";
/// What makes a name that of the comprehension.
const INNER: &str = "__inner";

/// A value that has members; the other ones are undefined.
pub(super) fn members(arguments: &[Value]) -> Option<Value> {
    let value = arguments.first()?;
    let has_members = matches!(value, Value::Array(_) | Value::Set(_) | Value::Object(_));
    has_members.then(|| value.clone())
}

/// The text of a module as regorus takes it; none if it takes it as it is.
pub(super) fn adapted(text: &str, module: &Module) -> Option<String> {
    let is_of_resources =
        module.imports.iter().any(|import| import.refr.span().text() == "data.trilith");
    let mut places = Places { imports: imports(module), is_of_resources, ..Places::default() };
    for rule in &module.policy {
        places.of_rule(rule);
    }
    let mut changes = places.changes;
    if changes.is_empty() {
        return None;
    }
    // A collection is closed behind the name that it ends in.
    let order = |change: &(usize, usize, String)| (change.0, change.1, change.2 == ")");
    changes.sort_by_key(order);
    changes.dedup();
    let mut adapted = String::with_capacity(text.len() + changes.len() * 8);
    let mut done = 0;
    for (start, end, new) in changes {
        adapted.push_str(text.get(done..start)?);
        adapted.push_str(&new);
        done = end;
    }
    adapted.push_str(text.get(done..)?);
    Some(adapted)
}

/// The column in the text as its author wrote it, for one in a line that was changed.
pub(super) fn column_as_written(line: &str, column: u32) -> u32 {
    let before: String = line.chars().take(column.saturating_sub(1) as usize).collect();
    let before = with_arguments(&before);
    let column = before.chars().count() as u32 + 1;
    let closed = before.match_indices(OPEN).filter(|(at, _)| is_closed(&before[at + OPEN.len()..]));
    let added = [OPEN, INNER].map(|insert| before.matches(insert).count() * insert.len());
    let added = added.iter().sum::<usize>() + closed.count();
    column.saturating_sub(added as u32).max(1)
}

/// A line with the arguments that were taken out of a negation in their places again.
fn with_arguments(line: &str) -> String {
    let mut written = String::with_capacity(line.len());
    let mut given: Vec<(&str, &str)> = Vec::new();
    let mut rest = line;
    while let Some(at) = rest.find(GIVEN) {
        let (before, from) = rest.split_at(at);
        let digits = from[GIVEN.len()..].bytes().take_while(u8::is_ascii_digit).count();
        let (name, after) = from.split_at(GIVEN.len() + digits);
        written.push_str(before);
        if let Some(value) = after.strip_prefix(" := ") {
            let (value, after) = value.split_once("; ").unwrap_or((value, ""));
            given.push((name, value));
            rest = after;
            continue;
        }
        let value = given.iter().find(|(known, _)| *known == name).map_or("", |(_, value)| value);
        written.push_str(value);
        rest = after;
    }
    written.push_str(rest);
    written
}

/// Whether a bracket that was opened before a text is closed in it.
fn is_closed(text: &str) -> bool {
    let mut depth = 1_usize;
    text.chars().any(|c| {
        match c {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        depth == 0
    })
}

/// What is changed: from where to where, and what stands there then.
#[derive(Default)]
struct Places<'m> {
    changes: Vec<(usize, usize, String)>,
    /// What imports name, and what that stands for.
    imports: Vec<(&'m str, &'m str)>,
    /// Whether the module is shown resources by the help of the library.
    is_of_resources: bool,
}

/// The names of imported packages and rules. `trilith` stands for the library in every engine.
fn imports(module: &Module) -> Vec<(&str, &str)> {
    let imports = module.imports.iter().filter_map(|import| {
        let (path, name) = (import.refr.span().text(), names::alias(import)?);
        let is_meant = path.starts_with("data.") && (path, name) != ("data.trilith", "trilith");
        is_meant.then_some((name, path))
    });
    imports.collect()
}

impl Places<'_> {
    fn insert(&mut self, at: u32, new: &str) {
        self.changes.push((at as usize, at as usize, new.to_owned()));
    }

    fn of_rule(&mut self, rule: &Rule) {
        let Rule::Spec { bodies, head, .. } = rule else { return };
        let mut arguments = BTreeSet::new();
        if let RuleHead::Func { args, .. } = head {
            args.iter().for_each(|argument| names::everywhere(argument, &mut arguments));
        }
        for output in names::outputs(head) {
            // Comprehensions in a head see the names of the first body.
            let mut around = arguments.clone();
            bodies.iter().take(1).for_each(|body| names_of(&body.query, &mut around));
            names::closures_of(output).iter().for_each(|closure| self.of_closure(closure, &around));
        }
        for body in bodies {
            let outputs: Vec<&Expr> =
                body.assign.iter().map(|assign| assign.value.as_ref()).collect();
            self.of_query(&body.query, &outputs, &arguments);
        }
        self.name_in_full(rule, &arguments);
    }

    /// Puts whole paths for the names of imports in a rule that does not declare them itself.
    fn name_in_full(&mut self, rule: &Rule, arguments: &BTreeSet<&str>) {
        let Rule::Spec { bodies, head, .. } = rule else { return };
        if self.imports.is_empty() {
            return;
        }
        let (mut read, mut declared) = (Vec::new(), arguments.clone());
        names::outputs(head).for_each(|output| names::read_by(output, &mut read));
        for body in bodies {
            body.assign.iter().for_each(|assign| names::read_by(&assign.value, &mut read));
            for statement in &body.query.stmts {
                names::read_in(statement, &mut read);
                names::declared(statement, &mut declared);
            }
        }
        let taken: Vec<(usize, usize)> =
            self.changes.iter().map(|(start, end, _)| (*start, *end)).collect();
        for span in read {
            let (start, end) = (span.start as usize, span.end as usize);
            let import = self.imports.iter().find(|(name, _)| *name == span.text());
            let is_taken = taken.iter().any(|(from, to)| *from <= start && end <= *to);
            if let Some((name, path)) = import.filter(|_| !is_taken)
                && !declared.contains(name)
            {
                self.changes.push((start, end, (*path).to_owned()));
            }
        }
    }

    /// The text of a reference, with the whole path for the name of an import that it begins with.
    fn in_full(&self, text: &str) -> String {
        let is_head =
            |name: &str| text.strip_prefix(name).is_some_and(|rest| rest.starts_with(['.', '[']));
        match self.imports.iter().find(|(name, _)| is_head(name)) {
            Some((name, path)) => format!("{path}{}", &text[name.len()..]),
            None => text.to_owned(),
        }
    }

    fn of_closure(&mut self, closure: &Closure<'_>, around: &BTreeSet<&str>) {
        let mut around = around.clone();
        around.extend(&closure.binds);
        self.rename(closure, &around);
        self.of_query(closure.query, &closure.outputs, &around);
    }

    fn of_query(&mut self, query: &Query, outputs: &[&Expr], around: &BTreeSet<&str>) {
        let mut inside = around.clone();
        names_of(query, &mut inside);
        self.leave_out_declarations(query, outputs);
        for statement in &query.stmts {
            if let Literal::SomeIn { collection, .. } = &statement.literal
                && has_no_form(collection)
            {
                let span = collection.span();
                self.insert(span.start, OPEN);
                self.insert(span.end, ")");
            }
            self.take_out_arguments(statement);
            let closures = names::closures(statement);
            closures.iter().for_each(|closure| self.of_closure(closure, &inside));
        }
        let closures = outputs.iter().copied().flat_map(names::closures_of);
        closures.for_each(|closure| self.of_closure(&closure, &inside));
    }

    /// Arguments of a function whose result is negated get names in front of the negation.
    fn take_out_arguments(&mut self, statement: &LiteralStmt) {
        let Literal::NotExpr { expr, .. } = &statement.literal else { return };
        let Expr::Call { params, .. } = expr.as_ref() else { return };
        if self.is_of_resources || !statement.with_mods.is_empty() {
            return;
        }
        let mut given = String::new();
        for argument in params.iter().filter(|argument| may_be_undefined(argument)) {
            let span = argument.span();
            let name = format!("{GIVEN}{}", span.start);
            let _ = write!(given, "{name} := {}; ", self.in_full(span.text()));
            self.changes.push((span.start as usize, span.end as usize, name));
        }
        if given.is_empty() {
            return;
        }
        let (start, end) = (statement.span.start, statement.span.end);
        let before = statement.span.source.contents().get(..start as usize).unwrap_or_default();
        // `p if not f(input.a)` has no braces, between which there could be two statements.
        if before.trim_end().ends_with(" if") {
            given.insert_str(0, "{ ");
            self.insert(end, " }");
        }
        self.insert(start, &given);
    }

    /// Names that are declared here and read in queries inside only.
    fn leave_out_declarations(&mut self, query: &Query, outputs: &[&Expr]) {
        let mut seen = BTreeSet::new();
        let mut inside = Vec::new();
        for statement in &query.stmts {
            names::seen(statement, &mut seen);
            inside.extend(names::closures(statement).iter().flat_map(Closure::free));
        }
        outputs.iter().for_each(|output| names::everywhere(output, &mut seen));
        for statement in &query.stmts {
            let Literal::SomeVars { span, vars } = &statement.literal else { continue };
            let is_inside = |name: &str| inside.iter().any(|one| one.text() == name);
            let mut names = vars.iter().map(Span::text);
            if names.all(|name| !seen.contains(name) && is_inside(name)) {
                let width = span.text().len();
                let nothing = format!("{:width$}", "true");
                self.changes.push((span.start as usize, span.end as usize, nothing));
            }
        }
    }

    /// Names that are those of the body around in the first statements of a comprehension, and
    /// its own in the others.
    fn rename(&mut self, closure: &Closure<'_>, around: &BTreeSet<&str>) {
        let statements = &closure.query.stmts;
        for (index, statement) in statements.iter().enumerate() {
            let Some((lhs, _)) = declaration(statement) else { continue };
            let mut declared = BTreeSet::new();
            names::everywhere(lhs, &mut declared);
            let before = statements.get(..index).unwrap_or_default();
            let mut seen = Vec::new();
            before.iter().for_each(|statement| names::read_in(statement, &mut seen));
            let is_seen = |name: &str| seen.iter().any(|span| span.text() == name);
            for name in declared.into_iter().filter(|name| around.contains(name) && is_seen(name)) {
                let mut own = Vec::new();
                names::read_by(lhs, &mut own);
                let after = statements.get(index + 1..).unwrap_or_default();
                after.iter().for_each(|statement| names::read_in(statement, &mut own));
                closure.outputs.iter().for_each(|output| names::read_by(output, &mut own));
                let own = own.into_iter().filter(|span| span.text() == name);
                own.for_each(|span| self.insert(span.end, INNER));
            }
        }
    }
}

/// The names that belong to a body.
fn names_of<'q>(query: &'q Query, names: &mut BTreeSet<&'q str>) {
    for statement in &query.stmts {
        names::declared(statement, names);
        names::given(statement, names);
    }
}

/// The sides of `lhs := rhs`.
fn declaration(statement: &LiteralStmt) -> Option<(&Expr, &Expr)> {
    match &statement.literal {
        Literal::Expr { expr, .. } => match expr.as_ref() {
            Expr::AssignExpr { op: AssignOp::ColEq, lhs, rhs, .. } => Some((lhs, rhs)),
            _ => None,
        },
        _ => None,
    }
}

/// Whether it is a reference or call that can be evaluated by itself. A wildcard in a negation
/// is an error, which stays one.
fn may_be_undefined(argument: &Expr) -> bool {
    let is_one =
        matches!(argument, Expr::RefDot { .. } | Expr::RefBrack { .. } | Expr::Call { .. });
    is_one && !argument.span().text().contains("[_]") && names::closures_of(argument).is_empty()
}

/// Whether it is not written as a list, set or object.
fn has_no_form(expr: &Expr) -> bool {
    matches!(
        expr,
        Expr::Var { .. } | Expr::RefDot { .. } | Expr::RefBrack { .. } | Expr::Call { .. }
    )
}

#[cfg(test)]
mod tests {
    use regorus::Engine;

    use super::super::module::ModuleText;
    use super::super::{base, problem::Problem};
    use super::*;

    fn engine(text: &str) -> Result<Engine, Problem> {
        let mut engine = base::engine().expect("an engine");
        let module = ModuleText { name: "p.rego".into(), text: text.into() };
        module.add_to(&mut engine)?;
        Ok(engine)
    }

    fn value(text: &str, input: &str) -> Result<String, String> {
        let mut engine = engine(text).map_err(|problem| problem.to_string())?;
        engine.set_input(Value::from_json_str(input).expect("JSON"));
        let value = engine.eval_rule("data.p.x".into());
        let value = value
            .map_err(|error| Problem::of_regorus("p.rego", &format!("{error:#}")).to_string())?;
        Ok(serde_json::to_string(&value).expect("JSON"))
    }

    #[test]
    fn what_has_no_members_is_passed_over() {
        for (text, expected) in [
            ("x contains v if {\n  some v in input.a\n}\n", r#"["b"]"#),
            ("x contains v if { some k; some v in input[k] }\n", r#"["b",{"c":[{"d":[1]}]}]"#),
            ("x := [v | some v in input.text]\n", "[]"),
            ("x := {k | some k, v in object.get(input, \"a\", [])}\n", "[0]"),
            ("x contains v if { some o in input.deep[_].c; some v in o.d }\n", "[1]"),
            ("default x := 0\nx := 1 if { every n in [1] { some v in input.text }}\n", "0"),
            ("x := [w | some v in [input.a, input.text]; some w in v]\n", r#"["b"]"#),
        ] {
            let input = r#"{"a": ["b"], "text": "abc", "n": 1, "deep": [{"c": [{"d": [1]}]}]}"#;
            let found = value(&format!("package p\n{text}"), input);
            assert_eq!(found.as_deref(), Ok(expected), "{text}");
        }
    }

    #[test]
    fn a_name_may_be_that_of_the_body_first() {
        let text = "package p\nx contains n if {\n  name := input.a[_]\n  \
                    n := [name | some i; input.b[i] == name; name := input.c[i]]\n}\n";
        let found = value(text, r#"{"a": [1, 2], "b": [1, 2, 1], "c": ["q", "r", "s"]}"#);
        assert_eq!(found.as_deref(), Ok(r#"[["q","s"],["r"]]"#));
    }

    #[test]
    fn a_name_may_be_declared_for_what_is_inside() {
        let text = "package p\nx contains n if {\n  some i\n  a := {v | v := input.a[i]}\n  \
                    b = {v | v := input.b[i]}\n  n := b - a\n}\n";
        let found = value(text, r#"{"a": [1, 2], "b": [1, 3]}"#);
        assert_eq!(found.as_deref(), Ok("[[3]]"));
    }

    #[test]
    fn what_is_undefined_is_not_negated() {
        for (text, expected) in [
            ("x := 1 if { not startswith(input.none, \"a\") }\n", None),
            ("x := 1 if not startswith(input.none.at.all, \"a\")\n", None),
            ("x := 1 if { not startswith(input.text, \"b\") }\n", Some("1")),
            ("x := 1 if not startswith(lower(input.text), \"b\")\n", Some("1")),
            ("x := 1 if not startswith(lower(input.none), \"b\")\n", None),
            (
                "x := [v | some v in [1, 2]; not over(input.limits[v])]\nover(n) if n > 1\n",
                Some("[1]"),
            ),
            ("x := 1 if { not input.none == 1 }\n", Some("1")),
            ("import data.trilith\nx := 1 if not trilith.is_true(input.none)\n", Some("1")),
        ] {
            let input = r#"{"text": "abc", "limits": {"1": 1}}"#;
            let input = input.replace(r#"{"1": 1}"#, "[9, 1, 3]");
            let found = value(&format!("package p\n{text}"), &input);
            let expected = expected.map_or("\"<undefined>\"", |expected| expected);
            assert_eq!(found.as_deref(), Ok(expected), "{text}");
        }
    }

    #[test]
    fn what_an_import_names_is_read_by_its_path() {
        let text = "package p\nimport data.s3\nimport data.lib.things as t\n\
                    x := [s3.changes[_], t.a] if { not s3.is_fine(t.b) }\ny := t if { t := 1 }\n\
                    z contains v if { v := [w | w := s3.changes[_]] }\n";
        let mut engine = Engine::new();
        engine.add_policy("p.rego".into(), text.into()).expect("it parses");
        let modules = engine.get_modules();
        let adapted = adapted(text, modules.last().expect("a module")).expect("it changes");
        assert!(adapted.contains("x := [data.s3.changes[_], data.lib.things.a] if"), "{adapted}");
        assert!(adapted.contains(":= data.lib.things.b; not s3.is_fine(__given"), "{adapted}");
        assert!(adapted.contains("y := t if { t := 1 }"), "{adapted}");
        assert!(adapted.contains("[w | w := data.s3.changes[_]]"), "{adapted}");
    }

    #[test]
    fn an_error_behind_a_negation_has_its_place() {
        let line = "x if { __given9 := input.a; not f(__given9); nowhere(1) }";
        let written = "x if { not f(input.a); nowhere(1) }";
        let column = line.find("nowhere").expect("there") as u32 + 1;
        let expected = written.find("nowhere").expect("there") as u32 + 1;
        assert_eq!(column_as_written(line, column), expected);
    }

    #[test]
    fn an_error_has_the_place_that_its_author_sees() {
        let text = "package p\nx contains v if { some v in input.a; v == nowhere(v) }\n";
        let error = engine(text)
            .map_err(|problem| problem.to_string())
            .and_then(|mut engine| {
                engine.set_input(Value::from_json_str(r#"{"a": [1]}"#).expect("JSON"));
                engine.eval_rule("data.p.x".into()).map(|_| ()).map_err(|error| {
                    Problem::of_regorus("p.rego", &format!("{error:#}")).to_string()
                })
            })
            .expect_err("no such function");
        let column = text.lines().nth(1).and_then(|line| line.find("(v)")).expect("there") + 1;
        assert!(error.starts_with(&format!("p.rego:2:{column}:")), "{error}");
    }

    #[test]
    fn a_text_that_needs_nothing_is_left_alone() {
        let mut engine =
            engine("package p\nx if { some v in [1]; v in input.some }\n").expect("it parses");
        let modules = engine.get_modules();
        let module = modules.last().expect("a module");
        assert!(!module.package.span.source.contents().contains(MEMBERS));
    }
}
