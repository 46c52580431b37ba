//! What differs in structure and not only in names.
//!
//! A rule of a security group that names several peers is one rule per peer in CloudFormation.
//! Inside of a group these are elements of `SecurityGroupIngress`, each with the span of its
//! peer. A rule that is a resource of its own keeps its address with its first peer; each
//! further peer is a synthetic resource under the address, `#`, and the place of the peer:
//! `aws_security_group_rule.web#cidr_blocks.1`. Inline routes and access control entries get
//! addresses of the same form.

use std::sync::Arc;

use trilith_graph::{
    Entry, Flags, Formula, Map, Reason, Reference, Resource, Span, Value, ValueKind,
};

use super::cases::{elements, otherwise};
use super::convert::unknown_unless_container;
use super::map::{Draft, Mapper};
use super::table::{Adapter, Split, TypeTable};
use crate::hcl::only_if;

/// Completes a resource, and gives the further resources that it stands for.
pub(super) fn apply(
    mapper: &mut Mapper<'_>,
    table: &'static TypeTable,
    draft: &Draft,
    raw: &Value,
    resource: &mut Resource,
) -> Vec<Resource> {
    let mut siblings = match table.adapter {
        Adapter::Plain | Adapter::PolicyAttachment | Adapter::MethodSettings => Vec::new(),
        Adapter::S3Grants => {
            s3_grants(raw, &mut resource.properties);
            Vec::new()
        }
        Adapter::SecurityGroup => {
            for direction in [&INGRESS, &EGRESS] {
                security_group(mapper, direction, draft, raw, resource);
            }
            Vec::new()
        }
        Adapter::SecurityGroupRule => security_group_rule(mapper, draft, raw, resource),
        Adapter::NetworkAclEntries => network_acl(mapper, draft, raw),
        Adapter::Routes => routes(mapper, draft, raw),
        Adapter::Directory => {
            directory(draft, raw, resource);
            Vec::new()
        }
    };
    for split in table.split {
        siblings.extend(split_off(mapper, split, draft, raw));
    }
    siblings
}

/// Completes what a part of another resource says.
pub(super) fn complete_part(
    table: &'static TypeTable,
    raw: &Value,
    mut properties: Value,
) -> Value {
    match table.adapter {
        Adapter::S3Grants => s3_grants(raw, &mut properties),
        Adapter::MethodSettings => method_settings(raw, &mut properties),
        _ => {}
    }
    properties
}

/// `method_path` is the path of a resource and a method: `users/list/GET`, or `*/*` for all.
fn method_settings(raw: &Value, properties: &mut Value) {
    let given = raw.get("method_path");
    let (path, method) = match given.as_str().and_then(|text| text.rsplit_once('/')) {
        Some((path, method)) => {
            let path = format!("/{}", path.trim_start_matches('/'));
            (Value::string(path, given.span), Value::string(method, given.span))
        }
        None if given.is_unknown() => (given.clone(), given.clone()),
        None => return,
    };
    let ValueKind::Map(properties) = &mut properties.kind else { return };
    let Some(settings) =
        super::map::list(Arc::make_mut(properties), "MethodSettings", given.span, given.span)
    else {
        return;
    };
    for setting in settings {
        if let ValueKind::Map(setting) = &mut setting.kind {
            let setting = Arc::make_mut(setting);
            setting.insert("ResourcePath", given.span, path.clone());
            setting.insert("HttpMethod", given.span, method.clone());
        }
    }
}

/// One type of Terraform is three kinds of directories, of which two are types of CloudFormation.
fn directory(draft: &Draft, raw: &Value, resource: &mut Resource) {
    let kind = raw.get("type");
    match kind.as_str() {
        Some("MicrosoftAD") => resource.resource_type = "AWS::DirectoryService::MicrosoftAD".into(),
        Some("SimpleAD") => {}
        None if kind.is_absent() || matches!(kind.kind, ValueKind::Null) => {}
        _ => {
            resource.resource_type = draft.source_type.clone();
            resource.properties = raw.clone();
        }
    }
}

