//! `AWS::Serverless::Function`.

use std::sync::Arc;

use trilith_graph::{Flags, Formula, Map, Resource, Value, ValueKind};

use super::choice::{alternatives, given, map, only_when, or_else, when_any};
use super::events::{self, Invoked};
use super::generated::{Generated, kept, put};
use super::place::{Place, place_of};
use super::policies::Grants;

/// Properties that AWS Lambda has under the same name.
const SAME: [&str; 27] = [
    "Architectures",
    "CodeSigningConfigArn",
    "Description",
    "DurableConfig",
    "Environment",
    "EphemeralStorage",
    "FileSystemConfigs",
    "FunctionName",
    "FunctionScalingConfig",
    "Handler",
    "ImageConfig",
    "KmsKeyArn",
    "Layers",
    "LoggingConfig",
    "MemorySize",
    "PackageType",
    "PublishToLatestPublished",
    "RecursiveLoop",
    "ReservedConcurrentExecutions",
    "Role",
    "Runtime",
    "RuntimeManagementConfig",
    "SnapStart",
    "SourceKMSKeyArn",
    "TenancyConfig",
    "Timeout",
    "VpcConfig",
];

/// Expands a function: the function itself, its role, its URL, its version and alias, and what
/// its events stand for.
pub(super) fn expand(function: &Resource, generated: &mut Generated) {
    let properties = &function.properties;
    if generated.keeps_opaque(function, "AWS::Lambda::Function") {
        return;
    }
    let role = format!("{}Role", function.address);
    generated.written(function, "AWS::Lambda::Function", lambda_function(function, &role));
    let alias = version_and_alias(function, generated);
    url(function, alias.as_ref(), generated);
    let mut grants = Grants::default();
    own_grants(function, &role, &mut grants);
    event_invoke_config(function, alias.as_ref(), &mut grants, generated);
    let invoked = Invoked::function(function, alias.as_ref());
    events::expand(&invoked, &mut grants, generated);
    let wanted = given(properties.get("Role")).negate();
    if wanted != Formula::False {
        generated.add(function, role, "AWS::IAM::Role", wanted, execution_role(function, grants));
    }
}

fn lambda_function(function: &Resource, role: &str) -> Value {
    let written = &function.properties;
    let place = Place(function.span);
    let mut properties = kept(written, &SAME);
    put(&mut properties, "Role", or_else(written.get("Role"), place.attribute(role, "Arn")));
    put(&mut properties, "Code", code(written));
    put(&mut properties, "TracingConfig", tracing(written));
    put(&mut properties, "Tags", tags(written.get("Tags")));
    let queue = written.get("DeadLetterQueue");
    put(
        &mut properties,
        "DeadLetterConfig",
        map(queue, |queue| Place(queue.span).map([("TargetArn", queue.get("TargetArn").clone())])),
    );
    put(
        &mut properties,
        "CapacityProviderConfig",
        map(written.get("CapacityProviderConfig"), capacity),
    );
    Value { kind: ValueKind::Map(Arc::new(properties)), ..written.clone() }
}

fn code(written: &Value) -> Value {
    let inline = written.get("InlineCode");
    if !inline.is_absent() {
        return Place(inline.span).map([("ZipFile", inline.clone())]);
    }
    let image = written.get("ImageUri");
    if !image.is_absent() {
        return Place(image.span).map([("ImageUri", image.clone())]);
    }
    map(written.get("CodeUri"), location)
}

/// A place in Amazon S3: `s3://bucket/key` or `{Bucket: .., Key: ..}`. A local path is packaged
/// before it is deployed, so that nothing is known of its place.
pub(super) fn location(uri: &Value) -> Value {
    let place = Place(uri.span);
    let parts = uri.as_str().and_then(|text| text.strip_prefix("s3://")?.split_once('/'));
    match (&uri.kind, parts) {
        (ValueKind::Map(_), _) => place.map([
            ("S3Bucket", uri.get("Bucket").clone()),
            ("S3Key", uri.get("Key").clone()),
            ("S3ObjectVersion", uri.get("Version").clone()),
        ]),
        (_, Some((bucket, key))) => {
            place.map([("S3Bucket", place.text(bucket)), ("S3Key", place.text(key))])
        }
        _ => place.map([]).with(Flags::OPEN),
    }
}

