//! `AWS::Serverless::Connector`: what a source may do with a destination.

use trilith_graph::{Formula, Resource, Value, ValueKind};

use super::choice::alternatives;
use super::facts::{Access, Profile};
use super::generated::Generated;
use super::globals::PREFIX;
use super::place::{Place, place_of};

/// A connector, written as a resource or beside the properties of its source.
#[derive(Debug)]
pub(super) struct Connector<'c> {
    /// The resource that is written.
    pub(super) sam: &'c Resource,
    /// Its logical id.
    pub(super) id: String,
    /// Where it is named.
    pub(super) place: Place,
    /// Its source.
    pub(super) source: &'c Value,
    /// Its destination, or several.
    pub(super) destination: &'c Value,
    /// Its `Permissions`.
    pub(super) permissions: &'c Value,
}

/// One end of a connector.
#[derive(Debug)]
pub(super) struct End {
    resource_type: String,
    arn: Value,
    url: Value,
    id: Value,
    name: Value,
    qualifier: Value,
    /// What the role is called with which it acts.
    role: Value,
}

impl<'c> Connector<'c> {
    /// A connector that is a resource.
    pub(super) fn written(sam: &'c Resource) -> Self {
        let properties = &sam.properties;
        Self {
            sam,
            id: sam.address.to_string(),
            place: Place(sam.span),
            source: properties.get("Source"),
            destination: properties.get("Destination"),
            permissions: properties.get("Permissions"),
        }
    }
}

/// Expands a connector. `resources` are those that it may connect, in CloudFormation's types.
pub(super) fn expand(
    connector: &Connector<'_>,
    resources: &[&Resource],
    generated: &mut Generated,
) {
    let several = matches!(connector.destination.kind, ValueKind::List(_));
    for (index, destination) in connector.destination.items().iter().enumerate() {
        let suffix = if several { format!("Destination{index}") } else { String::new() };
        let source = end(connector, connector.source, destination, resources);
        let target = end(connector, destination, connector.source, resources);
        match (source, target) {
            (Some(source), Some(target)) => {
                connect(connector, &source, &target, &suffix, generated);
            }
            // What is connected is not known, nor what comes of it.
            _ => generated.is_open = true,
        }
    }
}

/// What is made for one pair.
pub(super) fn connect(
    connector: &Connector<'_>,
    source: &End,
    destination: &End,
    suffix: &str,
    generated: &mut Generated,
) {
    let Some(profile) = Profile::of(&source.resource_type, &destination.resource_type) else {
        generated.is_open = true;
        return;
    };
    let place = place_of(&connector.sam.properties, "Permissions", connector.place.0);
    let lookup = |name: &str| {
        let (end, attribute) = match name.split_once('.')? {
            ("Source", attribute) => (source, attribute),
            ("Destination", attribute) => (destination, attribute),
            _ => return None,
        };
        end.attribute(attribute)
    };
    let asked = connector.permissions.items();
    let wanted = |access: &Access| asked.iter().any(|name| !name.is(access.name).is_false());
    let accesses: Vec<Access> = profile.accesses().filter(wanted).collect();
    let holder = if profile.is_held_by_source { source } else { destination };
    let id = &connector.id;
    let always = || Formula::True;
    if profile.kind == "permission" {
        for access in accesses {
            let Some([action, principal, arn, account]) = access.grant() else { continue };
            let text = |text: Option<&str>| {
                text.map_or(Value::absent().clone(), |text| place.substitute(text, &lookup))
            };
            let properties = place.map([
                ("Action", text(action)),
                ("FunctionName", holder.arn.clone()),
                ("Principal", text(principal)),
                ("SourceArn", text(arn)),
                ("SourceAccount", text(account)),
            ]);
            let address = format!("{id}{}LambdaPermission{suffix}", access.name);
            let kind = "AWS::Lambda::Permission";
            generated.add(connector.sam, address, kind, always(), properties);
        }
        return;
    }
    let statements = accesses.iter().flat_map(|access| access.statements(place, &lookup));
    let document = place.document(statements.collect());
    let (kind, name, key, target) = match profile.kind {
        "queue-policy" => ("AWS::SQS::QueuePolicy", "QueuePolicy", "Queues", &holder.url),
        "topic-policy" => ("AWS::SNS::TopicPolicy", "TopicPolicy", "Topics", &holder.arn),
        _ => ("AWS::IAM::ManagedPolicy", "Policy", "Roles", &holder.role),
    };
    let properties =
        place.map([("PolicyDocument", document), (key, place.list(vec![target.clone()]))]);
    let address = format!("{id}{name}{suffix}");
    generated.add(connector.sam, address, kind, always(), properties);
}

impl End {
    /// An end of which only the ARN matters, and the role.
    pub(super) fn plain(resource_type: &str, arn: Value, role: Value) -> Self {
        let none = || Value::absent().clone();
        let resource_type = resource_type.to_owned();
        Self { resource_type, arn, url: none(), id: none(), name: none(), qualifier: none(), role }
    }