/// The canned access control list that grants of the same reach amount to. Only grants to
/// everybody have one.
fn s3_grants(raw: &Value, properties: &mut Value) {
    let mut grants = elements(raw.get("grant"));
    for (outer, policy) in elements(raw.get("access_control_policy")) {
        let inner = elements(policy.get("grant")).into_iter();
        grants.extend(inner.map(|(guard, grant)| (Formula::all([outer.clone(), guard]), grant)));
    }
    let mut found: Vec<Grant<'_>> =
        grants.iter().flat_map(|(guard, it)| canned(guard, it)).collect();
    // The one that reaches furthest counts, where it is there.
    found.sort_by_key(|grant| grant.reach);
    let list = found.into_iter().fold(None, |earlier: Option<Value>, grant| {
        let value = Value::string(grant.name, grant.uri.span).with(Flags::SYNTHETIC);
        Some(match earlier {
            Some(earlier) if earlier.as_str() == Some(grant.name) => earlier,
            Some(earlier) => otherwise(&grant.guard, value, earlier),
            None => only_if(grant.guard, value),
        })
    });
    let ValueKind::Map(properties) = &mut properties.kind else { return };
    if let (Some(list), None) = (list, properties.get("AccessControl")) {
        Arc::make_mut(properties).insert("AccessControl", list.span, list);
    }
}

/// A grant to everybody.
struct Grant<'v> {
    guard: Formula,
    /// How far it reaches, to compare.
    reach: u8,
    /// The canned list.
    name: &'static str,
    uri: &'v Value,
}

fn canned<'v>(guard: &Formula, grant: &'v Value) -> Vec<Grant<'v>> {
    let permissions =
        if grant.get("permissions").is_absent() { "permission" } else { "permissions" };
    let permissions = grant.get(permissions).items();
    let has = |names: &[&str]| {
        permissions.iter().any(|permission| permission.as_str().is_some_and(|p| names.contains(&p)))
    };
    let uris = if grant.get("uri").is_absent() {
        let grantees = elements(grant.get("grantee")).into_iter();
        grantees.map(|(guard, grantee)| (guard, grantee.get("uri"))).collect()
    } else {
        vec![(Formula::True, grant.get("uri"))]
    };
    let canned = uris.into_iter().filter_map(|(inner, uri)| {
        let (reach, name) = match uri.as_str()?.rsplit('/').next()? {
            "AllUsers" if has(&["WRITE", "WRITE_ACP", "FULL_CONTROL"]) => (3, "PublicReadWrite"),
            "AllUsers" if has(&["READ", "READ_ACP"]) => (2, "PublicRead"),
            "AuthenticatedUsers" => (1, "AuthenticatedRead"),
            _ => return None,
        };
        Some(Grant { guard: Formula::all([guard.clone(), inner]), reach, name, uri })
    });
    canned.collect()
}

struct Direction {
    attribute: &'static str,
    property: &'static str,
    group: &'static str,
    prefix_list: &'static str,
}

static INGRESS: Direction = Direction {
    attribute: "ingress",
    property: "SecurityGroupIngress",
    group: "SourceSecurityGroupId",
    prefix_list: "SourcePrefixListId",
};

static EGRESS: Direction = Direction {
    attribute: "egress",
    property: "SecurityGroupEgress",
    group: "DestinationSecurityGroupId",
    prefix_list: "DestinationPrefixListId",
};

fn security_group(
    mapper: &mut Mapper<'_>,
    direction: &Direction,
    draft: &Draft,
    raw: &Value,
    resource: &mut Resource,
) {
    let ValueKind::Map(map) = &raw.kind else { return };
    let Some(entry) = map.entry(direction.attribute) else { return };
    let value = match &entry.value.kind {
        ValueKind::Null | ValueKind::Absent => return,
        ValueKind::List(items) if items.is_empty() && !entry.value.flags.has(Flags::OPEN) => return,
        ValueKind::List(_) | ValueKind::Map(_) | ValueKind::OneOf(_) => {
            let mut rules = Vec::new();
            for (guard, block) in elements(&entry.value) {
                let ValueKind::Map(_) = &block.kind else {
                    rules.push(only_if(guard, unknown_unless_container(block)));
                    continue;
                };
                let this = Some(&draft.address);
                for (_, peer) in peers(direction, block, this) {
                    rules.push(only_if(guard.clone(), rule(mapper, block, peer)));
                }
            }
            Value { kind: ValueKind::List(Arc::new(rules)), ..entry.value.clone() }
        }
        _ => unknown_unless_container(&entry.value),
    };
    if let ValueKind::Map(properties) = &mut resource.properties.kind {
        Arc::make_mut(properties).insert(direction.property, entry.key_span, value);
    }
}

