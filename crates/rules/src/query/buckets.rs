//! What the policies of an S3 bucket demand.

use trilith_graph::{Tri, Value, ValueKind};
use trilith_iam::{Answer, Base, Condition, Pattern, PolicyDocument, Statement};

use crate::View;

const POLICY: &str = "AWS::S3::BucketPolicy";

/// Whether a bucket can be reached without TLS, asked of the resource where that is to be
/// changed: of a bucket's policy if it has one, else of the bucket.
pub fn allows_plain_http(view: &View<'_>) -> Tri {
    if view.resource_type() != POLICY {
        let has_policy = !view.attached(POLICY).is_empty();
        let hidden = if view.root().open { Tri::Unknown } else { Tri::True };
        return if has_policy { Tri::False } else { hidden };
    }
    let beside: Vec<View<'_>> =
        view.parents().iter().flat_map(|bucket| bucket.attached(POLICY)).collect();
    let first = beside.iter().min_by_key(|policy| &policy.resource().address);
    if first.is_some_and(|first| first.id() != view.id()) {
        return Tri::False;
    }
    let own = refuses_plain_http(view);
    !own.or(Tri::any(beside.iter().map(refuses_plain_http)))
}

fn refuses_plain_http(policy: &View<'_>) -> Tri {
    Tri::any(policy.policies().iter().map(|policy| denies_plain_http(&policy.document)))
}

/// Whether a policy denies everyone to reach a bucket or its objects without TLS.
///
/// The denial must be unconditional apart from the transport, cover reading and writing, and
/// cover the bucket and what is in it.
pub fn denies_plain_http(policy: &PolicyDocument<'_>) -> Tri {
    policy.any(denies).truth
}

fn denies<'v>(statement: &Statement<'v>) -> Answer<'v> {
    let everyone = statement.is_deny().and(statement.applies_to_anyone());
    if everyone.is_false() {
        return everyone;
    }
    let actions = statement.covers_every_action_of("s3").or(["s3:GetObject", "s3:PutObject"]
        .iter()
        .map(|action| statement.covers_action(action))
        .fold(Answer::plain(Tri::True), Answer::and));
    everyone
        .and(actions)
        .and(Answer::plain(is_about_bucket(statement)))
        .and(only_transport(statement))
}

/// Whether the statement depends on the transport and on nothing else.
fn only_transport<'v>(statement: &Statement<'v>) -> Answer<'v> {
    let conditions = &statement.conditions;
    let transport = Answer::all(conditions.items.iter().map(is_plain_transport));
    let unknown = !conditions.unknown.is_empty();
    let hidden = Answer::plain(if unknown { Tri::Unknown } else { Tri::True });
    transport.and(hidden)
}

fn is_plain_transport<'v>(condition: &Condition<'v>) -> Answer<'v> {
    let truth = match (condition.operator.base, condition.key.as_ref()) {
        (Base::Bool | Base::StringEquals | Base::StringLike, "aws:securetransport") => {
            return condition.values.any(|value| value.value.is_ignoring_case("false"));
        }
        // A minimal version of TLS. Whether plain HTTP counts as a lower one is not documented
        // unless a missing key is said to match.
        (Base::NumericLessThan | Base::NumericLessThanEquals, "s3:tlsversion") => {
            if condition.operator.if_exists { Tri::True } else { Tri::Unknown }
        }
        _ => Tri::False,
    };
    Answer::at(truth, condition.site)
}

