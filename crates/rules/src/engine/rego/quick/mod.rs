//! Our own rules in Rego, evaluated in a few microseconds.
//!
//! regorus is a whole Rego: it takes a third of a millisecond to read and analyse a policy of
//! twenty lines, which is most of what a run on one template costs. Rules of ours use a part of the language
//! in which every name has its value before it is read, so that a body is a row of steps. That
//! part is read and evaluated here, on regorus's values; a policy that goes beyond it, and an
//! evaluation that meets something unusual, are left to regorus. Tests hold the two together
//! over every example of every page.

mod evaluate;
mod functions;
mod lex;
mod parse;
mod tree;

use regorus::Value;
use tree::Rule;

/// A policy, read.
#[derive(Debug)]
pub(crate) struct Program {
    rules: Vec<Rule>,
    /// Index of the rule `deny`.
    deny: usize,
    looks_around: bool,
}

/// What is left to regorus.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Beyond;

impl Program {
    /// Reads a policy; `None` if it says more than is understood here, or is broken.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (rules, looks_around) = parse::rules(text).ok()?;
        let deny = rules.iter().position(|rule| rule.name == "deny")?;
        Some(Self { rules, deny, looks_around })
    }

    /// Whether it may read more than the resource itself: what is attached to it, for one.
    pub(crate) const fn looks_around(&self) -> bool {
        self.looks_around
    }

    /// What `deny` is for an input.
    pub(crate) fn deny(&self, input: &Value) -> Result<Value, Beyond> {
        evaluate::Run::new(&self.rules, input).rule(self.deny)
    }
}

#[cfg(test)]
mod tests {
    use super::super::{ModuleText, base};
    use super::*;

