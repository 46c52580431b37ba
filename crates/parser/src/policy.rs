//! Policy documents that stand alone, as resources that would carry them.
//!
//! Rules about policies look at resources. A document in a file of its own gets the resource
//! that it is written for, as far as its content or its path tells. That resource is synthetic
//! and its properties are open, so nothing is ever called missing in it.

mod find;

use std::sync::Arc;

use trilith_graph::{Entry, Flags, Format, Formula, Map, Resource, Root, RootId, Span, Tri, Value};

use crate::tree::{NodeId, SyntaxError, Tree};
use find::{FoundPolicy, find_policies};

/// What a policy is attached to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum PolicyKind {
    /// A user, group or role.
    Identity,
    /// A role, as the policy that says who may assume it.
    Trust,
    /// A resource such as a bucket or a key.
    Resource,
    /// An organization's accounts, limiting their principals. Its content cannot be told from
    /// an identity policy.
    ServiceControl,
    /// An organization's accounts, limiting their resources.
    ResourceControl,
}

/// Makes a root of the policies in a document; `None` if it holds none. `name` is the path of
/// the file. `kind` says what the policies are, where that is known.
///
/// The errors are those of documents inside strings.
pub fn lower(
    tree: &Tree<'_>,
    document: NodeId,
    name: &str,
    kind: Option<PolicyKind>,
) -> Option<(Root, Vec<SyntaxError>)> {
    let mut errors = Vec::new();
    let policies = find_policies(tree, document, &mut errors);
    if policies.is_empty() && errors.is_empty() {
        return None;
    }
    let mut root = Root::new(name, tree.source(), Format::Iam);
    root.open = true;
    let stem = stem(name);
    let single = policies.len() == 1;
    for (index, policy) in policies.into_iter().enumerate() {
        let address = if single { stem.to_owned() } else { format!("{stem}[{index}]") };
        root.resources.push(resource(policy, address.into(), name, kind));
    }
    Some((root, errors))
}

fn stem(name: &str) -> &str {
    let file = name.rsplit(['/', '\\']).next().unwrap_or(name);
    file.split_once('.').map_or(file, |(stem, _)| stem)
}

fn resource(
    policy: FoundPolicy,
    address: Arc<str>,
    name: &str,
    kind: Option<PolicyKind>,
) -> Resource {
    let kind = kind.or(policy.kind).unwrap_or_else(|| classify(&policy.document, name));
    let (resource_type, property) = carrier(kind, &policy.document);
    let span = policy.document.span;
    let mut properties = Map::with_capacity(2);
    properties.push(member(property, policy.document, policy.key_span));
    let organization_type = match kind {
        PolicyKind::ServiceControl => Some("SERVICE_CONTROL_POLICY"),
        PolicyKind::ResourceControl => Some("RESOURCE_CONTROL_POLICY"),
        _ => None,
    };
    if let Some(text) = organization_type {
        properties.push(member("Type", Value::string(text, span).with(Flags::SYNTHETIC), span));
    }
    let flags = Flags::SYNTHETIC.with(Flags::OPEN);
    let properties = Value::map(properties, span).with(flags);
    Resource {
        root: RootId(0),
        name: address.clone(),
        address,
        resource_type: resource_type.into(),
        source_type: resource_type.into(),
        format: Format::Iam,
        span: policy.key_span,
        raw: properties.clone(),
        properties,
        attributes: Value::map(Map::default(), span).with(flags),
        guard: Formula::True,
        flags: Flags::SYNTHETIC,
    }
}

fn member(key: &str, value: Value, key_span: Span) -> Entry {
    Entry { key: key.into(), key_span, value }
}

/// Type and property of the resource that carries a policy.
fn carrier(kind: PolicyKind, document: &Value) -> (&'static str, &'static str) {
    match kind {
        PolicyKind::Identity => ("AWS::IAM::ManagedPolicy", "PolicyDocument"),
        PolicyKind::Trust => ("AWS::IAM::Role", "AssumeRolePolicyDocument"),
        PolicyKind::ServiceControl | PolicyKind::ResourceControl => {
            ("AWS::Organizations::Policy", "Content")
        }
        PolicyKind::Resource => {
            let service = only_service(document);
            let known = CARRIERS.iter().find(|(name, ..)| service.as_deref() == Some(name));
            known
                .map_or(("AWS::IAM::ResourcePolicy", "PolicyDocument"), |(_, carrier, property)| {
                    (carrier, property)
                })
        }
    }
}

