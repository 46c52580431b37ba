//! `DeploymentPreference`: traffic that `AWS::CodeDeploy` shifts from one version to the next.

use trilith_graph::{Flags, Formula, Resource, Value};

use super::choice::{alternatives, given, or_else, when_any};
use super::function::tags;
use super::generated::{Generated, kept, put};
use super::place::{Place, place_of};

/// The application that all deployment groups of a template share.
const APPLICATION: &str = "ServerlessDeploymentApplication";
/// The role that those share which name none.
const ROLE: &str = "CodeDeployServiceRole";
const ROLE_POLICY: &str = "service-role/AWSCodeDeployRoleForLambda";

/// Adds the deployment groups of functions, with the application and the role that they share.
pub(super) fn expand(functions: &[&Resource], generated: &mut Generated) {
    let mut any = Vec::new();
    let mut without_role = Vec::new();
    let mut first = None;
    for function in functions {
        for (guard, preference) in alternatives(function.properties.get("DeploymentPreference")) {
            let off = when_any(preference.get("Enabled"), |on| on.is_false().is_true());
            let guard = Formula::all([guard, off.negate()]);
            if guard == Formula::False {
                continue;
            }
            let here = Formula::all([function.guard.clone(), guard.clone()]);
            let named = given(preference.get("Role"));
            without_role.push(Formula::all([here.clone(), named.negate()]));
            any.push(here);
            first = first.or(Some(*function));
            group(function, preference, guard, generated);
        }
    }
    let Some(first) = first else { return };
    // What several functions share exists where one of them does.
    let shared = Resource { guard: Formula::True, ..first.clone() };
    let place = place_of(&first.properties, "DeploymentPreference", first.span);
    let properties = place.map([("ComputePlatform", place.text("Lambda"))]);
    let kind = "AWS::CodeDeploy::Application";
    generated.add(&shared, APPLICATION, kind, Formula::any(any), properties);
    let properties = place
        .map([
            ("AssumeRolePolicyDocument", place.trust("codedeploy.amazonaws.com")),
            ("ManagedPolicyArns", place.list(vec![place.managed_policy(ROLE_POLICY)])),
        ])
        // Nothing can be written about this role, so nothing is missing.
        .with(Flags::OPEN);
    generated.add(&shared, ROLE, "AWS::IAM::Role", Formula::any(without_role), properties);
}

fn group(function: &Resource, preference: &Value, guard: Formula, generated: &mut Generated) {
    let place = place_of(&function.properties, "DeploymentPreference", function.span);
    let alarms = preference.get("Alarms").items().iter();
    let alarms: Vec<Value> =
        alarms.map(|name| Place(name.span).map([("Name", name.clone())])).collect();
    let events = ["DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_ALARM", "DEPLOYMENT_STOP_ON_REQUEST"];
    let rollback = [("Enabled", place.bool(true)), ("Events", place.texts(&events))];
    let style = [
        ("DeploymentType", place.text("BLUE_GREEN")),
        ("DeploymentOption", place.text("WITH_TRAFFIC_CONTROL")),
    ];
    let mut properties = kept(preference, &["TriggerConfigurations"]);
    if !alarms.is_empty() {
        let alarms = [("Enabled", place.bool(true)), ("Alarms", place.list(alarms))];
        put(&mut properties, "AlarmConfiguration", place.map(alarms));
    }
    put(&mut properties, "ApplicationName", place.reference(APPLICATION));
    put(&mut properties, "AutoRollbackConfiguration", place.map(rollback));
    put(&mut properties, "DeploymentConfigName", preference.get("Type").clone());
    put(&mut properties, "DeploymentStyle", place.map(style));
    let role = or_else(preference.get("Role"), place.attribute(ROLE, "Arn"));
    put(&mut properties, "ServiceRoleArn", role);
    put(&mut properties, "Tags", tags(function.properties.get("Tags")));
    let properties = Value::map(properties, place.0).with(Flags::SYNTHETIC);
    let address = format!("{}DeploymentGroup", function.address);
    let kind = "AWS::CodeDeploy::DeploymentGroup";
    generated.add(function, address, kind, guard, properties);
}