    /// The same with an id.
    pub(super) fn with_id(self, id: Value) -> Self {
        Self { id, ..self }
    }

    fn attribute(&self, name: &str) -> Option<Value> {
        let value = match name {
            "Arn" => &self.arn,
            "ResourceId" => &self.id,
            "Name" => &self.name,
            "Qualifier" => &self.qualifier,
            _ => return None,
        };
        Some(value.clone())
    }
}

/// One end, by the logical id or the attributes that are written.
fn end(
    connector: &Connector<'_>,
    written: &Value,
    other: &Value,
    resources: &[&Resource],
) -> Option<End> {
    let place = Place(written.span);
    let own_qualifier = written.get("Qualifier");
    let any = place.text("*");
    let qualifier = if own_qualifier.is_absent() { any } else { own_qualifier.clone() };
    let Some(id) = written.get("Id").as_str() else {
        let get = |key: &str| written.get(key).clone();
        return Some(End {
            resource_type: canonical(written.get("Type").as_str()?).to_owned(),
            arn: get("Arn"),
            url: get("QueueUrl"),
            id: get("ResourceId"),
            name: get("Name"),
            qualifier,
            role: get("RoleName"),
        });
    };
    let resource = resources.iter().find(|resource| &*resource.address == id)?;
    let of = |attribute: &str| place.attribute(id, attribute);
    let is_ref_arn = matches!(
        &*resource.resource_type,
        "AWS::SNS::Topic"
            | "AWS::StepFunctions::StateMachine"
            | "AWS::AppSync::GraphQLApi"
            | "AWS::AppSync::DataSource"
    );
    let is_graphql = &*resource.resource_type == "AWS::AppSync::GraphQLApi";
    Some(End {
        resource_type: resource.resource_type.to_string(),
        arn: if is_ref_arn { of("") } else { of("Arn") },
        url: of(""),
        id: if is_graphql { of("ApiId") } else { of("") },
        name: of("Name"),
        qualifier,
        role: role_of(resource, other, connector.place),
    })
}

/// The name of the role with which a resource acts.
fn role_of(resource: &Resource, other: &Value, place: Place) -> Value {
    let properties = &resource.properties;
    let arn = match &*resource.resource_type {
        "AWS::Lambda::Function" => properties.get("Role"),
        "AWS::StepFunctions::StateMachine" => properties.get("RoleArn"),
        "AWS::AppSync::DataSource" => properties.get("ServiceRoleArn"),
        "AWS::Events::Rule" => {
            let other = other.get("Id").as_str();
            let targets = properties.get("Targets").items().iter();
            let mut meant = targets.filter(|target| {
                let arn = target.get("Arn").as_reference();
                arn.is_some_and(|arn| Some(&*arn.address) == other)
            });
            meant.next().map_or(Value::absent(), |target| target.get("RoleArn"))
        }
        _ => return Value::absent().clone(),
    };
    super::choice::map(arn, |arn| match arn.as_reference() {
        Some(reference) => place.reference(&reference.address),
        None => arn.clone(),
    })
}

/// CloudFormation's type for one of SAM's.
fn canonical(resource_type: &str) -> &str {
    match resource_type.strip_prefix(PREFIX) {
        Some("Api") => "AWS::ApiGateway::RestApi",
        Some("Function") => "AWS::Lambda::Function",
        Some("HttpApi") => "AWS::ApiGatewayV2::Api",
        Some("SimpleTable") => "AWS::DynamoDB::Table",
        Some("StateMachine") => "AWS::StepFunctions::StateMachine",
        _ => resource_type,
    }
}

/// The connectors that are written beside the properties of their source.
pub(super) fn embedded(sam: &Resource) -> Vec<Connector<'_>> {
    let mut found = Vec::new();
    for entry in sam.attributes.get("Connectors").entries() {
        for (_, connector) in alternatives(&entry.value) {
            let properties = connector.get("Properties");
            found.push(Connector {
                sam,
                id: format!("{}{}", sam.address, entry.key),
                place: Place(entry.key_span),
                source: properties.get("SourceReference"),
                destination: properties.get("Destination"),
                permissions: properties.get("Permissions"),
            });
        }
    }
    found
}

/// Expands a connector whose source is the resource beside which it is written.
pub(super) fn expand_embedded(
    connector: &Connector<'_>,
    resources: &[&Resource],
    generated: &mut Generated,
) {
    let id = connector.place.text(connector.sam.address.clone());
    let qualifier = connector.source.get("Qualifier").clone();
    let source = connector.place.map([("Id", id), ("Qualifier", qualifier)]);
    let connector = Connector { id: connector.id.clone(), source: &source, ..*connector };
    expand(&connector, resources, generated);
}
