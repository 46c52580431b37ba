//! `AWS::Serverless::GraphQLApi`: an API of `AWS::AppSync` with all its parts.

use std::sync::Arc;

use trilith_graph::{Entry, Flags, Formula, Map, Resource, Value, ValueKind};

use super::choice::{alternatives, given, map, or_else, when_any};
use super::connector::{Connector, End, connect};
use super::function::tags;
use super::generated::{Generated, kept, put, renamed};
use super::place::{Place, place_of};

const SERVICE: &str = "appsync.amazonaws.com";
const LOGS_POLICY: &str = "service-role/AWSAppSyncPushToCloudWatchLogs";

const SAME: [&str; 7] = [
    "IntrospectionConfig",
    "Name",
    "OwnerContact",
    "QueryDepthLimit",
    "ResolverCountLimit",
    "Visibility",
    "XrayEnabled",
];
/// What an authorizer has, and what `AWS::AppSync` calls it.
const AUTHORIZER: [(&str, &str); 4] = [
    ("LambdaAuthorizer", "LambdaAuthorizerConfig"),
    ("OpenIDConnect", "OpenIDConnectConfig"),
    ("Type", "AuthenticationType"),
    ("UserPool", "UserPoolConfig"),
];

/// Expands an API.
pub(super) fn expand(api: &Resource, generated: &mut Generated) {
    let written = &api.properties;
    if generated.keeps_opaque(api, "AWS::AppSync::GraphQLApi") {
        return;
    }
    let place = Place(api.span);
    let auth = written.get("Auth");
    let mut properties = kept(written, &SAME);
    put(&mut properties, "Name", or_else(written.get("Name"), place.text(api.address.clone())));
    put(&mut properties, "Tags", tags(written.get("Tags")));
    for entry in renamed(auth, &AUTHORIZER).entries() {
        put(&mut properties, &entry.key, entry.value.clone());
    }
    let further = map(auth.get("Additional"), |list| {
        Place(list.span).list(list.items().iter().map(authorizer).collect())
    });
    put(&mut properties, "AdditionalAuthenticationProviders", further);
    put(&mut properties, "LogConfig", log_config(api, generated));
    let properties = Value { kind: ValueKind::Map(Arc::new(properties)), ..written.clone() };
    generated.written(api, "AWS::AppSync::GraphQLApi", properties);
    let parts = Parts { api, generated };
    parts.expand();
}

fn authorizer(written: &Value) -> Value {
    let members = renamed(written, &AUTHORIZER);
    Value { kind: ValueKind::Map(Arc::new(members)), ..written.clone() }
}

/// SAM logs unless it is told not to, with a role that it makes.
fn log_config(api: &Resource, generated: &mut Generated) -> Value {
    let logging = api.properties.get("Logging");
    let off = when_any(logging, |value| value.is_false().is_true());
    if off == Formula::True {
        return Value::absent().clone();
    }
    let place = place_of(&api.properties, "Logging", api.span);
    let role = format!("{}CloudWatchRole", api.address);
    let named = logging.get("CloudWatchLogsRoleArn");
    let named = if logging.as_bool().is_some() { Value::absent() } else { named };
    let wanted = Formula::all([off.negate(), given(named).negate()]);
    let properties = place.map([
        ("AssumeRolePolicyDocument", place.trust(SERVICE)),
        ("ManagedPolicyArns", place.list(vec![place.managed_policy(LOGS_POLICY)])),
    ]);
    generated.add(api, &*role, "AWS::IAM::Role", wanted, properties);
    let mut config = kept(logging, &["ExcludeVerboseContent", "FieldLogLevel"]);
    put(&mut config, "FieldLogLevel", or_else(logging.get("FieldLogLevel"), place.text("ALL")));
    put(&mut config, "CloudWatchLogsRoleArn", or_else(named, place.attribute(&role, "Arn")));
    Value::map(config, place.0)
}

/// The parts of an API that are resources of their own.
struct Parts<'p> {
    api: &'p Resource,
    generated: &'p mut Generated,
}