    const INPUT: &str = r#"{"type": "T", "name": "n", "terraform": false, "unknown": ["U/0"],
        "properties": {"A": {"B": [1, 2, {"C": "x"}], "E": []}, "S": "text", "N": 3, "F": false,
        "Z": null, "L": [{"K": "a", "V": true}, {"K": "b", "V": "false"}, {"K": "c"}]}}"#;

    fn by_regorus(policy: &str) -> Result<Value, String> {
        let module = ModuleText { name: "p.rego".into(), text: policy.into() };
        let mut engine = base::engine()?;
        module.add_to(&mut engine).map_err(|problem| problem.to_string())?;
        engine.set_input(Value::from_json_str(INPUT).expect("JSON"));
        engine.eval_rule("data.p.deny".into()).map_err(|error| error.to_string())
    }

    fn policy(text: &str) -> String {
        format!("package p\n\nimport data.trilith\n\n{text}\n")
    }

    #[test]
    fn what_is_understood_means_what_regorus_says() {
        for text in [
            "deny contains input.name",
            "deny contains \"x\" if input.terraform",
            "deny contains \"x\" if not input.terraform",
            "deny contains x if some x in input.properties.A.B",
            "deny contains [i, x] if some i, x in input.properties.A.B",
            "deny contains [k, v] if some k, v in input.properties",
            "deny contains x if some x in input.properties.S",
            "deny contains x if some x in input.none",
            "deny contains [k, v] if some {\"K\": k, \"V\": v} in input.properties.L",
            "deny contains v if some [\"b\", v] in [[\"a\", 1], [\"b\", 2], [\"b\", 3, 4]]",
            "deny contains v if { some [_, v] in {[\"a\", 1], [\"b\", 2]}; v > 1 }",
            "deny contains x if { x := input.properties.F }",
            "deny contains x if { x := input.properties.Z }",
            "deny contains \"x\" if input.properties.F",
            "deny contains \"x\" if input.properties.Z",
            "deny contains \"x\" if input.properties.N in {1, 2, 3}",
            "deny contains \"x\" if not input.properties.N in [1, 2]",
            "deny contains \"x\" if not input.none in [1, 2]",
            "deny contains \"x\" if input.none != 1",
            "deny contains \"x\" if input.properties.Z == null",
            "deny contains \"x\" if { 1 < 2; \"a\" <= \"b\"; [1] < [1, 2]; 1 != \"1\" }",
            "deny contains \"x\" if { every x in input.properties.A.E { x == 1 } }",
            "deny contains \"x\" if { every i, x in input.properties.L { x.K; i >= 0 } }",
            "deny contains \"x\" if { every x in input.properties.L { trilith.is_true(x.V) } }",
            "deny contains x if { some x in input.properties.L\n\tnot trilith.is_true(x.V) }",
            "deny contains y if {\n\ty := [x.K | some x in input.properties.L; x.V]\n}",
            "deny contains y if y := {x.K: i | some i, x in input.properties.L}",
            "deny contains y if y := {i | some i, _ in input.properties.L}",
            "deny contains {\"a\": x, \"b\": input.none} if some x in [1]",
            "deny contains {\"a\": x, \"b\": {\"c\": [x]}} if some x in [1]",
            "x := 1 if input.none else := 2 if input.name else := 3\n\ndeny contains x",
            "x := 1 if {\n\tinput.none\n} else := 2\n\ndeny contains x",
            "x := 1 if input.none\n\nelse := 2\n\ndeny contains x",
            "default x := 7\n\nx := 1 if input.none\n\ndeny contains x",
            "f(a, _) := a if a > 1\n\nf(a, b) := b if a <= 1\n\ndeny contains f(n, 9) if some n in [0, 1, 2]",
            "f(\"a\") := 1\n\nf(\"b\") := 2\n\ndeny contains f(n) if some n in [\"a\", \"b\", \"c\"]",
            "f(a) if a.V\n\ndeny contains x if { some x in input.properties.L; not f(x) }",
            "s contains x if some x in [1, 2]\n\ns contains 3\n\ndeny contains x if some x in s",
            "o[k] := v if some k, v in input.properties.A\n\no[\"q\"] := 1\n\ndeny contains o",
            "m := {\"T\": 1, \"V\": 2}[input.type]\n\ndeny contains m",
            "deny contains input.properties.L[1].K",
            "deny contains input[\"name\"]",
            "deny contains x if { l := input.properties.L; some i in [0, 2, 9]; x := l[i].K }",
            "deny contains x if { some p in [\"S\", \"Q\"]; x := input.properties[p] }",
            "deny contains x if x := object.get(input.properties, \"S\", 1)",
            "deny contains x if x := object.get(input.properties, [\"A\", \"B\"], 1)",
            "deny contains x if x := object.get(input.properties, [\"A\", \"Q\"], 1)",
            "deny contains x if x := object.get(input.properties.S, \"Q\", 1)",
            "deny contains x if x := object.get(input.properties, \"Q\", input.none)",
            "deny contains x if x := sprintf(\"%s %d %v %%\", [input.name, 3, \"v\"])",
            "deny contains x if x := sprintf(\"%v %v %s\", [input.properties.A.B, true, null])",
            "deny contains x if x := sprintf(\"%d\", [\"no\"])",
            "deny contains x if x := sprintf(\"%s\", [])",
            "deny contains x if x := concat(\"/\", [\"a\", \"b\", input.name])",
            "deny contains x if x := concat(\"/\", [\"a\", 1])",
            "deny contains x if x := concat(\"/\", {\"b\", \"a\"})",
            "deny contains x if { some v in [\"é𝄞\", [1], {2}, {\"a\": 1}, 5, null]; x := count(v) }",
            "deny contains x if { some v in [\"5\", \"5.50\", \"a\", \" 5\", 5, null, true, []]; x := to_number(v) }",
            "deny contains x if { some v in [\"aXb\", 5]; x := [upper(v), lower(v)] }",
            "deny contains x if { some d in [\"\", \"/\", \"t\"]; x := split(input.properties.S, d) }",
            "deny contains x if { some d in [\"te\", \"xt\", \"q\"]; x := [startswith(input.properties.S, d), endswith(input.properties.S, d), contains(input.properties.S, d)] }",
            "deny contains x if x := array.concat([1], input.properties.A.B)",
            "deny contains x if x := object.keys(input.properties.A)",
            "deny contains x if { some v in [{}, [], \"\", 1, null, true]; x := [is_object(v)] }",
            "deny contains x if { some v in [{}, [], \"\", 1, null, true]; is_string(v); x := v }",
            "deny contains x if { some v in [{}, [], \"\", 1, null, true]; is_array(v); x := v }",
            "deny contains x if x := [trim_space(\" a \"), trim_prefix(\"abc\", \"a\"), trim_right(\"abc\", \"cb\")]",
            "deny contains x if { some x in [\"ab\", \"b\", 1]; regex.match(`^a`, x) }",
            "deny contains x if { some p in [\"^a\", \"b$\", \"(\"]; regex.match(p, \"ab\"); x := p }",
            "deny contains x if { some x in [0, 1, 6, 7]; x in numbers.range(1, 6) }",
            "deny contains x if x := [-1, 1.5, true, `raw\\d`, \"\\u00e9\\n\"]",
            "deny contains \"x\" if count(set()) == 0",
            "deny contains x if x := [y | some y in input.properties.A.B; not is_object(y)]",
            "deny contains x if { x := input.properties.N + 1 }",
            "deny contains [x, y] if { some x in [1, 2]; y := [z | some z in [1, 2, 3]; z > x] }",
            "deny contains x if { x := (1 in [1]) }",
            "deny contains msg if {\n\tsome x in [\n\t\t\"a\", # first\n\t\t\"b\",\n\t]\n\tmsg := sprintf(\"%s\", [x])\n}",
        ] {
            let policy = policy(text);
            let meant = by_regorus(&policy);
            let Some(program) = Program::parse(&policy) else {
                assert!(LEFT.iter().any(|left| text.contains(left)), "{text} is not understood");
                continue;
            };
            match program.deny(&Value::from_json_str(INPUT).expect("JSON")) {
                Ok(value) => assert_eq!(Ok(value), meant, "{text}"),
                Err(Beyond) => {
                    assert!(MAY_BE_LEFT.iter().any(|left| text.contains(left)), "{text}");
                }
            }
        }
    }

    /// What is left to regorus as a whole.
    const LEFT: [&str; 3] = ["+ 1", "{\"K\": k", "f(\"a\")"];
    /// What is left to it when it is met.
    const MAY_BE_LEFT: [&str; 6] = ["%d\", [\"no", "%s\", [])", "5.50", "\"(\"", "%v %v", "é"];

    #[test]
    fn a_policy_about_the_resource_itself_is_known() {
        for (text, looks_around) in [
            ("deny contains input.name if input.properties.S", false),
            ("deny contains 1 if trilith.known(input, input.properties.S)", false),
            ("deny contains 1 if trilith.known(input, input)", true),
            ("deny contains 1 if trilith.attached(input, \"T\")", true),
            ("deny contains 1 if trilith.known(input.attachments[0], \"A\")", true),
            ("deny contains 1 if input.source_type == \"T\"", true),
            ("deny contains 1 if input[\"name\"] == \"T\"", true),
            ("f(x) := x.references\n\ndeny contains f(input)", true),
        ] {
            let program = Program::parse(&policy(text)).expect("it is understood");
            assert_eq!(program.looks_around(), looks_around, "{text}");
        }
    }

    #[test]
    fn what_is_not_understood_is_left_to_regorus() {
        for text in [
            "deny contains x if x := input.properties.L[_].K",
            "deny contains i if input.properties.L[i].K",
            "deny contains x if { x = 1 }",
            "deny contains x if { y := x; x := 1 }",
            "deny contains x if { x := data.other.thing }",
            "deny contains x if { x := 6 / 2 }",
            "deny contains x if { walk(input, [x, _]) }",
            "deny contains x if { some x; input.properties[x] }",
            "deny contains \"x\" if input.name with input as {\"name\": 1}",
            "deny contains x if { x := {1} | {2} }",
            "deny contains f(1)\n\nf(x) := f(x)",
            "deny contains x if {",
            "deny contains",
            "allow := true",
        ] {
            let read = Program::parse(&policy(text));
            let input = Value::from_json_str(INPUT).expect("JSON");
            let is_left = read.is_none_or(|program| program.deny(&input) == Err(Beyond));
            assert!(is_left, "{text}");
        }
        // Without the library, what is undefined in a negated call makes the body fail.
        let text = "package p\n\ndeny contains \"x\" if not startswith(input.none, \"a\")\n";
        assert!(Program::parse(text).is_none());
    }
}
