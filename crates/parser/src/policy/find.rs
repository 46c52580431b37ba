//! Where the policies of a file are: at the top, in a list, or in an answer of the AWS command
//! line.

use trilith_graph::{Entry, Flags, Map, Span, Value};

use super::PolicyKind;
use crate::tree::{Kind, NodeId, SyntaxError, Tree, embedded_json, to_value};

/// A policy document of a file.
#[derive(Debug)]
pub(super) struct FoundPolicy {
    /// The document.
    pub document: Value,
    /// What it is the policy of, if the file says so.
    pub kind: Option<PolicyKind>,
    /// What a finding about the policy as a whole points at.
    pub key_span: Span,
}

/// Keys behind which a policy is, from the outside in, and what it is then.
const WRAPPERS: [(&[&str], Option<PolicyKind>); 9] = [
    (&["PolicyDocument"], None),
    (&["PolicyVersion", "Document"], Some(PolicyKind::Identity)),
    (&["AssumeRolePolicyDocument"], Some(PolicyKind::Trust)),
    (&["Role", "AssumeRolePolicyDocument"], Some(PolicyKind::Trust)),
    (&["Policy", "Content"], None),
    (&["Policy"], None),
    (&["ResourcePolicy"], Some(PolicyKind::Resource)),
    (&["policyText"], Some(PolicyKind::Resource)),
    (&["Attributes", "Policy"], Some(PolicyKind::Resource)),
];

/// The policies of a document. Errors of documents inside strings are added to `errors`.
pub(super) fn find_policies(
    tree: &Tree<'_>,
    document: NodeId,
    errors: &mut Vec<SyntaxError>,
) -> Vec<FoundPolicy> {
    if tree.kind(document) == Kind::List {
        return in_list(tree, document);
    }
    if tree.get(document, "Statement").is_some() {
        return vec![found(tree, document, None)];
    }
    let wrapped = WRAPPERS.iter().find_map(|(path, kind)| {
        let node = tree.get_path(document, path)?;
        let kind = kind.or_else(|| organization_kind(tree, document));
        unwrap(tree, node, kind, errors)
    });
    wrapped.into_iter().collect()
}

fn in_list(tree: &Tree<'_>, list: NodeId) -> Vec<FoundPolicy> {
    let is_statement = |item: &NodeId| tree.get(*item, "Effect").is_some();
    if tree.items(list).any(|item| is_statement(&item)) {
        let span = tree.span(list);
        let mut document = Map::with_capacity(1);
        let value = to_value(tree, list);
        document.push(Entry { key: "Statement".into(), key_span: span, value });
        // The version is not there to be read, which is no mistake of its author.
        let flags = Flags::SYNTHETIC.with(Flags::OPEN);
        let document = Value::map(document, span).with(flags);
        return vec![FoundPolicy { document, kind: None, key_span: span }];
    }
    let policies = tree.items(list).filter(|item| tree.get(*item, "Statement").is_some());
    policies.map(|item| found(tree, item, None)).collect()
}

/// The kind that `aws organizations describe-policy` names.
fn organization_kind(tree: &Tree<'_>, document: NodeId) -> Option<PolicyKind> {
    let node = tree.get_path(document, &["Policy", "PolicySummary", "Type"])?;
    match tree.text(node) {
        "SERVICE_CONTROL_POLICY" => Some(PolicyKind::ServiceControl),
        "RESOURCE_CONTROL_POLICY" => Some(PolicyKind::ResourceControl),
        _ => None,
    }
}

fn unwrap(
    tree: &Tree<'_>,
    node: NodeId,
    kind: Option<PolicyKind>,
    errors: &mut Vec<SyntaxError>,
) -> Option<FoundPolicy> {
    if tree.get(node, "Statement").is_some() {
        return Some(found(tree, node, kind));
    }
    let embedded = embedded_json(tree, node)?;
    let document = embedded.tree.documents().first().copied();
    errors.extend(embedded.errors);
    let policy = found(&embedded.tree, document?, kind);
    Some(FoundPolicy { key_span: tree.key_span(node).unwrap_or(policy.key_span), ..policy })
}

fn found(tree: &Tree<'_>, node: NodeId, kind: Option<PolicyKind>) -> FoundPolicy {
    let document = to_value(tree, node);
    // The first key stands for the policy: one line, not the whole file.
    let first = tree.own_members(node).next().map(|member| member.key_span);
    let key_span = tree.key_span(node).or(first).unwrap_or(document.span);
    FoundPolicy { document, kind, key_span }
}