/// Where a peer is written below its rule, and the peer.
type Peer = (String, Option<Entry>);

/// The peers of a rule; one that is none where a rule names no peer.
fn peers(direction: &Direction, block: &Value, this: Option<&Arc<str>>) -> Vec<Peer> {
    let lists = [
        ("cidr_blocks", "CidrIp"),
        ("ipv6_cidr_blocks", "CidrIpv6"),
        ("prefix_list_ids", direction.prefix_list),
        ("security_groups", direction.group),
    ];
    let mut found = Vec::new();
    let mut add = |place: String, property: &str, value: Value| {
        let entry = Entry { key: property.into(), key_span: value.span, value };
        found.push((place, Some(entry)));
    };
    for (attribute, property) in lists {
        let value = block.get(attribute);
        match &value.kind {
            ValueKind::List(items) => {
                for (at, item) in items.iter().enumerate() {
                    add(format!("{attribute}.{at}"), property, item.clone());
                }
                if value.flags.has(Flags::OPEN) {
                    let more = Value::unknown(Reason::OpenMap, value.span);
                    add(format!("{attribute}.{}", items.len()), property, more);
                }
            }
            ValueKind::Null | ValueKind::Absent => {}
            ValueKind::OneOf(_) => {
                for (at, (guard, item)) in elements(value).into_iter().enumerate() {
                    add(format!("{attribute}.{at}"), property, only_if(guard, item.clone()));
                }
            }
            ValueKind::String(_) | ValueKind::Reference(_) => {
                add(attribute.into(), property, value.clone());
            }
            _ => add(attribute.into(), property, unknown_unless_container(value)),
        }
    }
    let itself = block.get("self");
    match (this, itself.as_bool()) {
        (Some(address), Some(true)) => {
            let reference = Reference { address: address.clone(), attribute: "GroupId".into() };
            let kind = ValueKind::Reference(Arc::new(reference));
            add("self".into(), direction.group, Value::new(kind, itself.span));
        }
        _ if itself.is_unknown() => add("self".into(), direction.group, itself.clone()),
        _ => {}
    }
    if found.is_empty() {
        found.push((String::new(), None));
    }
    found
}

/// One rule with one peer. Its span is that of the block it was written in.
fn rule(mapper: &mut Mapper<'_>, block: &Value, peer: Option<Entry>) -> Value {
    let mut map = Map::with_capacity(5);
    for (attribute, property) in
        [("protocol", "IpProtocol"), ("from_port", "FromPort"), ("to_port", "ToPort")]
    {
        copy(block, attribute, property, &mut map, |value| match (attribute, value.as_str()) {
            ("protocol", Some("all")) => Some(Value::string("-1", value.span)),
            ("protocol", _) => mapper.shaped_text(value),
            _ => Some(value.clone()),
        });
    }
    copy(block, "description", "Description", &mut map, |value| mapper.shaped_text(value));
    if let Some(peer) = peer {
        map.push(peer);
    }
    Value { kind: ValueKind::Map(Arc::new(map)), ..block.clone() }
}

fn copy(
    from: &Value,
    attribute: &str,
    property: &str,
    into: &mut Map,
    convert: impl FnOnce(&Value) -> Option<Value>,
) {
    let ValueKind::Map(map) = &from.kind else { return };
    let Some(entry) = map.entry(attribute) else { return };
    if matches!(entry.value.kind, ValueKind::Null | ValueKind::Absent) {
        return;
    }
    if let Some(value) = convert(&entry.value) {
        into.push(Entry { key: property.into(), key_span: entry.key_span, value });
    }
}

