//! Custom resources that stand for a resource of AWS.
//!
//! The CDK's `eks.Cluster` is not `AWS::EKS::Cluster` in the template that it makes, but a custom
//! resource whose function calls `CreateCluster` with what `Config` says, in the words of that
//! API (`aws-cdk-lib/aws-eks/lib/cluster-resource.ts`, Apache-2.0; Amazon EKS API Reference,
//! `CreateCluster`). Rules see the cluster.

use std::sync::Arc;

use trilith_graph::{Arm, Entry, Map, Value, ValueKind};

/// The cluster of the CDK.
const CDK_CLUSTER: &str = "Custom::AWSCDK-EKS-Cluster";

/// The type and the properties of what a custom resource makes, if that is known.
pub(super) fn made_by(resource_type: &str, properties: &Value) -> Option<(Arc<str>, Value)> {
    let config = properties.get("Config");
    let is_cluster = resource_type == CDK_CLUSTER && !config.is_absent();
    is_cluster.then(|| ("AWS::EKS::Cluster".into(), cluster(config).with(properties.flags)))
}

fn cluster(config: &Value) -> Value {
    members(config, &|key, value| match key {
        "tags" => tags(value),
        "logging" => members(value, &|_, kinds| log_types(kinds)),
        _ => in_words_of_templates(value),
    })
}

/// A value with the members of its maps called as CloudFormation calls them: `roleArn` is
/// `RoleArn`. What the API does not know, since it starts like that already, is left out.
fn in_words_of_templates(value: &Value) -> Value {
    match &value.kind {
        ValueKind::List(items) => {
            let items = items.iter().map(in_words_of_templates).collect();
            Value { kind: ValueKind::List(Arc::new(items)), ..value.clone() }
        }
        _ => members(value, &|_, value| in_words_of_templates(value)),
    }
}

/// The same map with its members renamed, and `change` applied to the value of each. A value that
/// is no map stays.
fn members(value: &Value, change: &dyn Fn(&str, &Value) -> Value) -> Value {
    let kind = match &value.kind {
        ValueKind::Map(map) => {
            let mut renamed = Map::with_capacity(map.len());
            for entry in map.entries() {
                if let Some(key) = capitalized(&entry.key) {
                    let value = change(&entry.key, &entry.value);
                    renamed.push(Entry { key, key_span: entry.key_span, value });
                }
            }
            ValueKind::Map(Arc::new(renamed))
        }
        ValueKind::OneOf(arms) => {
            let arm =
                |arm: &Arm| Arm { guard: arm.guard.clone(), value: members(&arm.value, change) };
            ValueKind::OneOf(Arc::new(arms.iter().map(arm).collect()))
        }
        other => other.clone(),
    };
    Value { kind, ..value.clone() }
}

fn capitalized(key: &str) -> Option<Arc<str>> {
    let first = key.chars().next().filter(char::is_ascii_lowercase)?;
    Some(format!("{}{}", first.to_ascii_uppercase(), &key[1..]).into())
}

/// `[{enabled: true, types: [api]}]`, as `{EnabledTypes: [{Type: api}]}`.
fn log_types(kinds: &Value) -> Value {
    let ValueKind::List(setups) = &kinds.kind else { return kinds.clone() };
    let enabled = setups.iter().filter(|setup| !setup.get("enabled").is_false().is_true());
    let types = enabled.flat_map(|setup| setup.get("types").items());
    let types = types.map(|name| map_of(name, [("Type", name.clone())])).collect();
    let types = Value { kind: ValueKind::List(Arc::new(types)), ..kinds.clone() };
    map_of(kinds, [("EnabledTypes", types)])
}

/// `{team: orders}`, as `[{Key: team, Value: orders}]`.
fn tags(value: &Value) -> Value {
    let ValueKind::Map(map) = &value.kind else { return value.clone() };
    let tag = |entry: &Entry| {
        let key = Value::string(entry.key.clone(), entry.key_span);
        map_of(&entry.value, [("Key", key), ("Value", entry.value.clone())])
    };
    let tags = map.entries().iter().map(tag).collect();
    Value { kind: ValueKind::List(Arc::new(tags)), ..value.clone() }
}

fn map_of<const N: usize>(place: &Value, members: [(&str, Value); N]) -> Value {
    let mut map = Map::with_capacity(N);
    for (key, value) in members {
        map.push(Entry { key: key.into(), key_span: place.span, value });
    }
    Value::map(map, place.span)
}