/// Service prefix of actions, and the type and property that carry its policies.
const CARRIERS: [(&str, &str, &str); 10] = [
    ("backup", "AWS::Backup::BackupVault", "AccessPolicy"),
    ("ecr", "AWS::ECR::Repository", "RepositoryPolicyText"),
    ("elasticfilesystem", "AWS::EFS::FileSystem", "FileSystemPolicy"),
    ("es", "AWS::OpenSearchService::Domain", "AccessPolicies"),
    ("execute-api", "AWS::ApiGateway::RestApi", "Policy"),
    ("kms", "AWS::KMS::Key", "KeyPolicy"),
    ("s3", "AWS::S3::BucketPolicy", "PolicyDocument"),
    ("secretsmanager", "AWS::SecretsManager::ResourcePolicy", "ResourcePolicy"),
    ("sns", "AWS::SNS::TopicPolicy", "PolicyDocument"),
    ("sqs", "AWS::SQS::QueuePolicy", "PolicyDocument"),
];

fn statements(document: &Value) -> &[Value] {
    document.get("Statement").items()
}

/// The actions that all statements name; `None` if one of them is open-ended or unknown.
fn actions(document: &Value) -> Option<Vec<String>> {
    let mut actions = Vec::new();
    for statement in statements(document) {
        if statement.get("NotAction").is_present() != Tri::False {
            return None;
        }
        for action in statement.get("Action").items() {
            actions.push(action.as_str()?.to_ascii_lowercase());
        }
    }
    Some(actions)
}

fn only_service(document: &Value) -> Option<String> {
    let actions = actions(document)?;
    let mut services = actions.iter().map(|action| action.split_once(':').map(|(name, _)| name));
    let first = services.next()??;
    services.all(|service| service == Some(first)).then(|| first.to_owned())
}

fn classify(document: &Value, name: &str) -> PolicyKind {
    if let Some(kind) = kind_by_path(name) {
        return kind;
    }
    let has_principal = statements(document).iter().any(|statement| {
        let given = |key: &str| statement.get(key).is_present() != Tri::False;
        given("Principal") || given("NotPrincipal")
    });
    if !has_principal {
        return PolicyKind::Identity;
    }
    let actions = actions(document).unwrap_or_default();
    let is_trust = |action: &String| {
        action.starts_with("sts:assumerole")
            || action == "sts:tagsession"
            || action == "sts:setsourceidentity"
            || action == "sts:setcontext"
    };
    if !actions.is_empty() && actions.iter().all(is_trust) {
        return PolicyKind::Trust;
    }
    PolicyKind::Resource
}

/// The content of an organization's policies says nothing about their kind; paths often do.
fn kind_by_path(name: &str) -> Option<PolicyKind> {
    let name = name.to_ascii_lowercase().replace(['_', ' '], "-");
    let has_word = |word: &str| name.split(|c: char| !c.is_alphanumeric()).any(|w| w == word);
    if name.contains("service-control") || has_word("scp") || has_word("scps") {
        return Some(PolicyKind::ServiceControl);
    }
    let is_resource_control =
        name.contains("resource-control") || has_word("rcp") || has_word("rcps");
    is_resource_control.then_some(PolicyKind::ResourceControl)
}

#[cfg(test)]
mod tests {
    use trilith_graph::SourceId;

    use super::*;
    use crate::tree::{JsonOptions, parse_json};

    fn lowered(name: &str, text: &str) -> Root {
        let parsed = parse_json(SourceId(0), text, &JsonOptions::default());
        let document = parsed.tree.documents()[0];
        let (root, errors) = lower(&parsed.tree, document, name, None).expect("a policy");
        assert_eq!(errors, [], "{text}");
        root
    }

