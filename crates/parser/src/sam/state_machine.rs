//! `AWS::Serverless::StateMachine`.

use std::sync::Arc;

use trilith_graph::{Flags, Formula, Map, Resource, Value, ValueKind};

use super::choice::{given, map, only_when, or_else, when_any};
use super::events::{self, Invoked};
use super::function::tags;
use super::generated::{Generated, kept, put, renamed};
use super::place::{Place, place_of};
use super::policies::Grants;

/// Properties and their names in AWS Step Functions.
const SAME: [(&str, &str); 7] = [
    ("Definition", "Definition"),
    ("DefinitionSubstitutions", "DefinitionSubstitutions"),
    ("Logging", "LoggingConfiguration"),
    ("Name", "StateMachineName"),
    ("Role", "RoleArn"),
    ("Tracing", "TracingConfiguration"),
    ("Type", "StateMachineType"),
];

/// Expands a state machine: itself, its role, its version and alias, and what its events stand
/// for.
pub(super) fn expand(machine: &Resource, generated: &mut Generated) {
    let written = &machine.properties;
    let kind = "AWS::StepFunctions::StateMachine";
    if generated.keeps_opaque(machine, kind) {
        return;
    }
    let place = Place(machine.span);
    let role = format!("{}Role", machine.address);
    let mut properties = renamed(written, &SAME);
    let arn = or_else(written.get("Role"), place.attribute(&role, "Arn"));
    put(&mut properties, "RoleArn", arn);
    put(&mut properties, "Tags", tags(written.get("Tags")));
    put(&mut properties, "DefinitionS3Location", map(written.get("DefinitionUri"), location));
    let properties = Value { kind: ValueKind::Map(Arc::new(properties)), ..written.clone() };
    generated.written(machine, kind, properties);
    let alias = version_and_alias(machine, generated);
    let mut grants = Grants::default();
    grants.policies(written.get("Policies"), &role);
    let traced = when_any(written.path("Tracing/Enabled"), |on| on.is_true().is_true());
    grants.manage(place_of(written, "Tracing", machine.span), "AWSXrayWriteOnlyAccess", traced);
    let uses_alias = written.get("UseAliasAsEventTarget").is_true().is_true();
    let invoked = Invoked::state_machine(machine, alias.filter(|_| uses_alias));
    events::expand(&invoked, &mut Grants::default(), generated);
    let wanted = given(written.get("Role")).negate();
    let properties = execution_role(machine, grants);
    generated.add(machine, role, "AWS::IAM::Role", wanted, properties);
}

fn location(uri: &Value) -> Value {
    let place = Place(uri.span);
    let parts = uri.as_str().and_then(|text| text.strip_prefix("s3://")?.split_once('/'));
    match (&uri.kind, parts) {
        (ValueKind::Map(_), _) => uri.clone(),
        (_, Some((bucket, key))) => {
            place.map([("Bucket", place.text(bucket)), ("Key", place.text(key))])
        }
        _ => place.map([]).with(Flags::OPEN),
    }
}

fn version_and_alias(machine: &Resource, generated: &mut Generated) -> Option<Value> {
    let name = machine.properties.get("AutoPublishAlias");
    let guard = given(name);
    if guard == Formula::False {
        return None;
    }
    let place = place_of(&machine.properties, "AutoPublishAlias", machine.span);
    let id = &machine.address;
    let version = format!("{id}Version");
    let properties = place.map([
        ("StateMachineArn", place.reference(id)),
        ("StateMachineRevisionId", place.attribute(id, "StateMachineRevisionId")),
    ]);
    let kind = "AWS::StepFunctions::StateMachineVersion";
    generated.add(machine, &*version, kind, guard.clone(), properties);
    let alias = format!("{id}Alias{}", name.as_str().unwrap_or_default());
    let preference = machine.properties.get("DeploymentPreference");
    let mut deployment = kept(preference, &["Alarms", "Interval", "Percentage", "Type"]);
    put(&mut deployment, "Type", or_else(preference.get("Type"), place.text("ALL_AT_ONCE")));
    put(&mut deployment, "StateMachineVersionArn", place.reference(&version));
    let deployment = Value::map(deployment, place.0).with(Flags::SYNTHETIC);
    let properties = place.map([("Name", name.clone()), ("DeploymentPreference", deployment)]);
    let kind = "AWS::StepFunctions::StateMachineAlias";
    generated.add(machine, &*alias, kind, guard.clone(), properties);
    Some(only_when(guard, place.reference(&alias)))
}

fn execution_role(machine: &Resource, grants: Grants) -> Value {
    let written = &machine.properties;
    let place = Place(machine.span);
    let mut properties: Map = kept(written, &["PermissionsBoundary"]);
    put(&mut properties, "AssumeRolePolicyDocument", place.trust("states.amazonaws.com"));
    put(&mut properties, "Path", written.get("RolePath").clone());
    put(&mut properties, "Tags", tags(written.get("Tags")));
    grants.write(&mut properties, place_of(written, "Policies", machine.span));
    Value::map(properties, place.0).with(Flags::SYNTHETIC)
}
