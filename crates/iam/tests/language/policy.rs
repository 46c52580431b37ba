//! Policies for tests, written in JSON with a few additions for what is not known.
//!
//! `?` stands for an unknown value. In text, `$(AWS::Region)` is a pseudo parameter,
//! `$(Bucket.Arn)` an attribute of a resource and `$(?)` an unknown part. A map or list that
//! ends in `...` is open.

use trilith_graph::{
    Flags, Map, Part, PropertyPath, Reason, Reference, SourceId, Span, Tri, Value, ValueKind,
};
use trilith_iam::{Answer, PolicyDocument};

pub(crate) const AT: Span = Span::at(SourceId(0), 0);

/// Reads a value.
pub(crate) fn value(text: &str) -> Value {
    let mut reader = Reader { rest: text };
    let value = reader.value();
    assert!(reader.peek().is_none(), "left over: {}", reader.rest);
    value
}

/// Reads a statement and makes a policy of it.
pub(crate) fn policy(statement: &str) -> Value {
    value(&format!("{{\"Version\": \"2012-10-17\", \"Statement\": {statement}}}"))
}

/// Asks a question about the only statement of a policy.
pub(crate) fn ask(
    statement: &str,
    question: impl for<'v> Fn(&PolicyDocument<'v>) -> Answer<'v>,
) -> (Tri, String) {
    let policy = policy(statement);
    let document = PolicyDocument::parse(&policy);
    let answer = question(&document);
    for path in answer.paths() {
        assert!(policy.locate(&path).is_some(), "{path} leads nowhere in {statement}");
    }
    let path = answer.paths().first().map(PropertyPath::to_string).unwrap_or_default();
    (answer.truth, path)
}

/// Asks for the truth only.
pub(crate) fn truth(
    statement: &str,
    question: impl for<'v> Fn(&PolicyDocument<'v>) -> Answer<'v>,
) -> Tri {
    ask(statement, question).0
}

pub(crate) fn unknown() -> Value {
    Value::unknown(Reason::NoDefault("Parameter".into()), AT)
}

struct Reader<'t> {
    rest: &'t str,
}

impl Reader<'_> {
    fn peek(&mut self) -> Option<char> {
        self.rest = self.rest.trim_start_matches(|char: char| char.is_whitespace() || char == ',');
        self.rest.chars().next()
    }

    fn accept(&mut self, text: &str) -> bool {
        self.peek();
        let rest = self.rest.strip_prefix(text);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    fn value(&mut self) -> Value {
        let literals = [
            ("?", unknown().kind),
            ("null", ValueKind::Null),
            ("true", ValueKind::Bool(true)),
            ("false", ValueKind::Bool(false)),
        ];
        for (text, kind) in literals {
            if self.accept(text) {
                return Value::new(kind, AT);
            }
        }
        match self.peek() {
            Some('{') => self.map(),
            Some('[') => self.list(),
            Some('"') => text(&self.text()),
            _ => self.number(),
        }
    }

    fn map(&mut self) -> Value {
        assert!(self.accept("{"));
        let (mut map, mut flags) = (Map::default(), Flags::NONE);
        while !self.accept("}") {
            if self.accept("...") {
                flags = Flags::OPEN;
                continue;
            }
            self.peek();
            let key = self.text();
            assert!(self.accept(":"), "no colon before {}", self.rest);
            map.insert(key, AT, self.value());
        }
        Value::map(map, AT).with(flags)
    }

    fn list(&mut self) -> Value {
        assert!(self.accept("["));
        let (mut items, mut flags) = (Vec::new(), Flags::NONE);
        while !self.accept("]") {
            if self.accept("...") {
                flags = Flags::OPEN;
                continue;
            }
            items.push(self.value());
        }
        Value::list(items, AT).with(flags)
    }

    fn text(&mut self) -> String {
        let rest = self.rest.strip_prefix('"').expect("text starts with a quote");
        let (text, rest) = rest.split_once('"').expect("text ends with a quote");
        self.rest = rest;
        text.to_owned()
    }

    fn number(&mut self) -> Value {
        let digits = self.rest.find(|char: char| !char.is_ascii_digit()).unwrap_or(self.rest.len());
        let (number, rest) = self.rest.split_at(digits);
        self.rest = rest;
        let number = number.parse().unwrap_or_else(|_| panic!("no value: {number}{rest}"));
        Value::new(ValueKind::Int(number), AT)
    }
}

fn text(text: &str) -> Value {
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("$(") {
        let (name, after) = after.split_once(')').expect("a hole ends");
        parts.push(Part::Text(before.into()));
        parts.push(Part::Hole(hole(name)));
        rest = after;
    }
    parts.push(Part::Text(rest.into()));
    match parts.as_slice() {
        [Part::Text(before), Part::Hole(hole), Part::Text(after)]
            if before.is_empty() && after.is_empty() =>
        {
            hole.clone()
        }
        _ => Value::new(ValueKind::template(parts), AT),
    }
}

fn hole(name: &str) -> Value {
    if name == "?" {
        return unknown();
    }
    if name.starts_with("AWS::") {
        return Value::unknown(Reason::Pseudo(name.into()), AT);
    }
    let (address, attribute) = name.split_once('.').unwrap_or((name, ""));
    let reference = Reference { address: address.into(), attribute: attribute.into() };
    Value::new(ValueKind::Reference(reference.into()), AT)
}
