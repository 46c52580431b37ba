//! Values that an expansion makes, all at the place of what caused them.

use std::sync::Arc;

use trilith_graph::{Entry, Flags, Map, Part, Reason, Reference, Span, Value, ValueKind};

use crate::rewrite::part_of;

/// Where generated values are put: at the property that caused them.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place(pub(super) Span);

impl Place {
    fn value(self, kind: ValueKind) -> Value {
        Value::new(kind, self.0).with(Flags::SYNTHETIC)
    }

    /// Known text.
    pub(super) fn text(self, text: impl Into<Arc<str>>) -> Value {
        self.value(ValueKind::String(text.into()))
    }

    /// A boolean.
    pub(super) fn bool(self, value: bool) -> Value {
        self.value(ValueKind::Bool(value))
    }

    /// A list, without what is absent.
    pub(super) fn list(self, items: Vec<Value>) -> Value {
        let items = items.into_iter().filter(|item| !item.is_absent()).collect();
        self.value(ValueKind::List(Arc::new(items)))
    }

    /// A list of texts.
    pub(super) fn texts(self, texts: &[&str]) -> Value {
        self.list(texts.iter().map(|text| self.text(*text)).collect())
    }

    /// A map, without members that are absent.
    pub(super) fn map<'k>(self, members: impl IntoIterator<Item = (&'k str, Value)>) -> Value {
        let mut map = Map::default();
        for (key, value) in members {
            if !value.is_absent() {
                map.push(Entry { key: key.into(), key_span: self.0, value });
            }
        }
        self.value(ValueKind::Map(Arc::new(map)))
    }

    /// What `Ref` gives of a resource.
    pub(super) fn reference(self, address: &str) -> Value {
        self.attribute(address, "")
    }

    /// What `Fn::GetAtt` gives of a resource.
    pub(super) fn attribute(self, address: &str, attribute: &str) -> Value {
        let reference = Reference { address: address.into(), attribute: attribute.into() };
        self.value(ValueKind::Reference(Arc::new(reference)))
    }

    /// A text with `${Name}` replaced: by what `lookup` knows, or by a pseudo parameter.
    pub(super) fn substitute(self, text: &str, lookup: &dyn Fn(&str) -> Option<Value>) -> Value {
        let hole = |name: &str| {
            let pseudo = || self.value(ValueKind::Unknown(Reason::Pseudo(name.into())));
            lookup(name).unwrap_or_else(pseudo)
        };
        if let Some(name) = text.strip_prefix("${").and_then(|rest| rest.strip_suffix('}'))
            && !name.contains('}')
        {
            return hole(name);
        }
        let mut parts = Vec::new();
        let mut rest = text;
        while let Some((before, name, after)) = rest.split_once("${").and_then(|(before, after)| {
            let (name, after) = after.split_once('}')?;
            Some((before, name, after))
        }) {
            parts.push(Part::Text(before.into()));
            parts.push(part_of(hole(name)));
            rest = after;
        }
        parts.push(Part::Text(rest.into()));
        self.value(ValueKind::template(parts))
    }

    /// [`Place::substitute`] where one name is known.
    pub(super) fn with(self, text: &str, name: &str, value: &Value) -> Value {
        self.substitute(text, &|wanted| (wanted == name).then(|| value.clone()))
    }

    /// A text in which nothing but pseudo parameters is replaced.
    pub(super) fn arn(self, text: &str) -> Value {
        self.substitute(text, &|_| None)
    }

    /// The ARN of a policy that AWS manages: `service-role/AWSLambdaBasicExecutionRole`.
    pub(super) fn managed_policy(self, path: &str) -> Value {
        self.arn(&format!("arn:${{AWS::Partition}}:iam::aws:policy/{path}"))
    }

    /// `{PolicyName: .., PolicyDocument: ..}`, as roles hold it.
    pub(super) fn inline_policy(self, name: impl Into<Arc<str>>, document: Value) -> Value {
        self.map([("PolicyName", self.text(name)), ("PolicyDocument", document)])
    }

    /// A document of these statements.
    pub(super) fn document(self, statements: Vec<Value>) -> Value {
        self.map([("Version", self.text("2012-10-17")), ("Statement", self.list(statements))])
    }

    /// A statement that allows actions on resources.
    pub(super) fn allow(self, actions: &[&str], resource: Value) -> Value {
        self.map([
            ("Effect", self.text("Allow")),
            ("Action", self.texts(actions)),
            ("Resource", resource),
        ])
    }

    /// The trust policy of a role that a service assumes.
    pub(super) fn trust(self, service: &str) -> Value {
        self.document(vec![self.map([
            ("Effect", self.text("Allow")),
            ("Action", self.texts(&["sts:AssumeRole"])),
            ("Principal", self.map([("Service", self.texts(&[service]))])),
        ])])
    }
}

/// Where the member `key` of a map is named; `fallback` if it is not.
pub(super) fn place_of(map: &Value, key: &str, fallback: Span) -> Place {
    let entry = match &map.kind {
        ValueKind::Map(map) => map.entry(key),
        _ => None,
    };
    Place(entry.map_or(fallback, |entry| entry.key_span))
}
