//! Templates that are not what SAM accepts never stop a run.

use proptest::prelude::*;
use trilith_graph::{SourceFile, SourceMap};
use trilith_parser::{Options, parse};

fn read(text: &str) {
    let mut sources = SourceMap::new();
    let source = sources.add(SourceFile::new("template.yaml", text));
    parse(&sources, source, &Options::default());
}

const TYPES: [&str; 11] = [
    "Api",
    "Application",
    "CapacityProvider",
    "Connector",
    "Function",
    "GraphQLApi",
    "HttpApi",
    "LayerVersion",
    "SimpleTable",
    "StateMachine",
    "WebSocketApi",
];

const PROPERTIES: [&str; 24] = [
    "Auth",
    "AutoPublishAlias",
    "Connectors",
    "CorsConfiguration",
    "DataSources",
    "DeadLetterQueue",
    "DefinitionBody",
    "DefinitionUri",
    "Destination",
    "Domain",
    "EventInvokeConfig",
    "Events",
    "FunctionUrlConfig",
    "Functions",
    "Location",
    "Logging",
    "Permissions",
    "Policies",
    "Resolvers",
    "Role",
    "Routes",
    "Source",
    "Tracing",
    "VpcConfig",
];

fn value() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        Just("x".to_owned()),
        Just("true".to_owned()),
        Just("~".to_owned()),
        Just("!Ref A".to_owned()),
        Just("!If [C, x, !Ref AWS::NoValue]".to_owned()),
        Just("{Type: Api, Properties: {Path: /, Method: get}}".to_owned()),
        Just("{Type: SNS, Properties: {Topic: a, SqsSubscription: {}}}".to_owned()),
        Just("{Id: A}".to_owned()),
        Just("{Statement: []}".to_owned()),
    ];
    leaf.prop_recursive(3, 12, 3, |inner| {
        let key = prop_oneof![
            proptest::sample::select(&PROPERTIES[..]).prop_map(str::to_owned),
            proptest::sample::select(
                &["Type", "Properties", "Authorizers", "UsagePlan", "paths"][..]
            )
            .prop_map(str::to_owned),
        ];
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..3)
                .prop_map(|items| format!("[{}]", items.join(", "))),
            proptest::collection::btree_map(key, inner, 0..3).prop_map(|members| {
                let members: Vec<String> =
                    members.into_iter().map(|(key, value)| format!("{key}: {value}")).collect();
                format!("{{{}}}", members.join(", "))
            }),
        ]
    })
}

proptest! {
    #[test]
    fn any_value_of_any_property_is_expanded_without_a_panic(
        kind in proptest::sample::select(&TYPES[..]),
        properties in proptest::collection::btree_map(
            proptest::sample::select(&PROPERTIES[..]), value(), 0..6,
        ),
        whole in proptest::option::of(value()),
        globals in value(),
    ) {
        let properties: Vec<String> =
            properties.iter().map(|(key, value)| format!("{key}: {value}")).collect();
        let properties = whole.unwrap_or_else(|| format!("{{{}}}", properties.join(", ")));
        read(&format!(
            "Transform: AWS::Serverless-2016-10-31
Conditions: {{C: !Equals [!Ref AWS::Region, eu-west-1]}}
Globals: {{{kind}: {globals}}}
Resources:
  A: {{Type: AWS::Serverless::{kind}, Properties: {properties}}}
  B: {{Type: AWS::Serverless::Function, Condition: C, Properties: {properties}}}
"
        ));
    }
}