    /// Path, document, type and property.
    const POLICIES: &[(&str, &str, &str, &str)] = &[
        (
            "a/admin.json",
            r#"{"Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}"#,
            "AWS::IAM::ManagedPolicy",
            "PolicyDocument",
        ),
        (
            "t.json",
            r#"{"Statement":[{"Effect":"Allow","Action":["sts:AssumeRoleWithSAML","sts:TagSession"],"Principal":"*"}]}"#,
            "AWS::IAM::Role",
            "AssumeRolePolicyDocument",
        ),
        (
            "s.json",
            r#"{"Statement":[{"Effect":"Allow","Action":"SNS:Publish","Principal":"*"}]}"#,
            "AWS::SNS::TopicPolicy",
            "PolicyDocument",
        ),
        (
            "k.json",
            r#"{"Statement":[{"Effect":"Allow","Action":"kms:*","Principal":{"AWS":"x"}},{"Effect":"Deny","NotPrincipal":"*","Action":["kms:Decrypt"]}]}"#,
            "AWS::KMS::Key",
            "KeyPolicy",
        ),
        (
            "m.json",
            r#"{"Statement":[{"Effect":"Allow","Action":["s3:*","sqs:*"],"Principal":"*"}]}"#,
            "AWS::IAM::ResourcePolicy",
            "PolicyDocument",
        ),
        (
            "n.json",
            r#"{"Statement":[{"Effect":"Allow","NotAction":"s3:*","Principal":"*"}]}"#,
            "AWS::IAM::ResourcePolicy",
            "PolicyDocument",
        ),
        (
            "SCPs/deny.json",
            r#"{"Statement":[{"Effect":"Deny","Action":"*","Resource":"*"}]}"#,
            "AWS::Organizations::Policy",
            "Content",
        ),
        (
            "service_control/deny.json",
            r#"{"Statement":[{"Effect":"Deny","Action":"*","Resource":"*"}]}"#,
            "AWS::Organizations::Policy",
            "Content",
        ),
        (
            "v.json",
            r#"{"PolicyVersion":{"Document":{"Statement":[{"Effect":"Allow","Action":"*"}]}}}"#,
            "AWS::IAM::ManagedPolicy",
            "PolicyDocument",
        ),
        (
            "b.json",
            r#"{"Policy":"{\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"s3:*\",\"Principal\":\"*\"}]}"}"#,
            "AWS::S3::BucketPolicy",
            "PolicyDocument",
        ),
        (
            "o.json",
            r#"{"Policy":{"PolicySummary":{"Type":"SERVICE_CONTROL_POLICY"},"Content":"{\"Statement\":[{\"Effect\":\"Deny\"}]}"}}"#,
            "AWS::Organizations::Policy",
            "Content",
        ),
        (
            "r.json",
            r#"{"Role":{"RoleName":"x","AssumeRolePolicyDocument":{"Statement":[{"Effect":"Allow","Action":"*","Principal":"*"}]}}}"#,
            "AWS::IAM::Role",
            "AssumeRolePolicyDocument",
        ),
        (
            "l.json",
            r#"[{"Effect":"Allow","Action":"*","Resource":"*"}]"#,
            "AWS::IAM::ManagedPolicy",
            "PolicyDocument",
        ),
    ];

    #[test]
    fn a_policy_gets_the_resource_that_would_carry_it() {
        for (name, text, resource_type, property) in POLICIES {
            let root = lowered(name, text);
            let [resource] = root.resources.as_slice() else { panic!("{text}") };
            assert_eq!(&*resource.resource_type, *resource_type, "{text}");
            let effect = resource.properties.get(property).path("Statement/0/Effect");
            assert!(effect.as_str().is_some(), "{text}");
            assert_eq!(
                &text[effect.span.start as usize..][..1],
                if text.contains('\\') { "\\" } else { "\"" }
            );
            assert!(resource.is_synthetic());
            assert_eq!(resource.properties.get("Roles").is_present(), Tri::Unknown);
        }
    }

    #[test]
    fn a_list_of_policies_gives_one_resource_each() {
        let root = lowered(
            "many.json",
            r#"[{"Statement":[{"Effect":"Deny"}]},{"Statement":[{"Effect":"Allow","Principal":"*"}]}]"#,
        );
        let names: Vec<&str> = root.resources.iter().map(|r| &*r.address).collect();
        assert_eq!(names, ["many[0]", "many[1]"]);
    }

    #[test]
    fn what_the_caller_says_counts_more_than_the_content() {
        let text = r#"{"Statement":[{"Effect":"Deny","Action":"*"}]}"#;
        let parsed = parse_json(SourceId(0), text, &JsonOptions::default());
        let kind = Some(PolicyKind::ResourceControl);
        let lowered = lower(&parsed.tree, parsed.tree.documents()[0], "x.json", kind);
        let resource = &lowered.expect("a policy").0.resources[0];
        assert_eq!(resource.properties.get("Type").as_str(), Some("RESOURCE_CONTROL_POLICY"));
    }

    #[test]
    fn other_documents_are_no_policies() {
        let text = r#"{"Policy": {"PolicyName": "x"}, "Statement2": []}"#;
        let parsed = parse_json(SourceId(0), text, &JsonOptions::default());
        assert!(lower(&parsed.tree, parsed.tree.documents()[0], "x.json", None).is_none());
    }
}
