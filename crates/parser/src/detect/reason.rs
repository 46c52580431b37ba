//! What a file is that is not ours.

use std::fmt;

use super::keys::TopLevel;
use super::{has, has_any};

/// How much of a file is looked at to say what it is, once it is known not to be ours.
pub(super) const SAMPLE: usize = 8192;

/// Why a file is passed over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum NotOurs {
    /// Manifests of Kubernetes.
    Kubernetes,
    /// Services of Docker Compose.
    Compose,
    /// A description of an API.
    OpenApi,
    /// A workflow of a build service.
    Workflow,
    /// A template of Azure Resource Manager.
    ArmTemplate,
    /// A JSON schema.
    Schema,
    /// A template of Terraform's `templatefile` that is a document only once it is filled in.
    TerraformTemplate,
    /// Below a path that is yet to be filled in: a template of cookiecutter.
    Cookiecutter,
    /// A lock file or the manifest of a package.
    LockFile,
    /// No text at all.
    Binary,
    /// Nothing but white space.
    Empty,
    /// Anything else.
    Other,
}

impl fmt::Display for NotOurs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Kubernetes => "this is a Kubernetes manifest",
            Self::Compose => "this is a Docker Compose file",
            Self::OpenApi => "this is an OpenAPI description",
            Self::Workflow => "this is a build workflow",
            Self::ArmTemplate => "this is an Azure Resource Manager template",
            Self::Schema => "this is a schema",
            Self::TerraformTemplate => {
                "this is a template of `templatefile`, read where a module fills it in"
            }
            Self::Cookiecutter => "this is a template of cookiecutter",
            Self::LockFile => "this is the lock file or manifest of a package",
            Self::Binary => "this is not text",
            Self::Empty => "this file is empty",
            Self::Other => "this is no template, plan, module or policy that Trilith reads",
        })
    }
}

pub(super) fn of_json(top: &TopLevel<'_>, text: &str) -> Option<NotOurs> {
    if top.has("$schema") {
        let head = text.get(..text.len().min(1024)).unwrap_or(text);
        if has_any(head, &["deploymentTemplate.json", "deploymentParameters.json"]) {
            return Some(NotOurs::ArmTemplate);
        }
        if has(head, "json-schema.org") {
            return Some(NotOurs::Schema);
        }
    }
    if top.has("typeName") && top.has("primaryIdentifier") {
        return Some(NotOurs::Schema);
    }
    of_yaml(top)
}

pub(super) fn of_yaml(top: &TopLevel<'_>) -> Option<NotOurs> {
    if top.has("Resources") {
        return None;
    }
    if top.has("apiVersion") && top.has("kind") {
        return Some(NotOurs::Kubernetes);
    }
    if top.has("openapi") || top.has("swagger") || top.has("asyncapi") {
        return Some(NotOurs::OpenApi);
    }
    if top.has("jobs") && (top.has("on") || top.has("true") || top.has("version")) {
        return Some(NotOurs::Workflow);
    }
    if top.has("stages") || top.has("phases") || top.has("pipelines") {
        return Some(NotOurs::Workflow);
    }
    (top.has("services") && !top.has("provider")).then_some(NotOurs::Compose)
}

/// Whether JSON text is a template that Terraform makes JSON of: directives stand in it, or
/// expressions outside of its strings.
pub(super) fn is_terraform_template(text: &str) -> bool {
    if !has_any(text, &["${", "%{"]) {
        return false;
    }
    let bytes = text.as_bytes();
    // The quote that a string ends with, while inside of one: YAML in braces has single ones too.
    let mut quote: Option<u8> = None;
    let mut at = 0;
    while let Some(byte) = bytes.get(at).copied() {
        match (byte, quote) {
            (b'\\', Some(b'"')) => at += 1,
            (b'"' | b'\'', None) => quote = Some(byte),
            (_, Some(end)) if byte == end => quote = None,
            (b'$' | b'%', None) if bytes.get(at + 1) == Some(&b'{') => return true,
            _ => {}
        }
        at += 1;
    }
    false
}
