//! The JSON follows its schema.

use serde_json::Value;

use super::sample::json;

#[test]
fn the_json_of_the_sample_follows_its_schema() {
    let schema = trilith_review::schema();
    let errors = check(&schema, &schema, &json(), "");
    assert!(errors.is_empty(), "{}", errors.join("\n"));
}

#[test]
fn the_schema_refuses_what_is_wrong() {
    let schema = trilith_review::schema();
    let wrong = |change: &dyn Fn(&mut Value)| {
        let mut review = json();
        change(&mut review);
        assert!(!check(&schema, &schema, &review, "").is_empty());
    };
    wrong(&|review| review["practices"][0]["verdict"] = "compliant".into());
    wrong(&|review| review["totals"]["met"] = "many".into());
    wrong(&|review| review["surprise"] = 1.into());
    wrong(&|review| review["findings"][0]["id"] = "x".into());
    wrong(&|review| {
        review["scope"].as_object_mut().unwrap().remove("files");
    });
}

/// What is wrong with a value. A keyword that is not known here panics, so nothing goes unchecked.
fn check(root: &Value, schema: &Value, value: &Value, at: &str) -> Vec<String> {
    let mut errors = Vec::new();
    for (keyword, rule) in schema.as_object().unwrap() {
        let holds = match keyword.as_str() {
            "$schema" | "title" | "definitions" => true,
            "$ref" => {
                let pointer = rule.as_str().unwrap().strip_prefix('#').unwrap();
                errors.extend(check(root, root.pointer(pointer).unwrap(), value, at));
                true
            }
            "type" => match rule.as_str().unwrap() {
                "object" => value.is_object(),
                "array" => value.is_array(),
                "string" => value.is_string(),
                "boolean" => value.is_boolean(),
                "integer" => value.is_i64() || value.is_u64(),
                "null" => value.is_null(),
                other => panic!("type `{other}` is not checked here"),
            },
            "enum" => rule.as_array().unwrap().contains(value),
            "minimum" => value.as_i64().is_some_and(|n| n >= rule.as_i64().unwrap()),
            "pattern" => has_form(rule.as_str().unwrap(), value.as_str().unwrap_or_default()),
            "required" => {
                let keys = rule.as_array().unwrap();
                keys.iter().all(|key| value.get(key.as_str().unwrap()).is_some())
            }
            "anyOf" => {
                let mut rules = rule.as_array().unwrap().iter();
                rules.any(|rule| check(root, rule, value, at).is_empty())
            }
            "items" => {
                for (index, item) in value.as_array().into_iter().flatten().enumerate() {
                    errors.extend(check(root, rule, item, &format!("{at}/{index}")));
                }
                true
            }
            "properties" => {
                for (key, rule) in rule.as_object().unwrap() {
                    if let Some(value) = value.get(key) {
                        errors.extend(check(root, rule, value, &format!("{at}/{key}")));
                    }
                }
                true
            }
            "additionalProperties" => {
                assert_eq!(*rule, Value::Bool(false));
                let known = schema["properties"].as_object().unwrap();
                value.as_object().is_none_or(|all| all.keys().all(|key| known.contains_key(key)))
            }
            other => panic!("{at}: the schema uses `{other}`, which is not checked here"),
        };
        if !holds {
            errors.push(format!("{at}: {keyword} {rule}, not {value}"));
        }
    }
    errors
}

fn has_form(pattern: &str, text: &str) -> bool {
    let hex = |text: &str| text.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
    match pattern {
        "^[0-9a-f]{16}(-[0-9]+)?$" => {
            let (id, number) = text.split_once('-').unwrap_or((text, "1"));
            id.len() == 16 && hex(id) && number.parse::<u32>().is_ok()
        }
        "^[0-9a-f]{64}$" => text.len() == 64 && hex(text),
        "^[0-9]{4}-[0-9]{2}-[0-9]{2}$" => text.parse::<trilith_waivers::Date>().is_ok(),
        other => panic!("pattern `{other}` is not checked here"),
    }
}
