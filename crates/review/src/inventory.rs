//! What there is, for who must find out quickly: applications, resources, data.

use std::collections::{BTreeMap, BTreeSet};

use trilith_graph::{Format, ResourceGraph, ResourceId, Root, Scenario, SourceMap, Tri};
use trilith_rules::{Settings, View};

use crate::model::{ApplicationRow, Inventory, StoreRow, TypeRow};
use crate::{responsibility, stores};

/// Types that take tags, besides those that hold data.
const TAGGABLE: [&str; 30] = [
    "AWS::ApiGateway::RestApi",
    "AWS::ApiGateway::Stage",
    "AWS::AutoScaling::AutoScalingGroup",
    "AWS::CertificateManager::Certificate",
    "AWS::CloudFront::Distribution",
    "AWS::CloudTrail::Trail",
    "AWS::CodeBuild::Project",
    "AWS::CodePipeline::Pipeline",
    "AWS::Cognito::UserPool",
    "AWS::EC2::EIP",
    "AWS::EC2::Instance",
    "AWS::EC2::InternetGateway",
    "AWS::EC2::NatGateway",
    "AWS::EC2::RouteTable",
    "AWS::EC2::SecurityGroup",
    "AWS::EC2::Subnet",
    "AWS::EC2::TransitGateway",
    "AWS::EC2::VPC",
    "AWS::ECS::Cluster",
    "AWS::ECS::Service",
    "AWS::ECS::TaskDefinition",
    "AWS::EKS::Cluster",
    "AWS::EKS::Nodegroup",
    "AWS::ElasticLoadBalancingV2::LoadBalancer",
    "AWS::IAM::Role",
    "AWS::IAM::User",
    "AWS::KMS::Key",
    "AWS::Lambda::Function",
    "AWS::StepFunctions::StateMachine",
    "AWS::WAFv2::WebACL",
];

/// Takes the inventory of a graph.
pub fn take(graph: &ResourceGraph, sources: &SourceMap, settings: &Settings) -> Inventory {
    let classes = responsibility::classes(graph);
    let scenario = Scenario::default();
    let mut applications: BTreeMap<(String, &'static str), Application> = BTreeMap::new();
    let mut inventory = Inventory {
        resources: 0,
        applications: Vec::new(),
        types: types(graph, &classes),
        stores: Vec::new(),
        untagged: 0,
        taggable: 0,
    };
    for (id, resource) in graph.resources().filter(|(_, resource)| resource.is_real()) {
        let view = View::new(graph, id, &scenario).with_settings(settings);
        let (name, by) = application(graph, id, &view);
        let is_store = is_store(&view);
        let tagged = stores::has_tags(&view);
        let is_taggable = is_store || TAGGABLE.contains(&&*resource.resource_type);
        inventory.resources += 1;
        inventory.taggable += usize::from(is_taggable);
        let is_bare = is_taggable && tagged.is_false();
        inventory.untagged += usize::from(is_bare);
        if is_store {
            inventory.stores.push(store(&view, &name, tagged, sources));
        }
        let entry = applications.entry((name, by)).or_default();
        entry.resources += 1;
        entry.stores += usize::from(is_store);
        entry.untagged += usize::from(is_bare);
        entry.roots.insert(view.root().name.to_string());
        entry.owners.extend(stores::owner(&view));
    }
    inventory.applications = applications
        .into_iter()
        .map(|((name, by), one)| ApplicationRow {
            name,
            by: by.into(),
            roots: one.roots.into_iter().collect(),
            owners: one.owners.into_iter().collect(),
            resources: one.resources,
            stores: one.stores,
            untagged: one.untagged,
        })
        .collect();
    inventory
}

#[derive(Default)]
struct Application {
    roots: BTreeSet<String>,
    owners: BTreeSet<String>,
    resources: usize,
    stores: usize,
    untagged: usize,
}

/// Real resources by type, alphabetically.
pub(crate) fn types(
    graph: &ResourceGraph,
    classes: &[Option<responsibility::Class>],
) -> Vec<TypeRow> {
    let mut rows: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for (id, resource) in graph.resources().filter(|(_, resource)| resource.is_real()) {
        let class = classes[id.0 as usize].map_or("", responsibility::Class::name);
        *rows.entry((&resource.resource_type, class)).or_default() += 1;
    }
    rows.into_iter()
        .map(|((kind, class), resources)| TypeRow {
            resource_type: kind.into(),
            class: class.into(),
            resources,
        })
        .collect()
}

/// Whether a resource holds data. A parameter that is no secret is a setting.
fn is_store(view: &View<'_>) -> bool {
    match view.resource_type() {
        "AWS::SSM::Parameter" => view.get("Type").is("SecureString").is_true(),
        kind => stores::TYPES.contains(&kind),
    }
}

/// The application of a resource, and what it is named after.
fn application(graph: &ResourceGraph, id: ResourceId, view: &View<'_>) -> (String, &'static str) {
    if let Some(name) = stores::application(view) {
        return (name, "tag");
    }
    let resource = graph.resource(id);
    let root = graph.root(resource.root);
    if let Some((stack, _)) = root.stacks_around(&resource.address).last() {
        return (format!("{} › {stack}", root.name), "stack");
    }
    if let Some(module) = module_of(&resource.address) {
        return (format!("{} › {module}", root.name), "module");
    }
    by_root(root)
}

fn by_root(root: &Root) -> (String, &'static str) {
    match root.format {
        Format::CloudFormation => (root.name.to_string(), "stack"),
        Format::Iam => {
            let directory = root.name.rsplit_once('/').map_or(".", |(directory, _)| directory);
            (directory.to_owned(), "directory")
        }
        _ => (root.name.to_string(), "directory"),
    }
}

/// The module call that an address of Terraform begins with, without its key.
fn module_of(address: &str) -> Option<&str> {
    let rest = address.strip_prefix("module.")?;
    let end = rest.find(['.', '[']).unwrap_or(rest.len());
    Some(&address[.."module.".len() + end])
}

fn store(view: &View<'_>, application: &str, tagged: Tri, sources: &SourceMap) -> StoreRow {
    let resource = view.resource();
    let at = sources.start(resource.span);
    let exposure = match (stores::is_public(view), stores::is_closed(view)) {
        (Tri::True, _) => "public",
        (_, Tri::True) => "closed",
        (Tri::Unknown, _) | (_, Tri::Unknown) => "unknown",
        (Tri::False, Tri::False) => "nothing found",
    };
    let class = match stores::classification(view) {
        Ok(value) => Some(value.display_text().unwrap_or_else(|| "unknown".into())),
        Err(Tri::Unknown) => Some("unknown".into()),
        Err(_) => None,
    };
    StoreRow {
        address: resource.address.to_string(),
        resource_type: resource.source_type.to_string(),
        file: sources.file(resource.span.source).name().to_owned(),
        line: at.line,
        application: application.to_owned(),
        classification: class,
        encryption: stores::encryption(view).map(|(encryption, _)| encryption.name().into()),
        exposure: exposure.into(),
        logs: stores::log_destination(view),
        owner: stores::owner(view),
        untagged: match tagged {
            Tri::True => "no",
            Tri::False => "yes",
            Tri::Unknown => "unknown",
        }
        .into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modules_are_told_by_their_call() {
        assert_eq!(module_of("module.a[\"x\"].module.b.aws_s3_bucket.c"), Some("module.a"));
        assert_eq!(module_of("module.vpc.aws_vpc.this[0]"), Some("module.vpc"));
        assert_eq!(module_of("aws_vpc.this"), None);
    }
}
