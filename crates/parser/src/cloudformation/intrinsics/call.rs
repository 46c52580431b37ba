//! What is a function call: `!Ref X` and `{"Ref": "X"}` alike.

use trilith_graph::Span;

use crate::tree::{Kind, NodeId, Tree};

/// A function of the template language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum Function {
    Ref,
    GetAtt,
    Sub,
    Join,
    Split,
    Select,
    FindInMap,
    If,
    Base64,
    Cidr,
    GetAZs,
    Length,
    ToJsonString,
    ImportValue,
    GetStackOutput,
    Transform,
    And,
    Or,
    Not,
    Equals,
    Condition,
    Contains,
    EachMemberIn,
    EachMemberEquals,
    /// Any other function or tag.
    Other,
}

/// A call of a function, in its short or long form.
#[derive(Debug, Clone, Copy)]
pub(in super::super) struct Call<'t> {
    /// The function.
    pub(in super::super) function: Function,
    /// Its name in the long form: `Fn::Sub`. A tag that is none of ours has its own name.
    pub(in super::super) name: &'t str,
    /// What it is applied to.
    pub(in super::super) argument: NodeId,
    /// Whether the name is a tag on the argument itself.
    pub(in super::super) is_tagged: bool,
    /// The whole call.
    pub(in super::super) span: Span,
}

impl<'t> Call<'t> {
    /// The call that a node is, if it is one.
    ///
    /// `Condition` is not a function here, since many maps have that key: see
    /// [`Call::of_condition`].
    pub(in super::super) fn of(tree: &'t Tree<'_>, node: NodeId) -> Option<Self> {
        let Some(tag) = tree.tag(node).filter(|tag| is_function(tag)) else {
            return Self::in_long_form(tree, node);
        };
        let (function, name) = tagged(tag);
        let span = tree.span(node);
        let span = tree.tag_span(node).map_or(span, |tag| tag.to(span));
        Some(Self { function, name, argument: node, is_tagged: true, span })
    }

    /// The call that a map of one member is, if it is one.
    pub(in super::super) fn in_long_form(tree: &'t Tree<'_>, node: NodeId) -> Option<Self> {
        let (function, name) = keyed(only_key(tree, node)?)?;
        let argument = tree.children(node).next()?;
        Some(Self { function, name, argument, is_tagged: false, span: tree.span(node) })
    }

    /// The call that a node is where a condition is due.
    pub(in super::super) fn of_condition(tree: &'t Tree<'_>, node: NodeId) -> Option<Self> {
        if only_key(tree, node) != Some("Condition") {
            return Self::of(tree, node);
        }
        let argument = tree.children(node).next()?;
        let (function, name) = (Function::Condition, "Condition");
        Some(Self { function, name, argument, is_tagged: false, span: tree.span(node) })
    }
}

fn only_key<'t>(tree: &'t Tree<'_>, node: NodeId) -> Option<&'t str> {
    if !matches!(tree.kind(node), Kind::Map) {
        return None;
    }
    let mut children = tree.children(node);
    match (children.next(), children.next()) {
        (Some(only), None) => tree.key(only).map(AsRef::as_ref),
        _ => None,
    }
}

/// Tags of YAML's own (`!!str`) say nothing that the kind of the node does not say.
fn is_function(tag: &str) -> bool {
    !tag.is_empty() && !tag.starts_with(['!', '<']) && !tag.starts_with("tag:yaml.org")
}

/// Every function with its name as a tag and as a key.
const NAMES: [(&str, &str, Function); 24] = [
    ("Ref", "Ref", Function::Ref),
    ("GetAtt", "Fn::GetAtt", Function::GetAtt),
    ("Sub", "Fn::Sub", Function::Sub),
    ("Join", "Fn::Join", Function::Join),
    ("If", "Fn::If", Function::If),
    ("FindInMap", "Fn::FindInMap", Function::FindInMap),
    ("Select", "Fn::Select", Function::Select),
    ("Split", "Fn::Split", Function::Split),
    ("Equals", "Fn::Equals", Function::Equals),
    ("Base64", "Fn::Base64", Function::Base64),
    ("ImportValue", "Fn::ImportValue", Function::ImportValue),
    ("GetAZs", "Fn::GetAZs", Function::GetAZs),
    ("Not", "Fn::Not", Function::Not),
    ("And", "Fn::And", Function::And),
    ("Or", "Fn::Or", Function::Or),
    ("Condition", "Condition", Function::Condition),
    ("Cidr", "Fn::Cidr", Function::Cidr),
    ("Length", "Fn::Length", Function::Length),
    ("ToJsonString", "Fn::ToJsonString", Function::ToJsonString),
    ("GetStackOutput", "Fn::GetStackOutput", Function::GetStackOutput),
    ("Transform", "Fn::Transform", Function::Transform),
    ("Contains", "Fn::Contains", Function::Contains),
    ("EachMemberIn", "Fn::EachMemberIn", Function::EachMemberIn),
    ("EachMemberEquals", "Fn::EachMemberEquals", Function::EachMemberEquals),
];

/// The function that a tag names.
fn tagged(tag: &str) -> (Function, &str) {
    let known = NAMES.iter().find(|(short, _, _)| *short == tag);
    known.map_or((Function::Other, tag), |(_, name, function)| (*function, name))
}

/// The function that a key names, if it names one.
fn keyed(key: &str) -> Option<(Function, &str)> {
    // `Rain` is another tool that puts something in the place of its own functions.
    let is_function = key == "Ref" || key.starts_with("Fn::") || key.starts_with("Rain::");
    if !is_function || key == "Fn::ForEach" || key.starts_with("Fn::ForEach::") {
        return None;
    }
    let known = NAMES.iter().find(|(_, long, _)| *long == key);
    Some(known.map_or((Function::Other, key), |(_, _, function)| (*function, key)))
}