fn tracing(written: &Value) -> Value {
    map(written.get("Tracing"), |mode| {
        if mode.is("Disabled").is_true() {
            return Value::absent().clone();
        }
        Place(mode.span).map([("Mode", mode.clone())])
    })
}

/// Tags as a list: `{Key: .., Value: ..}`.
pub(super) fn tags(written: &Value) -> Value {
    map(written, |tags| {
        let ValueKind::Map(_) = &tags.kind else { return tags.clone() };
        let tag = |entry: &trilith_graph::Entry| {
            let place = Place(entry.key_span);
            place.map([("Key", place.text(entry.key.clone())), ("Value", entry.value.clone())])
        };
        Place(tags.span).list(tags.entries().iter().map(tag).collect()).with(tags.flags)
    })
}

fn capacity(written: &Value) -> Value {
    let place = Place(written.span);
    let names = [
        ("Arn", "CapacityProviderArn"),
        ("PerExecutionEnvironmentMaxConcurrency", "PerExecutionEnvironmentMaxConcurrency"),
        ("ExecutionEnvironmentMemoryGiBPerVCpu", "ExecutionEnvironmentMemoryGiBPerVCpu"),
    ];
    let members = super::generated::renamed(written, &names);
    let config = Value { kind: ValueKind::Map(Arc::new(members)), ..written.clone() };
    place.map([("LambdaManagedInstancesCapacityProviderConfig", config)])
}

/// The version and the alias that `AutoPublishAlias` publishes; what invokes the function then.
fn version_and_alias(function: &Resource, generated: &mut Generated) -> Option<Value> {
    let name = function.properties.get("AutoPublishAlias");
    let guard = given(name);
    if guard == Formula::False {
        return None;
    }
    let place = place_of(&function.properties, "AutoPublishAlias", function.span);
    let id = &function.address;
    let version = format!("{id}Version");
    let own = place.reference(id);
    let mut properties = vec![("FunctionName", own.clone())];
    properties.push(("Description", function.properties.get("VersionDescription").clone()));
    let properties = place.map(properties);
    generated.add(function, &*version, "AWS::Lambda::Version", guard.clone(), properties);
    generated.name(function, "Version", &version);
    // An alias may have characters that a logical id may not.
    let written = name.as_str().unwrap_or_default().replace('-', "D").replace('_', "U");
    let alias = format!("{id}Alias{written}");
    let properties = place.map([
        ("Name", name.clone()),
        ("FunctionName", own),
        ("FunctionVersion", place.attribute(&version, "Version")),
        (
            "ProvisionedConcurrencyConfig",
            function.properties.get("ProvisionedConcurrencyConfig").clone(),
        ),
    ]);
    generated.add(function, &*alias, "AWS::Lambda::Alias", guard.clone(), properties);
    generated.name(function, "Alias", &alias);
    Some(only_when(guard, place.reference(&alias)))
}