impl Parts<'_> {
    fn expand(mut self) {
        let written = &self.api.properties;
        let place = Place(self.api.span);
        let names = [("SchemaInline", "Definition"), ("SchemaUri", "DefinitionS3Location")];
        self.add("Schema", "GraphQLSchema", place, renamed(written, &names));
        for entry in written.get("ApiKeys").entries() {
            let names = [
                ("ApiKeyId", "ApiKeyId"),
                ("Description", "Description"),
                ("ExpiresOn", "Expires"),
            ];
            let place = Place(entry.key_span);
            self.add(&entry.key, "ApiKey", place, renamed(&entry.value, &names));
        }
        let names = [
            "ApiCachingBehavior",
            "AtRestEncryptionEnabled",
            "TransitEncryptionEnabled",
            "Ttl",
            "Type",
        ];
        for (_, cache) in alternatives(written.get("Cache")) {
            let place = place_of(written, "Cache", self.api.span);
            self.add("ApiCache", "ApiCache", place, kept(cache, &names));
        }
        for (_, domain) in alternatives(written.get("DomainName")) {
            self.domain(domain);
        }
        for entry in written.path("DataSources/DynamoDb").entries() {
            self.table_source(entry);
        }
        for entry in written.path("DataSources/Lambda").entries() {
            self.function_source(entry);
        }
        self.functions_and_resolvers();
        self.authorizer_permissions();
    }

    fn address(&self, suffix: &str) -> String {
        format!("{}{suffix}", self.api.address)
    }

    fn api_id(&self, place: Place) -> Value {
        place.attribute(&self.api.address, "ApiId")
    }

    /// Adds a part of the type `AWS::AppSync::{kind}`.
    fn add(&mut self, suffix: &str, kind: &str, place: Place, mut properties: Map) {
        put(&mut properties, "ApiId", self.api_id(place));
        let properties = Value::map(properties, place.0).with(Flags::SYNTHETIC);
        let kind = format!("AWS::AppSync::{kind}");
        let address = self.address(suffix);
        self.generated.add(self.api, address, &kind, Formula::True, properties);
    }

    fn domain(&mut self, domain: &Value) {
        let place = place_of(&self.api.properties, "DomainName", self.api.span);
        let names = ["CertificateArn", "Description", "DomainName"];
        let properties = Value::map(kept(domain, &names), place.0).with(Flags::SYNTHETIC);
        let address = self.address("DomainName");
        let name = place.attribute(&address, "DomainName");
        let kind = "AWS::AppSync::DomainName";
        self.generated.add(self.api, address, kind, Formula::True, properties);
        let mut properties = Map::default();
        put(&mut properties, "DomainName", name);
        self.add("DomainNameApiAssociation", "DomainNameApiAssociation", place, properties);
    }

    fn table_source(&mut self, entry: &Entry) {
        let place = Place(entry.key_span);
        let written = &entry.value;
        let names = [
            ("DeltaSync", "DeltaSyncConfig"),
            ("Region", "AwsRegion"),
            ("TableName", "TableName"),
            ("UseCallerCredentials", "UseCallerCredentials"),
            ("Versioned", "Versioned"),
        ];
        let mut config = renamed(written, &names);
        let region = or_else(written.get("Region"), place.arn("${AWS::Region}"));
        put(&mut config, "AwsRegion", region);
        let config = Value::map(config, place.0).with(Flags::SYNTHETIC);
        let arn = "arn:${AWS::Partition}:dynamodb:${AWS::Region}:${AWS::AccountId}:table/${Table}";
        let arn = place.with(arn, "Table", written.get("TableName"));
        let arn = or_else(written.get("TableArn"), arn);
        let both = place.texts(&["Read", "Write"]);
        let source = Source {
            entry,
            suffix: "DynamoDB",
            kind: "AMAZON_DYNAMODB",
            config: ("DynamoDBConfig", config),
            connector: "ToTableConnector",
            target: End::plain("AWS::DynamoDB::Table", arn, Value::absent().clone()),
            permissions: or_else(written.get("Permissions"), both),
        };
        self.source(source);
    }

    fn function_source(&mut self, entry: &Entry) {
        let place = Place(entry.key_span);
        let arn = entry.value.get("FunctionArn").clone();
        let config = place.map([("LambdaFunctionArn", arn.clone())]);
        let source = Source {
            entry,
            suffix: "Lambda",
            kind: "AWS_LAMBDA",
            config: ("LambdaConfig", config),
            connector: "ToLambdaConnector",
            target: End::plain("AWS::Lambda::Function", arn, Value::absent().clone()),
            permissions: place.texts(&["Write"]),
        };
        self.source(source);
    }

    /// A data source, and the role with which it is read.
    fn source(&mut self, source: Source<'_>) {
        let Source { entry, suffix, kind, config, connector, target, permissions } = source;
        let place = Place(entry.key_span);
        let id = format!("{}{suffix}DataSource", entry.key);
        let address = self.address(&id);
        let role = format!("{address}Role");
        let named = entry.value.get("ServiceRoleArn");
        let mut properties = kept(&entry.value, &["Description"]);
        let name = or_else(entry.value.get("Name"), place.text(entry.key.clone()));
        put(&mut properties, "Name", name);
        put(&mut properties, "Type", place.text(kind));
        put(&mut properties, config.0, config.1);
        let arn = or_else(named, place.attribute(&role, "Arn"));
        put(&mut properties, "ServiceRoleArn", arn);
        self.add(&id, "DataSource", place, properties);
        let wanted = given(named).negate();
        if wanted == Formula::False {
            return;
        }
        let properties = place.map([("AssumeRolePolicyDocument", place.trust(SERVICE))]);
        self.generated.add(self.api, &*role, "AWS::IAM::Role", wanted, properties);
        let own = place.reference(&address);
        let own = End::plain("AWS::AppSync::DataSource", own, place.reference(&role));
        let id = format!("{address}{connector}");
        self.connect(id, place, &permissions, &own, &target);
    }

    fn connect(&mut self, id: String, place: Place, permissions: &Value, from: &End, to: &End) {
        let absent = Value::absent();
        let connector = Connector {
            sam: self.api,
            id,
            place,
            source: absent,
            destination: absent,
            permissions,
        };
        connect(&connector, from, to, "", self.generated);
    }

    fn functions_and_resolvers(&mut self) {
        let written = &self.api.properties;
        let mut needs_no_source = false;
        let code = [
            ("CodeUri", "CodeS3Location"),
            ("Description", "Description"),
            ("InlineCode", "Code"),
            ("MaxBatchSize", "MaxBatchSize"),
            ("Name", "Name"),
            ("Sync", "SyncConfig"),
            ("Runtime", "Runtime"),
            ("DataSource", "DataSourceName"),
        ];
        for entry in written.get("Functions").entries() {
            // A function that exists is only referred to.
            if !entry.value.get("Id").is_absent() {
                continue;
            }
            let place = Place(entry.key_span);
            let mut properties = renamed(&entry.value, &code);
            let name = or_else(entry.value.get("Name"), place.text(entry.key.clone()));
            put(&mut properties, "Name", name);
            needs_no_source |= entry.value.get("DataSource").is_ignoring_case("none").is_true();
            self.add(&entry.key, "FunctionConfiguration", place, properties);
        }
        for kind in written.get("Resolvers").entries() {
            for entry in kind.value.entries() {
                let place = Place(entry.key_span);
                let names = [
                    ("Caching", "CachingConfig"),
                    ("CodeUri", "CodeS3Location"),
                    ("FieldName", "FieldName"),
                    ("InlineCode", "Code"),
                    ("MaxBatchSize", "MaxBatchSize"),
                    ("Runtime", "Runtime"),
                ];
                let mut properties = renamed(&entry.value, &names);
                let field = or_else(entry.value.get("FieldName"), place.text(entry.key.clone()));
                put(&mut properties, "FieldName", field);
                put(&mut properties, "TypeName", place.text(kind.key.clone()));
                put(&mut properties, "Kind", place.text("PIPELINE"));
                let id = format!("{}{}", kind.key, entry.key);
                self.add(&id, "Resolver", place, properties);
            }
        }
        if needs_no_source {
            let place = place_of(written, "Functions", self.api.span);
            let mut properties = Map::default();
            put(&mut properties, "Name", place.text(self.address("NoneDataSource")));
            put(&mut properties, "Type", place.text("NONE"));
            self.add("NoneDataSource", "DataSource", place, properties);
        }
    }

    /// The permissions to call the functions that authorize.
    fn authorizer_permissions(&mut self) {
        let auth = self.api.properties.get("Auth");
        let all = std::iter::once(auth).chain(auth.get("Additional").items());
        let uris = all.map(|auth| auth.path("LambdaAuthorizer/AuthorizerUri"));
        for (index, uri) in uris.filter(|uri| !uri.is_absent()).enumerate() {
            let place = Place(uri.span);
            let own = place.reference(&self.api.address);
            let from = End::plain("AWS::AppSync::GraphQLApi", own, Value::absent().clone());
            let from = from.with_id(self.api_id(place));
            let to = End::plain("AWS::Lambda::Function", uri.clone(), Value::absent().clone());
            let id = self.address(&format!("ToLambdaAuthConnector{}", index + 1));
            self.connect(id, place, &place.texts(&["Write"]), &from, &to);
        }
    }
}

/// A data source on its way.
struct Source<'s> {
    entry: &'s Entry,
    suffix: &'static str,
    kind: &'static str,
    config: (&'static str, Value),
    connector: &'static str,
    target: End,
    permissions: Value,
}