/// A rule outside of its group: one resource for each peer.
fn security_group_rule(
    mapper: &mut Mapper<'_>,
    draft: &Draft,
    raw: &Value,
    resource: &mut Resource,
) -> Vec<Resource> {
    let direction = match raw.get("type").as_str() {
        Some("ingress") => &INGRESS,
        Some("egress") => &EGRESS,
        // Which way it leads is not known, so it is neither.
        _ => {
            resource.resource_type = draft.source_type.clone();
            resource.properties = raw.clone();
            return Vec::new();
        }
    };
    let ValueKind::Map(properties) = &mut resource.properties.kind else { return Vec::new() };
    let properties = Arc::make_mut(properties);
    if direction.attribute == "egress" {
        resource.resource_type = "AWS::EC2::SecurityGroupEgress".into();
        if let Some(group) = properties.entry("SourceSecurityGroupId").cloned() {
            properties.remove("SourceSecurityGroupId");
            properties.insert(direction.group, group.key_span, group.value);
        }
    }
    let group = raw.get("security_group_id").as_reference().map(|group| group.address.clone());
    let mut siblings = Vec::new();
    let shared = properties.clone();
    for (place, peer) in peers(direction, raw, group.as_ref()) {
        let Some(peer) = peer else { continue };
        if siblings.is_empty() && shared.len() == properties.len() {
            properties.push(peer);
            continue;
        }
        let mut own = shared.clone();
        own.push(peer);
        siblings.push((place, Value::map(own, draft.raw.span)));
    }
    let siblings = siblings.into_iter().map(|(place, own)| {
        let mut sibling = mapper.resource("", draft, own);
        sibling.resource_type = resource.resource_type.clone();
        below(&mut sibling, &place);
        sibling
    });
    siblings.collect()
}

/// Moves a resource to an address below that of the resource it was taken from.
fn below(resource: &mut Resource, place: &str) {
    resource.address = format!("{}#{place}", resource.address).into();
    resource.flags = resource.flags.with(Flags::SYNTHETIC);
}

fn reference_to(draft: &Draft, attribute: &str, span: Span) -> Value {
    let reference = Reference { address: draft.address.clone(), attribute: attribute.into() };
    Value::new(ValueKind::Reference(Arc::new(reference)), span)
}

fn entry(key: &str, value: Value) -> Entry {
    Entry { key: key.into(), key_span: value.span, value }
}

fn network_acl(mapper: &mut Mapper<'_>, draft: &Draft, raw: &Value) -> Vec<Resource> {
    let mut siblings = Vec::new();
    for direction in ["ingress", "egress"] {
        for (at, (guard, block)) in elements(raw.get(direction)).into_iter().enumerate() {
            if !matches!(block.kind, ValueKind::Map(_)) {
                continue;
            }
            let mut map = Map::default();
            map.push(entry("NetworkAclId", reference_to(draft, "", block.span)));
            let egress = Value::new(ValueKind::Bool(direction == "egress"), block.span);
            map.push(entry("Egress", egress.with(Flags::SYNTHETIC)));
            for (attribute, property) in [
                ("rule_no", "RuleNumber"),
                ("action", "RuleAction"),
                ("protocol", "Protocol"),
                ("cidr_block", "CidrBlock"),
                ("ipv6_cidr_block", "Ipv6CidrBlock"),
            ] {
                copy(block, attribute, property, &mut map, |value| match attribute {
                    "protocol" => Some(protocol_number(value)),
                    "rule_no" => Some(value.clone()),
                    _ => mapper.shaped_text(value),
                });
            }
            let mut ports = Map::default();
            copy(block, "from_port", "From", &mut ports, |value| Some(value.clone()));
            copy(block, "to_port", "To", &mut ports, |value| Some(value.clone()));
            if !ports.is_empty() {
                map.push(entry("PortRange", Value::map(ports, block.span)));
            }
            let place = format!("{direction}.{at}");
            let mut own = mapper.resource("AWS::EC2::NetworkAclEntry", draft, map_at(map, block));
            below(&mut own, &place);
            own.guard = Formula::all([own.guard, guard]);
            siblings.push(own);
        }
    }
    for (at, subnet) in raw.get("subnet_ids").items().iter().enumerate() {
        if subnet.is_unknown() {
            continue;
        }
        let mut map = Map::default();
        map.push(entry("NetworkAclId", reference_to(draft, "", subnet.span)));
        map.push(entry("SubnetId", subnet.clone()));
        let canonical = "AWS::EC2::SubnetNetworkAclAssociation";
        let mut own = mapper.resource(canonical, draft, map_at(map, subnet));
        below(&mut own, &format!("subnet_ids.{at}"));
        siblings.push(own);
    }
    siblings
}

