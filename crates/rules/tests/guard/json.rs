//! Plain JSON as the value of a document.

use serde_json::Value as Json;
use trilith_graph::{Map, SourceId, Span, Value, ValueKind};

const NOWHERE: Span = Span::at(SourceId(0), 0);

/// The value of JSON, with maps for `Ref` and the functions of CloudFormation.
pub(crate) fn value(json: &Json) -> Value {
    let kind = match json {
        Json::Null => ValueKind::Null,
        Json::Bool(value) => ValueKind::Bool(*value),
        Json::Number(number) => match number.as_i64() {
            Some(number) => ValueKind::Int(number),
            None => ValueKind::Float(number.as_f64().unwrap()),
        },
        Json::String(text) => ValueKind::String(text.as_str().into()),
        Json::Array(items) => return Value::list(items.iter().map(value).collect(), NOWHERE),
        Json::Object(members) => {
            let mut map = Map::with_capacity(members.len());
            for (key, member) in members {
                map.insert(key.as_str(), NOWHERE, value(member));
            }
            return Value::map(map, NOWHERE);
        }
    };
    Value::new(kind, NOWHERE)
}