/// The function URL and, without authentication, the permissions for everyone that it needs.
fn url(function: &Resource, alias: Option<&Value>, generated: &mut Generated) {
    for (guard, config) in alternatives(function.properties.get("FunctionUrlConfig")) {
        let place = place_of(&function.properties, "FunctionUrlConfig", function.span);
        let id = &function.address;
        let own = place.reference(id);
        let target = alias.map_or(own.clone(), |alias| or_else(alias, own.clone()));
        let mut properties = kept(config, &["AuthType", "Cors", "InvokeMode"]);
        put(&mut properties, "TargetFunctionArn", target.clone());
        let properties = place_map(place, properties, config);
        let address = format!("{id}Url");
        generated.add(function, address, "AWS::Lambda::Url", guard.clone(), properties);
        let auth_type = config.get("AuthType");
        // SAM writes the permissions only where `NONE` itself is written, not what gives it.
        if auth_type.as_str() != Some("NONE") || auth_type.via.is_some() {
            continue;
        }
        // Whoever reads of these permissions looks for what made them: the missing check.
        let place = Place(auth_type.span);
        for (suffix, action, extra) in [
            (
                "UrlPublicPermissions",
                "lambda:InvokeFunctionUrl",
                ("FunctionUrlAuthType", place.text("NONE")),
            ),
            (
                "URLInvokeAllowPublicAccess",
                "lambda:InvokeFunction",
                ("InvokedViaFunctionUrl", place.bool(true)),
            ),
        ] {
            let properties = place.map([
                ("Action", place.text(action)),
                ("FunctionName", target.clone()),
                ("Principal", place.text("*")),
                extra,
            ]);
            let address = format!("{id}{suffix}");
            generated.add(function, address, "AWS::Lambda::Permission", guard.clone(), properties);
        }
    }
}

/// A generated map with members of a written one, as open as that is.
fn place_map(place: Place, members: Map, written: &Value) -> Value {
    let value = Value::map(members, place.0);
    if written.flags.has(Flags::OPEN) { value.with(Flags::OPEN) } else { value }
}

/// What the function's role is given, but for its events.
fn own_grants(function: &Resource, role: &str, grants: &mut Grants) {
    let properties = &function.properties;
    let place = Place(function.span);
    let durable = given(properties.get("DurableConfig"));
    let (basic, lasting) = (
        "service-role/AWSLambdaBasicExecutionRole",
        "service-role/AWSLambdaBasicDurableExecutionRolePolicy",
    );
    grants.manage(place, basic, durable.negate());
    grants.manage(place, lasting, durable);
    let traced = when_any(properties.get("Tracing"), |mode| !mode.is("Disabled").is_true());
    let place = place_of(properties, "Tracing", function.span);
    grants.manage(place, "AWSXrayWriteOnlyAccess", traced);
    let place = place_of(properties, "VpcConfig", function.span);
    let in_network = given(properties.get("VpcConfig"));
    grants.manage(place, "service-role/AWSLambdaVPCAccessExecutionRole", in_network);
    for (guard, queue) in alternatives(properties.get("DeadLetterQueue")) {
        let place = place_of(properties, "DeadLetterQueue", function.span);
        let kind = queue.get("Type");
        let action = if kind.is("SNS").is_true() { "sns:Publish" } else { "sqs:SendMessage" };
        let statement = place.allow(&[action], queue.get("TargetArn").clone());
        let document = place.document(vec![statement]);
        grants.inline(place, "DeadLetterQueuePolicy", document, guard);
    }
    grants.policies(properties.get("Policies"), role);
}

/// Where the results of asynchronous invocations go. A queue or topic that is only given by its
/// type is made.
fn event_invoke_config(
    function: &Resource,
    alias: Option<&Value>,
    grants: &mut Grants,
    generated: &mut Generated,
) {
    for (guard, config) in alternatives(function.properties.get("EventInvokeConfig")) {
        let place = place_of(&function.properties, "EventInvokeConfig", function.span);
        let id = format!("{}EventInvokeConfig", function.address);
        let mut destinations = Vec::new();
        for outcome in ["OnSuccess", "OnFailure"] {
            let destination = config.path("DestinationConfig").get(outcome);
            if destination.is_absent() {
                continue;
            }
            let target = Destination { function, id: &id, outcome, guard: &guard };
            let arn = target.expand(destination, grants, generated);
            destinations.push((outcome, place.map([("Destination", arn)])));
        }
        let latest = place.text("$LATEST");
        let name = function.properties.get("AutoPublishAlias");
        let mut properties = kept(config, &["MaximumEventAgeInSeconds", "MaximumRetryAttempts"]);
        put(&mut properties, "FunctionName", place.reference(&function.address));
        put(
            &mut properties,
            "Qualifier",
            if alias.is_some() { or_else(name, latest) } else { latest },
        );
        put(&mut properties, "DestinationConfig", place.map(destinations));
        let properties = place_map(place, properties, config);
        generated.add(function, &*id, "AWS::Lambda::EventInvokeConfig", guard, properties);
    }
}