fn map_at(map: Map, at: &Value) -> Value {
    Value::map(map, at.span)
}

fn protocol_number(value: &Value) -> Value {
    let number = match value.as_str() {
        Some("all") => -1,
        Some("icmp") => 1,
        Some("tcp") => 6,
        Some("udp") => 17,
        Some(text) => match text.parse() {
            Ok(number) => number,
            Err(_) => return value.clone(),
        },
        None => return value.clone(),
    };
    Value { kind: ValueKind::Int(number), ..value.clone() }
}

fn routes(mapper: &mut Mapper<'_>, draft: &Draft, raw: &Value) -> Vec<Resource> {
    let mut siblings = Vec::new();
    for (at, (guard, block)) in elements(raw.get("route")).into_iter().enumerate() {
        if !matches!(block.kind, ValueKind::Map(_)) {
            continue;
        }
        let mut map = Map::default();
        map.push(entry("RouteTableId", reference_to(draft, "", block.span)));
        for (attribute, property) in [
            ("cidr_block", "DestinationCidrBlock"),
            ("ipv6_cidr_block", "DestinationIpv6CidrBlock"),
            ("destination_prefix_list_id", "DestinationPrefixListId"),
            ("carrier_gateway_id", "CarrierGatewayId"),
            ("core_network_arn", "CoreNetworkArn"),
            ("egress_only_gateway_id", "EgressOnlyInternetGatewayId"),
            ("gateway_id", "GatewayId"),
            ("local_gateway_id", "LocalGatewayId"),
            ("nat_gateway_id", "NatGatewayId"),
            ("network_interface_id", "NetworkInterfaceId"),
            ("transit_gateway_id", "TransitGatewayId"),
            ("vpc_endpoint_id", "VpcEndpointId"),
            ("vpc_peering_connection_id", "VpcPeeringConnectionId"),
        ] {
            copy(block, attribute, property, &mut map, |value| mapper.shaped_text(value));
        }
        let mut own = mapper.resource("AWS::EC2::Route", draft, map_at(map, block));
        below(&mut own, &format!("route.{at}"));
        own.guard = Formula::all([own.guard, guard]);
        siblings.push(own);
    }
    siblings
}

/// An attribute that is a resource of its own in CloudFormation.
fn split_off(
    mapper: &mut Mapper<'_>,
    split: &Split,
    draft: &Draft,
    raw: &Value,
) -> Option<Resource> {
    if draft.is_unset(split.attribute) {
        return None;
    }
    let ValueKind::Map(map) = &raw.kind else { return None };
    let given = map.entry(split.attribute)?;
    let value = match &given.value.kind {
        ValueKind::Null | ValueKind::Absent => return None,
        ValueKind::String(text) if text.is_empty() => return None,
        ValueKind::List(items) if items.is_empty() => return None,
        _ if split.is_document => {
            let document = mapper.document(&given.value);
            unknown_unless_container(&document)
        }
        _ => given.value.clone(),
    };
    let mut own = Map::default();
    let mut parent = reference_to(draft, "", draft.span).with(Flags::SYNTHETIC);
    if split.parents {
        parent = Value::list(vec![parent], draft.span);
    }
    own.push(entry(split.parent, parent));
    own.push(Entry { key: split.to.into(), key_span: given.key_span, value });
    let mut resource = mapper.resource(split.canonical, draft, Value::map(own, given.value.span));
    below(&mut resource, split.attribute);
    Some(resource)
}
