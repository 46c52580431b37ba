//! Plain JSON as the value of a document.

use std::sync::Arc;

use serde_json::Value as Json;
use trilith_graph::{
    Arm, Flags, Formula, Map, Part, Reason, Reference, SourceId, Span, Value, ValueKind, Variable,
    VariableKind,
};

const NOWHERE: Span = Span::at(SourceId(0), 0);

/// The value of JSON, with maps for `Ref` and the functions of CloudFormation.
pub(crate) fn value(json: &Json) -> Value {
    convert(json, false)
}

/// The value of JSON in which some maps stand for what JSON cannot say: `{"$unknown": name}`,
/// `{"$reference": "Key.Arn"}`, `{"$template": [..]}`, `{"$open": {..}}`, also for lists, and
/// `{"$if": [then, otherwise]}`, where nothing decides and null is absent.
pub(crate) fn marked(json: &Json) -> Value {
    convert(json, true)
}

fn convert(json: &Json, marks: bool) -> Value {
    let kind = match json {
        Json::Null => ValueKind::Null,
        Json::Bool(value) => ValueKind::Bool(*value),
        Json::Number(number) => match number.as_i64() {
            Some(number) => ValueKind::Int(number),
            None => ValueKind::Float(number.as_f64().unwrap()),
        },
        Json::String(text) => ValueKind::String(text.as_str().into()),
        Json::Array(items) => {
            let items = items.iter().map(|item| convert(item, marks)).collect();
            return Value::list(items, NOWHERE);
        }
        Json::Object(members) => {
            if let Some(value) = members.iter().next().filter(|_| marks).and_then(mark) {
                return value;
            }
            let mut map = Map::with_capacity(members.len());
            for (key, member) in members {
                map.insert(key.as_str(), NOWHERE, convert(member, marks));
            }
            return Value::map(map, NOWHERE);
        }
    };
    Value::new(kind, NOWHERE)
}

fn mark((key, inner): (&String, &Json)) -> Option<Value> {
    let text = || Arc::<str>::from(inner.as_str().unwrap());
    Some(match key.as_str() {
        "$unknown" => Value::unknown(Reason::NoDefault(text()), NOWHERE),
        "$reference" => {
            let (address, attribute) = inner.as_str().unwrap().split_once('.').unwrap();
            let reference = Reference { address: address.into(), attribute: attribute.into() };
            Value::new(ValueKind::Reference(Arc::new(reference)), NOWHERE)
        }
        "$template" => {
            let part = |part: &Json| match part {
                Json::String(text) => Part::Text(text.as_str().into()),
                hole => Part::Hole(marked(hole)),
            };
            let parts = inner.as_array().unwrap().iter().map(part).collect();
            Value::new(ValueKind::template(parts), NOWHERE)
        }
        "$open" => marked(inner).with(Flags::OPEN),
        "$if" => {
            let variable = Variable {
                name: "C".into(),
                kind: VariableKind::Condition,
                values: vec!["true".into(), "false".into()],
                open: false,
            };
            let condition = Formula::Is(Arc::new(variable), 0);
            let guards = [condition.clone(), condition.negate()];
            let arm = |(json, guard): (&Json, Formula)| {
                let value = if json.is_null() { Value::absent().clone() } else { marked(json) };
                Arm { guard, value }
            };
            let arms = inner.as_array().unwrap().iter().zip(guards).map(arm).collect();
            Value::new(ValueKind::OneOf(Arc::new(arms)), NOWHERE)
        }
        _ => return None,
    })
}