/// Whether the resources of a statement are a bucket and everything in it.
fn is_about_bucket(statement: &Statement<'_>) -> Tri {
    match statement.resource.is_present {
        Tri::True => {
            let any = |holds: fn(&Pattern<'_>) -> Tri| statement.resource.any(holds).truth;
            any(|pattern| reach(pattern.value, false))
                .and(any(|pattern| reach(pattern.value, true)))
        }
        Tri::Unknown => Tri::Unknown,
        Tri::False => Tri::False,
    }
}

/// Whether a pattern covers the bucket itself, or all objects in it. A bucket policy speaks
/// about no other bucket, so only what follows the name counts.
fn reach(value: &Value, objects: bool) -> Tri {
    let text = match &value.kind {
        ValueKind::String(_) | ValueKind::Template(_) | ValueKind::Reference(_) => {
            value.display_text().unwrap_or_default()
        }
        ValueKind::Unknown(_) | ValueKind::OneOf(_) => return Tri::Unknown,
        _ => return Tri::False,
    };
    let name = text.rsplit(":::").next().unwrap_or_default();
    let (bucket, rest) = name.split_once('/').unwrap_or((name, ""));
    let open = rest.is_empty() && !name.contains('/') && bucket.ends_with('*');
    let covers = if objects { open || rest == "*" } else { open || !name.contains('/') };
    covers.into()
}

#[cfg(test)]
mod tests {
    use trilith_graph::{Map, SourceId, Span};

    use super::*;

    const AT: Span = Span::at(SourceId(0), 0);

    fn value(json: &serde_json::Value) -> Value {
        match json {
            serde_json::Value::Object(object) => {
                let mut map = Map::default();
                object.iter().for_each(|(key, item)| map.insert(key.as_str(), AT, value(item)));
                Value::map(map, AT)
            }
            serde_json::Value::Array(items) => Value::list(items.iter().map(value).collect(), AT),
            serde_json::Value::String(text) => Value::string(text.as_str(), AT),
            _ => Value::unknown(trilith_graph::Reason::ComputedAfterApply, AT),
        }
    }

    fn verdict(change: &serde_json::Value) -> Tri {
        let mut statement = serde_json::json!({
            "Effect": "Deny",
            "Principal": "*",
            "Action": "s3:*",
            "Resource": ["arn:aws:s3:::b", "arn:aws:s3:::b/*"],
            "Condition": {"Bool": {"aws:SecureTransport": "false"}},
        });
        for (key, item) in change.as_object().into_iter().flatten() {
            statement[key] = item.clone();
        }
        let document = value(&serde_json::json!({ "Statement": [statement] }));
        denies_plain_http(&PolicyDocument::parse(&document))
    }

    #[test]
    fn the_whole_denial_counts_and_no_less() {
        assert_eq!(verdict(&serde_json::json!({})), Tri::True);
        assert_eq!(
            verdict(&serde_json::json!({"Principal": {"AWS": "*"}, "Action": "*"})),
            Tri::True
        );
        assert_eq!(verdict(&serde_json::json!({"Resource": "*"})), Tri::True);
        assert_eq!(verdict(&serde_json::json!({"Resource": "arn:aws:s3:::b*"})), Tri::True);
        assert_eq!(
            verdict(&serde_json::json!({"Action": ["s3:GetObject", "s3:PutObject"]})),
            Tri::True
        );
        for less in [
            serde_json::json!({"Effect": "Allow"}),
            serde_json::json!({"Principal": {"AWS": "arn:aws:iam::111122223333:root"}}),
            serde_json::json!({"Action": "s3:GetObject"}),
            serde_json::json!({"Resource": "arn:aws:s3:::b"}),
            serde_json::json!({"Resource": ["arn:aws:s3:::b", "arn:aws:s3:::b/logs/*"]}),
            serde_json::json!({"Condition": {"Bool": {"aws:SecureTransport": "true"}}}),
            serde_json::json!({"Condition": {
                "Bool": {"aws:SecureTransport": "false"},
                "StringEquals": {"aws:PrincipalAccount": "111122223333"},
            }}),
        ] {
            assert_eq!(verdict(&less), Tri::False, "{less}");
        }
        assert_eq!(verdict(&serde_json::json!({"Resource": null})), Tri::Unknown);
        assert_eq!(verdict(&serde_json::json!({"Condition": null})), Tri::Unknown);
    }
}
