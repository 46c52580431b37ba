//! The logical ids that an expansion gives to resources, known before it takes place: a template
//! may refer to them.

use super::globals::PREFIX;
use super::routes::{IMPLICIT_HTTP_API, IMPLICIT_REST_API};
use crate::tree::{NodeId, Tree};

/// The ids of what comes with a resource, by its type; those of its events aside.
const SUFFIXES: [(&str, &[&str]); 8] = [
    ("Api", &["ApiKey", "Deployment", "UsagePlan", "UsagePlanKey"]),
    ("CapacityProvider", &["OperatorRole"]),
    ("Connector", &["Policy", "QueuePolicy", "TopicPolicy"]),
    ("Function", &["EventInvokeConfig", "Role", "Url", "UrlPublicPermissions", "Version"]),
    ("GraphQLApi", &["ApiCache", "CloudWatchRole", "DomainName", "NoneDataSource", "Schema"]),
    ("HttpApi", &["ApiGatewayDefaultStage"]),
    ("StateMachine", &["Role", "Version"]),
    ("WebSocketApi", &["ConnectAuthorizer", "DefaultStage"]),
];
/// What an event makes besides what is called like it.
const OF_EVENT: [&str; 7] =
    ["", "EventSourceMapping", "Permission", "PermissionProd", "Queue", "QueuePolicy", "Role"];
/// The implicit APIs, and what comes with them.
const IMPLICIT: [(&str, &[&str]); 2] = [
    (IMPLICIT_REST_API, &["", "Deployment", "ProdStage"]),
    (IMPLICIT_HTTP_API, &["", "ApiGatewayDefaultStage"]),
];

/// The ids that come with the resource called `id`, and those that it may imply.
pub(crate) fn generated_ids(tree: &Tree<'_>, id: &str, resource: NodeId) -> Vec<String> {
    let written = tree.get(resource, "Type").and_then(|node| tree.string(node));
    let Some(kind) = written.and_then(|written| written.strip_prefix(PREFIX)) else {
        return Vec::new();
    };
    let suffixes = SUFFIXES.iter().find(|(known, _)| *known == kind).map_or(&[][..], |row| row.1);
    let mut ids: Vec<String> = suffixes.iter().map(|suffix| format!("{id}{suffix}")).collect();
    let Some(properties) = tree.get(resource, "Properties") else { return ids };
    let text = |key: &str| tree.get(properties, key).map(|node| tree.text(node));
    if let Some(alias) = text("AutoPublishAlias") {
        ids.push(format!("{id}Alias{alias}"));
    }
    if let Some(stage) = text("StageName") {
        ids.push(format!("{id}{stage}Stage"));
    }
    if let Some(events) = tree.get(properties, "Events") {
        for event in &tree.members(events) {
            let of_event = OF_EVENT.iter();
            ids.extend(of_event.map(|suffix| format!("{id}{}{suffix}", event.key)));
        }
        for (api, suffixes) in IMPLICIT {
            ids.extend(suffixes.iter().map(|suffix| format!("{api}{suffix}")));
        }
    }
    ids
}