/// One destination of an `EventInvokeConfig`.
struct Destination<'d> {
    function: &'d Resource,
    id: &'d str,
    outcome: &'static str,
    guard: &'d Formula,
}

impl Destination<'_> {
    /// The ARN of the destination, which is made if it is not given.
    fn expand(&self, written: &Value, grants: &mut Grants, generated: &mut Generated) -> Value {
        let place = Place(written.span);
        let kind = written.get("Type").as_str().unwrap_or_default();
        let given_arn = written.get("Destination");
        let made = format!("{}{}", self.id, self.outcome);
        let (made, arn) = match kind {
            "SQS" => {
                let queue = format!("{made}Queue");
                let arn = place.attribute(&queue, "Arn");
                (Some((queue, "AWS::SQS::Queue", "DestinationQueue")), arn)
            }
            "SNS" => {
                let topic = format!("{made}Topic");
                let arn = place.reference(&topic);
                (Some((topic, "AWS::SNS::Topic", "DestinationTopic")), arn)
            }
            _ => (None, Value::absent().clone()),
        };
        if let Some((address, resource_type, property)) = made {
            let wanted = Formula::all([self.guard.clone(), given(given_arn).negate()]);
            // Nothing can be written about it, so nothing is missing.
            let properties = place.map([]).with(Flags::OPEN);
            if wanted != Formula::False {
                generated.name(self.function, property, &address);
            }
            generated.add(self.function, address, resource_type, wanted, properties);
        }
        let arn = or_else(given_arn, arn);
        let (suffix, statements) = destination_statements(place, kind, &arn);
        if !statements.is_empty() {
            let name = format!("{}{}{suffix}", self.id, self.outcome);
            grants.inline(place, name, place.document(statements), self.guard.clone());
        }
        arn
    }
}

/// What sending to a destination needs, and the end of the name of the policy.
pub(super) fn destination_statements(
    place: Place,
    kind: &str,
    arn: &Value,
) -> (&'static str, Vec<Value>) {
    match kind {
        "SQS" => ("SQSPolicy", vec![place.allow(&["sqs:SendMessage"], arn.clone())]),
        "SNS" => ("SNSPolicy", vec![place.allow(&["sns:publish"], arn.clone())]),
        "EventBridge" => {
            ("EventBridgePolicy", vec![place.allow(&["events:PutEvents"], arn.clone())])
        }
        "Lambda" => ("LambdaPolicy", vec![place.allow(&["lambda:InvokeFunction"], arn.clone())]),
        "S3" | "S3Bucket" => {
            let objects = place.with("${Bucket}/*", "Bucket", arn);
            let statements = vec![
                place.allow(&["s3:PutObject"], objects),
                place.allow(&["s3:ListBucket"], arn.clone()),
            ];
            ("S3Policy", statements)
        }
        _ => ("", Vec::new()),
    }
}

fn execution_role(function: &Resource, grants: Grants) -> Value {
    let written = &function.properties;
    let place = Place(function.span);
    let mut properties = kept(written, &["PermissionsBoundary"]);
    let trust =
        or_else(written.get("AssumeRolePolicyDocument"), place.trust("lambda.amazonaws.com"));
    put(&mut properties, "AssumeRolePolicyDocument", trust);
    put(&mut properties, "Path", written.get("RolePath").clone());
    put(&mut properties, "Tags", tags(written.get("Tags")));
    grants.write(&mut properties, place_of(written, "Policies", function.span));
    place_map(place, properties, written)
}
