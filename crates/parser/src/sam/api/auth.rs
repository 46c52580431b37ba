//! `Auth`: authorizers, the functions they call, and who may call at all.

use trilith_graph::{Entry, Formula, Resource, Value};

use crate::sam::choice::{alternatives, when_any};
use crate::sam::generated::Generated;
use crate::sam::place::Place;

const ARN: &str =
    "arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:${Api}/authorizers/*";

/// The permissions for API Gateway to call the functions of the authorizers.
pub(super) fn permissions(api: &Resource, generated: &mut Generated) {
    let is_rest = api.resource_type.ends_with("::Api");
    for entry in authorizers(&api.properties) {
        let function = entry.value.get("FunctionArn");
        let place = Place(entry.key_span);
        // SAM permits by default for REST APIs, and on demand for HTTP APIs.
        let guard = if is_rest {
            let refused = entry.value.get("DisableFunctionDefaultPermissions");
            when_any(refused, |value| value.is_true().is_true()).negate()
        } else {
            let wanted = entry.value.get("EnableFunctionDefaultPermissions");
            when_any(wanted, |value| value.is_true().is_true())
        };
        for (given, function) in alternatives(function) {
            let guard = Formula::all([guard.clone(), given]);
            let address = format!("{}{}AuthorizerPermission", api.address, entry.key);
            permission(api, address, place, function, guard, generated);
        }
    }
}

/// One permission for API Gateway to call an authorizer's function.
pub(super) fn permission(
    api: &Resource,
    address: String,
    place: Place,
    function: &Value,
    guard: Formula,
    generated: &mut Generated,
) {
    let properties = place.map([
        ("Action", place.text("lambda:InvokeFunction")),
        ("FunctionName", function.clone()),
        ("Principal", place.text("apigateway.amazonaws.com")),
        ("SourceArn", place.with(ARN, "Api", &place.reference(&api.address))),
    ]);
    generated.add(api, address, "AWS::Lambda::Permission", guard, properties);
}

/// The authorizers that an API declares.
pub(super) fn authorizers(api: &Value) -> &[Entry] {
    api.path("Auth/Authorizers").entries()
}

/// The scheme of an authorizer in the document of an API.
pub(super) fn scheme(entry: &Entry) -> Value {
    let place = Place(entry.key_span);
    let written = &entry.value;
    let has = |key: &str| !written.get(key).is_absent();
    let (kind, source) = if has("UserPoolArn") {
        let pools = place.list(written.get("UserPoolArn").items().to_vec());
        ("cognito_user_pools", vec![("providerARNs", pools)])
    } else if has("JwtConfiguration") {
        let jwt = written.get("JwtConfiguration").clone();
        ("jwt", vec![("jwtConfiguration", jwt)])
    } else {
        let uri = "arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${Function}/invocations";
        let uri = place.with(uri, "Function", written.get("FunctionArn"));
        let role = written.get("FunctionInvokeRole").clone();
        ("custom", vec![("authorizerUri", uri), ("authorizerCredentials", role)])
    };
    let authorizer = place.map(
        [("type", place.text(if kind == "custom" { "request" } else { kind }))]
            .into_iter()
            .chain(source),
    );
    place.map([
        ("type", place.text(if kind == "jwt" { "oauth2" } else { "apiKey" })),
        ("x-amazon-apigateway-authtype", place.text(kind)),
        ("x-amazon-apigateway-authorizer", authorizer),
    ])
}

/// Lists of `ResourcePolicy` that say who may call, or from where.
const LISTS: [(&str, Limit); 12] = [
    ("AwsAccountWhitelist", Limit::Account("Allow")),
    ("AwsAccountBlacklist", Limit::Account("Deny")),
    ("IpRangeWhitelist", Limit::Origin("NotIpAddress", "aws:SourceIp")),
    ("IpRangeBlacklist", Limit::Origin("IpAddress", "aws:SourceIp")),
    ("IntrinsicVpcWhitelist", Limit::Origin("StringNotEquals", "aws:SourceVpc")),
    ("IntrinsicVpceWhitelist", Limit::Origin("StringNotEquals", "aws:SourceVpce")),
    ("IntrinsicVpcBlacklist", Limit::Origin("StringEquals", "aws:SourceVpc")),
    ("IntrinsicVpceBlacklist", Limit::Origin("StringEquals", "aws:SourceVpce")),
    ("SourceVpcWhitelist", Limit::Network("StringNotEquals")),
    ("SourceVpcBlacklist", Limit::Network("StringEquals")),
    ("SourceVpceWhitelist", Limit::Origin("StringNotEquals", "aws:SourceVpce")),
    ("SourceVpceBlacklist", Limit::Origin("StringEquals", "aws:SourceVpce")),
];

#[derive(Debug, Clone, Copy)]
enum Limit {
    /// Accounts that are allowed or denied.
    Account(&'static str),
    /// What must not be the case, and of which key.
    Origin(&'static str, &'static str),
    /// Networks and endpoints, told apart by how their ids begin.
    Network(&'static str),
}

/// The policy of an API that `ResourcePolicy` stands for.
pub(super) fn resource_policy(written: &Value) -> Value {
    if written.entries().is_empty() {
        return written.clone();
    }
    let place = Place(written.span);
    let mut statements = written.get("CustomStatements").items().to_vec();
    let mut limits = Vec::new();
    for (name, limit) in LISTS {
        let values = written.get(name);
        if values.is_absent() {
            continue;
        }
        match limit {
            Limit::Account(effect) => statements.push(of_accounts(values, effect)),
            Limit::Origin(operator, key) => limits.push(denied(values, operator, key)),
            Limit::Network(operator) => {
                let is_endpoint = |id: &&Value| id.starts_with("vpce-").is_true();
                let (endpoints, networks): (Vec<&Value>, Vec<&Value>) =
                    values.items().iter().partition(is_endpoint);
                for (ids, key) in [(networks, "aws:SourceVpc"), (endpoints, "aws:SourceVpce")] {
                    if !ids.is_empty() {
                        let ids = Place(values.span).list(ids.into_iter().cloned().collect());
                        limits.push(denied(&ids, operator, key));
                    }
                }
            }
        }
    }
    if !limits.is_empty() {
        statements.push(statement(place, "Allow", place.text("*"), None));
        statements.extend(limits);
    }
    place.document(statements)
}

fn of_accounts(accounts: &Value, effect: &str) -> Value {
    let place = Place(accounts.span);
    let arn = |account: &Value| {
        if account.starts_with("arn:").is_true() {
            return account.clone();
        }
        let arn = "arn:${AWS::Partition}:iam::${Account}:root";
        Place(account.span).with(arn, "Account", account)
    };
    let principals = place.list(accounts.items().iter().map(arn).collect());
    statement(place, effect, place.map([("AWS", principals)]), None)
}

fn denied(values: &Value, operator: &str, key: &str) -> Value {
    let place = Place(values.span);
    let condition = place.map([(operator, place.map([(key, values.clone())]))]);
    statement(place, "Deny", place.text("*"), Some(condition))
}

fn statement(place: Place, effect: &str, principal: Value, condition: Option<Value>) -> Value {
    let members = [
        ("Effect", place.text(effect)),
        ("Principal", principal),
        ("Action", place.text("execute-api:Invoke")),
        ("Resource", place.text("execute-api:/*")),
    ];
    place.map(members.into_iter().chain(condition.map(|condition| ("Condition", condition))))
}
